"""Reading trainees: who they are, and which conditions they meet. One statement serves list, page and file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, select, true
from sqlalchemy.orm import aliased

from certificates.issuing.models import Award, Certificate
from certificates.issuing.policies import visible_certificates
from certificates.issuing.queries import is_valid
from certificates.issuing.rules import AS_TRAINER, TRAINER
from certificates.trainers import policies, rules
from certificates.trainers.models import Practice
from courses.catalogue.models import Course
from courses.programmes import policies as programme_policies
from courses.programmes.models import Enrolment, Programme, Workshop
from courses.progress.models import Completion, EnrolmentState
from lms.accounts.models import Person
from lms.accounts.queries import names_of
from lms.hubs.models import Hub
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from lms.kernel.permissions import Viewer

MOST_WORKSHOPS = 50


@dataclass(frozen=True)
class Trainee:
    """A trainee in a hub: the newest enrolment in one of its train-the-trainers programmes, and what is known."""

    enrolment: Enrolment
    name: str
    email: str
    hub: str
    programme: str
    done: int
    total: int
    record: rules.Record

    @property
    def state(self) -> rules.State:
        """Where the trainee stands."""
        return rules.state(self.record)


@dataclass(frozen=True)
class PracticeRow:
    """A recorded practice with the name of who recorded it; `counts` is False for one that was corrected."""

    practice: Practice
    by: str
    counts: bool


@cache  # the same on every page, and an alias is dear to make
def _completed(audience: str) -> ColumnElement[bool]:
    """Return the condition that the trainee has completed a course of an audience in a programme of this hub."""
    earlier, programme, course = aliased(Enrolment), aliased(Programme), aliased(Course)
    return exists().where(
        earlier.person_id == Enrolment.person_id,
        earlier.hub_id == Enrolment.hub_id,
        Completion.enrolment_id == earlier.id,
        programme.id == earlier.programme_id,
        course.id == programme.course_id,
        course.audience == audience,
    )


@cache
def _practices() -> Any:
    """Return the number of satisfactory practices that count, recorded in this hub."""
    practice, later = aliased(Practice), aliased(Practice)
    return (
        select(func.count(practice.id))
        .where(
            practice.person_id == Enrolment.person_id,
            practice.hub_id == Enrolment.hub_id,
            practice.satisfactory,
            ~exists().where(later.corrects_id == practice.id),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _certified() -> ColumnElement[bool]:
    """Return the condition that the trainee holds a valid trainer certificate, of whichever hub."""
    return exists().where(
        Award.person_id == Enrolment.person_id,
        Award.kind == TRAINER,
        Award.achievement == AS_TRAINER,
        Certificate.award_id == Award.id,
        is_valid(),
    )


def _trainees(
    *, programmes: ColumnElement[bool] | None = None, people: ColumnElement[bool] | None = None
) -> Select[*tuple[Any, ...]]:
    """Return the statement for trainees, of some programmes or some of the people.

    The few programmes for trainers come first, so that the many people of other programmes are never read.
    """
    for_trainers = select(Programme.id).join(Course, Course.id == Programme.course_id)
    for_trainers = for_trainers.where(
        Course.audience == rules.TRAINERS_COURSE, true() if programmes is None else programmes
    )
    newest = (
        select(func.max(Enrolment.id))
        .where(
            Enrolment.programme_id.in_(for_trainers), Enrolment.left_at.is_(None), true() if people is None else people
        )
        .group_by(Enrolment.person_id, Enrolment.hub_id)
    )
    return (
        select(
            Enrolment,
            Person.name,
            Person.email,
            Hub.name.label("hub"),
            Programme.title,
            EnrolmentState.done,
            EnrolmentState.total,
            _completed(rules.TRAINERS_COURSE).label("completed"),
            _practices().label("practices"),
            _completed(rules.CITIES_COURSE).label("knows_ims"),
            _certified().label("certified"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Hub, Hub.id == Enrolment.hub_id)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .outerjoin(EnrolmentState, EnrolmentState.enrolment_id == Enrolment.id)
        .where(Enrolment.id.in_(newest), Person.erased_at.is_(None))  # nobody can be certified without a name
        .order_by(Person.sort_key, Enrolment.id)
    )


def trainee_of(found: Any) -> Trainee:
    """Make a trainee from a row of the statement."""
    record = rules.Record(bool(found.completed), int(found.practices), bool(found.knows_ims), bool(found.certified))
    return Trainee(
        enrolment=found.Enrolment,
        name=found.name,
        email=found.email,
        hub=found.hub,
        programme=found.title,
        done=int(found.done or 0),
        total=int(found.total or 0),
        record=record,
    )


def trainees(viewer: Viewer, *, search: str = "", state: str = "") -> Select[*tuple[Any, ...]]:
    """Return the statement for the trainees that the viewer sees as staff: for a page, a file or a count.

    state: one of `rules.STATES`, the same as `rules.state` says of each row.
    """
    statement = _trainees(programmes=policies.visible_programmes(viewer))
    if key := sort_key(search):
        statement = statement.where(Person.sort_key.contains(key, autoescape=True))
    if state not in rules.STATES:
        return statement
    ready = and_(_completed(rules.TRAINERS_COURSE), _practices() >= rules.PRACTICES_NEEDED)
    conditions = {
        "certified": _certified(),
        "eligible": and_(ready, ~_certified()),
        "learning": and_(~ready, ~_certified()),
    }
    return statement.where(conditions[state])


def trainees_page(statement: Select[*tuple[Any, ...]], number: int) -> Page[Trainee]:
    """Return one page of `trainees`."""
    return page_of(statement, number, make=trainee_of)


def counts(viewer: Viewer) -> dict[rules.State, int]:
    """Return how many trainees the viewer sees in each state, in one query."""
    known = trainees(viewer).with_only_columns(
        _completed(rules.TRAINERS_COURSE).label("completed"),
        (_practices() >= rules.PRACTICES_NEEDED).label("practised"),
        _certified().label("certified"),
    )
    found = known.order_by(None).subquery()
    made = dict.fromkeys(rules.STATES, 0)
    for completed, practised, certified, count in db.session.execute(select(found, func.count()).group_by(*found.c)):
        practices = rules.PRACTICES_NEEDED if practised else 0
        record = rules.Record(bool(completed), practices, knows_ims=False, certified=bool(certified))
        made[rules.state(record)] += int(count)
    return made


def trainee_by_ref(viewer: Viewer, ref: str) -> Trainee:
    """Return a trainee whom the viewer sees as staff, by the enrolment. Raises NotFound."""
    found = db.session.execute(
        _trainees(programmes=policies.visible_programmes(viewer)).where(Enrolment.ref == ref)
    ).first()
    if found is None:
        raise NotFound(_("There is no such trainee, or you may not see them."))
    return trainee_of(found)


def trainee_now(enrolment: Enrolment) -> Trainee | None:
    """Return what is known of a trainee just now; None for somebody who is none. The caller has asked its policy."""
    found = db.session.execute(_trainees(people=Enrolment.id == enrolment.id)).first()
    return None if found is None else trainee_of(found)


def own_ways(viewer: Viewer) -> list[Trainee]:
    """Return the viewer's own way to the certificate, per hub; also for their home page."""
    mine = Enrolment.person_id == viewer.person_id
    return [trainee_of(found) for found in db.session.execute(_trainees(people=mine))]


