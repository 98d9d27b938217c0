"""Reading programmes: where they stand, their editions, deadlines, teams and places.

Functions that take a viewer apply the policy in the query itself. The others answer about a programme that the
caller has got through one of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from courses.catalogue.models import Course, Edition
from courses.catalogue.queries import manifest_of
from courses.programmes import policies
from courses.programmes.models import (
    Deadline,
    Enrolment,
    JoinRequest,
    Programme,
    ProgrammeEdition,
    ProgrammeRule,
    Team,
    TeamMember,
)
from courses.programmes.rules import Asking, MayAsk, Terms, due_instant, may_ask, places_left, places_taken
from lms.hubs.models import Hub
from lms.kernel.clock import today
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.paging import Page, page_of
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, ScalarSelect, Select, SQLColumnExpression

    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class Places:
    """How many places a programme has, and how many of them are taken."""

    seats: int
    cities: int
    people_without_city: int

    @property
    def taken(self) -> int:
        """Places that are taken."""
        return places_taken(self.cities, self.people_without_city)

    @property
    def left(self) -> int:
        """Places that are free."""
        return places_left(self.seats, self.cities, self.people_without_city)


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme in a list."""

    programme: Programme
    hub: str
    cities: int
    people: int
    open_requests: int


@dataclass(frozen=True)
class PublicProgramme:
    """What everybody may know of a programme to come."""

    programme: Programme
    hub: str
    course_slug: str
    places: Places
    state: MayAsk

    @property
    def has_begun(self) -> bool:
        """Whether the first day lies behind."""
        return self.programme.starts_on < today(self.programme.time_zone)


@dataclass(frozen=True)
class DueDate:
    """A deadline: the activity, the day, and the instant until which it is met."""

    node_key: str
    due_on: date
    due_at: datetime


def programme_by_ref(ref: str) -> Programme:
    """Return a programme for its public page. Raises NotFound."""
    programme = db.session.scalar(select(Programme).where(Programme.ref == ref))
    if programme is None:
        raise _no_programme()
    return programme


def staffed_programme(viewer: Viewer, ref: str) -> Programme:
    """Return a programme in which the viewer trains or which they manage. Raises NotFound."""
    programme = db.session.scalar(select(Programme).where(Programme.ref == ref, policies.staffed_programmes(viewer)))
    if programme is None:
        raise _no_programme()
    return programme


def managed_programme(viewer: Viewer, ref: str) -> Programme:
    """Return a programme that the viewer manages. Raises NotFound."""
    programme = db.session.scalar(select(Programme).where(Programme.ref == ref, policies.managed_programmes(viewer)))
    if programme is None:
        raise _no_programme()
    return programme


def _no_programme() -> NotFound:
    return NotFound(_("There is no such training programme, or you do not take part in it."))


def staffed_page(viewer: Viewer, *, search: str = "", number: int = 1) -> Page[ProgrammeRow]:
    """Return the programmes in which the viewer trains or which they manage, newest first, in pages."""
    requests = select(func.count(JoinRequest.id)).where(
        JoinRequest.programme_id == Programme.id, JoinRequest.answered_at.is_(None)
    )
    cities = select(func.count(Team.id)).where(Team.programme_id == Programme.id, _holds_place())
    people = select(func.count(Enrolment.id)).where(Enrolment.programme_id == Programme.id, Enrolment.left_at.is_(None))
    statement = (
        select(Programme, Hub.name, cities.scalar_subquery(), people.scalar_subquery(), requests.scalar_subquery())
        .join(Hub, Hub.id == Programme.hub_id)
        .where(policies.staffed_programmes(viewer))
        .order_by(Programme.starts_on.desc(), Programme.id.desc())
    )
    if search.strip():
        statement = statement.where(Programme.title.icontains(search.strip(), autoescape=True))
    return page_of(statement, number, make=lambda row: ProgrammeRow(*row))


def programmes_of(viewer: Viewer) -> list[tuple[Programme, Enrolment]]:
    """Return the programmes in which the viewer takes part, with their enrolments; the latest begun first."""
    rows = db.session.execute(_own_programmes(), {"viewer": viewer.person_id})
    return [(row[0], row[1]) for row in rows]


