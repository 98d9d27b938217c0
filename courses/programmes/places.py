"""Places in a programme: enrolling, cities and their teams, moving, leaving.

Everything that takes or frees a place locks the programme's row first, so that two managers, or two clicks, take
turns and the last place is given once.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from courses.programmes.models import Enrolment, Programme, Team, TeamMember
from courses.programmes.queries import places
from courses.programmes.services import lock, record, require_manager
from courses.programmes.signals import SENDER, enrolled, left, team_changed, team_made, team_removed
from courses.programmes.team_queries import current_member
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict
from lms.kernel.i18n import gettext as _, ngettext
from lms.kernel.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

    from lms.hubs.models import City
    from lms.kernel.permissions import Viewer


def enrol(
    *,
    actor: Viewer,
    programme: Programme,
    person_id: int,
    city_id: int | None,
    coordinator: bool = False,
    work: str = "",
) -> Enrolment:
    """Give a person a place in a programme, in the team of a city or without one.

    Whoever takes part already stays as they are; whoever has left comes back, their facts with them. Raises Conflict
    when all places are taken.
    """
    require_manager(actor, programme)
    programme = lock(programme)
    return enrol_locked(actor, programme, person_id=person_id, city_id=city_id, coordinator=coordinator, work=work)


def add_city(*, actor: Viewer, programme: Programme, city: City) -> Team:
    """Let a city take part: its team is there at once, with nobody in it yet. Raises Conflict when it is full."""
    require_manager(actor, programme)
    programme = lock(programme)
    with _within_places(programme):
        team, is_new = _team_of(programme, city.id)
    if is_new:
        record(actor, programme, after={"city_id": city.id, "team_id": team.id})
    return team


def remove_city(*, actor: Viewer, programme: Programme, team: Team) -> None:
    """Take a city out again. Raises Conflict when somebody is, or was, in its team."""
    require_manager(actor, programme)
    programme = lock(programme)
    if db.session.scalar(select(exists().where(TeamMember.team_id == team.id))):
        raise Conflict(_("People are or were in this team, so it stays. Move the people to another team instead."))
    team_removed.send(SENDER, programme_id=programme.id, hub_id=programme.hub_id, team_id=team.id)
    db.session.execute(delete(Team).where(Team.id == team.id))
    record(actor, programme, before={"city_id": team.city_id, "team_id": team.id})


def move_to_team(*, actor: Viewer, enrolment: Enrolment, city_id: int | None) -> None:
    """Move a person to the team of another city, or to nobody's; they are no coordinator there.

    Raises Conflict when it would take a place and none is left.
    """
    programme = db.session.get_one(Programme, enrolment.programme_id)
    require_manager(actor, programme)
    programme = lock(programme)
    _require_present(enrolment)
    old = _present_member(enrolment)
    with _within_places(programme):
        team, _is_new = _team_of(programme, city_id)
        if team.id == old.team_id:
            return
        old.until_at = now()
        db.session.flush()
        _add_member(programme, team, enrolment.person_id, coordinator=False, work=old.work)
    record(actor, programme, before={"team_id": old.team_id}, after={"team_id": team.id, "enrolment_id": enrolment.id})
    team_changed.send(
        SENDER,
        enrolment_id=enrolment.id,
        programme_id=programme.id,
        hub_id=programme.hub_id,
        person_id=enrolment.person_id,
        team_id=team.id,
        old_team_id=old.team_id,
    )


def leave(*, actor: Viewer, enrolment: Enrolment, why: str = "") -> None:
    """End that a person takes part: by themselves or by a manager. What they have done stays as facts.

    Having left already changes nothing.
    """
    programme = db.session.get_one(Programme, enrolment.programme_id)
    if enrolment.person_id != actor.person_id:
        require_manager(actor, programme)
    programme = lock(programme)
    db.session.refresh(enrolment)
    if enrolment.left_at is not None:
        return
    enrolment.left_at = now()
    member = current_member(enrolment)
    if member is not None:
        member.until_at = now()
    db.session.flush()
    record(actor, programme, before={"enrolment_id": enrolment.id}, after={"left": True}, why=clean_text(why)[:2000])
    left.send(
        SENDER,
        enrolment_id=enrolment.id,
        programme_id=programme.id,
        hub_id=programme.hub_id,
        person_id=enrolment.person_id,
        team_id=member.team_id if member else None,
    )


def set_coordinator(*, actor: Viewer, enrolment: Enrolment, coordinator: bool) -> None:
    """Say that a person coordinates their city's team, or does not any more. A team may have several."""
    programme = db.session.get_one(Programme, enrolment.programme_id)
    require_manager(actor, programme)
    _require_present(enrolment)
    member = _present_member(enrolment)
    if member.coordinator == coordinator:
        return
    member.coordinator = coordinator
    db.session.flush()
    record(actor, programme, after={"enrolment_id": enrolment.id, "coordinator": coordinator})


