"""Forms, PDF files and two transactions at once, for tests of certificates."""

from __future__ import annotations

import secrets
import subprocess
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from lms.kernel.guard import TOKEN
from lms.kernel.transaction import transaction
from lms.testing.apps import make_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def post(app: Flask, client: FlaskClient) -> Callable[..., TestResponse]:
    """Send a form as this browser would: `post("/check", code="…")`."""

    def send(url: str, **fields: Any) -> TestResponse:
        with client.session_transaction() as cookie:
            raw = cookie.setdefault(TOKEN, secrets.token_hex(20))
        token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw)
        return client.post(url, data={TOKEN: token, **fields})

    return send


@pytest.fixture
def pdf_text(tmp_path: Path) -> Callable[[bytes], str]:
    """Return the text of a PDF as other programs find it."""

    def read(data: bytes) -> str:
        path = tmp_path / "read.pdf"
        path.write_bytes(data)
        done = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"],  # noqa: S607 - the system's own
            capture_output=True,
            check=True,
        )
        return " ".join(done.stdout.decode().split())

    return read


@pytest.fixture
def postgres_app(postgres_uri: str, tmp_path: Path) -> Iterator[Flask]:
    """Make a host on PostgreSQL, whatever the other tests use."""
    app = make_host(tmp_path / "host", postgres_uri)
    yield app
    with app.app_context():
        from lms.kernel.db import db  # noqa: PLC0415 - the engine of this app

        db.engine.dispose()


def at_once(app: Flask, *actions: Callable[[], Any]) -> list[Any]:
    """Run each action in a transaction of its own, all at the same time; return results or exceptions in order."""
    barrier = Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(place: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    barrier.wait(10)
                    results[place] = actions[place]()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
