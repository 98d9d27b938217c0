"""What the participant's pages show, worked out for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from courses.activities import all_beside, kinds, text_in
from courses.catalogue.lessons import Lesson, lesson_in
from courses.learning import queries
from courses.learning.rules import State, is_done, lesson_number, module_state, next_key
from courses.progress.rules import USED_UP, done_elsewhere
from lms.kernel.i18n import format_date, gettext as _, lazy_gettext as _l
from lms.kernel.pages import url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from courses.catalogue.rules import Activity, Module
    from courses.learning.queries import Place
    from courses.progress.models import Bookmark

STATE_WORDS = {
    "read": _l("read"),
    "passed": _l("passed"),
    "accepted": _l("accepted"),
    "done": _l("done"),
    "handed_in": _l("handed in, waiting for feedback"),
    "revise": _l("to be revised"),
    "failed": _l("not passed yet"),
    "used_up": _l("all attempts used"),
    "again": _l("one more attempt allowed"),
    "viewed": _l("begun"),
}


@dataclass(frozen=True)
class Stop:
    """An activity in an outline. `state` is done, now or todo; `words` say the state, `note` what else matters."""

    key: str
    title: str
    url: str
    state: State
    words: str
    note: str
    here: bool


@dataclass(frozen=True)
class ModuleView:
    """A module with its activities."""

    module: Module
    title: str
    outcome: str
    state: State
    done: int
    total: int
    stops: list[Stop]
    planned: list[str]
    planned_handin: str


@dataclass(frozen=True)
class LessonView:
    """A lesson with what stands around it."""

    key: str
    lesson: Lesson
    module: ModuleView
    number: int
    of: int
    before: tuple[str, str] | None
    """Title and address."""
    after: tuple[str, str] | None
    read: bool
    beside: list[tuple[str, str]]
    """What stands beside the lesson, such as a self-test: words of the link, and address."""


def used_up(place: Place) -> list[tuple[Module, Activity]]:
    """Return the activities at which all attempts are used up: a trainer has to allow another."""
    return [(module, activity) for module, activity in place.manifest.walk() if place.state_of(activity.key) == USED_UP]


def open_url(place: Place, activity: Activity) -> str:
    """Return the address that opens an activity, or "" where nobody knows its kind any more."""
    kind = kinds.get(activity.kind)
    return url(kind.open_endpoint(), ref=place.programme.ref, key=activity.key) if kind else ""


def resume_url(place: Place, activity: Activity, bookmark: Bookmark | None) -> str:
    """Return the address that opens an activity at the heading where the person stopped reading it, if anywhere."""
    address = open_url(place, activity)
    if not address or bookmark is None or bookmark.node_key != activity.key or not bookmark.anchor:
        return address
    return f"{address}#{bookmark.anchor}"


def module_view(
    place: Place, module: Module, due: Mapping[str, date], language: str, here: str = "", following: str | None = None
) -> ModuleView:
    """Show a module. `here` is the activity that is open, `following` the next thing to do."""
    stops = [
        _stop(place, activity, due, language, here or following or "", open_now=here) for activity in module.activities
    ]
    return ModuleView(
        module=module,
        title=module.title(language),
        outcome=module.outcome(language),
        state=module_state(module, place.nodes, following),
        done=sum(is_done(place.nodes, activity.key) for activity in module.activities),
        total=len(module.activities),
        stops=stops,
        planned=list(module.planned.get(language, module.planned.get(place.manifest.source_language, []))),
        planned_handin=str(text_in(module.planned_handin, language, place.manifest.source_language)),
    )


def _stop(place: Place, activity: Activity, due: Mapping[str, date], language: str, now: str, *, open_now: str) -> Stop:
    state = str(place.nodes.get(activity.key, {}).get("state", ""))
    done = is_done(place.nodes, activity.key)
    elsewhere = done_elsewhere(place.nodes, activity.key) is not None
    words = str(STATE_WORDS.get(state, ""))
    notes = [_("hand-in of the city team")] if activity.by_team else []
    if elsewhere or not done:
        notes.append(_("done in another programme") if elsewhere else words)
    if activity.key in due and not done:
        notes.append(_("due %(day)s", day=format_date(due[activity.key], short=True)))
    shown: State = "now" if activity.key == now and not done else "done" if done else "todo"
    return Stop(
        key=activity.key,
        title=activity.title(language),
        url=open_url(place, activity),
        state="now" if activity.key == open_now else shown,
        words=words,
        note=", ".join(note for note in notes if note),
        here=activity.key == open_now,
    )


def course_view(place: Place, language: str) -> list[ModuleView]:
    """Show all modules of the course."""
    due = queries.deadlines_of(place.programme.id)
    following = next_key(place.manifest, place.nodes) if not place.preview else None
    return [module_view(place, module, due, language, following=following) for module in place.manifest.modules]


def lesson_view(place: Place, module: Module, activity: Activity, language: str, *, whole: bool = False) -> LessonView:
    """Show a lesson with the outline of its module and the way on; `whole`: not its short version."""
    before, after = place.manifest.neighbours(activity.key)
    number, of = lesson_number(module, activity.key)
    body = queries.body_of(activity)
    due = queries.deadlines_of(place.programme.id)
    return LessonView(
        key=activity.key,
        lesson=lesson_in(body, language, place.manifest.source_language, digest=activity.content, whole=whole),
        module=module_view(place, module, due, language, here=activity.key),
        number=number,
        of=of,
        before=(before.title(language), open_url(place, before)) if before else None,
        after=(after.title(language), open_url(place, after)) if after else None,
        read=is_done(place.nodes, activity.key),
        beside=_beside(place, activity, body),
    )


def _beside(place: Place, activity: Activity, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (companion.words(content), url(companion.open_endpoint(), ref=place.programme.ref, key=activity.key))
        for companion, content in all_beside(body)
    ]
