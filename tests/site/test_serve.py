"""`python -m lms.site serve` as people start it: real processes, a real port, stopped by a signal."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lms.site import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow
PATIENCE = 90  # seconds on a busy machine


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Site:
    """A started site."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.port = free_port()
        self.log = folder.parent / f"log-{self.port}"
        environment = {key: text for key, text in os.environ.items() if not key.startswith("LMS_")}
        command = [sys.executable, "-m", "lms.site", "serve", "--port", str(self.port), *arguments]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=environment | {"LMS_DATA_DIR": str(folder)}, stdout=log, stderr=subprocess.STDOUT
            )

    def said(self) -> str:
        return self.log.read_text()

    def wait_until(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said():
            assert time.monotonic() < deadline, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.1)

    def get(self, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def children(self) -> list[int]:
        """Return the ids of all processes below the watching one."""
        found, new = [], [self.process.pid]
        while new:
            parent = new.pop()
            below = [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
            new += below
            found += below
        return found


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def start(*arguments: str) -> Site:
        started.append(Site(tmp_path / "data", *arguments))
        return started[-1]

    yield start
    for site in started:
        if site.process.poll() is None:
            site.process.kill()
        site.process.wait()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(processes: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    while any(is_alive(process) for process in processes):
        assert time.monotonic() < deadline, processes
        time.sleep(0.1)


def test_it_prepares_serves_and_stops_all_its_processes(serve: Callable[..., Site]) -> None:
    site = serve("--no-demo")
    site.wait_until(f"The site is ready: http://127.0.0.1:{site.port}")
    assert "Bringing the database up to date" in site.said()
    assert "Make the first one: FLASK_APP=lms.site.wsgi .venv/bin/flask lms init" in site.said()
    assert site.get("/health") == (200, '{"problems":{},"status":"ok"}\n')
    assert site.get("/sign-in")[0] == 200
    children = site.children()
    assert len(children) >= 4  # server, two web processes, worker
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(PATIENCE) == 0
    assert not any(is_alive(child) for child in children)

    again = serve("--no-demo")
    again.wait_until("The site is ready")
    assert "Bringing" not in again.said()
    assert "Loading" not in again.said()
    children = again.children()
    again.process.kill()
    again.process.wait(PATIENCE)
    wait_until_gone(children)  # nothing stays behind that would hold the port


def test_a_taken_port_is_named_at_once(serve: Callable[..., Site]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        site = serve("--no-demo", "--port", str(taken.getsockname()[1]))
        assert site.process.wait(PATIENCE) == 1
    assert "is in use. Stop what runs there, or choose another one" in site.said()


def test_a_worker_that_dies_is_replaced_and_a_server_that_dies_leaves_nobody_behind(serve: Callable[..., Site]) -> None:
    site = serve("--no-demo")
    site.wait_until("The site is ready")
    deadline = time.monotonic() + PATIENCE
    worker = None
    while worker is None and time.monotonic() < deadline:
        worker = next((child for child in site.children() if "lms.site\0work" in _command(child)), None)
        time.sleep(0.1)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    site.wait_until("it is started again")
    assert site.get("/health")[0] == 200
    children = site.children()
    server = next(child for child in children if "lms.site\0web" in _command(child))  # those it forked come later
    os.kill(server, signal.SIGKILL)
    assert site.process.wait(PATIENCE) != 0
    assert "The web processes have stopped by themselves" in site.said()
    wait_until_gone(children)


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


class TestTheNote:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
        monkeypatch.delenv("LMS_DATABASE_URI", raising=False)

    def test_tells_nothing_before_there_is_a_database(self) -> None:
        assert note.fingerprint(demonstration=True) == ""
        assert note.read() == {}

    def test_changes_with_the_database_file_and_the_demonstration(self, tmp_path: Path) -> None:
        database = tmp_path / "lms.db"
        database.write_text("one")
        first = note.fingerprint(demonstration=True)
        assert first == note.fingerprint(demonstration=True) != note.fingerprint(demonstration=False)
        kept = database.open()  # so that its number is not given to the new file
        database.unlink()
        database.write_text("another")
        assert note.fingerprint(demonstration=True) != first
        kept.close()

    def test_looks_at_files_that_are_there_and_at_all_that_read_course_files(self) -> None:
        assert [name for name in note.SOURCES if not (note.CHECKOUT / name).exists()] == ["lms/_migrations"]
        readers = {str(file.relative_to(note.CHECKOUT)) for file in note.CHECKOUT.glob("assessments/*/activity.py")}
        assert readers
        assert readers <= set(note.SOURCES)

    def test_tells_nothing_about_a_database_elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "lms.db").write_text("one")
        monkeypatch.setenv("LMS_DATABASE_URI", "postgresql://elsewhere/lms")
        assert note.fingerprint(demonstration=True) == ""

    def test_is_read_as_written_and_a_broken_one_as_none(self, tmp_path: Path) -> None:
        note.write(done="x", accounts=[["Trainer", "claudia@demo.example", "secret"]])
        assert note.read() == {"done": "x", "accounts": [["Trainer", "claudia@demo.example", "secret"]]}
        (tmp_path / note.NAME).write_text("[half")
        assert note.read() == {}


@pytest.mark.parametrize(("parent", "left"), [("os.getppid()", "alive"), ("os.getpid()", "")])
def test_a_process_whose_parent_was_killed_while_it_started_ends_at_once(parent: str, left: str) -> None:
    source = f"import os; from lms.site.serve import die_with_parent; die_with_parent({parent}); print('alive', end='')"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode == 0, done.stdout) == (bool(left), left)
