"""Files through the pages: limits said beforehand, refusals in words, nothing typed is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.handins.models import HandinDraft, HandinVersion
from lms.kernel import blobs
from lms.kernel.blobs import Attachment
from lms.kernel.db import db
from tests.assessments.handins.scene import PDF, PNG, inside
from tests.kernel.office_files import office

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.assessments.handins.scene import Scene


def names(scene: Scene) -> list[str]:
    return inside(scene.app, lambda: list(db.session.scalars(select(Attachment.name).order_by(Attachment.id))))  # type: ignore[no-any-return]  # what is asked for inside


def test_limits_are_said_beforehand(scene: Scene) -> None:
    page = scene.visit(scene.marja).get(scene.address).text
    assert "up to 20 MB each, at most 10 files" in page


def test_a_refused_file_keeps_the_text_and_the_good_files(scene: Scene) -> None:
    files = [
        ("plan.pdf", PDF),
        ("evil.exe", b"MZ\x00\x01"),
        ("makros.docm", office("docx", {"word/vbaProject.bin": b"x"})),
    ]
    answer = scene.hand_in(scene.marja, "Long words", files)
    assert answer.status_code == 422
    assert "evil.exe: This kind of file cannot be used." in answer.text
    assert "makros.docm: The file holds macros." in answer.text
    assert "Long words</textarea>" in answer.text
    assert names(scene) == ["plan.pdf"]
    assert inside(scene.app, lambda: db.session.scalars(select(HandinVersion)).all()) == []
    assert inside(scene.app, lambda: db.session.scalars(select(HandinDraft.text)).all()) == ["Long words"]


def test_a_file_over_the_limit_is_told_with_its_size(scene: Scene) -> None:
    scene.app.config["LMS_MAX_UPLOAD_MB"] = 1
    answer = scene.hand_in(scene.marja, "Words", [("big.pdf", b"%PDF-" + b"x" * (2 * 1024 * 1024))])
    assert answer.status_code == 422
    assert "big.pdf: The file is 2.1 MB. Choose one up to 1 MB." in answer.text
    assert "Words</textarea>" in answer.text


def test_a_body_over_the_limit_gets_a_clear_page(scene: Scene) -> None:
    scene.app.config["LMS_MAX_UPLOAD_MB"] = 1
    answer = scene.hand_in(scene.marja, "Words", [("big.pdf", b"%PDF-" + b"x" * (7 * 1024 * 1024))])
    assert answer.status_code == 413
    assert "What you sent is too large, so nothing was saved." in answer.text
    assert "<h1>This is too large</h1>" in answer.text
    assert names(scene) == []


def test_a_text_over_the_limit_stays_on_the_page(scene: Scene) -> None:
    answer = scene.hand_in(scene.marja, "x" * 60_001)
    assert answer.status_code == 422
    assert "Your text has 60,001 letters." in answer.text
    assert "x" * 60_001 in answer.text


def test_more_than_ten_files_do_not_fit(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    files = [(f"{number}.pdf", PDF + bytes([number])) for number in range(7)]
    assert marja.send(scene.address, {"text": "", "draft": "1"}, files=files).status_code == 303
    more = [(f"{number}.pdf", PDF + bytes([number])) for number in range(6, 12)]
    answer = marja.send(scene.address, {"text": "", "draft": "1"}, files=more)
    assert answer.status_code == 422
    assert "10.pdf: A hand-in has at most 10 files." in answer.text
    assert names(scene) == [f"{number}.pdf" for number in range(10)]


def test_the_same_file_twice_is_one_and_two_of_one_name_are_two(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    for raw in (PDF, PDF, PDF + b"2"):
        marja.send(scene.address, {"text": "", "draft": "1"}, files=[("plan.pdf", raw)])
    assert names(scene) == ["plan.pdf", "plan (2).pdf"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "<script>alert(1)</script>.pdf",
        "\u202egpj.pdf",
        "a" * 300 + ".pdf",
        "nul.pdf",
        "Ääkköset Σ.pdf",
        'q"uote;.pdf',
    ],
)
def test_hostile_names_are_shown_and_served_harmlessly(scene: Scene, name: str) -> None:
    assert scene.hand_in(scene.marja, "", [(name, PDF)]).status_code == 303
    (stored,) = names(scene)
    assert "/" not in stored
    assert "<" not in stored
    marja = scene.visit(scene.marja)
    page = marja.get(scene.address).text
    assert "<script>alert" not in page
    (file,) = set(re.findall(r'href="(/files/[a-z0-9]+)"', page))
    with marja.get(file) as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
        assert "\n" not in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_with_a_wrong_name_gets_the_right_one(scene: Scene) -> None:
    scene.hand_in(scene.marja, "", [("photo.jpg", PNG)])
    assert names(scene) == ["photo.png"]


def test_files_of_strangers_are_not_even_stored(scene: Scene) -> None:
    stranger = scene.visit(scene.stranger)
    raw = PDF + b"unique"
    answer = stranger.post(scene.address, stranger.form("/account") | {"text": "x"}, files=[("x.pdf", raw)])
    assert answer.status_code == 404
    client = scene.app.test_client()
    assert client.post(scene.address, data={"text": "x"}).status_code == 400
    folder = inside(scene.app, lambda: blobs.store_path("0" * 64).parent.parent)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_somebody_signed_out_meanwhile_keeps_the_words(scene: Scene) -> None:
    marja = scene.visit(scene.marja)
    form = marja.form(scene.address)
    with marja.client.session_transaction() as cookie:
        cookie.pop("test_subject")
    answer = marja.post(scene.address, form | {"text": "Long words", "draft": "1"}, files=[("plan.pdf", PDF)])
    assert answer.status_code == 401
    assert "Long words" in answer.text
    assert "plan.pdf" in answer.text


@pytest.mark.skipif("config.getoption('--database') == 'postgresql'", reason="only SQLite has one writers' lock")
def test_a_locked_database_keeps_the_words(app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    marja = scene.visit(scene.marja)
    form = marja.form(scene.address)
    monkeypatch.setitem(app.config, "LMS_LOCK_SECONDS", 0.05)
    from lms.kernel import transaction  # noqa: PLC0415 - only here

    with transaction._threads:
        answer = marja.post(scene.address, form | {"text": "Long words", "draft": "1"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Long words" in answer.text
    assert "Send again" in answer.text


FULL = """
import resource, signal, sys
from pathlib import Path
from lms.kernel import migrations
from lms.testing.apps import make_host
from tests.assessments.handins.scene import PDF, make_scene
app = make_host(Path(sys.argv[1]))
with app.app_context():
    migrations.upgrade()
scene = make_scene(app)
marja = scene.visit(scene.marja)
form = marja.form(scene.address)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
more = {"text": "Long words", "handin": "1", "who": [str(scene.marja)]}
for limit, size in ((2_000, 9_000), (100_000, 900_000)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    answer = marja.post(scene.address, form | more, files=[("big.pdf", PDF + b"x" * size)])
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    print(answer.status_code, "Long words" in answer.text, "nothing was saved" in answer.text)
answer = marja.post(scene.address, form | more, files=[("big.pdf", PDF + b"x" * 900_000)])
print(answer.status_code)
"""


def test_a_full_disk_says_so_and_loses_no_words(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.getcwd(),  # noqa: PTH109 - the checkout, from which the modules come
    )
    small, large, later = run.stdout.strip().splitlines()
    assert small == "503 True True"
    # Not even the temporary file of the browser's body could be written: the words are still in the browser.
    assert large == "503 False True"
    assert later == "303", "with room again, the same form goes through"
