"""News for third parties: told once the change is in the database, and never when it was undone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from lms.accounts.models import Person
from lms.kernel.db import db
from lms.kernel.signals import heard_after_commit, signal
from lms.kernel.transaction import transaction
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

somebody_came = signal("test-somebody-came", "Sent by this test inside the transaction, with `person_id`.")


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """Listen as a package of another party does: it reads what it hears of in a transaction of its own."""
    names: list[tuple[str, str]] = []

    def listen(sender: Any, *, person_id: int) -> None:
        with transaction(writes=False):
            names.append((sender, db.session.get_one(Person, person_id).name))
        message = "trouble of another party"
        raise RuntimeError(message)

    connected = heard_after_commit(somebody_came, listen)
    yield names
    somebody_came.disconnect(connected)


def test_others_hear_of_a_change_after_the_commit(app: Flask, heard: list[tuple[str, str]]) -> None:
    with app.app_context():
        with transaction():
            somebody_came.send("the door", person_id=make_person("Marja Lehto").id)
            assert heard == []
        assert heard == [("the door", "Marja Lehto")]  # and the trouble of the listener ended in the log


def test_others_never_hear_of_what_was_undone(app: Flask, heard: list[tuple[str, str]]) -> None:
    with app.app_context():
        with suppress(ZeroDivisionError), transaction():
            somebody_came.send("the door", person_id=make_person("Marja Lehto").id)
            raise ZeroDivisionError
        with transaction():
            make_person("Paolo Ferri")
        assert heard == []
