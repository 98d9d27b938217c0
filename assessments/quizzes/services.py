"""Writing attempts: starting one, saving answers, handing in, allowing another. Every answer is a new row."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from assessments.quizzes import policies, queries, rules
from assessments.quizzes.models import Attempt, AttemptResult, AttemptStep, Mark
from courses.programmes.team_queries import readers_of
from courses.progress.queries import node_state
from courses.progress.rules import AGAIN, USED_UP
from courses.progress.services import record_outcome
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden
from lms.kernel.i18n import gettext as _
from lms.kernel.mail import send_mail
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.programmes.models import Enrolment
    from lms.kernel.permissions import Viewer


@dataclass
class Saved:
    """What became of a save: the newest step per slot (`steps`), and slots that another tab changed (`stale`)."""

    steps: dict[int, queries.Step] = field(default_factory=dict)
    stale: dict[int, queries.Step] = field(default_factory=dict)


def start_attempt(*, actor: Viewer, enrolment: Enrolment, place: queries.Place) -> Attempt:
    """Start an attempt, or return the one that is open: two clicks, or two tabs, make one attempt.

    Raises Forbidden for anybody but the person, Conflict when no attempt is left.
    """
    if not policies.may_answer(actor, enrolment):
        raise Forbidden(_("Only the participant can take this quiz."))
    known = queries.attempts_of(enrolment.id, place.activity.key)
    if known and known[-1][1] is None:
        return known[-1][0]
    if queries.attempts_left(place, enrolment.id, len(known)) == 0:
        raise Conflict(_("You have used all your attempts. Your best result counts."))
    number = len(known) + 1
    seed = secrets.randbelow(rules.LARGEST_SEED)
    seen = Counter(key for before, _result in known for key in before.drawn)
    row = {
        "ref": new_ref(),
        "enrolment_id": enrolment.id,
        "node_key": place.activity.key,
        "edition_id": place.edition_id,
        "number": number,
        "seed": seed,
        "drawn": place.quiz.drawn(seed, seen),
        "started_at": now(),
    }
    insert_new(Attempt, [row], ["enrolment_id", "node_key", "number"])
    return db.session.scalars(
        select(Attempt).where(
            Attempt.enrolment_id == enrolment.id, Attempt.node_key == place.activity.key, Attempt.number == number
        )
    ).one()


def save_answers(
    *, actor: Viewer, opened: queries.Opened, answers: Mapping[int, Any], seen: Mapping[int, int]
) -> Saved:
    """Append one step for each slot whose answer changed.

    `seen` says per slot which step the page had shown (0: none). An answer that another tab changed meanwhile is not
    overwritten: its slot comes back as stale, with the answer that is stored. The same answer again is no change, so
    a repeated request is answered as before.

    `opened` must hold the attempt's lock. Raises Forbidden, and Conflict when the attempt was handed in.
    """
    _check_open(actor, opened)
    steps = queries.steps_of(opened.attempt.id)
    saved = Saved(steps=dict(steps))
    sequence = max((step.sequence for step in steps.values()), default=0)
    at, rows = now(), []
    for slot, answer in sorted(answers.items()):
        stored = steps.get(slot)
        if (stored.answer if stored else None) == answer:
            continue
        if stored is not None and stored.sequence > seen.get(slot, 0):
            saved.stale[slot] = stored
            continue
        sequence += 1
        rows.append({"attempt_id": opened.attempt.id, "sequence": sequence, "slot": slot, "answer": answer, "at": at})
        saved.steps[slot] = queries.Step(sequence, answer, at)
    if rows:
        db.session.execute(insert(AttemptStep), rows)
    return saved


def _check_open(actor: Viewer, opened: queries.Opened) -> None:
    if not policies.may_answer(actor, opened.enrolment):
        raise Forbidden(_("Only the participant can answer here."))
    if opened.result is not None:
        raise Conflict(
            _("This attempt was handed in already, so it cannot be changed. Open its result to see what counted.")
        )


def submit_attempt(*, actor: Viewer, opened: queries.Opened) -> AttemptResult:
    """Hand in an attempt: mark every slot, write the result, and record the outcome.

    A second hand-in returns the first result. `opened` must hold the attempt's lock.
    """
    if opened.result is not None and policies.may_answer(actor, opened.enrolment):
        return opened.result
    _check_open(actor, opened)
    attempt, quiz = opened.attempt, opened.place.quiz
    steps = queries.steps_of(attempt.id)
    marks = rules.mark_attempt(quiz, attempt.drawn, attempt.seed, {slot: step.answer for slot, step in steps.items()})
    fraction, passed = rules.result(marks, quiz.pass_mark)
    at = now()
    outcome = AttemptResult(attempt_id=attempt.id, fraction=fraction, passed=passed, submitted_at=at)
    db.session.add(outcome)
    db.session.flush()
    db.session.execute(
        insert(Mark),
        [
            {
                "attempt_id": attempt.id,
                "slot": slot,
                "fraction": mark.fraction,
                "feedback": list(mark.feedback),
                "by_id": None,
                "key_version": opened.place.activity.content,
                "reason": "",
                "at": at,
            }
            for slot, mark in enumerate(marks, 1)
        ],
    )
    record_outcome(
        actor=actor,
        enrolment_id=opened.enrolment.id,
        node_key=attempt.node_key,
        kind="passed" if passed else "failed",
        edition_id=attempt.edition_id,
        key=f"attempt:{attempt.id}",
        value=fraction,
        evidence=f"attempt:{attempt.id}",
    )
    if not passed and node_state(opened.enrolment.id, attempt.node_key) == USED_UP:
        _tell_trainers(opened)
    return outcome


def _tell_trainers(opened: queries.Opened) -> None:
    """Tell those who can allow another attempt that somebody waits for it."""
    enrolment, attempt = opened.enrolment, opened.attempt
    for person_id in readers_of(enrolment.programme_id, enrolment.hub_id):
        if person_id != enrolment.person_id:
            key = f"quizzes.used_up:{attempt.id}:{person_id}"
            send_mail(kind="quizzes.used_up", person_id=person_id, args={"attempt_id": attempt.id}, key=key)


def allow_another(*, actor: Viewer, opened: queries.Opened) -> None:
    """Allow one more attempt to somebody whose attempts at a quiz are used up, and tell them.

    Two trainers, or two clicks, allow one. Raises Forbidden for anybody but a trainer and for oneself, Conflict when
    the person needs none.
    """
    enrolment, key = opened.enrolment, opened.attempt.node_key
    if not policies.may_allow(actor, enrolment):
        raise Forbidden(_("Only a trainer of this programme can allow another attempt, and nobody their own."))
    state = node_state(enrolment.id, key)
    if state == AGAIN:
        return
    if state != USED_UP:
        raise Conflict(_("This person needs no other attempt: some are left, or the quiz is passed."))
    last = queries.attempts_of(enrolment.id, key)[-1][0]
    recorded = record_outcome(
        actor=actor,
        enrolment_id=enrolment.id,
        node_key=key,
        kind=AGAIN,
        edition_id=last.edition_id,
        key=f"again:{last.id}",
        evidence=f"attempt:{last.id}",
    )
    if recorded:
        audit.record(actor=actor, what=policies.ALLOW.name, on=("attempt", last.id), after={"number": last.number + 1})
        mail = f"quizzes.again:{last.id}"
        send_mail(kind="quizzes.again", person_id=enrolment.person_id, args={"attempt_id": last.id}, key=mail)
