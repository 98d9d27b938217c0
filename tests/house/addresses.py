"""Addresses of the things of one hub, for every route there is: a route that cannot be filled in fails the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assessments.handins.models import Handin, HandinVersion
from assessments.quizzes.models import Attempt
from certificates.issuing.models import Certificate
from certificates.trainers.models import Practice
from courses.catalogue.models import Course
from courses.catalogue.queries import content, manifest_of
from courses.programmes.models import Enrolment, Invitation, JoinRequest, Programme, Team, Workshop
from courses.programmes.queries import edition_id_of
from lms.accounts.models import Person
from lms.hubs.models import City, Hub, HubMembership, Organisation
from lms.kernel.blobs import Attachment
from lms.kernel.db import db
from lms.library.models import LibraryItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

ANYTHING = "abcdefgh23456789"
# What belongs to no hub.
ANY: dict[tuple[str, str], object] = {
    ("account", "token"): ANYTHING,
    ("confirm", "token"): ANYTHING,
    ("reset", "token"): ANYTHING,
    ("join", "secret"): ANYTHING,
    ("static", "version"): "1",
    ("static", "name"): "lms.css",
    ("materials", "kind"): "docx",
    ("programmes", "kind"): "docx",
    ("programmes", "name"): "form",
    ("hubs", "role"): "trainer",
}


@dataclass(frozen=True)
class Filled:
    """A route with the things of a hub in its address."""

    endpoint: str
    path: str
    takes_arguments: bool


def one(statement: Any) -> Any:
    """Return the first row of a statement."""
    found = db.session.scalars(statement.limit(1)).first()
    assert found is not None, f"the demonstration has nothing for {statement}"
    return found


def hand_in_of(hub: Hub) -> Handin:
    """Return the first hand-in of a city's team."""
    found: Handin = one(select(Handin).where(Handin.hub_id == hub.id, Handin.team_id.is_not(None)).order_by(Handin.id))
    return found


def things_of(hub: Hub) -> dict[tuple[str, str], object]:
    """Return what fills an argument: by the first part of the address and the argument's name."""
    handin = hand_in_of(hub)
    programme = db.session.get_one(Programme, handin.programme_id)
    enrolment = one(select(Enrolment).where(Enrolment.programme_id == programme.id))
    team = one(select(Team).where(Team.programme_id == programme.id, Team.city_id.is_not(None)))
    certificate = one(select(Certificate).where(Certificate.hub_id == hub.id, Certificate.state == "live"))
    practice = one(select(Practice).where(Practice.hub_id == hub.id))
    trainee = one(select(Enrolment).where(Enrolment.person_id == practice.person_id, Enrolment.hub_id == hub.id))
    course = one(select(Course).where(Course.id == programme.course_id))
    city, person = db.session.get_one(City, team.city_id), db.session.get_one(Person, enrolment.person_id)
    member = one(select(HubMembership.organisation_id).where(HubMembership.hub_id == hub.id))
    attempt = one(select(Attempt).join(Enrolment).where(Enrolment.programme_id == programme.id))
    return {
        **ANY,
        ("attempts", "ref"): attempt.ref,
        ("authoring", "ref"): course.ref,
        ("authoring", "key"): next(a.key for _m, a in manifest_of(edition_id_of(programme.id)).walk()),
        ("certificates", "ref"): certificate.ref,
        ("check", "code"): certificate.code,
        ("cities", "ref"): city.ref,
        ("courses", "slug"): course.slug,
        ("dashboard", "ref"): programme.ref,
        ("files", "ref"): one(select(Attachment).where(Attachment.hub_id == hub.id)).ref,
        ("grading", "ref"): handin.ref,
        ("hand-ins", "ref"): handin.ref,
        ("hand-ins", "number"): one(select(HandinVersion).where(HandinVersion.handin_id == handin.id)).number,
        ("hubs", "ref"): hub.ref,
        ("hubs", "city_ref"): city.ref,
        ("hubs", "organisation_ref"): db.session.get_one(Organisation, member).ref,
        ("hubs", "person_ref"): person.ref,
        ("materials", "ref"): one(select(LibraryItem).where(LibraryItem.hub_id == hub.id)).ref,
        ("organisations", "ref"): db.session.get_one(Organisation, member).ref,
        ("programmes", "ref"): programme.ref,
        ("programmes", "digest"): one(select(Invitation).where(Invitation.programme_id == programme.id)).secret_hash,
        ("programmes", "enrolment_ref"): enrolment.ref,
        ("programmes", "person_ref"): person.ref,
        ("programmes", "team_ref"): team.ref,
        ("requests", "ref"): one(select(JoinRequest).where(JoinRequest.hub_id == hub.id)).ref,
        ("trainees", "ref"): trainee.ref,
        ("trainees", "practice_ref"): practice.ref,
        ("workshops", "ref"): one(select(Workshop).where(Workshop.programme_id == programme.id)).ref,
        **_activities(programme),
    }


def _activities(programme: Programme) -> dict[tuple[str, str], object]:
    """Return a lesson, a quiz and a hand-in of the programme's course."""
    keys: dict[tuple[str, str], object] = {}
    for _module, activity in manifest_of(edition_id_of(programme.id)).walk():
        folder = {"lesson": "lessons", "quiz": "quizzes", "handin": "hand-ins"}[activity.kind]
        keys.setdefault((f"programmes/{folder}", "key"), activity.key)
    return keys


def unlike_others(hub: Hub) -> list[str]:
    """Return pages whose inside is unlike that of others at the same route: a checklist, short and whole lessons."""
    found: dict[str, str] = {}
    for programme in db.session.scalars(select(Programme).where(Programme.hub_id == hub.id)).all():
        for _module, activity in manifest_of(edition_id_of(programme.id)).walk():
            settings, inside = content(activity.content)["settings"], f"/programmes/{programme.ref}"
            if settings.get("checks"):
                found.setdefault("checks", f"{inside}/hand-ins/{activity.key}")
                answered = one(select(Handin).where(Handin.node_key == activity.key, Handin.hub_id == hub.id))
                found.setdefault("answered", f"/grading/{answered.ref}")
            if settings.get("short"):
                found.setdefault("route", f"{inside}/course")
                found.setdefault("short", f"{inside}/lessons/{activity.key}")
                found.setdefault("whole", f"{inside}/lessons/{activity.key}?whole=1")
    assert len(found) == 5, found
    return list(found.values())


def filled(app: Flask, hub: Hub, method: str) -> Iterator[Filled]:
    """Return every route of ours that takes a method, with the hub's things in its address."""
    things = things_of(hub)
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint == "lms.kernel.nowhere":
            continue
        path = app.url_map.bind("localhost").build(rule.endpoint, _values(rule, things), method, append_unknown=False)
        yield Filled(rule.endpoint, path, bool(rule.arguments))


def _values(rule: Rule, things: dict[tuple[str, str], object]) -> dict[str, object]:
    parts = rule.rule.strip("/").split("/")
    values = {}
    for name in rule.arguments:
        deeper = f"{parts[0]}/{parts[2]}" if len(parts) > 2 else ""
        found = things.get((deeper, name), things.get((parts[0], name)))
        assert found is not None, f"tests/house/addresses.py does not know what {name!r} is in {rule.rule}"
        values[name] = found
    return values