@cache
def _own_programmes() -> Select[Programme, Enrolment]:
    return (
        select(Programme, Enrolment)
        .join(Enrolment, Enrolment.programme_id == Programme.id)
        .where(Enrolment.person_id == bindparam("viewer"), Enrolment.left_at.is_(None))
        .order_by(Programme.starts_on.desc(), Programme.id.desc())
    )


def enrolment_for(viewer: Viewer, programme: Programme) -> Enrolment | None:
    """Return the viewer's own enrolment in a programme; None when they take no part (any more)."""
    return db.session.scalar(
        select(Enrolment).where(
            Enrolment.programme_id == programme.id,
            Enrolment.person_id == viewer.person_id,
            Enrolment.left_at.is_(None),
        )
    )


def enrolment_by_ref(viewer: Viewer, ref: str) -> Enrolment:
    """Return an enrolment that the viewer sees. Raises NotFound."""
    enrolment = db.session.scalar(select(Enrolment).where(Enrolment.ref == ref, policies.visible_enrolments(viewer)))
    if enrolment is None:
        raise NotFound(_("There is nobody at this address whom you may see."))
    return enrolment


def edition_id_of(programme_id: int) -> int:
    """Return the edition in force in a programme. Raises NotFound."""
    edition_id = db.session.scalar(_edition_statement(), {"programme": programme_id})
    if edition_id is None:
        raise _no_programme()
    return edition_id


@cache
def _edition_statement() -> Select[int | None]:
    return select(edition_in_force(bindparam("programme", type_=Integer())))


def edition_in_force(programme_id: SQLColumnExpression[int] = Programme.id) -> ScalarSelect[int]:
    """Return the edition in force in a programme as a part of a statement: of its `Programme`, or of the id given."""
    newest = (
        select(ProgrammeEdition.edition_id)
        .where(ProgrammeEdition.programme_id == programme_id)
        .order_by(ProgrammeEdition.number.desc())
        .limit(1)
    )
    return newest.correlate(Programme).scalar_subquery()


def terms_of(programme_id: int) -> Terms:
    """Return what completing a programme takes beside the activities of its course."""
    rule = db.session.scalar(
        select(ProgrammeRule.rule)
        .where(ProgrammeRule.programme_id == programme_id)
        .order_by(ProgrammeRule.number.desc())
        .limit(1)
    )
    return Terms.of(rule or {})


def deadlines_of(programme: Programme) -> list[DueDate]:
    """Return the deadlines of a programme, the next first; past ones are among them."""
    rows = db.session.scalars(
        select(Deadline).where(Deadline.programme_id == programme.id).order_by(Deadline.due_on, Deadline.node_key)
    )
    return [DueDate(row.node_key, row.due_on, due_instant(row.due_on, programme.time_zone)) for row in rows]


def _holds_place() -> ColumnElement[bool]:
    """Return the condition for a city that takes a place: somebody is in its team, or nobody has been in it yet."""
    ever, present = aliased(TeamMember), aliased(TeamMember)
    return and_(
        Team.city_id.is_not(None),
        or_(
            ~exists().where(ever.team_id == Team.id),
            exists().where(present.team_id == Team.id, present.until_at.is_(None)),
        ),
    )


def places(programme: Programme) -> Places:
    """Return how many places of a programme are taken."""
    return places_of([programme])[programme.id]


def places_of(programmes: Sequence[Programme]) -> dict[int, Places]:
    """Return how many places are taken, for several programmes in two queries."""
    ids = [programme.id for programme in programmes]
    cities = dict(
        db.session.execute(
            select(Team.programme_id, func.count(Team.id))
            .where(Team.programme_id.in_(ids), _holds_place())
            .group_by(Team.programme_id)
        ).all()
    )
    alone = dict(
        db.session.execute(
            select(Team.programme_id, func.count(TeamMember.id))
            .join(TeamMember, TeamMember.team_id == Team.id)
            .where(Team.programme_id.in_(ids), Team.city_id.is_(None), TeamMember.until_at.is_(None))
            .group_by(Team.programme_id)
        ).all()
    )
    return {item.id: Places(item.seats, cities.get(item.id, 0), alone.get(item.id, 0)) for item in programmes}


