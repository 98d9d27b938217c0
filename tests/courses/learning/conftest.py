"""A scene, and forms in tests of pages."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from itsdangerous import URLSafeTimedSerializer

from lms.kernel.guard import TOKEN
from tests.courses.learning.scene import Scene, make_scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit


@pytest.fixture
def token(app: Flask, client: FlaskClient) -> Callable[[], str]:
    """Return the token that a form of this browser's session carries."""

    def take() -> str:
        with client.session_transaction() as cookie:
            raw = cookie.setdefault(TOKEN, secrets.token_hex(20))
        return str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(raw))

    return take


@pytest.fixture
def scene(commit: Commit, tmp_path: Path) -> Scene:
    """Give a programme with the small course, one participant and one trainer."""
    return make_scene(commit, tmp_path)
