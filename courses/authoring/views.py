"""Pages for authors: courses, outlines, lessons, editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, request

from courses.authoring import presenting, queries, services
from courses.authoring.forms import LessonForm, PublishForm
from courses.authoring.lesson import NAME as LESSON
from courses.authoring.policies import EDIT, PUBLISH, may_publish
from courses.authoring.rules import FROM, differences
from courses.catalogue.queries import editions_of
from lms.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from lms.kernel.i18n import gettext as _, ngettext
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Pages("authoring")
LESSON_PAGE = "lms/courses/authoring/lesson.html"
PUBLISH_PAGE = "lms/courses/authoring/publish.html"


@pages.get("/authoring", permission=EDIT)
def index() -> ResponseReturnValue:
    """Show the courses that one may edit."""
    return render("lms/courses/authoring/index.html", rows=presenting.course_rows(current_viewer()))


@pages.get("/authoring/<ref>", permission=EDIT)
def outline(ref: str) -> ResponseReturnValue:
    """Show the draft of a course: its parts, what is missing, what is published."""
    viewer = current_viewer()
    course = queries.course_of(viewer, ref)
    return render(
        "lms/courses/authoring/outline.html",
        course=course,
        view=presenting.outline_view(course),
        may_publish=may_publish(viewer, course),
    )


@pages.get("/authoring/<ref>/lessons/<key>", permission=EDIT)
def lesson(ref: str, key: str) -> ResponseReturnValue:
    """Show a lesson's text in one language, to edit it; one that is included from another course only as it looks."""
    page = _lesson_page(ref, key)
    if page.node.settings.get(FROM):
        return redirect_to("authoring.preview", ref=ref, key=key, language=page.language)
    return render(LESSON_PAGE, page=page, form=_form(page))


@pages.post("/authoring/<ref>/lessons/<key>", permission=EDIT)
def save_lesson(ref: str, key: str) -> ResponseReturnValue:
    """Save a lesson's text, or only show how it would look."""
    page = _lesson_page(ref, key)
    form = _form(page)
    if not form.validate():
        return invalid(form, LESSON_PAGE, page=page)
    body = form.body(page.figures)
    if "preview" in request.form:
        return render(LESSON_PAGE, page=page, form=form, preview=presenting.preview(page, body), tried=body)
    try:
        services.save_text(
            actor=current_viewer(),
            course=page.course,
            node=page.node,
            language=page.language,
            body=body,
            seen=form.seen.data or 0,
        )
    except Conflict as refusal:
        # Both texts are shown: what was typed stays in the form, what was saved meanwhile stands beside it.
        form.seen.data, form.seen.raw_data = page.number, None
        shown = {"conflict": refusal.text, "differences": differences(page.body, body)}
        return make_response(render(LESSON_PAGE, page=page, form=form, **shown), Conflict.status)
    flash(_("The draft is saved. Participants see it after publishing."))
    return redirect_to("authoring.lesson", ref=ref, key=key, language=page.language)


@pages.post("/authoring/<ref>/lessons/<key>/preview", permission=EDIT, writes=False)
def preview_text(ref: str, key: str) -> ResponseReturnValue:
    """Answer preview.js with the HTML of a text."""
    page = _lesson_page(ref, key)
    return render(
        "lms/courses/authoring/_preview.html",
        preview=presenting.preview(page, {"markdown": request.form.get("text", "")}),
    )


@pages.post("/authoring/<ref>/lessons/<key>/confirm", permission=EDIT)
def confirm_translation(ref: str, key: str) -> ResponseReturnValue:
    """Say that a translation fits its source as it is now."""
    page = _lesson_page(ref, key)
    seen = request.form.get("seen", type=int) or 0
    services.confirm_translation(
        actor=current_viewer(), course=page.course, node=page.node, language=page.language, seen=seen
    )
    flash(_("The translation counts as up to date."))
    return redirect_to("authoring.lesson", ref=ref, key=key, language=page.language)


@pages.get("/authoring/<ref>/preview/<key>", permission=EDIT)
def preview(ref: str, key: str) -> ResponseReturnValue:
    """Show a lesson of the draft as participants would see it."""
    page = _lesson_page(ref, key)
    lesson = presenting.draft_lesson(page, whole="whole" in request.args)
    return render(
        "lms/courses/authoring/preview.html",
        page=page,
        lesson=lesson,
        text=presenting.as_page(page, lesson),
        home=presenting.home_of(current_viewer(), page.node) if page.node.settings.get(FROM) else None,
    )


@pages.post("/authoring/<ref>/take-over", permission=EDIT)
def take_over(ref: str) -> ResponseReturnValue:
    """Take newer texts of other courses over into the draft of a route."""
    course = queries.course_of(current_viewer(), ref)
    taken = services.take_over(actor=current_viewer(), course=course)
    flash(
        ngettext(
            "%(num)s text is taken over into the draft.", "%(num)s texts are taken over into the draft.", len(taken)
        )
    )
    return redirect_to("authoring.outline", ref=ref)


@pages.get("/authoring/<ref>/versions", permission=EDIT)
def versions(ref: str) -> ResponseReturnValue:
    """Show all editions of a course, and how many programmes run on which."""
    course = queries.course_of(current_viewer(), ref)
    return render(
        "lms/courses/authoring/versions.html",
        course=course,
        title=presenting.course_title(course),
        editions=editions_of(course.id),
        usage=queries.usage(course.id),
    )


@pages.get("/authoring/<ref>/publish", permission=PUBLISH)
def publishing(ref: str) -> ResponseReturnValue:
    """Show what publishing would change, and ask."""
    return render(PUBLISH_PAGE, form=PublishForm.read(), **_publish_page(ref))


@pages.post("/authoring/<ref>/publish", permission=PUBLISH, once=True)
def publish(ref: str) -> ResponseReturnValue:
    """Publish the draft as an edition."""
    shown = _publish_page(ref)
    form = PublishForm.read()
    if not form.validate():
        return invalid(form, PUBLISH_PAGE, **shown)
    try:
        edition = services.publish(
            actor=current_viewer(),
            course=shown["course"],
            size="minor" if form.size.data == "minor" else "major",
            note=form.note.data or "",
        )
    except Invalid as refusal:
        form.refuse("size", refusal.text)
        return invalid(form, PUBLISH_PAGE, **shown)
    number = f"{edition.major}.{edition.minor}"
    flash(_("Edition %(number)s is published. Running programmes stay on theirs.", number=number))
    if behind := presenting.routes_behind(current_viewer(), shown["course"]):
        names = ", ".join(behind)
        flash(
            _(
                "Other courses include texts of this one: %(names)s. Take what is new over on their outlines.",
                names=names,
            )
        )
    return redirect_to("authoring.versions", ref=ref)


def _publish_page(ref: str) -> dict[str, Any]:
    viewer = current_viewer()
    course = queries.course_of(viewer, ref)
    if not may_publish(viewer, course):
        raise Forbidden(_("Only authors of the course's owner may publish it."))
    return {"course": course, "view": presenting.publish_view(course)}


def _lesson_page(ref: str, key: str) -> presenting.LessonPage:
    """Return the lesson that the address names, in the language that it names. Raises NotFound."""
    course = queries.course_of(current_viewer(), ref)
    node = queries.node_of(course, key)
    if node.kind != LESSON:
        raise NotFound(_("This part of the course is edited in its files."))
    return presenting.lesson_page(course, node, request.args.get("language", ""))


def _form(page: presenting.LessonPage) -> LessonForm:
    return LessonForm.of(page.body, page.figures, page.number)
