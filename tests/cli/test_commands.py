"""`flask lms …` says what it does, and why when it cannot."""

from __future__ import annotations

import shutil
import tarfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.cli import lms
from lms.hubs.models import City, Hub, Partnership
from lms.kernel import blobs, migrations
from lms.kernel.db import Base, db
from lms.kernel.transaction import transaction
from lms.site.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from flask import Flask


@pytest.fixture
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Make the standalone site on an empty database without tables."""
    yield from _site(tmp_path, request)


def _on_postgresql(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--database") == "postgresql")


def _site(folder: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    uri = request.getfixturevalue("postgres_empty_uri") if _on_postgresql(request) else ""
    app = create_app(
        LMS_DATA_DIR=str(folder),
        LMS_DATABASE_URI=uri,
        LMS_PUBLIC_URL="http://localhost",
        LMS_CONTACT_EMAIL="help@example.org",
    )
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(site: Flask) -> Callable[..., Result]:
    """Run a command: `run("check")`."""
    return lambda *words: site.test_cli_runner().invoke(lms, list(words))


def count(site: Flask, model: type[Base]) -> int:
    with site.app_context(), transaction(writes=False):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_check_says_that_the_database_has_no_tables_and_how_to_mend_it(run: Callable[..., Result]) -> None:
    answer = run("check")
    assert answer.exit_code == 1
    assert "flask lms db upgrade" in answer.output


@pytest.mark.parametrize(
    "command", ["courses load", "demo load", "demo remove --yes", "rebuild --check", "worker", "backup new.tar.gz"]
)
def test_commands_say_in_a_line_that_there_are_no_tables(run: Callable[..., Result], command: str) -> None:
    answer = run(*command.split())
    assert (answer.exit_code, answer.output) == (
        1,
        "Error: The database has no tables yet. Run: flask lms db upgrade\n",
    )


def test_what_cannot_be_done_is_said_in_a_line(run: Callable[..., Result], tmp_path: Path) -> None:
    for words, why in (
        (["db", "upgrade", "9999"], "cannot be brought to 9999"),
        (["restore", str(tmp_path)], "is a folder"),
    ):
        answer = run(*words)
        assert (answer.exit_code, why in answer.output) == (1, True), answer.output
    assert run("db", "upgrade").exit_code == 0
    nowhere = run("backup", str(tmp_path / "nowhere" / "backup.tar.gz"))
    assert (nowhere.exit_code, "No such file or directory" in nowhere.output) == (1, True), nowhere.output


def test_a_worker_is_not_started_that_could_write_no_mail(site: Flask, run: Callable[..., Result]) -> None:
    assert run("db", "upgrade").exit_code == 0
    site.config["LMS_PUBLIC_URL"] = ""
    for command in ("check", "worker"):
        answer = run(command)
        assert (answer.exit_code, "LMS_PUBLIC_URL is not set" in answer.output) == (1, True), answer.output


def test_init_refuses_what_the_registration_form_refuses(site: Flask, run: Callable[..., Result]) -> None:
    good = {"--name": "Partnership", "--admin-name": "Helena Novák", "--admin-email": "helena@example.org"}
    good["--password"] = "a long enough secret"
    for option, bad, why in (
        ("--admin-email", "nonsense", "not an e-mail address"),
        ("--admin-name", " ", "Give the name"),
        ("--password", "short", "too short"),
        ("--password", "HelenaNovak", "too close to your name"),
    ):
        answer = run("init", *(word for pair in (good | {option: bad}).items() for word in pair))
        assert (answer.exit_code, why in answer.output) == (1, True), answer.output
    assert count(site, Partnership) == count(site, Person) == 0


def test_an_empty_system_is_set_up_by_init(site: Flask, run: Callable[..., Result]) -> None:
    assert run("db", "upgrade").exit_code == 0
    lacking = run("check").output
    assert "flask lms init" in lacking
    assert "flask lms courses load" in lacking
    assert "flask lms library load" in lacking
    words = ["init", "--name", "Partnership", "--admin-name", "Helena Novák", "--admin-email", "helena@example.org"]
    answer = run(*words, "--password", "a long enough secret")
    assert answer.exit_code == 0, answer.output
    assert count(site, Partnership) == 1
    assert run("courses", "load").exit_code == 0
    assert run("library", "load").exit_code == 0
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    again = run(*words, "--password", "a long enough secret")
    assert count(site, Partnership) == 1, again.output
    assert count(site, Person) == 1


def test_upgrade_twice_is_fine(run: Callable[..., Result]) -> None:
    for _time in range(2):
        assert run("db", "upgrade").exit_code == 0


def test_reference_courses_load_again_and_again(run: Callable[..., Result]) -> None:
    assert run("db", "upgrade").exit_code == 0
    first, second = run("courses", "load"), run("courses", "load")
    assert first.exit_code == second.exit_code == 0, first.output
    assert "edition 1.0 published" in first.output
    assert "nothing new" in second.output


def test_course_files_are_checked_without_a_database(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("courses", "check", "courses/content").exit_code == 0
    (tmp_path / "course.toml").write_text('key = "x"\naudience = 3\n', encoding="utf-8")
    answer = run("courses", "check", str(tmp_path))
    assert answer.exit_code == 1
    assert "course.toml:2:" in answer.output


def test_rebuild_finds_nothing_on_a_sound_system(run: Callable[..., Result]) -> None:
    assert run("db", "upgrade").exit_code == 0
    answer = run("rebuild", "--check")
    assert answer.exit_code == 0, answer.output
    assert "0 differences" in answer.output


def _fill(
    request: pytest.FixtureRequest, run: Callable[..., Result], folder: Path, *, demonstration: bool = False
) -> None:
    """Have courses, and perhaps the demonstration: from the data that other tests share, or by the commands."""
    if not _on_postgresql(request):
        data = request.getfixturevalue("demonstration_data" if demonstration else "courses_data")
        shutil.copytree(data, folder, dirs_exist_ok=True)
        return
    for command in (("db", "upgrade"), ("courses", "load"), *([("demo", "load")] if demonstration else [])):
        assert run(*command).exit_code == 0


def test_the_demonstration_comes_and_goes_and_leaves_nothing(
    site: Flask, run: Callable[..., Result], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _fill(request, run, tmp_path)
    with site.app_context(), transaction(writes=False):
        before = _rows()
    loaded = run("demo", "load")
    assert loaded.exit_code == 0, loaded.output
    assert count(site, Hub) == 3
    assert count(site, City) == 12
    assert count(site, Person) == 60
    checked = run("check").output
    assert "whose password everybody knows" in checked
    assert "overdue" not in checked, "certificates of the story are late before a worker could draw them"
    assert run("rebuild", "--check").exit_code == 0
    assert "already" in run("demo", "load").output
    assert run("demo", "load", "--participants", "30").exit_code == 0
    assert run("rebuild", "--check").exit_code == 0
    removed = run("demo", "remove", "--yes")
    assert removed.exit_code == 0, removed.output
    with site.app_context(), transaction(writes=False):
        after = _rows()
    left = {name: rows for name, rows in after.items() if rows != before[name]}
    # What happened is still in the trail; files, contents and jobs hold no names.
    assert set(left) <= {"lms_audit_event", "lms_job", "lms_blob", "lms_content", "lms_partnership"}


def _rows() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_a_backup_can_be_restored_into_an_empty_system(
    site: Flask, run: Callable[..., Result], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _fill(request, run, tmp_path, demonstration=True)
    archive = tmp_path / "backup.tar.gz"
    answer = run("backup", str(archive))
    assert answer.exit_code == 0, answer.output
    assert archive.stat().st_mode & 0o777 == 0o600, "others can read it"
    assert "is there already" in run("backup", str(archive)).output
    with site.app_context(), transaction(writes=False):
        before = _rows()
    folder = tmp_path / "other"
    folder.mkdir()
    other = create_app(
        LMS_DATA_DIR=str(folder), LMS_PUBLIC_URL="http://localhost", LMS_CONTACT_EMAIL="help@example.org"
    )
    restored = other.test_cli_runner().invoke(lms, ["restore", str(archive)])
    assert restored.exit_code == 0, restored.output
    with other.app_context():
        with transaction(writes=False):
            assert _rows() == before
            assert migrations.missing() is None
        assert other.test_cli_runner().invoke(lms, ["rebuild", "--check"]).exit_code == 0
    assert "not empty" in other.test_cli_runner().invoke(lms, ["restore", str(archive)]).output


def test_a_backup_goes_on_without_a_file_that_is_gone_and_says_so(
    site: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    assert run("db", "upgrade").exit_code == 0
    with site.app_context():
        digests = [blobs.write(body)[0] for body in (b"kept", b"lost")]
        with transaction():
            for digest in digests:
                blobs.note(digest, 4)
        blobs.store_path(digests[1]).unlink()
    answer = run("backup", str(tmp_path / "backup.tar.gz"))
    assert answer.exit_code == 1
    assert f"The file store lacks {digests[1]}" in answer.output
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        assert f"blobs/{digests[0]}" in archive.getnames()


def test_a_damaged_backup_changes_nothing(run: Callable[..., Result], site: Flask, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"\x1f\x8b not a backup")
    answer = run("restore", str(broken))
    assert answer.exit_code == 1
    assert "not a whole backup" in answer.output
    assert count(site, Hub) == 0
