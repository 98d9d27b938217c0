"""A small published course for tests. Call inside a transaction.

Two modules, `m1` and `m2`; in each two lessons, a quiz and a hand-in of the team: `m1-lesson-1`, `m1-lesson-2`,
`m1-quiz`, `m1-handin`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from courses.catalogue.models import Content, Course, Edition
from courses.catalogue.rules import Activity, Manifest, Module, canonical, content_hash
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref

if TYPE_CHECKING:
    from collections.abc import Sequence

NODE_KEYS = ("m1-lesson-1", "m1-lesson-2", "m1-quiz", "m1-handin", "m2-lesson-1", "m2-lesson-2", "m2-quiz", "m2-handin")
TITLES = {"m1": "IMS at a glance", "m2": "Organisational set-up"}


def make_course(
    slug: str = "tiny-course",
    *,
    audience: str = "city-teams",
    hub_id: int | None = None,
    modules: Sequence[str] = ("m1", "m2"),
    languages: Sequence[str] = ("en",),
    included_from: str = "",
) -> Course:
    """Make a course with one published edition (1.0). `included_from`: it is a route, all of it from that course."""
    course = Course(ref=new_ref(), slug=slug, hub_id=hub_id, source_language="en", audience=audience, created_at=now())
    db.session.add(course)
    db.session.flush()
    make_edition(course, modules=modules, languages=languages, included_from=included_from)
    return course


def make_edition(
    course: Course,
    *,
    major: int = 1,
    minor: int = 0,
    modules: Sequence[str] = ("m1", "m2"),
    languages: Sequence[str] = ("en",),
    included_from: str = "",
) -> Edition:
    """Publish an edition of a course and make it the current one."""
    manifest = Manifest(
        slug=course.slug,
        source_language="en",
        languages=list(languages),
        audience=course.audience,
        hours=5.0,
        eqf="",
        about={
            "en": {
                "title": f"Course {course.slug}",
                "summary": "A small course about the yearly cycle.",
                "description": "Two modules, each with two lessons, a quiz and a hand-in of the team.",
                "outcomes": ["Explain the cycle", "Design a set-up"],
                "workload": "5 hours",
                "assessment": "Two quizzes and two hand-ins",
                "participation": "Online and in workshops",
                "quality": "Checked by the hub",
            }
        },
        modules=tuple(_module(key, number, included_from) for number, key in enumerate(modules, 1)),
    )
    edition = Edition(
        ref=new_ref(),
        course_id=course.id,
        major=major,
        minor=minor,
        manifest=manifest.to_json(),
        note="For tests",
        by_id=0,
        published_at=now(),
    )
    db.session.add(edition)
    db.session.flush()
    course.current_edition_id = edition.id
    db.session.flush()
    return edition


def _module(key: str, number: int, included_from: str) -> Module:
    activities = (
        _activity(f"{key}-lesson-1", _lesson("First lesson"), 15, {"read": True}),
        _activity(f"{key}-lesson-2", _lesson("Second lesson"), 10, {"read": True}),
        _activity(f"{key}-quiz", _quiz(key), 10, {"pass_percent": 70, "attempts": 3}),
        _activity(f"{key}-handin", _handin(), 60, {"accepted": True}, by_team=True),
    )
    return Module(
        key=key,
        code=key.upper(),
        step=min(number - 1, 5),
        hours=2.5,
        titles={"en": TITLES.get(key, f"Module {key}")},
        outcomes={"en": "You can explain it to a colleague."},
        state="complete",
        planned={},
        activities=tuple(replace(activity, course=included_from) for activity in activities),
    )


def _activity(
    key: str, body: dict[str, Any], minutes: int, must_do: dict[str, Any], *, by_team: bool = False
) -> Activity:
    titles = {language: text["title"] for language, text in body["texts"].items()}
    return Activity(key, body["kind"], _keep(body), titles, minutes, by_team, must_do)


def _keep(body: dict[str, Any]) -> str:
    """Store a content once, by its hash."""
    digest = content_hash(body)
    if db.session.get(Content, digest) is None:
        db.session.add(Content(hash=digest, body=canonical(body)))
        db.session.flush()
    return digest


def _lesson(title: str) -> dict[str, Any]:
    text = {
        "title": title,
        "outcome": "You can say what it is about.",
        "summary": "In short.",
        "markdown": f"## {title}\n\nThe city of Rivermouth begins with a **review**.\n\n- One\n- Two\n",
    }
    settings = {"minutes": 15, "sources": [], "figures": []}
    return {"kind": "lesson", "version": 1, "settings": settings, "texts": {"en": text}}


def _quiz(module: str) -> dict[str, Any]:
    """Make a quiz of two questions; that of M2 begins with a statement, true or false."""
    lead: dict[str, Any] = {
        "type": "one-answer",
        "spec": {"options": ["coordinator", "mayor", "consultant"], "right": "coordinator"},
    }
    if module == "m2":
        lead = {"type": "true-false", "spec": {"right": False}}
    questions = [
        {
            "key": f"{module}-q-lead",
            "lesson": f"{module}-lesson-1",
            "version": 1,
            **lead,
        },
        {
            "key": f"{module}-q-years",
            "type": "number",
            "lesson": f"{module}-lesson-2",
            "version": 1,
            "spec": {"value": 5, "tolerance": 0},
        },
    ]
    texts = {
        f"{module}-q-lead": {
            "prompt": "Who leads from day to day?",
            "rationale": "It needs time and a mandate.",
            "options": {"coordinator": "The coordinator", "mayor": "The mayor", "consultant": "A consultant"},
            "feedback": {"mayor": "The mayor removes obstacles.", "consultant": "A consultant leaves again."},
        },
        f"{module}-q-years": {
            "prompt": "Most years between full revisions?",
            "rationale": "Three to five years are usual.",
            "unit": "years",
            "feedback": {"wrong": "Think of an election period."},
        },
    }
    return {
        "kind": "quiz",
        "version": 1,
        "settings": {"pass_percent": 70, "attempts": 3, "minutes": 10, "questions": questions},
        "texts": {"en": {"title": "Quiz", "intro": "Two questions.", "questions": texts}},
    }


def _handin() -> dict[str, Any]:
    criteria = {
        "owner": {"title": "Every plan has an owner", "help": "Name and department."},
        "year": {"title": "Every plan has a year", "help": "When it was adopted."},
    }
    text = {
        "title": "Hand-in",
        "task": "Make one page that shows your city's plans.",
        "markdown": "Collect the plans.",
        "criteria": criteria,
    }
    settings = {"by": "team", "minutes": 60, "criteria": ["owner", "year"], "files": []}
    return {"kind": "handin", "version": 1, "settings": settings, "texts": {"en": text}}
