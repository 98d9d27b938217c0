"""A programme whose quizzes draw, for the tests that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.assessments.quizzes.scene import Learner, make_drawing_programme
from tests.factories.people import make_person
from tests.factories.programmes import enrol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send


@pytest.fixture
def learner(client: FlaskClient, send: Send, commit: Commit, sign_in: Callable[[int], None], tmp_path: Path) -> Learner:
    """Sign somebody in who takes part in a programme whose quizzes draw."""
    programme = commit(make_drawing_programme, tmp_path)
    person = commit(make_person)
    enrolment = commit(enrol, person.id, programme)
    sign_in(person.id)
    return Learner(client, send, programme.hub_id, f"/programmes/{programme.ref}", person.id, enrolment.id)
