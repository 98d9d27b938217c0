"""Whoever has used up all attempts at a quiz goes on with the rest, until a trainer allows another attempt."""

from __future__ import annotations

import re
import threading
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assessments.quizzes import policies, queries, services
from assessments.quizzes.models import Attempt
from courses.programmes.models import Enrolment, Programme
from courses.progress.models import EnrolmentState, Outcome
from courses.progress.rebuild import rebuild
from courses.progress.services import record_outcome
from lms.accounts.models import Person
from lms.kernel import jobs
from lms.kernel.audit import AuditEvent
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, NotFound
from lms.kernel.permissions import NOBODY, SYSTEM
from lms.kernel.transaction import transaction
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories.fixtures import Commit
    from tests.factories.pages import Send

QUIZ = "m1-quiz"
LAST = 3  # attempts that the quiz gives


def fail(enrolment: Enrolment, times: int = 1, *, passes: bool = False) -> str:
    """Let a participant take the first quiz without an answer, or with the right ones; return the last attempt."""
    viewer, programme = viewer_for(enrolment.person_id), db.session.get_one(Programme, enrolment.programme_id)
    place, _mine = queries.quiz_for(viewer, programme.ref, QUIZ)
    for _time in range(times):
        attempt = services.start_attempt(actor=viewer, enrolment=enrolment, place=place)
        opened = queries.attempt_for(viewer, attempt.ref, lock=True)
        answers = {1: "coordinator", 2: "5"} if passes else {}
        services.save_answers(actor=viewer, opened=opened, answers=answers, seen={})
        services.submit_attempt(actor=viewer, opened=opened)
    return attempt.ref


def make_stuck(programme: Programme | None = None, *, language: str = "en") -> tuple[Enrolment, str]:
    """Make somebody who has read the first module and failed all attempts at its quiz."""
    enrolment = enrol(make_person(language=language).id, programme or make_programme())
    for key in ("m1-lesson-1", "m1-lesson-2"):
        record_outcome(
            actor=SYSTEM, enrolment_id=enrolment.id, node_key=key, kind="read", edition_id=1, key=f"{enrolment.id}{key}"
        )
    return enrolment, fail(enrolment, LAST)


def state_of(enrolment_id: int) -> tuple[str, int]:
    """Return how the quiz stands, and at how many quizzes all attempts are used up."""
    state = db.session.get_one(EnrolmentState, enrolment_id)
    return state.nodes[QUIZ]["state"], state.used_up


def sent(app: Flask) -> list[EmailMessage]:
    with app.app_context():
        jobs.run_all()
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((Path(app.instance_path) / "mail").glob("*.eml"))
    ]


def the_mail(app: Flask, words: str) -> tuple[str, str]:
    """Return to whom the one mail with these words in its subject went, and what it says."""
    (found,) = [mail for mail in sent(app) if words in mail["Subject"]]
    body = found.get_body(("plain",))
    assert body is not None
    return found["To"], body.get_content()


def no_dead_end(client: FlaskClient, ahead: tuple[str, str], back: tuple[str, str]) -> None:
    """Look at pages that say what is next, and at those of the quiz."""
    for address in ahead:
        page = client.get(address).text
        assert "All attempts used" in page
        assert "Your trainer has to allow another one" in page
        assert "Try the quiz again" not in page
        assert "Go to the hand-in" in page
    for address in back:
        page = client.get(address).text
        assert "Your trainer has to allow another one" in page
        assert "Try again" not in page


def test_from_the_last_failed_attempt_to_another_one(
    app: Flask, client: FlaskClient, commit: Commit, sign_in: Callable[[int], None], send: Send
) -> None:
    programme = commit(make_programme)
    trainer = commit(make_trainer, programme.hub_id)
    enrolment, ref = commit(lambda: make_stuck(db.session.get_one(Programme, programme.id), language="de"))
    page_of = f"/programmes/{programme.ref}"
    quiz, home, course = f"{page_of}/quizzes/{QUIZ}", "/my?lang=en", f"{page_of}/course"
    sign_in(enrolment.person_id)
    no_dead_end(client, (home, course), (quiz, f"/attempts/{ref}/result"))
    assert send(f"/attempts/{ref}/another", {}).status_code == 403
    to, words = the_mail(app, "All attempts used: Marja Lehto")
    assert trainer.email in to
    assert f"/attempts/{ref}/result" in words

    sign_in(trainer.id)
    assert 'href="/attempts/used-up"' in client.get("/grading").text
    page = client.get(f"/attempts/{ref}/result").text
    assert "You see this page as Marja Lehto does." in page
    assert "Marja Lehto cannot go on at this quiz" in page
    page = client.get("/attempts/used-up").text
    assert "Marja Lehto" in page
    once = re.search(r'name="lms_once" value="([^"]+)"', page)
    assert once is not None
    for _click in range(2):
        answer = send(f"/attempts/{ref}/another", {"lms_once": once.group(1)})
        assert (answer.status_code, answer.location) == (303, "/attempts/used-up")
    assert send(f"/attempts/{ref}/another", {}).status_code == 303  # another trainer, a little later
    page = client.get("/attempts/used-up").text
    assert "Marja Lehto can take the quiz once more" in page
    assert "Nobody waits for another attempt" in page
    assert commit(lambda: list(db.session.scalars(select(AuditEvent.what)))).count(policies.ALLOW.name) == 1
    to, words = the_mail(app, "Sie können das Quiz noch einmal machen")
    assert quiz in words

    sign_in(enrolment.person_id)
    assert "Try the quiz once more" in client.get(home).text
    assert "All attempts used" not in client.get(course).text
    assert "1 attempt left" in client.get(quiz).text
    assert "attempt 4</p>" in client.get(send(quiz, {}).location).text
    assert commit(lambda: state_of(enrolment.id)) == ("again", 0)
    with app.test_request_context():
        assert rebuild(True) == []


