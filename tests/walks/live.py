"""The real site in processes of its own, and a client that reaches it over the network."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


class NetworkClient:
    """A client with cookies; the names are those of Flask's test client."""

    def __init__(self, port: int) -> None:
        """Remember the port."""
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str, **more: Any) -> TestResponse:
        """Get a page."""
        query = more.get("query_string")
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None, {})

    def post(self, path: str, **more: Any) -> TestResponse:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **more.get("headers", {})}
        return self._send("POST", path, urlencode(list(more.get("data", {}).items())), headers)

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> TestResponse:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=20)) as connection:
            connection.request(method, path, body, {**headers, **({"Cookie": cookies} if cookies else {})})
            found = connection.getresponse()
            content = found.read()
        for line in found.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        request: Any = Request({"REQUEST_METHOD": method, "wsgi.url_scheme": "http", "SERVER_NAME": "localhost"})
        return TestResponse([content], str(found.status), found.headers.items(), request)  # type: ignore[arg-type]  # headers as pairs


class LiveSite:
    """Web processes of the site on a free port; `kill` is what a power cut or the kernel does."""

    def __init__(self, folder: Path, uri: str = "") -> None:
        """Remember where the data lie."""
        self.folder, self.uri = folder, uri
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def start(self) -> None:
        """Start two web processes and wait until they answer."""
        quick = {"LMS_PASSWORD_MEMORY_KB": "8", "LMS_PASSWORD_ROUNDS": "1", "LMS_PUBLIC_URL": "http://localhost"}
        where = {"LMS_DATA_DIR": str(self.folder), "LMS_DATABASE_URI": self.uri}
        command = ["lms.site", "web", "--port", str(self.port), "--processes", "2"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**os.environ, **quick, **where},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError((self.folder / "server.log").read_text(errors="replace"))
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return NetworkClient(self.port).get("/health").status_code == 200
        except OSError:
            return False

    def kill(self) -> None:
        """Kill all its processes in this instant; nothing is finished or tidied up."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(START_SECONDS)
