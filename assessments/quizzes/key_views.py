"""All questions of a quiz or a self-test with what is right and why: for trainers, and for authors of a draft.

Participants never get here: who takes part in a programme cannot look up what is asked there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from assessments.quizzes import policies, presenting, queries
from courses.authoring import queries as drafts
from courses.authoring.policies import EDIT
from courses.catalogue.queries import content
from lms.kernel.errors import Forbidden
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, render, url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

key_pages = Pages("questions")
TEMPLATE = "lms/assessments/quizzes/key.html"


@key_pages.get("/programmes/<ref>/quizzes/<key>/answers", permission=policies.SEE_ATTEMPTS)
def of_programme(ref: str, key: str) -> ResponseReturnValue:
    """Show trainers all questions of a quiz in their programme."""
    viewer = current_viewer()
    place, enrolment = queries.quiz_for(viewer, ref, key)
    if enrolment is not None or not policies.may_see_answers(viewer, place.programme):
        raise Forbidden(_("Only trainers who do not take part in the programme see the right answers."))
    language = current_language()

    def title_of(other: str) -> str:
        found = place.manifest.by_key.get(other)
        return found[1].title(language) if found else ""

    def address_of(other: str) -> str:
        return url("questions.of_programme", ref=ref, key=other)

    shown = _page(content(place.activity.content), key, language, title_of, address_of)
    return render(TEMPLATE, place=place, **shown)


@key_pages.get("/authoring/<ref>/questions/<key>", permission=EDIT)
def of_draft(ref: str, key: str) -> ResponseReturnValue:
    """Show authors all questions of a quiz, or of the self-test beside a lesson, as the draft has them."""
    course = drafts.course_of(current_viewer(), ref)
    language = request.args.get("language") or course.source_language
    draft = queries.questions_of_draft(course.id, key)

    def title_of(other: str) -> str:
        return draft.nodes[other].title(language) if other in draft.nodes else ""

    def address_of(other: str) -> str:
        return url("questions.of_draft", ref=ref, key=other)

    shown = _page(draft.content, key, language, title_of, address_of)
    return render(TEMPLATE, course=course, draft=draft, **shown)


def _page(
    body: Mapping[str, Any],
    key: str,
    language: str,
    title_of: Callable[[str], str],
    address_of: Callable[[str], str],
) -> dict[str, Any]:
    """Return what the page shows. A final quiz has no questions of its own, but quizzes from which it draws."""
    settings = body["settings"]
    rows = presenting.keyed(body, language, title_of)
    return {
        "title": title_of(key),
        "rows": rows,
        "asked": settings.get("draw", len(rows)),
        "pools": [(title_of(name), address_of(name)) for name in settings.get("pools", ())],
        "language": language,
    }
