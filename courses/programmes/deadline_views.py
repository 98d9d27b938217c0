"""The page of a programme's deadlines: one date per activity, by module.

Quizzes and hand-ins come first in each module; the days of its lessons, which few programmes need, are folded away.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import request

from courses.catalogue.queries import manifest_of
from courses.programmes import policies, queries, request_queries, rules, services
from courses.programmes.forms import DATE
from courses.programmes.policies import PROGRAMME_MANAGE
from lms.kernel.clock import today
from lms.kernel.forms import Form
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.catalogue.rules import Activity, Module
    from courses.programmes.models import Programme

pages = Pages("deadlines")
TEMPLATE = "lms/courses/programmes/deadlines.html"
LESSON = "lesson"
"""A kind of activity that seldom has a day of its own."""


@pages.get("/programmes/<ref>/deadlines", permission=PROGRAMME_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show the last day of each activity; with `suggest` also days that a manager may take for what has none."""
    programme = queries.managed_programme(current_viewer(), ref)
    typed = {due.node_key: due.due_on.isoformat() for due in queries.deadlines_of(programme)}
    suggest = bool(request.args.get("suggest"))
    if suggest:
        typed = {key: day.isoformat() for key, day in _suggested(programme).items()} | typed
    return render(TEMPLATE, **_page(programme, typed, {}, suggested=suggest))


@pages.post("/programmes/<ref>/deadlines", permission=PROGRAMME_MANAGE)
def change(ref: str) -> ResponseReturnValue:
    """Set all deadlines of the page: an empty field takes one away."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    keys = manifest_of(queries.edition_id_of(programme.id)).order
    typed = {key: request.form.get(f"due-{key}", "").strip() for key in keys}
    due: dict[str, date | None] = {}
    errors: dict[str, str] = {}
    for key, raw in typed.items():
        try:
            due[key] = date.fromisoformat(raw) if raw else None
        except ValueError:
            errors[key] = str(DATE)
            continue
        day = due[key]
        if day is not None and not programme.starts_on <= day <= programme.ends_on:
            errors[key] = _("A deadline lies between the first and the last day of the programme.")
    if not errors:
        services.set_deadlines(actor=viewer, programme=programme, due=due)
        flash(_("The deadlines are saved."))
        return redirect_to("programmes.programme", ref=ref)
    return invalid(Form(), TEMPLATE, **_page(programme, typed, errors))


def _suggested(programme: Programme) -> dict[str, date]:
    """Return days for quizzes and hand-ins over the time of the programme that is left."""
    first = max(programme.starts_on, today(programme.time_zone))
    if first >= programme.ends_on:
        return {}
    modules = _modules(programme)
    return rules.suggested_days(
        [(module.hours, [one.key for one in main]) for module, main, _ in modules], first, programme.ends_on
    )


def _modules(programme: Programme) -> list[tuple[Module, list[Activity], list[Activity]]]:
    """Return each module with its quizzes and hand-ins, or its last lesson where it has none, and its other lessons."""
    found = []
    for module in manifest_of(queries.edition_id_of(programme.id)).modules:
        main = [one for one in module.activities if one.kind != LESSON] or list(module.activities[-1:])
        if main:
            found.append((module, main, [one for one in module.activities if one not in main]))
    return found


def _page(
    programme: Programme, typed: dict[str, str], errors: dict[str, str], *, suggested: bool = False
) -> dict[str, Any]:
    return {
        "suggested": suggested,
        "programme": programme,
        "modules": _modules(programme),
        "language": current_language(),
        "typed": typed,
        "problems": errors,
        "open_requests": request_queries.open_requests(programme),
        "may_manage": policies.may_manage(current_viewer(), programme),
    }
