"""The participant's pages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import redirect, request

from courses.activities import kinds
from courses.learning import presenting, queries, services
from courses.learning.rules import next_key, percent, ring
from courses.learning.words import go_on_words
from lms.kernel.errors import LmsError
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, redirect_to, render
from lms.kernel.permissions import SIGNED_IN
from lms.kernel.transaction import after_commit, transaction
from lms.library.presenting import shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Pages("learning")


@pages.get("/programmes/<ref>/course", permission=SIGNED_IN)
def course(ref: str) -> ResponseReturnValue:
    """Show the course with all activities and how far one has come."""
    place = queries.place_for(current_viewer(), ref)
    language = place.language(request.args.get("content", ""))
    modules = presenting.course_view(place, language)
    following = next_key(place.manifest, place.nodes)
    activity = place.manifest.by_key[following][1] if following else None
    counts = place.state.modules if place.state else {}
    return render(
        "lms/courses/learning/course.html",
        place=place,
        language=language,
        told=place.manifest.told(language),
        modules=modules,
        used_up=presenting.used_up(place),
        next_title=activity.title(language) if activity else "",
        next_url=presenting.open_url(place, activity) if activity else "",
        next_words=go_on_words(activity.kind, place.state_of(activity.key)) if activity else "",
        done=place.state.done if place.state else 0,
        total=len(place.manifest.order),
        percent=percent(place.state.done, place.state.total) if place.state else 0,
        ring=ring(place.manifest.modules, counts),
    )


@pages.get("/programmes/<ref>/lessons/<key>", permission=SIGNED_IN)
def lesson(ref: str, key: str) -> ResponseReturnValue:
    """Show a lesson. The first time is recorded afterwards, in a short transaction of its own."""
    viewer = current_viewer()
    place = queries.place_for(viewer, ref)
    module, activity = queries.activity_in(place, key, "lesson")
    language = place.language(request.args.get("content", ""))
    view = presenting.lesson_view(place, module, activity, language, whole="whole" in request.args)
    if not place.preview and key not in place.nodes and not _only_fetched_ahead():
        after_commit(lambda: _record_view(ref, key))

    def address(other: str) -> str:
        found = place.manifest.by_key.get(other)
        return presenting.open_url(place, found[1]) if found else ""

    return render(
        "lms/courses/learning/lesson.html",
        place=place,
        view=view,
        lesson=view.lesson,
        language=language,
        text=shown(view.lesson.text, view.lesson.language, address),
        others=[
            code for code in place.manifest.languages if code != view.lesson.language and code in view.lesson.languages
        ],
    )


def _only_fetched_ahead() -> bool:
    """Whether a browser fetches the page in case somebody will read it."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def _record_view(ref: str, key: str) -> None:
    # The page has been made already: where the record cannot be written now, the next visit writes it.
    viewer = current_viewer()
    with suppress(LmsError), transaction():
        services.see_lesson(actor=viewer, place=queries.place_for(viewer, ref), key=key)


@pages.post("/programmes/<ref>/lessons/<key>", permission=SIGNED_IN)
def read(ref: str, key: str) -> ResponseReturnValue:
    """Record that a lesson is read, and go on to what follows."""
    viewer = current_viewer()
    place = queries.place_for(viewer, ref)
    services.read_lesson(actor=viewer, place=place, key=key)
    _before, after = place.manifest.neighbours(key)
    if after is not None and after.kind in kinds:
        return redirect(presenting.open_url(place, after), 303)
    flash(_("You have read the last lesson. This is where the course stands."))
    return redirect_to("learning.course", ref=ref)


@pages.post("/programmes/<ref>/lessons/<key>/place", permission=SIGNED_IN)
def remember(ref: str, key: str) -> ResponseReturnValue:
    """Remember where somebody stopped reading; asked by resume.js."""
    viewer = current_viewer()
    place = queries.place_for(viewer, ref)
    services.remember_place(actor=viewer, place=place, key=key, anchor=request.form.get("heading", ""))
    return "", 204


@pages.post("/programmes/<ref>/language", permission=SIGNED_IN)
def choose_language(ref: str) -> ResponseReturnValue:
    """Choose the language of the course's texts, and come back to where one was."""
    viewer = current_viewer()
    place = queries.place_for(viewer, ref)
    services.choose_language(actor=viewer, place=place, language=request.form.get("language", ""))
    key = request.form.get("lesson", "")
    if key in place.manifest.by_key:
        return redirect_to("learning.lesson", ref=ref, key=key)
    return redirect_to("learning.course", ref=ref)