def practices_of(enrolment: Enrolment) -> list[PracticeRow]:
    """Return the practices of a trainee in a hub, the newest first; corrected ones are among them."""
    rows = list(
        db.session.scalars(
            select(Practice)
            .where(Practice.person_id == enrolment.person_id, Practice.hub_id == enrolment.hub_id)
            .order_by(Practice.id)
        )
    )
    facts = [rules.PracticeFact(row.id, row.satisfactory, row.corrects_id) for row in rows]
    names, counted = names_of({row.by_id for row in rows}), set(rules.that_count(facts))
    return [PracticeRow(row, names.get(row.by_id, ""), row.id in counted) for row in reversed(rows)]


def practice_by_ref(enrolment: Enrolment, ref: str) -> PracticeRow:
    """Return a practice of a trainee. Raises NotFound."""
    found = next((row for row in practices_of(enrolment) if row.practice.ref == ref), None)
    if found is None:
        raise NotFound(_("There is no such record. Go back to the page of the trainee."))
    return found


def workshops_for(viewer: Viewer, hub_id: int) -> list[tuple[Workshop, Programme]]:
    """Return the workshops of a hub that have begun and that the viewer sees, the newest first."""
    rows = db.session.execute(
        select(Workshop, Programme)
        .join(Programme, Programme.id == Workshop.programme_id)
        .where(
            Programme.hub_id == hub_id,
            Workshop.starts_at <= now(),
            Workshop.cancelled_at.is_(None),
            programme_policies.visible_workshops(viewer),
        )
        .order_by(Workshop.starts_at.desc(), Workshop.id)
        .limit(MOST_WORKSHOPS)
    )
    return [(row[0], row[1]) for row in rows]


def completion_of(enrolment: Enrolment) -> tuple[int, int, datetime] | None:
    """Return what the certificate rests on: programme, edition and time of the newest completion in this hub."""
    earlier = aliased(Enrolment)
    row = db.session.execute(
        select(earlier.programme_id, Completion.edition_id, Completion.at)
        .join(Completion, Completion.enrolment_id == earlier.id)
        .join(Programme, Programme.id == earlier.programme_id)
        .join(Course, Course.id == Programme.course_id)
        .where(
            earlier.person_id == enrolment.person_id,
            earlier.hub_id == enrolment.hub_id,
            Course.audience == rules.TRAINERS_COURSE,
        )
        .order_by(Completion.at.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1], row[2])


def certificate_of(viewer: Viewer, person_id: int) -> Certificate | None:
    """Return the newest trainer certificate of a person, if the viewer may see it."""
    return db.session.scalar(
        select(Certificate)
        .join(Award, Award.id == Certificate.award_id)
        .where(Award.person_id == person_id, Award.kind == TRAINER, visible_certificates(viewer))
        .order_by(Certificate.id.desc())
        .limit(1)
    )
