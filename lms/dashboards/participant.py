"""The participant's home page: the next thing to do, deadlines, workshops, progress by module, the city team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.learning import presenting, queries as learning
from courses.learning.rules import Ring, next_key, percent, ring
from courses.learning.words import go_on_words
from courses.programmes import queries as programmes, team_queries, workshop_queries
from courses.programmes.texts import workshop_time
from courses.progress.rules import SETTLED
from lms.kernel.clock import today

if TYPE_CHECKING:
    from datetime import date

    from courses.catalogue.rules import Activity, Module
    from courses.learning.presenting import ModuleView
    from courses.learning.queries import Place
    from courses.programmes.models import Enrolment, Programme, Team, Workshop
    from courses.programmes.team_queries import MemberRow
    from courses.progress.models import Bookmark
    from lms.kernel.permissions import Viewer

MOST_DEADLINES = 4


@dataclass(frozen=True)
class Deadline:
    """A last day that still lies ahead, or lies behind undone work. `days` is negative when it has passed."""

    activity: Activity
    module: Module
    title: str
    url: str
    due_on: date
    days: int
    state: str


@dataclass(frozen=True)
class Home:
    """All that the home page shows of one programme."""

    place: Place
    language: str
    others: list[tuple[Programme, Enrolment]]
    modules: list[ModuleView]
    ring: Ring
    percent: int
    next_module: Module | None
    next_activity: Activity | None
    next_words: str
    next_url: str
    used_up: list[tuple[Module, Activity]]
    bookmark: Bookmark | None
    deadlines: list[Deadline]
    workshop: Workshop | None
    workshop_time: str
    comes: bool | None
    team: Team | None
    city: str
    members: list[MemberRow]


def home_of(viewer: Viewer, ref: str = "") -> Home | None:
    """Return the home page of a participant: of the programme asked for, else the latest; None without any.

    Asks at most ten questions of the database, whatever the size of course, team and programme.
    """
    mine = programmes.programmes_of(viewer)
    if not mine:
        return None
    programme, enrolment = next((pair for pair in mine if pair[0].ref == ref), mine[0])
    place = learning.place_for(viewer, programme.ref)
    language = place.language()
    modules = presenting.course_view(place, language)
    key = next_key(place.manifest, place.nodes)
    module, activity = place.manifest.by_key[key] if key else (None, None)
    upcoming = workshop_queries.upcoming_workshops([programme.id], most=1)
    replies = workshop_queries.my_replies(viewer, [upcoming[0].id]) if upcoming else {}
    team = team_queries.team_of(enrolment)
    members = team_queries.members_of(viewer, programme, team.id) if team and team.city_id else []
    state, bookmark = place.state, learning.bookmark_of(place)
    return Home(
        place=place,
        language=language,
        others=[pair for pair in mine if pair[0].id != programme.id],
        modules=modules,
        ring=ring(place.manifest.modules, state.modules if state else {}),
        percent=percent(state.done, state.total) if state else 0,
        next_module=module,
        next_activity=activity,
        next_words=go_on_words(activity.kind, place.state_of(activity.key)) if activity else "",
        next_url=presenting.resume_url(place, activity, bookmark) if activity else "",
        used_up=presenting.used_up(place),
        bookmark=bookmark,
        deadlines=deadlines_of(place, language),
        workshop=upcoming[0] if upcoming else None,
        workshop_time=workshop_time(upcoming[0], programme.time_zone) if upcoming else "",
        comes=replies.get(upcoming[0].id) if upcoming else None,
        team=team,
        city=next((row.city or "" for row in members), ""),
        members=members,
    )


def deadlines_of(place: Place, language: str) -> list[Deadline]:
    """Return the next deadlines of what is not done; what waits for the trainer needs none."""
    day = today(place.programme.time_zone)
    rows = []
    for key, due_on in sorted(learning.deadlines_of(place.programme.id).items(), key=lambda item: (item[1], item[0])):
        state = place.state_of(key)
        if key not in place.manifest.by_key or state in SETTLED:
            continue
        module, activity = place.manifest.by_key[key]
        url = presenting.open_url(place, activity)
        rows.append(Deadline(activity, module, activity.title(language), url, due_on, (due_on - day).days, state))
    return rows[:MOST_DEADLINES]
