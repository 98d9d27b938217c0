"""One large programme, for measuring: `flask lms demo load --participants 100000`.

The shape follows the benchmarks: a course of 20 text pages and one quiz of ten questions; each page is read with
probability one half (by a fixed seed); the first 400 participants have an attempt that is open. Rows are written in
bulk; the states come from the same pure rules as ever, and `flask lms rebuild --check` agrees with them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from assessments.quizzes.models import Attempt
from assessments.quizzes.rules import LARGEST_SEED
from courses.catalogue.models import Content, Course, Edition
from courses.catalogue.rules import Activity, Manifest, Module, canonical, content_hash
from courses.programmes.models import Enrolment, Programme, ProgrammeEdition, ProgrammeRule, Team, TeamMember
from courses.progress.models import EnrolmentState, NodeTally, Outcome, ProgrammeTally, Tally, TeamState
from courses.progress.rules import OutcomeFact, Share, course_state, share_of
from courses.progress.services import make_team_states
from lms.accounts.models import Person
from lms.demo.large_course import activities
from lms.hubs.models import City, Hub, HubCity
from lms.kernel.clock import now
from lms.kernel.db import Base, db, new_ref
from lms.kernel.text import sort_key
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

BATCH = 5_000
PER_TEAM = 12
OPEN_ATTEMPTS = 400
SEED = 2026
HALF = 0.5
FIRST_NAMES = ("Ana", "Bence", "Chloé", "Dóra", "Eetu", "Filip", "Giulia", "Håkan", "Ilze", "Jan", "Kaja", "Lóránt")
LAST_NAMES = ("Ågren", "Bianchi", "Černý", "Dubois", "Eriksen", "Fischer", "García", "Horváth", "Jensen", "Kowalski")


@dataclass
class Plan:
    """Where the people go, and what has been counted on the way."""

    programme_id: int
    edition_id: int
    manifest: Manifest
    hub_id: int
    teams: list[int]
    chance: random.Random
    at: datetime
    tallies: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    nodes: dict[str, int] = field(default_factory=dict)

    def count(self, team_id: int, share: Share) -> None:
        """Add one enrolment to the counters."""
        for key, counts in share.modules.items():
            row = self.tallies.setdefault((team_id, key), [0, 0, 0])
            for place, number in enumerate(counts):
                row[place] += number
        for key in share.nodes:
            self.nodes[key] = self.nodes.get(key, 0) + 1


def load_large(participants: int, say: Callable[[str], None]) -> str:
    """Make a large programme and return its public id."""
    say(f"Making a programme with {participants} participants …")
    with transaction():
        plan = _prepare(participants)
        ref = db.session.scalars(select(Programme.ref).where(Programme.id == plan.programme_id)).one()
    for first in range(0, participants, BATCH):
        with transaction():
            _people(plan, first, min(BATCH, participants - first))
        say(f"  {min(first + BATCH, participants)} of {participants}")
    with transaction():
        _counters(plan)
    say("Done.")
    return ref


def _prepare(participants: int) -> Plan:
    moment = now()
    number = (db.session.scalar(select(func.count()).select_from(Hub)) or 0) + 1
    hub = Hub(
        ref=new_ref(),
        name=f"Measuring hub {number}",
        sort_key=f"measuring hub {number}",
        code=f"M{number}",
        countries=["FI"],
        languages=["en"],
        time_zone="UTC",
        demonstration=True,
        created_at=moment,
    )
    db.session.add(hub)
    db.session.flush()
    slug = f"measuring-{new_ref()}"
    course = Course(
        ref=new_ref(), slug=slug, hub_id=hub.id, source_language="en", audience="city-teams", created_at=moment
    )
    db.session.add(course)
    db.session.flush()
    manifest = _manifest(course.slug)
    edition = Edition(
        ref=new_ref(), course_id=course.id, major=1, minor=0, manifest=manifest.to_json(), by_id=0, published_at=moment
    )
    db.session.add(edition)
    db.session.flush()
    course.current_edition_id = edition.id
    programme = _programme(hub, course, edition, participants, moment)
    teams = _teams(programme, number, -(-participants // PER_TEAM))
    return Plan(programme.id, edition.id, manifest, hub.id, teams, random.Random(SEED), moment)


def _programme(hub: Hub, course: Course, edition: Edition, participants: int, moment: datetime) -> Programme:
    """Make the programme on the edition, with the usual rule."""
    programme = Programme(
        ref=new_ref(),
        hub_id=hub.id,
        course_id=course.id,
        title=f"{participants} participants",
        languages=["en"],
        time_zone="UTC",
        starts_on=moment.date(),
        ends_on=moment.date() + timedelta(days=365),
        seats=participants,
        certificate=False,
        created_at=moment,
        created_by_id=0,
    )
    db.session.add(programme)
    db.session.flush()
    rule = {"version": 1, "nodes": "all", "attended_minutes": 0}
    db.session.add_all(
        [
            ProgrammeEdition(programme_id=programme.id, number=1, edition_id=edition.id, from_at=moment, by_id=0),
            ProgrammeRule(programme_id=programme.id, number=1, rule=rule, at=moment, by_id=0),
        ]
    )
    db.session.flush()
    return programme


def _manifest(slug: str) -> Manifest:
    rows = []
    for key, body, minutes in activities():
        digest = content_hash(body)
        if db.session.get(Content, digest) is None:
            db.session.add(Content(hash=digest, body=canonical(body)))
        titles = {"en": body["texts"]["en"]["title"]}
        rows.append(Activity(key, body["kind"], digest, titles, minutes, by_team=False, must_do={}))
    module = Module("m1", "M1", 0, 10.0, {"en": "All pages"}, {"en": "Can read."}, "complete", {}, tuple(rows))
    about: dict[str, Any] = {
        "title": "Twenty pages",
        "summary": "For measuring.",
        "description": "For measuring.",
        "outcomes": ["Read"],
        "workload": "10 hours",
        "assessment": "Quiz",
        "participation": "Online",
        "quality": "None",
    }
    return Manifest(slug, "en", ["en"], "city-teams", 10.0, "", {"en": about}, (module,))


def _teams(programme: Programme, number: int, count: int) -> list[int]:
    moment = now()
    names = [f"Measuring town {number}-{index:05d}" for index in range(count)]
    cities = [
        {
            "ref": new_ref(),
            "name": name,
            "sort_key": sort_key(name),
            "country": "FI",
            "kind": "municipality",
            "code": "",
            "population": None,
            "created_at": moment,
        }
        for name in names
    ]
    city_ids = _insert(City, cities)
    # As clients of the hub they go with it when the demonstration is removed.
    _insert(HubCity, [{"hub_id": programme.hub_id, "city_id": city_id, "from_at": moment} for city_id in city_ids])
    teams = [
        {
            "ref": new_ref(),
            "programme_id": programme.id,
            "hub_id": programme.hub_id,
            "city_id": city_id,
            "created_at": moment,
        }
        for city_id in city_ids
    ]
    return _insert(Team, teams)


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in the order of the rows."""
    ids: list[int] = []
    for first in range(0, len(rows), BATCH):
        statement = insert(model).returning(model.__table__.c.id, sort_by_parameter_order=True)
        ids += [row[0] for row in db.session.execute(statement, rows[first : first + BATCH])]
    return ids