def enrolment_in(programme_id: int, person_id: int) -> Select[Enrolment]:
    """Return the statement for a person's one enrolment in a programme."""
    return select(Enrolment).where(Enrolment.programme_id == programme_id, Enrolment.person_id == person_id)


def enrol_locked(
    actor: Viewer,
    programme: Programme,
    *,
    person_id: int,
    city_id: int | None,
    coordinator: bool = False,
    work: str = "",
) -> Enrolment:
    """Enrol a person in a programme that is locked; the caller has asked the policy."""
    statement = enrolment_in(programme.id, person_id).execution_options(populate_existing=True)
    enrolment = db.session.scalar(statement)
    if enrolment is not None and enrolment.left_at is None:
        return enrolment
    with _within_places(programme):
        team, _is_new = _team_of(programme, city_id)
        if enrolment is None:
            enrolment = Enrolment(
                ref=new_ref(),
                programme_id=programme.id,
                hub_id=programme.hub_id,
                person_id=person_id,
                enrolled_at=now(),
                left_at=None,
            )
            db.session.add(enrolment)
        enrolment.left_at = None
        _add_member(programme, team, person_id, coordinator=coordinator, work=work)
    record(actor, programme, after={"enrolment_id": enrolment.id, "team_id": team.id})
    enrolled.send(
        SENDER,
        enrolment_id=enrolment.id,
        programme_id=programme.id,
        hub_id=programme.hub_id,
        person_id=person_id,
        team_id=team.id,
    )
    return enrolment


@contextmanager
def _within_places(programme: Programme) -> Iterator[None]:
    """Undo what a block does, and raise Conflict, when it takes a place that is not there. The row is locked."""
    before = places(programme)
    with db.session.begin_nested():
        yield
        db.session.flush()
        after = places(programme)
        if after.taken > before.taken and after.taken > after.seats:
            message = ngettext(
                "The one place of this programme is taken. Add a place first, or choose another city.",
                "All %(num)s places of this programme are taken. Add a place first, or choose another city.",
                programme.seats,
            )
            raise Conflict(message)


def _team_of(programme: Programme, city_id: int | None) -> tuple[Team, bool]:
    """Return the team of a city (or the one without a city), and whether it is new. The programme is locked."""
    same = Team.city_id.is_(None) if city_id is None else Team.city_id == city_id
    team = db.session.scalar(select(Team).where(Team.programme_id == programme.id, same))
    if team is not None:
        return team, False
    team = Team(
        ref=new_ref(),
        programme_id=programme.id,
        hub_id=programme.hub_id,
        city_id=city_id,
        created_at=now(),
    )
    db.session.add(team)
    db.session.flush()
    team_made.send(SENDER, programme_id=programme.id, hub_id=programme.hub_id, team_id=team.id)
    return team, True


def _add_member(programme: Programme, team: Team, person_id: int, *, coordinator: bool, work: str) -> None:
    member = TeamMember(
        team_id=team.id,
        programme_id=programme.id,
        person_id=person_id,
        coordinator=coordinator,
        work=clean_line(work)[:120],
        from_at=now(),
        until_at=None,
    )
    db.session.add(member)
    db.session.flush()


def _require_present(enrolment: Enrolment) -> None:
    db.session.refresh(enrolment)
    if enrolment.left_at is not None:
        raise Conflict(_("This person has left the programme meanwhile, so nothing was changed."))


def _present_member(enrolment: Enrolment) -> TeamMember:
    member = current_member(enrolment)
    if member is None:
        message = f"enrolment {enrolment.id} is in no team"
        raise LookupError(message)
    return member
