"""The servers that are measured: the site as it is started, and granian alike for the bare limit: two processes of four
threads each."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import machine
from tests.bench.load import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROCESSES = 2
THREADS = 4
LONGEST_START = 60.0
LONGEST_STOP = 20.0
LOOK_AGAIN = 0.01  # seconds
OK = 200
CHECKOUT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server. `started_in`: seconds from the command to the first good page."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    also: tuple[int, ...]
    """Further processes that work for it, such as a database server."""
    started_in: float = 0.0

    def processes(self) -> list[int]:
        """Return all processes whose work counts."""
        return machine.tree([self.process.pid, *self.also])

    def web_processes(self) -> list[int]:
        """Return the server's own processes."""
        return machine.tree([self.process.pid])


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_site(environment: Mapping[str, str], also: tuple[int, ...] = ()) -> Iterator[Server]:
    """Run the web processes of the site, until the block ends."""
    port = free_port()
    command = ["lms.site", "web", "--port", str(port), "--processes", str(PROCESSES)]
    with running("ours", command, port, "/sign-in", environment, also) as server:
        yield server


@contextmanager
def serve_bare(environment: Mapping[str, str], also: tuple[int, ...] = ()) -> Iterator[Server]:
    """Run the bare limit under the same server, until the block ends."""
    options = {
        "--interface": "wsgi",
        "--host": LOOPBACK,
        "--workers": str(PROCESSES),
        "--blocking-threads": str(THREADS),
        "--log-level": "warning",
    }
    port = free_port()
    flat = [word for pair in options.items() for word in pair]
    command = ["granian", *flat, "--port", str(port), "tests.bench.bare_wsgi:app"]
    with running("bare", command, port, "/sign-in", environment, also) as server:
        yield server


@contextmanager
def running(
    name: str,
    command: list[str],
    port: int,
    page: str,
    environment: Mapping[str, str],
    also: tuple[int, ...] = (),
) -> Iterator[Server]:
    """Run a Python module that serves, and wait for its first good page."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env={**os.environ, **environment}, cwd=CHECKOUT, start_new_session=True
    )
    server = Server(name, port, process, also)
    try:
        _wait(server, page, began)
        server.started_in = time.perf_counter() - began
        yield server
    finally:
        process.terminate()
        try:
            process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(server: Server, page: str, began: float) -> None:
    while time.perf_counter() - began < LONGEST_START:
        if server.process.poll() is not None:
            message = f"{server.name} ended with status {server.process.returncode}"
            raise RuntimeError(message)
        with suppress(OSError, http.client.HTTPException):
            if fetch(server.port, page)[0] == OK:
                return
        time.sleep(LOOK_AGAIN)
    message = f"{server.name} did not answer within {LONGEST_START:.0f} s"
    raise RuntimeError(message)


def fetch(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Get a page: status, headers (names in lower case) and body as it came over the line."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=LONGEST_START)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()