def _people(plan: Plan, first: int, count: int) -> None:
    """Add people, their places and what they have read."""
    numbers = range(first, first + count)
    names = [f"{FIRST_NAMES[n % 12]} {LAST_NAMES[n // 12 % 10]} {n:06d}" for n in numbers]
    person_ids = _insert(
        Person,
        [
            {
                "ref": new_ref(),
                "name": name,
                "sort_key": sort_key(name),
                "email": f"p{n}@measuring.example",
                "language": "en",
                "time_zone": "",
                "created_at": plan.at,
            }
            for n, name in zip(numbers, names, strict=True)
        ],
    )
    enrolment_ids = _insert(
        Enrolment,
        [
            {
                "ref": new_ref(),
                "programme_id": plan.programme_id,
                "hub_id": plan.hub_id,
                "person_id": person_id,
                "language": "",
                "enrolled_at": plan.at,
                "left_at": None,
            }
            for person_id in person_ids
        ],
    )
    team_ids = [plan.teams[n // PER_TEAM] for n in numbers]
    _join_teams(plan, numbers, team_ids, person_ids)
    outcomes: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    for name, enrolment_id, team_id in zip(names, enrolment_ids, team_ids, strict=True):
        _progress(plan, sort_key(name), enrolment_id, team_id, outcomes, states)
    if outcomes:
        db.session.execute(insert(Outcome), outcomes)
    db.session.execute(insert(EnrolmentState), states)
    _attempts(plan, [enrolment_id for n, enrolment_id in zip(numbers, enrolment_ids, strict=True) if n < OPEN_ATTEMPTS])


def _join_teams(plan: Plan, numbers: range, team_ids: list[int], person_ids: list[int]) -> None:
    """Put people into their teams; the first of each coordinates it."""
    members = [
        {
            "team_id": team_id,
            "programme_id": plan.programme_id,
            "person_id": person_id,
            "coordinator": n % PER_TEAM == 0,
            "work": "",
            "from_at": plan.at,
            "until_at": None,
        }
        for n, team_id, person_id in zip(numbers, team_ids, person_ids, strict=True)
    ]
    db.session.execute(insert(TeamMember), members)


def _progress(
    plan: Plan, key: str, enrolment_id: int, team_id: int, outcomes: list[dict[str, Any]], states: list[dict[str, Any]]
) -> None:
    """Let one person read about half of the pages."""
    read = [
        node
        for node, (_module, act) in plan.manifest.by_key.items()
        if act.kind == "lesson" and plan.chance.random() < HALF
    ]
    facts = [OutcomeFact(node, "read", plan.at) for node in read]
    outcomes += [
        {
            "enrolment_id": enrolment_id,
            "team_id": None,
            "node_key": node,
            "edition_id": plan.edition_id,
            "kind": "read",
            "value": None,
            "at": plan.at,
            "by_id": 0,
            "evidence": "",
            "key": f"read:{enrolment_id}:{node}",
        }
        for node in read
    ]
    state = course_state(plan.manifest, facts)
    states.append(
        {
            "enrolment_id": enrolment_id,
            "programme_id": plan.programme_id,
            "hub_id": plan.hub_id,
            "team_id": team_id,
            "sort_key": key,
            "nodes": state.nodes,
            "modules": state.modules,
            "done": state.done,
            "total": state.total,
            "last_activity_at": state.last_activity_at,
            "completed_at": None,
        }
    )
    plan.count(team_id, share_of(state.modules, state.nodes, completed=False, started=bool(state.nodes)))


def _attempts(plan: Plan, enrolment_ids: list[int]) -> None:
    quiz = next(act for _module, act in plan.manifest.walk() if act.kind == "quiz")
    drawn = [f"q{number}" for number in range(1, 11)]
    rows = [
        {
            "ref": new_ref(),
            "enrolment_id": enrolment_id,
            "node_key": quiz.key,
            "edition_id": plan.edition_id,
            "number": 1,
            "seed": plan.chance.randrange(LARGEST_SEED),
            "drawn": drawn,
            "started_at": plan.at,
        }
        for enrolment_id in enrolment_ids
    ]
    if rows:
        db.session.execute(insert(Attempt), rows)


def _counters(plan: Plan) -> None:
    tallies = [
        {
            "programme_id": plan.programme_id,
            "team_id": team_id,
            "hub_id": plan.hub_id,
            "module_key": key,
            "done": done,
            "total": total,
            "started": started,
        }
        for (team_id, key), (done, total, started) in plan.tallies.items()
    ]
    sums: dict[str, list[int]] = {}
    for (_team_id, key), counts in plan.tallies.items():
        row = sums.setdefault(key, [0, 0, 0])
        for place, count in enumerate(counts):
            row[place] += count
    totals = [
        {"programme_id": plan.programme_id, "module_key": key, "done": done, "total": total, "started": started}
        for key, (done, total, started) in sums.items()
    ]
    db.session.execute(insert(ProgrammeTally), totals)
    make_team_states(plan.teams)
    active = select(func.max(EnrolmentState.last_activity_at)).where(EnrolmentState.team_id == TeamState.team_id)
    ours = update(TeamState).where(TeamState.programme_id == plan.programme_id)
    db.session.execute(ours.values(last_activity_at=active.scalar_subquery()))
    nodes = [{"programme_id": plan.programme_id, "node_key": key, "done": done} for key, done in plan.nodes.items()]
    db.session.execute(insert(Tally), tallies)
    if nodes:
        db.session.execute(insert(NodeTally), nodes)
