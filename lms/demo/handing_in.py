"""Teams hand in their city's work, and trainers answer: one accepted after a revision, one to revise, some waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assessments.handins import answering, queries, services
from assessments.handins.rules import Remark
from courses.catalogue.queries import manifest_of
from courses.programmes.queries import edition_id_of
from lms.kernel.clock import clock
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import HUB, TRAINER, Grant, Viewer

if TYPE_CHECKING:
    from courses.programmes.models import Programme
    from lms.demo import cast

FIRST_TEXT = {
    "en": "Our map shows eleven plans of the city. Four of them count energy, each with figures of its own.",
    "de": "Unsere Karte zeigt elf Pläne der Stadt. Vier davon zählen Energie, jeder mit eigenen Zahlen.",
}
SECOND_TEXT = {
    "en": "We added the year and the owner of each plan, and marked the two plans that nobody follows any more.",
    "de": "Wir haben Jahr und Verantwortliche ergänzt und die zwei Pläne markiert, denen niemand mehr folgt.",
}
TRAINEE_TEXT = "What I did, what I saw, and what I shall do differently next time stand on the sheet that I filled in."
REVISE = {
    "en": "Say who owns each plan. One name and one department are enough.",
    "de": "Nennen Sie zu jedem Plan die Verantwortlichen. Ein Name und ein Amt genügen.",
}
WELL_DONE = {
    "en": "Clear and complete. Show the map to your steering group as it is.",
    "de": "Klar und vollständig. Zeigen Sie die Karte so Ihrer Lenkungsgruppe.",
}


def hand_in(programme: Programme, given: cast.Hub, people: dict[str, int], hub_id: int, began: datetime) -> None:
    """Let the teams of a programme hand in the first assignment; the last team has not got that far."""
    place_key = _handins(programme)[0]
    trainer = Viewer(people[given.trainers[0]], grants=(Grant(TRAINER, HUB, hub_id),))
    for number, town in enumerate(given.cities[:-1]):
        member = Viewer(people[town.people[0][0]])
        ref = programme.ref
        with clock.at(began - timedelta(days=20 - 4 * number)):
            _version(member, ref, place_key, FIRST_TEXT[given.language])
        if number == 0:
            with clock.at(began - timedelta(days=17)):
                _answer(trainer, ref, place_key, member, accepted=False, step=REVISE[given.language])
            with clock.at(began - timedelta(days=14)):
                _version(member, ref, place_key, SECOND_TEXT[given.language])
            with clock.at(began - timedelta(days=12)):
                _answer(trainer, ref, place_key, member, accepted=True, step=WELL_DONE[given.language])
        elif number == 1:
            with clock.at(began - timedelta(days=9)):
                _answer(trainer, ref, place_key, member, accepted=False, step=REVISE[given.language])


def accept_all(programme: Programme, trainer: Viewer, member: Viewer, at: datetime) -> None:
    """Let one person hand in every assignment, and the trainer accept each at once."""
    for key in _handins(programme):
        with clock.at(at - timedelta(days=1)):
            _version(member, programme.ref, key, TRAINEE_TEXT)
        with clock.at(at):
            _answer(trainer, programme.ref, key, member, accepted=True, step="Good work. Use it with your first city.")


def _handins(programme: Programme) -> list[str]:
    manifest = manifest_of(edition_id_of(programme.id))
    return [activity.key for _module, activity in manifest.walk() if activity.kind == "handin"]


def _own(member: Viewer, ref: str, key: str) -> tuple[queries.Place, queries.Owner]:
    place, owner = queries.assignment_for(member, ref, key)
    if owner is None:
        raise NotFound(f"{member.person_id} does not take part")
    return place, owner


def _version(member: Viewer, ref: str, key: str, text: str) -> None:
    place, owner = _own(member, ref, key)
    handin = services.open_handin(actor=member, place=place, owner=owner)
    draft = queries.work_on(handin).draft
    seen = draft.number if draft else 0
    members = list(queries.members_of(owner)) or [member.person_id]
    services.save_draft(actor=member, handin=handin, text=text, worked_on=members, seen=seen)
    services.hand_in(actor=member, handin=handin, place=place)


def _answer(trainer: Viewer, ref: str, key: str, member: Viewer, *, accepted: bool, step: str) -> None:
    """Answer the newest version; when not accepted, the first criterion says why."""
    _place, owner = _own(member, ref, key)
    handin_ref = db.session.scalars(queries.owned_by(owner, key)).one().ref
    opened = queries.opened_for(trainer, handin_ref, lock=True)
    remarks = {
        criterion: Remark("accepted" if accepted or number else "revise", "" if accepted or number else step)
        for number, criterion in enumerate(opened.place.assignment.criteria)
    }
    answering.give_feedback(
        actor=trainer, opened=opened, version_number=opened.work.next_number - 1, remarks=remarks, next_step=step
    )
