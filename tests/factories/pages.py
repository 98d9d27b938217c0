"""Fixtures for tests of pages: sending a form, and counting statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event

from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TOKEN = "lms_csrf"


class Send(Protocol):
    """Posts a form with the token of the session."""

    def __call__(self, address: str, values: Mapping[str, Any], **more: Any) -> TestResponse:
        """Return the answer, redirects not followed."""


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Send a form as a browser does: with the token that the page's form holds."""

    def post(address: str, values: Mapping[str, Any], **more: Any) -> TestResponse:
        return client.post(address, data={TOKEN: _token(client), **values}, **more)

    return post


def _token(client: FlaskClient) -> str:
    """Make the token that our forms hold: the session's secret, signed as Flask-WTF does it."""
    with client.session_transaction() as cookie:
        secret = cookie.setdefault(TOKEN, "s" * 40)
    signer = URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token")
    return str(signer.dumps(secret))


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[[], list[str]]]:
    """Count SQL statements: each call returns those since the call before."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)

    def take() -> list[str]:
        taken = list(seen)
        seen.clear()
        return taken

    yield take
    event.remove(engine, "before_cursor_execute", note)
