"""Fixtures around the factories.

>>> def test_it(commit, sign_in, client):  # doctest: +SKIP
...     hub = commit(make_hub, "Finland")
...     manager = commit(make_manager, hub.id)
...     sign_in(manager.id)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from lms.kernel.db import Base, db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask

T = TypeVar("T")


class Commit(Protocol):
    """Runs a factory (or any function) in a transaction of its own and commits."""

    def __call__(self, make: Callable[..., T], *args: Any, **values: Any) -> T:
        """Return what the function returns; a row comes back detached, with its columns loaded."""


@pytest.fixture
def commit(app: Flask) -> Commit:
    """Commit what a factory makes, for tests that go through pages."""

    def run(make: Callable[..., T], *args: Any, **values: Any) -> T:
        with app.test_request_context(), transaction():
            made = make(*args, **values)
            db.session.flush()
            for row in made if isinstance(made, (list, tuple)) else [made]:
                if isinstance(row, Base):
                    db.session.refresh(row)
                    db.session.expunge(row)
            return made

    return run