def test_the_additional_attempt_is_one_and_what_follows_counts(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            enrolment, ref = make_stuck()
            trainer = viewer_for(make_trainer(enrolment.hub_id).id)
            enrolment_id = enrolment.id
        for passes, state in ((False, ("used_up", 1)), (True, ("passed", 0))):
            with transaction():
                services.allow_another(actor=trainer, opened=queries.attempt_for(trainer, ref, lock=True))
            with transaction():
                fail(db.session.get_one(Enrolment, enrolment_id), passes=passes)
            with transaction(writes=False):
                assert state_of(enrolment_id) == state
        with pytest.raises(Conflict), transaction():
            fail(db.session.get_one(Enrolment, enrolment_id))
        with pytest.raises(Conflict), transaction():
            services.allow_another(actor=trainer, opened=queries.attempt_for(trainer, ref, lock=True))
        assert rebuild(True) == []


def test_two_trainers_at_the_same_instant_allow_one(app: Flask) -> None:
    with app.test_request_context(), transaction():
        enrolment, _ref = make_stuck()
        trainers = [make_trainer(enrolment.hub_id, name).id for name in ("Claudia Weiss", "Pekka Aho")]
        # Each of them has another attempt of hers before their eyes.
        refs = list(db.session.scalars(select(Attempt.ref).order_by(Attempt.number)))[1:]
    barrier, errors = threading.Barrier(2), []

    def click(person_id: int, ref: str) -> None:
        with app.test_request_context():
            with transaction(writes=False):
                viewer = viewer_for(person_id)
            barrier.wait()
            try:
                with transaction():
                    services.allow_another(actor=viewer, opened=queries.attempt_for(viewer, ref, lock=True))
            except Exception as error:  # noqa: BLE001 - told below, for a thread's errors are lost
                errors.append(error)

    clicks = [threading.Thread(target=click, args=pair) for pair in zip(trainers, refs, strict=True)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert errors == []
    with app.test_request_context(), transaction(writes=False):
        kinds = list(db.session.scalars(select(Outcome.kind).where(Outcome.node_key == QUIZ).order_by(Outcome.id)))
        assert kinds == ["failed"] * LAST + ["again"]


@pytest.mark.usefixtures("database")
def test_predicate_and_filter_agree_and_nobody_allows_themselves_another() -> None:
    hub, other = make_hub("Finland"), make_hub("Germany", countries=("DE",))
    programmes = [
        make_programme(str(number), hub_id=hub_id) for number, hub_id in enumerate((hub.id, hub.id, other.id))
    ]
    for number, programme in enumerate(programmes):
        enrol(make_person(f"Member {number}").id, programme)
        gone = enrol(make_person(f"Gone {number}").id, programme)
        gone.left_at = now()
        make_person(f"Trainer {number}", ("trainer", "programme", programme.id))
        enrol(make_person(f"Both {number}", ("trainer", "hub", programme.hub_id)).id, programme)
    make_manager(hub.id)
    make_office()
    db.session.flush()
    enrolments = db.session.scalars(select(Enrolment)).all()
    viewers = [NOBODY, SYSTEM, *(viewer_for(person.id) for person in db.session.scalars(select(Person)))]
    seen: dict[str, int] = {}
    for viewer in viewers:
        for filtered, asked in (
            (policies.allowable_enrolments, policies.may_allow),
            (policies.visible_enrolments, policies.may_see),
        ):
            through = set(db.session.scalars(select(Enrolment.id).where(filtered(viewer))))
            for enrolment in enrolments:
                assert asked(viewer, enrolment) == (enrolment.id in through), (viewer.name, asked, enrolment.id)
            if asked is policies.may_allow:
                seen[viewer.name] = len(through)
    # Of two present people in each programme, of all programmes, of their hub's but not themselves.
    assert (seen["system"], seen["Trainer 0"], seen["Both 0"], seen["Hanna Manager"]) == (6, 2, 3, 0)


@pytest.mark.usefixtures("database")
def test_nobody_but_their_trainers_finds_who_waits() -> None:
    enrolment, ref = make_stuck()
    trainer = viewer_for(make_trainer(enrolment.hub_id).id)
    (row,) = queries.used_up_page(trainer, 1).items
    assert (row.name, row.city, row.best, row.last.ref, row.activity.key) == ("Marja Lehto", "Turku", 0.0, ref, QUIZ)
    stranger = viewer_for(make_trainer(make_hub("Germany", countries=("DE",)).id, "Radu Ionescu").id)
    manager = viewer_for(make_manager(enrolment.hub_id).id)
    for nobody in (stranger, manager, viewer_for(enrolment.person_id)):
        assert queries.used_up_page(nobody, 1).total == 0
    with pytest.raises(NotFound):
        queries.attempt_for(stranger, ref)
    with pytest.raises(Forbidden):
        services.allow_another(actor=manager, opened=queries.attempt_for(trainer, ref))
