from __future__ import annotations

import socket

import pytest

from lms.testing.sockets import NetworkIsClosedError, is_local


def test_another_machine_cannot_be_reached_by_name() -> None:
    with pytest.raises(NetworkIsClosedError, match=r"example\.org"):
        socket.create_connection(("example.org", 80))


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.7"])
def test_another_machine_cannot_be_reached_by_number(address: str) -> None:
    with socket.socket() as sock, pytest.raises(NetworkIsClosedError, match=address):
        sock.connect((address, 80))
    with socket.socket() as sock, pytest.raises(NetworkIsClosedError, match=address):
        sock.connect_ex((address, 80))


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])),
    ):
        server.accept()[0].close()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        (b"localhost", True),
        (None, True),
        ("10.0.0.1", False),
        ("example.org", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host: object, local: bool) -> None:
    assert is_local(host) is local
