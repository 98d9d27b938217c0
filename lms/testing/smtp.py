"""A mail server in tests: it takes every message and keeps it."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

MAIL_SECONDS = 10


@dataclass(frozen=True)
class Received:
    """A message as it arrived: who sent it, to whom, and what it says."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass
class SmtpSink:
    """A mail server on this machine that delivers nothing.

    `refuse_with` makes it refuse all further messages with this line, such as "451 try later", at the command
    `refuse_at`: DATA, or RCPT to refuse an address. `certificate` is a PEM file with its key; with one it offers TLS.
    """

    host: str
    port: int
    received: list[Received] = field(default_factory=list)
    refuse_with: str = ""
    refuse_at: str = "DATA"
    certificate: Path | None = None

    @property
    def settings(self) -> dict[str, object]:
        """Settings that send an app's mail here: `app.config.update(smtp.settings)`."""
        return {
            "LMS_MAIL": "smtp",
            "LMS_SMTP_HOST": self.host,
            "LMS_SMTP_PORT": self.port,
            "LMS_SMTP_TLS": False,
            "LMS_SMTP_USER": "",
        }

    def wait_for(self, number: int) -> list[EmailMessage]:
        """Return the messages as soon as there are so many. Raises TimeoutError after ten seconds."""
        deadline = time.monotonic() + MAIL_SECONDS
        while len(self.received) < number:
            if time.monotonic() > deadline:
                message = f"{len(self.received)} of {number} messages came"
                raise TimeoutError(message)
            time.sleep(0.01)
        return [each.message for each in self.received]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    sink: SmtpSink


class _Conversation(socketserver.StreamRequestHandler):
    """One connection, in as much of SMTP (RFC 5321) as smtplib speaks."""

    def handle(self) -> None:
        """Greet, then answer command after command until the other side leaves."""
        self.sender, self.recipients = "", list[str]()
        self._say("220 sink ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            self._answer(verb.upper(), rest)

    def _answer(self, verb: str, rest: str) -> None:
        sink = cast("_Server", self.server).sink
        if sink.certificate and verb == "EHLO":
            self._say("250-sink\r\n250 STARTTLS")
            return
        if sink.certificate and verb == "STARTTLS":
            self._say("220 go on")
            self._encrypt(sink.certificate)
            return
        if verb == sink.refuse_at and sink.refuse_with:
            self._say(sink.refuse_with)
            return
        if verb == "MAIL":
            self.sender, self.recipients = _address(rest), []
        elif verb == "RCPT":
            self.recipients.append(_address(rest))
        elif verb == "DATA":
            self._say("354 go on")
            message = message_from_bytes(self._body(), policy=policy.default)
            sink.received.append(Received(self.sender, tuple(self.recipients), message))
        elif verb not in {"EHLO", "HELO", "RSET", "NOOP"}:
            self._say("502 not here")
            return
        self._say("250 ok")

    def _encrypt(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError:
            self.rfile.close()  # the other side does not trust us, and leaves
            return
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        """Close the connection, which is another one than at first when it was encrypted."""
        super().finish()
        self.connection.close()

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".").replace(b"\r\n", b"\n"))
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    """Give a mail server that keeps what it gets.

    >>> def test_welcome(app, smtp):
    ...     app.config.update(smtp.settings)
    ...     ...
    ...     assert smtp.wait_for(1)[0]["Subject"] == "Welcome"
    """
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.sink = SmtpSink("127.0.0.1", server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="smtp-sink", daemon=True)
        thread.start()
        yield server.sink
        server.shutdown()
        thread.join()
