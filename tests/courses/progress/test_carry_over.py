"""What somebody has done in another programme counts here too, where the rule says so: once, and as a fact."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from courses.catalogue.queries import manifest_of
from courses.programmes import places
from courses.programmes.models import Enrolment, Programme, ProgrammeEdition, ProgrammeRule, Team, TeamMember
from courses.programmes.rules import Terms
from courses.programmes.services import set_terms
from courses.progress.models import Completion, EnrolmentState, Outcome
from courses.progress.own_data import own_progress
from courses.progress.rebuild import rebuild
from courses.progress.rules import CompletionRule, same_duty
from courses.progress.services import record_outcome, refresh
from lms.accounts.services import erase_person
from lms.kernel.clock import clock, now
from lms.kernel.db import db
from lms.kernel.jobs import run_all
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from tests.courses.learning.test_lesson import statements
from tests.courses.progress.tables import people_in, per_node
from tests.courses.progress.test_at_once import at_once
from tests.factories.courses import NODE_KEYS, make_course
from tests.factories.hubs import make_hub
from tests.factories.people import make_person
from tests.factories.programmes import enrol, make_programme

if TYPE_CHECKING:
    from flask import Flask

    from courses.catalogue.rules import Manifest

LESSON, QUIZ, HANDIN = "m1-lesson-1", "m1-quiz", "m1-handin"
KINDS = {LESSON: "read", QUIZ: "passed", HANDIN: "accepted"}


@dataclass(frozen=True)
class Scene:
    """A programme of the whole course in one hub, and one of a route through it in another, which carries over."""

    whole: int
    route: int
    marja: int

    def programme(self, programme_id: int) -> Programme:
        return db.session.get_one(Programme, programme_id)

    def enrol(self, programme_id: int, person_id: int = 0, city: str = "Turku") -> int:
        return enrol(person_id or self.marja, self.programme(programme_id), city).id


def make_scene(*, carry_over: bool = True) -> Scene:
    whole = make_programme("Whole course", course_id=make_course().id)
    route = make_course("tiny-route", audience="councillors", modules=("m1",), included_from="tiny-course")
    other = make_hub("Hungary", countries=["HU"])
    here = make_programme("Short route", course_id=route.id, hub_id=other.id, carry_over=carry_over)
    return Scene(whole.id, here.id, make_person("Marja Lehto").id)


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.test_request_context(), transaction():
        return make_scene()


def do(key: str, *, enrolment_id: int | None = None, team_id: int | None = None, value: float | None = None) -> bool:
    kind = next(kind for ending, kind in (("handin", "accepted"), ("quiz", "passed"), ("", "read")) if ending in key)
    name = f"{kind}:{enrolment_id}:{team_id}:{key}"
    return record_outcome(
        actor=SYSTEM, enrolment_id=enrolment_id, team_id=team_id, node_key=key, kind=kind, value=value, key=name,
        edition_id=db.session.scalars(select(ProgrammeEdition.edition_id)).first() or 0,
    )  # fmt: skip


def nodes(enrolment_id: int) -> dict[str, str]:
    with transaction(writes=False):
        state = db.session.get_one(EnrolmentState, enrolment_id)
        return {key: f"{node['state']}{' elsewhere' * ('elsewhere' in node)}" for key, node in state.nodes.items()}


def test_who_enrols_brings_along_what_they_have_done(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            there = scene.enrol(scene.whole)
            do(LESSON, enrolment_id=there)
            do(QUIZ, enrolment_id=there, value=0.9)
            do("m2-lesson-1", enrolment_id=there)
        with transaction():
            here = scene.enrol(scene.route)
        assert nodes(here) == {LESSON: "read elsewhere", QUIZ: "passed elsewhere"}
        with transaction(writes=False):
            origin = db.session.scalars(select(Outcome).where(Outcome.enrolment_id == there)).first()
            fact = db.session.scalars(select(Outcome).where(Outcome.enrolment_id == here)).first()
            assert origin is not None
            assert fact is not None
            assert (fact.evidence, fact.at, fact.value) == (f"outcome:{origin.id}", origin.at, None)
            assert per_node(scene.route) == {LESSON: 1, QUIZ: 1}
            state = db.session.get_one(EnrolmentState, here)
            assert state.last_activity_at is None  # nothing was done here
            assert people_in(scene.route) == (1, 0, 0)
        assert rebuild(True) == []


def test_what_is_done_elsewhere_later_counts_here_too_once(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
        for _twice in range(2):
            with transaction():
                do(LESSON, enrolment_id=there)
            run_all()
        assert nodes(here) == {LESSON: "read elsewhere"}
        with clock.at(now() + timedelta(minutes=2)):
            run_all()  # the second look after enrolling
        with transaction(writes=False):
            assert db.session.scalar(select(func.count()).select_from(Outcome)) == 2
        assert rebuild(True) == []


def test_nothing_is_carried_where_the_rule_does_not_want_it(app: Flask, scene: Scene) -> None:
    """The other way round: what is done in the route does not count in the programme of the whole course."""
    with app.test_request_context():
        with transaction():
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
            do(LESSON, enrolment_id=here)
        run_all()
        assert nodes(there) == {}
        assert rebuild(True) == []


def test_turning_it_on_carries_and_turning_it_off_takes_nothing_back(app: Flask) -> None:
    with app.test_request_context():
        with transaction():
            scene = make_scene(carry_over=False)
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
            do(LESSON, enrolment_id=there)
        run_all()
        assert nodes(here) == {}
        for carry_over in (True, False):
            with transaction():
                set_terms(actor=SYSTEM, programme=scene.programme(scene.route), terms=Terms(0, carry_over))
            assert nodes(here) == {LESSON: "read elsewhere"}
        with transaction():
            do(QUIZ, enrolment_id=there)
        run_all()
        assert nodes(here) == {LESSON: "read elsewhere"}
        assert rebuild(True) == []


def test_of_team_work_the_share_of_those_who_were_in_the_team_is_carried(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            paolo, late = make_person("Paolo Ferri").id, make_person("Ilse van Dorp").id
            scene.enrol(scene.whole)
            scene.enrol(scene.whole, paolo)
            team = db.session.scalars(select(Team.id).where(Team.programme_id == scene.whole)).one()
            do(HANDIN, team_id=team)
        with clock.at(now() + timedelta(minutes=1)), transaction():
            scene.enrol(scene.whole, late)
        with transaction():
            here = {person: scene.enrol(scene.route, person) for person in (scene.marja, paolo, late)}
        assert {person: nodes(enrolment) for person, enrolment in here.items()} == {
            scene.marja: {HANDIN: "accepted elsewhere"},
            paolo: {HANDIN: "accepted elsewhere"},
            late: {},
        }
        with transaction(writes=False):
            theirs = select(Outcome.team_id).where(Outcome.enrolment_id.in_(here.values())).distinct()
            assert list(db.session.scalars(theirs)) == [None]
        assert rebuild(True) == []


def test_work_of_the_team_accepted_later_is_carried_to_its_members(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            scene.enrol(scene.whole)
            here = scene.enrol(scene.route)
            team = db.session.scalars(select(Team.id).where(Team.programme_id == scene.whole)).one()
        with clock.at(now() + timedelta(minutes=1)):
            with transaction():
                do(HANDIN, team_id=team)
            run_all()
        assert nodes(here) == {HANDIN: "accepted elsewhere"}
        assert rebuild(True) == []


def test_what_is_done_here_as_well_is_shown_as_done_here(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
            do(QUIZ, enrolment_id=there)
        run_all()
        with clock.at(now() + timedelta(minutes=1)), transaction():
            do(QUIZ, enrolment_id=here, value=0.8)
        assert nodes(here) == {QUIZ: "passed"}
        assert rebuild(True) == []


def test_a_route_whose_parts_are_all_done_elsewhere_is_complete(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            there = scene.enrol(scene.whole)
            team = db.session.scalars(select(Team.id).where(Team.programme_id == scene.whole)).one()
            for key in NODE_KEYS[:4]:
                do(key, **({"team_id": team} if key == HANDIN else {"enrolment_id": there}))
            here = scene.enrol(scene.route)
        with transaction(writes=False):
            assert db.session.scalars(select(Completion.enrolment_id)).all() == [here]
        assert rebuild(True) == []


def test_the_same_key_of_another_course_or_with_another_duty_does_not_count(app: Flask, scene: Scene) -> None:
    with app.test_request_context(), transaction():
        stranger = make_course("strange-course")
        whole, route = (
            manifest_of(db.session.scalars(select(ProgrammeEdition.edition_id).filter_by(programme_id=key)).one())
            for key in (scene.whole, scene.route)
        )
        assert same_duty(whole, route, LESSON)
        assert same_duty(whole, whole, LESSON)
        assert not same_duty(whole, route, "m2-lesson-1")
        assert stranger.current_edition_id is not None
        assert not same_duty(manifest_of(stranger.current_edition_id), route, LESSON)
        other = with_duties(route, {LESSON: {"read": True, "short": True}})
        assert not same_duty(whole, other, LESSON)
        assert not same_duty(other, whole, LESSON)
        # What draws from others is the same only where these are.
        final: dict[str, dict[str, object]] = {LESSON: {"rests_on": [QUIZ]}}
        assert same_duty(with_duties(whole, final), with_duties(route, final), LESSON)
        assert not same_duty(with_duties(whole, final), with_duties(route, final | {QUIZ: {"other": 1}}), LESSON)


def with_duties(manifest: Manifest, duties: dict[str, dict[str, object]]) -> Manifest:
    """Return an edition in which other things are to be done."""
    modules = [
        replace(
            module,
            activities=tuple(replace(one, must_do=duties.get(one.key, one.must_do)) for one in module.activities),
        )
        for module in manifest.modules
    ]
    return replace(manifest, modules=tuple(modules))


def test_an_old_rule_carries_nothing() -> None:
    assert not CompletionRule.from_json({"version": 1, "nodes": "all"}).carry_over


def test_own_data_say_what_was_done_elsewhere_and_erasing_keeps_the_facts(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            do(LESSON, enrolment_id=scene.enrol(scene.whole))
            here = scene.enrol(scene.route)
        with transaction(writes=False):
            told = {
                item["programme"]: item["outcomes"][0]["in_another_programme"] for item in own_progress(scene.marja)
            }
            assert told == {"Whole course": False, "Short route": True}
        with transaction():
            erase_person(actor=SYSTEM, person_id=scene.marja)
        assert nodes(here) == {LESSON: "read elsewhere"}
        assert rebuild(True) == []


def test_two_at_once_carry_once(app: Flask, scene: Scene) -> None:
    """Both programmes want what is done in the other, and both are used at the same instant."""
    with app.test_request_context():
        with transaction():
            set_terms(actor=SYSTEM, programme=scene.programme(scene.whole), terms=Terms(0, carry_over=True))
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
        results = at_once(
            app, lambda: do(LESSON, enrolment_id=there), lambda: do(LESSON, enrolment_id=here),
            lambda: do(QUIZ, enrolment_id=there), lambda: do("m1-lesson-2", enrolment_id=here),
        )  # fmt: skip
        assert results == [True] * 4
        at_once_jobs = [run_in(app) for _worker in range(2)]
        assert sum(at_once_jobs) > 0
        assert nodes(here) == {LESSON: "read", QUIZ: "passed elsewhere", "m1-lesson-2": "read"}
        assert nodes(there) == {LESSON: "read", QUIZ: "passed", "m1-lesson-2": "read elsewhere"}
        assert rebuild(True) == []


def run_in(app: Flask) -> int:
    with app.test_request_context():
        return run_all()


def test_who_enrols_while_they_finish_something_elsewhere_has_it_after_the_second_look(
    app: Flask, scene: Scene
) -> None:
    with app.test_request_context():
        with transaction():
            there = scene.enrol(scene.whole)
        at_once(
            app,
            lambda: do(LESSON, enrolment_id=there),
            lambda: places.enrol(
                actor=SYSTEM, programme=scene.programme(scene.route), person_id=scene.marja, city_id=None
            ),
        )
        with clock.at(now() + timedelta(minutes=2)):
            run_all()
        with transaction(writes=False):
            here = db.session.scalars(select(Enrolment.id).where(Enrolment.programme_id == scene.route)).one()
        assert nodes(here) == {LESSON: "read elsewhere"}
        assert rebuild(True) == []


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_over_two_programmes_need_no_mending(app: Flask, scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    with app.test_request_context():
        with transaction():
            people = [make_person(f"Person {number}").id for number in range(4)]
            set_terms(actor=SYSTEM, programme=scene.programme(scene.whole), terms=Terms(0, carry_over=seed > 0))
        for step in range(60):
            with clock.at(now() + timedelta(seconds=step)):
                with transaction():
                    _happen(scene, chance, chance.choice(people))
                run_all()
        with clock.at(now() + timedelta(minutes=5)):
            run_all()
        assert rebuild(True) == []
        with transaction(writes=False):
            carried = select(func.count()).where(Outcome.evidence.startswith("outcome:"))
            assert db.session.scalar(carried)


def _happen(scene: Scene, chance: random.Random, person: int) -> None:
    programme = scene.programme(chance.choice([scene.whole, scene.route]))
    mine = db.session.scalar(select(Enrolment).filter_by(programme_id=programme.id, person_id=person))
    if mine is None or mine.left_at is not None:
        city = db.session.scalar(select(Team.city_id).where(Team.programme_id == programme.id).limit(1))
        places.enrol(actor=SYSTEM, programme=programme, person_id=person, city_id=chance.choice([city, None]))
        return
    team = db.session.scalars(select(TeamMember.team_id).filter_by(programme_id=programme.id, person_id=person)).first()
    action = chance.choice(["own", "own", "own", "team", "leave", "terms"])
    if action == "own":
        do(chance.choice(NODE_KEYS[:3]), enrolment_id=mine.id)
    elif action == "team":
        do(HANDIN, team_id=team)
    elif action == "leave":
        places.leave(actor=SYSTEM, enrolment=mine)
    else:
        terms = Terms(chance.choice([0, 60]), chance.random() < 0.7)
        set_terms(actor=SYSTEM, programme=programme, terms=terms)


def test_rebuilding_finds_and_mends_what_was_not_carried(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            there, here = scene.enrol(scene.whole), scene.enrol(scene.route)
            do(LESSON, enrolment_id=there)
        assert rebuild(True) == [f"enrolment {here}: {LESSON} is done elsewhere and not carried here yet"]
        rebuild(False)
        assert nodes(here) == {LESSON: "read elsewhere"}
        assert rebuild(True) == []


def test_what_was_done_before_the_person_was_in_the_team_is_not_theirs(app: Flask, scene: Scene) -> None:
    with app.test_request_context():
        with transaction():
            scene.enrol(scene.whole)
            team = db.session.scalars(select(Team.id).where(Team.programme_id == scene.whole)).one()
            do(HANDIN, team_id=team)
            db.session.execute(update(TeamMember).values(from_at=now() + timedelta(hours=1)))
            here = scene.enrol(scene.route)
        assert nodes(here) == {}


def test_carrying_takes_as_many_statements_for_many_as_for_few(app: Flask, scene: Scene) -> None:
    def cost(people: int) -> int:
        with transaction():
            ids = [make_person(f"Person {people} {number}").id for number in range(people)]
            for person in ids:
                do(LESSON, enrolment_id=scene.enrol(scene.whole, person))
            set_terms(actor=SYSTEM, programme=scene.programme(scene.route), terms=Terms(0, carry_over=False))
            here = [scene.enrol(scene.route, person) for person in ids]
            newest = db.session.scalars(
                select(func.max(ProgrammeRule.number)).filter_by(programme_id=scene.route)
            ).one()
            terms = {"number": newest + 1, "rule": {"carry_over": True}, "at": now(), "by_id": 0}
            db.session.add(ProgrammeRule(programme_id=scene.route, **terms))
        with transaction(), statements(app) as sent:
            refresh(here)
        assert nodes(here[-1]) == {LESSON: "read elsewhere"}
        return len(sent)

    with app.test_request_context():
        assert cost(12) <= cost(3) <= 19