def next_public_programmes(
    viewer: Viewer, *, most: int = 6, hub_id: int | None = None, course_id: int | None = None
) -> list[PublicProgramme]:
    """Return programmes for which one can ask now, the next first, and where the viewer stands in each."""
    day = today()
    statement = (
        select(Programme, Hub.name, Course.slug, *_standing(Programme.id.expression, viewer.person_id))
        .join(Hub, Hub.id == Programme.hub_id)
        .join(Course, Course.id == Programme.course_id)
        .where(
            Programme.ends_on >= day,
            or_(
                Programme.requests_until >= day,
                and_(Programme.requests_until.is_(None), or_(Programme.starts_on >= day, Programme.open_to_all)),
            ),
        )
        .order_by(Programme.starts_on, Programme.id)
        .limit(most)
    )
    if hub_id is not None:
        statement = statement.where(Programme.hub_id == hub_id)
    if course_id is not None:
        statement = statement.where(Programme.course_id == course_id)
    rows = db.session.execute(statement).all()
    taken = places_of([row[0] for row in rows])
    found = []
    for programme, hub, slug, takes_part, asked in rows:
        state = may_ask(_asking(programme, takes_part, asked), today(programme.time_zone))
        found.append(PublicProgramme(programme, hub, slug, taken[programme.id], state))
    return found


def asking_of(programme: Programme, person_id: int) -> Asking:
    """Return what decides whether a person may ask for a place."""
    row = db.session.execute(select(*_standing(programme.id, person_id))).one()
    return _asking(programme, row[0], row[1])


def _standing(
    programme_id: int | ColumnElement[int], person_id: int
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether a person takes part in a programme, and whether a request of theirs waits there."""
    takes_part = exists().where(
        Enrolment.programme_id == programme_id, Enrolment.person_id == person_id, Enrolment.left_at.is_(None)
    )
    asked = exists().where(
        JoinRequest.programme_id == programme_id,
        JoinRequest.person_id == person_id,
        JoinRequest.answered_at.is_(None),
    )
    return takes_part, asked


def _asking(programme: Programme, takes_part: object, asked: object) -> Asking:
    return Asking(programme.ends_on, programme.requests_until, bool(takes_part), bool(asked))


def courses_for(hub_id: int, language: str) -> list[tuple[Course, str]]:
    """Return the published courses that a hub may use, its own too, with their titles; routes come last."""
    statement = select(Course).where(
        Course.current_edition_id.is_not(None), or_(Course.hub_id.is_(None), Course.hub_id == hub_id)
    )
    courses = list(db.session.scalars(statement.order_by(Course.id)))
    manifests = [(course, manifest_of(course.current_edition_id or 0)) for course in courses]
    whole = [(course, manifest.title(language)) for course, manifest in manifests if not manifest.taken_from]
    routes = [
        (course, _("%(title)s (short route)", title=manifest.title(language)))
        for course, manifest in manifests
        if manifest.taken_from
    ]
    return whole + sorted(routes, key=lambda route: sort_key(route[1]))


def newer_edition(programme: Programme, present_id: int) -> Edition | None:
    """Return the newest edition of the programme's course; None when the programme uses it already."""
    statement = (
        select(Edition)
        .where(Edition.course_id == programme.course_id)
        .order_by(Edition.major.desc(), Edition.minor.desc())
        .limit(1)
    )
    edition = db.session.scalars(statement).one()
    return None if edition.id == present_id else edition


def open_request_of(viewer: Viewer, programme: Programme) -> JoinRequest | None:
    """Return the viewer's own request that waits for an answer."""
    return db.session.scalar(
        select(JoinRequest).where(
            JoinRequest.programme_id == programme.id,
            JoinRequest.person_id == viewer.person_id,
            JoinRequest.answered_at.is_(None),
        )
    )


def edition_by_ref(programme: Programme, ref: str) -> Edition:
    """Return an edition of the programme's course. Raises NotFound."""
    edition = db.session.scalar(select(Edition).where(Edition.ref == ref, Edition.course_id == programme.course_id))
    if edition is None:
        raise NotFound(_("There is no such edition of this course."))
    return edition
