"""Forms in tests of pages."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from itsdangerous import URLSafeTimedSerializer

from lms.kernel.guard import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def token(app: Flask, client: FlaskClient) -> Callable[[], str]:
    """Return the token that a form of this browser's session carries."""

    def take() -> str:
        with client.session_transaction() as cookie:
            raw = cookie.setdefault(TOKEN, secrets.token_hex(20))
        return str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw))

    return take
