"""The page of a programme's deadlines: one date per activity."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import request

from courses.catalogue.queries import manifest_of
from courses.programmes import policies, queries, request_queries, services
from courses.programmes.forms import DATE
from courses.programmes.policies import PROGRAMME_MANAGE
from lms.kernel.forms import Form
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Programme

pages = Pages("deadlines")
TEMPLATE = "lms/courses/programmes/deadlines.html"


@pages.get("/programmes/<ref>/deadlines", permission=PROGRAMME_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show the last day of each activity."""
    programme = queries.managed_programme(current_viewer(), ref)
    typed = {due.node_key: due.due_on.isoformat() for due in queries.deadlines_of(programme)}
    return render(TEMPLATE, **_page(programme, typed, {}))


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


def _page(programme: Programme, typed: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    return {
        "programme": programme,
        "manifest": manifest_of(queries.edition_id_of(programme.id)),
        "language": current_language(),
        "typed": typed,
        "problems": errors,
        "open_requests": request_queries.open_requests(programme),
        "may_manage": policies.may_manage(current_viewer(), programme),
    }
