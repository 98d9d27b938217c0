"""The network in tests: only this machine can be reached.

It is off unless the project says `lms_only_loopback = true` in its pytest settings. A test that must reach
another machine carries the mark `network`.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

LOCAL_NAMES = {"", "localhost", "ip6-localhost", socket.gethostname()}


class NetworkIsClosedError(RuntimeError):
    """A test tried to reach another machine. No OSError, so that no code under test takes it for bad luck."""


def is_local(host: object) -> bool:
    """Whether a host, given as name or number, is this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in LOCAL_NAMES:
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting."""
    words = "fail tests that connect to other machines"
    parser.addini("lms_only_loopback", words, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "network: may open connections to other machines")


@pytest.fixture(autouse=True)
def _only_loopback(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Close the door to other machines for the length of a test."""
    if request.config.getini("lms_only_loopback") and request.node.get_closest_marker("network") is None:
        monkeypatch.setattr(socket, "getaddrinfo", _local_only(socket.getaddrinfo))
        monkeypatch.setattr(socket.socket, "connect", _connect_locally(socket.socket.connect))
        monkeypatch.setattr(socket.socket, "connect_ex", _connect_locally(socket.socket.connect_ex))


def _local_only(resolve: Any) -> Any:
    def getaddrinfo(host: object, *others: Any, **named: Any) -> Any:
        _refuse_far(host)
        return resolve(host, *others, **named)

    return getaddrinfo


def _connect_locally(connect: Any) -> Any:
    def guarded(sock: socket.socket, address: Any) -> Any:
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_far(address[0])
        return connect(sock, address)

    return guarded


def _refuse_far(host: object) -> None:
    if not is_local(host):
        message = f"the test tried to reach {host!r}; only this machine may be reached"
        raise NetworkIsClosedError(message)
