"""`python -m lms.site serve`: the whole site on one machine, made ready and watched over.

    python -m lms.site serve [--host H] [--port P] [--demo | --no-demo] [--processes N]
    python -m lms.site prepare [--demo | --no-demo]
    python -m lms.site web [--host H] [--port P] [--processes N]
    python -m lms.site work

`serve` prepares, then starts web processes and one worker, and stops all of them on SIGTERM or SIGINT. A
site of several machines runs `prepare` once, and `web` and `work` by its own service manager.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from lms.kernel.stopping import set_by_signals
from lms.site import note

if TYPE_CHECKING:
    from collections.abc import Sequence

PROCESSES = 2
PAUSE = 0.05  # seconds between two looks at the processes
LONGEST_START = 60.0
LONGEST_STOP = 15.0
PR_SET_PDEATHSIG = 1
NO = {"0", "no", "false", "off", ""}
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - an address to compare with


def say(text: str) -> None:
    """Tell what is being done, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    asked = _parser().parse_args(arguments)
    if asked.command == "work":
        return _work()
    if asked.command == "prepare":
        return _prepare(demonstration=asked.demo)
    if asked.command == "web":
        return _web(asked.host, asked.port, asked.processes)
    return Watch(asked.host, asked.port, asked.processes, demonstration=asked.demo).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lms.site", description="The site on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = os.environ.get("LMS_DEMO", os.environ.get("DEMO", "1")).lower() not in NO
    serve = commands.add_parser("serve", help="prepare, then run web processes and a worker")
    web = commands.add_parser("web", help="run the web processes")
    for one in (serve, web):
        one.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen on")
        one.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="port to listen on")
        one.add_argument("--processes", type=int, default=PROCESSES, help="number of web processes")
    prepare = commands.add_parser("prepare", help="migrate, load courses and demonstration data")
    for one in (serve, prepare):
        one.add_argument(
            "--demo", action=argparse.BooleanOptionalAction, default=demo, help="load invented hubs and people"
        )
    commands.add_parser("work", help="run jobs: mail, certificates")
    return parser


def _prepare(*, demonstration: bool) -> int:
    from lms.site.preparing import prepare  # noqa: PLC0415 - the watching process stays small

    return prepare(demonstration=demonstration)


def _web(host: str, port: int, processes: int) -> int:
    from lms.site.web import run_web  # noqa: PLC0415 - the watching process stays small

    run_web(host, port, processes)
    return 0


def _work() -> int:
    from lms.kernel.jobs import work_until_signalled  # noqa: PLC0415 - the watching process stays small
    from lms.site.app import create_app  # noqa: PLC0415 - as above

    work_until_signalled(create_app())
    return 0


def die_with_parent(parent: int) -> None:
    """Have this process end when `parent` above it is killed, so that no server stays behind on the port (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was killed before it could be asked to tell
        os._exit(1)


class Watch:
    """Starts the processes of the site and stops them together."""

    def __init__(self, host: str, port: int, processes: int, *, demonstration: bool) -> None:
        """Remember what to run, and where."""
        self.host, self.port, self.processes, self.demonstration = host, port, processes, demonstration
        shown = "localhost" if host in EVERYWHERE else host
        self.address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        self.stop = threading.Event()
        self.worker: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Prepare and serve until told to stop; return an exit status."""
        set_by_signals(self.stop)
        os.environ.setdefault("LMS_PUBLIC_URL", self.address)
        if self.demonstration:
            os.environ.setdefault("LMS_DEMONSTRATION", "1")
        if answers(self.host, self.port):
            say(f"Port {self.port} is in use. Stop what runs there, or choose another one: make run PORT=8001")
            return 1
        done = note.fingerprint(demonstration=self.demonstration)
        if (not done or note.read().get("done") != done) and (status := self._prepare()):
            return 0 if self.stop.is_set() else status
        self.web = self._start_web()
        try:
            return self._watch()
        finally:
            self._end()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        # In a session of its own: Ctrl-C reaches this process only, which then stops the others in order.
        return subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", *command],
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - this process has one thread
        )

    def _prepare(self) -> int:
        child = self._start("lms.site", "prepare", "--demo" if self.demonstration else "--no-demo")
        while child.poll() is None:
            if self.stop.wait(PAUSE):
                child.terminate()
                child.wait()
        return child.returncode

    def _start_web(self) -> subprocess.Popen[bytes]:
        where = ["--host", self.host, "--port", str(self.port), "--processes", str(self.processes)]
        return self._start("lms.site", "web", *where)

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("lms.site", "work")

    def _watch(self) -> int:
        """Say when the site answers; start the worker again if it dies; end if the web processes do."""
        began, ready = time.monotonic(), False
        while not self.stop.wait(PAUSE):
            if self.web.poll() is not None:
                say(f"The web processes have stopped by themselves (status {self.web.returncode}).")
                return self.web.returncode or 1
            if not ready and answers(self.host, self.port):
                ready = True
                self._say_ready()
                self.worker = self._start_worker()  # not before: the web processes need both hands to start
            if not ready and time.monotonic() - began > LONGEST_START:
                say("The site did not answer within a minute.")
                return 1
            if self.worker is not None and self.worker.poll() is not None:
                say(f"The worker has stopped by itself (status {self.worker.returncode}); it is started again.")
                self.stop.wait(1)
                self.worker = self._start_worker()
        say("Stopping …")
        return 0

    def _say_ready(self) -> None:
        accounts = note.read().get("accounts", []) if self.demonstration else []
        if accounts:
            say(f"Demonstration accounts, all with the password {accounts[0][2]}")
            widest = max(len(email) for _role, email, _password in accounts)
            for role, email, _password in accounts:
                say(f"  {email:{widest}}  {role}")
        say(f"The site is ready: {self.address}   (stop with Ctrl-C)")

    def _end(self) -> None:
        """Stop all processes; requests and the job in hand are finished first."""
        children = [child for child in (self.web, self.worker) if child is not None]
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + LONGEST_STOP
        for child in children:
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - an address to translate
    try:
        with socket.create_connection((near, port), timeout=1):
            return True
    except OSError:
        return False
