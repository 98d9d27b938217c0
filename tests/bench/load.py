"""The load: requests over keep-alive connections, in a process of its own that imports nothing of the product.

`run(batch, port, …)` starts the process, hands it the requests and returns what was measured. Every run is bounded by
time and by count, and goes to this machine only.

The process speaks HTTP/1.1 itself, with one thread and one socket per connection: the less the client works, the
more the figures say of the server on a machine with two cores.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
CONNECTIONS = 8
MOST = 50_000  # requests in one run
PATIENCE = 30.0  # seconds for one answer
CHUNK = 1 << 18
MS = 1000
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"
END_OF_CHUNKS = b"0\r\n\r\n"


@dataclass
class Batch:
    """Requests that belong together.

    `status` and `text`: what every right answer has. `once`: each request is sent at most once; else they are sent in
    turn until the time is over.
    """

    requests: list[str]
    status: int
    text: str = ""
    once: bool = False


@dataclass
class Measured:
    """What a run gave. Times in seconds, in the order of the answers; `wrong` counts answers that were not right."""

    seconds: float
    times: list[float] = field(default_factory=list)
    body: float = 0.0
    """Mean size of the answers' bodies in bytes."""
    wrong: int = 0
    example: str = ""
    """The beginning of a wrong answer."""

    @property
    def per_second(self) -> float:
        """Right answers per second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def at(self, share: float) -> float:
        """Return the time in ms within which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * MS if ordered else 0.0


def request(
    method: str, path: str, *, cookie: str = "", body: str | None = None, more: tuple[tuple[str, str], ...] = ()
) -> str:
    """Write one request, as it goes over the line."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}", "Accept-Language: en"]
    lines += [f"{name}: {value}" for name, value in more]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body or ""])


def run(batch: Batch, port: int, *, seconds: float, connections: int = CONNECTIONS, most: int = MOST) -> Measured:
    """Send a batch and return what was measured. Raises RuntimeError when the client itself fails."""
    job = {"batch": asdict(batch), "port": port, "seconds": seconds, "connections": connections, "most": most}
    done = subprocess.run(
        [sys.executable, "-S", str(Path(__file__))],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=False,
        timeout=seconds + PATIENCE,
    )
    if done.returncode:
        message = f"the load did not run:\n{done.stderr.decode(errors='replace')}"
        raise RuntimeError(message)
    return Measured(**json.loads(done.stdout))


class Line:
    """One connection and the answer that it waits for."""

    def __init__(self, port: int) -> None:
        """Connect when first needed."""
        self.port = port
        self.socket: socket.socket | None = None
        self.seen = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> socket.socket:
        """Send a request, on the same connection if it is still there."""
        self.seen = b""
        if self.socket is None:
            self.socket = socket.create_connection((LOOPBACK, self.port), timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)
        return self.socket

    def receive(self) -> bool:
        """Take in what has come; whether the answer is whole. Raises OSError when the other side hangs up."""
        assert self.socket is not None
        part = self.socket.recv(CHUNK)
        if not part:
            message = "the server closed the connection"
            raise ConnectionError(message)
        self.seen += part
        head, found, body = self.seen.partition(END_OF_HEAD)
        if not found:
            return False
        length = LENGTH.search(head)
        if length:
            return len(body) >= int(length[1])
        return body.endswith(END_OF_CHUNKS) if CHUNKED.search(head) else True

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class Client:
    """Keeps all lines busy until time or requests run out."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Read the job."""
        batch = Batch(**job["batch"])
        self.requests = [text.encode() for text in batch.requests]
        self.status, self.text, self.once = str(batch.status).encode(), batch.text.encode(), batch.once
        self.seconds: float = job["seconds"]
        self.most = min(int(job["most"]), len(self.requests) if self.once else MOST)
        self.lines = [Line(job["port"]) for _number in range(job["connections"])]
        self.selector = selectors.DefaultSelector()
        self.next = 0
        self.waiting = 0
        self.bytes = 0
        self.result = Measured(0.0)

    def run(self) -> Measured:
        """Send and receive."""
        began = time.perf_counter()
        deadline = began + self.seconds
        for line in self.lines:
            self._start(line)
        while self.waiting:
            for key, _events in self.selector.select(PATIENCE):
                self._go_on(key.data, deadline)
            if time.perf_counter() > deadline + PATIENCE:
                break
        self.result.seconds = time.perf_counter() - began
        self.result.body = self.bytes / max(1, len(self.result.times))
        for line in self.lines:
            line.close()
        return self.result

    def _start(self, line: Line) -> None:
        if self.next >= self.most:
            return
        fresh = line.socket is None
        sock = line.send(self.requests[self.next % len(self.requests)])
        if fresh:
            self.selector.register(sock, selectors.EVENT_READ, line)
        self.next += 1
        self.waiting += 1

    def _go_on(self, line: Line, deadline: float) -> None:
        try:
            if not line.receive():
                return
        except OSError as error:
            self._wrong(repr(error).encode())
            self._drop(line)
        else:
            self._judge(line)
        self.waiting -= 1
        if time.perf_counter() < deadline:
            self._start(line)

    def _judge(self, line: Line) -> None:
        took = time.perf_counter() - line.sent_at
        head, _found, body = line.seen.partition(END_OF_HEAD)
        if head.split(b" ", 2)[1] == self.status and self.text in line.seen:
            self.result.times.append(took)
            self.bytes += len(body)
        else:
            self._wrong(line.seen)
        if CLOSES.search(head):
            self._drop(line)

    def _wrong(self, answer: bytes) -> None:
        self.result.wrong += 1
        self.result.example = self.result.example or answer[:2000].decode(errors="replace")

    def _drop(self, line: Line) -> None:
        if line.socket is not None:
            self.selector.unregister(line.socket)
        line.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(Client(json.load(sys.stdin)).run())))
