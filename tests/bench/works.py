"""The works W1 to W8: which requests our pages get, and which the bare limit gets for the same work.

The ids and what they mean stand in the report that `report.py` writes, with the aims.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from lms.demo.large_course import PAGES, QUESTIONS
from tests.bench.data import PASSWORD, sign_in_form
from tests.bench.load import Batch, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.data import Course, Site, Somebody

FOUND = 303
NEVER_STALE = 999_999_999
ROUNDS_OF_ANSWERS = 8
OPTIONS = "abcd"


@dataclass(frozen=True)
class Work:
    """One kind of request. `every_size`: measured at every size, for its cost must not grow with the people."""

    key: str
    title: str
    ours: Callable[[Site, Course], Batch]
    bare: Callable[[Course], Batch] | None
    page: str = ""
    """Name of the page in the bare limit, which takes the size of ours."""
    every_size: bool = False


def _gets(paths: Iterator[tuple[str, str]], text: str, *, count: int, once: bool = False) -> Batch:
    return Batch([request("GET", path, cookie=cookie) for path, cookie in islice(paths, count)], 200, text, once)


def _bare_gets(paths: list[str]) -> Batch:
    return Batch([request("GET", path) for path in paths], 200, "</html>")


def _users(course: Course) -> list[int]:
    return [course.first_user + number for number in range(len(course.people))]


def _by_person(course: Course, path: Callable[[Somebody, int], str], text: str) -> Batch:
    """One request per person in turn; the path may also depend on a running number."""
    paths = ((path(one, number), one.cookie) for number, one in enumerate(cycle(course.people)))
    return _gets(paths, text, count=max(PAGES, len(course.people)))


def _by_staff(course: Course, path: str, text: str) -> Batch:
    return _gets(((path, one.cookie) for one in course.staff), text, count=len(course.staff))


def _sign_in(site: Site, course: Course) -> Batch:
    people = course.people[:64]
    return Batch(
        [request("POST", "/sign-in", cookie=site.visitor, body=sign_in_form(one.email, site.token)) for one in people],
        FOUND,
    )


def _bare_sign_in(course: Course) -> Batch:
    forms = [urlencode({"email": f"u{user}@b.example", "password": PASSWORD}) for user in _users(course)[:64]]
    return Batch([request("POST", "/sign-in", body=form) for form in forms], FOUND)


def _first_views(course: Course) -> Iterator[tuple[str, str]]:
    """Give each page that somebody has not opened once; it is taken off the list, so that the next round has others."""
    while any(one.unread for one in course.people):
        for one in course.people:
            if one.unread:
                yield f"/programmes/{course.ref}/lessons/{one.unread.pop()}", one.cookie


def _bare_first_views(course: Course) -> Batch:
    """Give pages that have not been read, others in each round."""
    pages = [(user, course.first_lesson + at) for at in range(PAGES) for user in _users(course) if (user + at) % 2]
    chosen = pages[course.bare_views : course.bare_views + FIRST_VIEWS]
    course.bare_views += FIRST_VIEWS
    return Batch([request("GET", f"/lesson/{user}/{lesson}") for user, lesson in chosen], 200, "</html>", once=True)


def _answers(number: int) -> dict[str, str]:
    """Write the answers of one save; each round chooses another option everywhere."""
    fields: dict[str, str] = {}
    for slot in range(1, QUESTIONS + 1):
        fields |= {f"in-q{slot}": "1", f"seen-q{slot}": str(NEVER_STALE), f"q{slot}": OPTIONS[(slot + number) % 4]}
    return fields


def _saves(site: Site, course: Course) -> Batch:
    people = [one for one in course.people if one.attempt]
    return Batch(
        [
            request(
                "POST",
                f"/attempts/{one.attempt}",
                cookie=one.cookie,
                body=urlencode({"lms_csrf": site.token, "save": "1", **_answers(number)}),
            )
            for number in range(ROUNDS_OF_ANSWERS)
            for one in people
        ],
        FOUND,
    )


def _bare_saves(course: Course) -> Batch:
    return Batch(
        [
            request("POST", f"/attempt/{user}", body=urlencode(_answers(number)))
            for number in range(ROUNDS_OF_ANSWERS)
            for user in _users(course)
        ],
        FOUND,
    )


FIRST_VIEWS = 400
"""First views in one round; there are about 2,000 in a course of 200 people or more."""

WORKS = (
    Work(
        "W1",
        "sign-in page",
        lambda site, _course: Batch([request("GET", "/sign-in", cookie=site.visitor)], 200, "E-mail address"),
        lambda _course: _bare_gets(["/sign-in"]),
        "sign-in",
    ),
    Work("W2", "sign in", _sign_in, _bare_sign_in),
    Work(
        "W3",
        "home",
        lambda _site, course: _by_person(course, lambda _one, _number: "/my", "Your modules"),
        lambda course: _bare_gets([f"/my/{user}" for user in _users(course)]),
        "my",
    ),
    Work(
        "W4",
        "course page",
        lambda _site, course: _by_person(course, lambda _one, _number: f"/programmes/{course.ref}/course", "Page 20"),
        lambda course: _bare_gets([f"/course/{user}/{course.course_id}" for user in _users(course)]),
        "course",
        every_size=True,
    ),
    Work(
        "W5",
        "lesson, first view",
        lambda _site, course: _gets(_first_views(course), "source, year and owner", count=FIRST_VIEWS, once=True),
        _bare_first_views,
        "lesson",
    ),
    Work(
        "W5b",
        "lesson, seen before",
        lambda _site, course: _by_person(
            course, lambda _one, number: f"/programmes/{course.ref}/lessons/page-{number % PAGES + 1}", "source, year"
        ),
        lambda course: _bare_gets([f"/lesson/{u}/{course.first_lesson + u % PAGES}" for u in _users(course)]),
        "lesson",
    ),
    Work(
        "W6",
        "quiz page",
        lambda _site, course: _by_person(course, lambda one, _number: f"/attempts/{one.attempt}", "Question 10 of 10"),
        lambda course: _bare_gets([f"/attempt/{user}" for user in _users(course)]),
        "attempt",
    ),
    Work("W7", "save ten answers", _saves, _bare_saves),
    Work(
        "W8",
        "people report",
        lambda _site, course: _by_staff(course, f"/dashboard/{course.ref}/people", f"{course.size:,}"),
        lambda course: _bare_gets([f"/report/{course.course_id}"]),
        "report",
        every_size=True,
    ),
    Work(
        "W8h",
        "hub dashboard",
        lambda _site, course: _by_staff(course, f"/dashboard?programme={course.ref}", f"{course.size:,}"),
        None,
        every_size=True,
    ),
)
