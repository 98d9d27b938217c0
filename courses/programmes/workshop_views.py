"""Pages of workshops: one's own and replying; making, changing and cancelling; attendance; calendar files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, request

from courses.programmes import policies, queries, request_queries, texts, workshop_queries, workshops
from courses.programmes.attendance import AttendanceSheet
from courses.programmes.calendar import Event, calendar_file
from courses.programmes.forms import CancelForm, WorkshopForm
from courses.programmes.policies import PROGRAMME_TRAIN
from courses.programmes.rules import workshop_minutes
from lms.accounts.queries import names_of
from lms.kernel.clock import now
from lms.kernel.errors import Invalid
from lms.kernel.forms import Form
from lms.kernel.i18n import current_language, gettext as _, ngettext
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render, url
from lms.kernel.paging import page_number
from lms.kernel.permissions import SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Programme, Workshop

pages = Pages("workshops")
FORM = "lms/courses/programmes/workshop_form.html"
TEMPLATE = "lms/courses/programmes/workshop.html"


@pages.get("/workshops", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """List the workshops of the programmes in which one takes part."""
    past = request.args.get("show") == "past"
    page = workshop_queries.my_workshops_page(current_viewer(), past=past, number=page_number(request.args.get("page")))
    return render("lms/courses/programmes/my_workshops.html", page=page, past=past, texts=texts)


@pages.get("/programmes/<ref>/workshops", permission=PROGRAMME_TRAIN)
def of_programme(ref: str) -> ResponseReturnValue:
    """List the workshops of a programme, for its staff."""
    viewer = current_viewer()
    programme = queries.staffed_programme(viewer, ref)
    return render(
        "lms/courses/programmes/workshops.html",
        programme=programme,
        rows=workshop_queries.workshops_of(programme),
        moment=now(),
        open_requests=request_queries.open_requests(programme),
        may_manage=policies.may_manage(viewer, programme),
        texts=texts,
    )


@pages.get("/programmes/<ref>/workshops/new", permission=PROGRAMME_TRAIN)
def new(ref: str) -> ResponseReturnValue:
    """Ask for a new workshop."""
    programme = queries.staffed_programme(current_viewer(), ref)
    return render(FORM, form=WorkshopForm.read(), programme=programme, workshop=None)


@pages.post("/programmes/<ref>/workshops/new", permission=PROGRAMME_TRAIN, once=True)
def make(ref: str) -> ResponseReturnValue:
    """Make a workshop; everybody in the programme gets a mail."""
    viewer = current_viewer()
    programme = queries.staffed_programme(viewer, ref)
    form = WorkshopForm.read()
    if form.validate():
        with form.refusing("title"):
            details = form.details(programme)
            workshop = workshops.make_workshop(actor=viewer, programme=programme, details=details)
            flash(_("The workshop is made. Everybody in the programme gets a mail."))
            return redirect_to("workshops.workshop", ref=workshop.ref)
    return invalid(form, FORM, programme=programme, workshop=None)


def _staffed(ref: str) -> tuple[Workshop, Programme]:
    viewer = current_viewer()
    workshop, programme = workshop_queries.workshop_for(viewer, ref)
    return workshop, queries.staffed_programme(viewer, programme.ref)


@pages.get("/workshops/<ref>/edit", permission=PROGRAMME_TRAIN)
def edit(ref: str) -> ResponseReturnValue:
    """Show a workshop, to be changed."""
    workshop, programme = _staffed(ref)
    return render(FORM, form=WorkshopForm.of(workshop, programme.time_zone), programme=programme, workshop=workshop)


@pages.post("/workshops/<ref>/edit", permission=PROGRAMME_TRAIN)
def change(ref: str) -> ResponseReturnValue:
    """Change a workshop."""
    workshop, programme = _staffed(ref)
    form = WorkshopForm.read()
    if form.validate():
        with form.refusing("title"):
            details = form.details(programme)
            workshops.change_workshop(actor=current_viewer(), workshop=workshop, details=details)
            flash(_("The workshop is changed. A new time or place is told by mail."))
            return redirect_to("workshops.workshop", ref=ref)
    return invalid(form, FORM, programme=programme, workshop=workshop)


@pages.get("/workshops/<ref>/cancel", permission=PROGRAMME_TRAIN)
def ask_cancel(ref: str) -> ResponseReturnValue:
    """Ask before a workshop is cancelled."""
    workshop, programme = _staffed(ref)
    form = CancelForm.read()
    return render(
        "lms/courses/programmes/cancel_workshop.html", form=form, workshop=workshop, programme=programme, texts=texts
    )


@pages.post("/workshops/<ref>/cancel", permission=PROGRAMME_TRAIN)
def cancel(ref: str) -> ResponseReturnValue:
    """Cancel a workshop."""
    workshop, programme = _staffed(ref)
    workshops.cancel_workshop(actor=current_viewer(), workshop=workshop, why=CancelForm.read().why.data or "")
    flash(_("The workshop is cancelled. Everybody in the programme gets a mail."))
    return redirect_to("workshops.of_programme", ref=programme.ref)


@pages.get("/workshops/<ref>", permission=SIGNED_IN)
def workshop(ref: str) -> ResponseReturnValue:
    """Show a workshop: to participants with their reply, to staff with the attendance."""
    viewer = current_viewer()
    found, programme = workshop_queries.workshop_for(viewer, ref)
    return render(TEMPLATE, **_page(found, programme))


def _page(found: Workshop, programme: Programme, sheet: AttendanceSheet | None = None) -> dict[str, Any]:
    viewer = current_viewer()
    number, count = workshop_queries.place_in_series(found)
    context: dict[str, Any] = {
        "workshop": found,
        "programme": programme,
        "number": number,
        "count": count,
        "minutes": workshop_minutes(found.starts_at, found.ends_at, programme.time_zone),
        "over": found.ends_at <= now(),
        "begun": found.starts_at <= now(),
        "is_staff": policies.is_staff(viewer, programme),
        "mine": workshop_queries.my_replies(viewer, [found.id]).get(found.id),
        "takes_part": queries.enrolment_for(viewer, programme) is not None,
        "texts": texts,
    }
    if context["is_staff"]:
        page = workshop_queries.attendance_page(viewer, found, number=page_number(request.args.get("page")))
        totals, tick_all = workshop_queries.attendance_totals(found), "all" in request.args
        drawn = AttendanceSheet.drawn(page.items, context["minutes"], totals.last_id, all_there=tick_all)
        context |= {
            "page": page,
            "sheet": sheet or drawn,
            "totals": totals,
            "names": names_of({row.by_id for row in page.items if row.by_id}),
        }
    return context


@pages.post("/workshops/<ref>/reply", permission=SIGNED_IN)
def reply(ref: str) -> ResponseReturnValue:
    """Say whether one comes."""
    viewer = current_viewer()
    found, _programme = workshop_queries.workshop_for(viewer, ref)
    comes = request.form.get("comes")
    if comes not in {"yes", "no"}:
        raise Invalid(_("Say whether you come."))
    workshops.reply(actor=viewer, workshop=found, comes=comes == "yes")
    flash(_("Noted: you come.") if comes == "yes" else _("Noted: you do not come."))
    return redirect_to("workshops.workshop", ref=ref)


@pages.post("/workshops/<ref>/attendance", permission=PROGRAMME_TRAIN)
def attendance(ref: str) -> ResponseReturnValue:
    """Record attendance for the people of the page."""
    found, programme = _staffed(ref)
    sheet = AttendanceSheet.sent(request.form, workshop_minutes(found.starts_at, found.ends_at, programme.time_zone))
    if sheet.errors:
        return invalid(Form(), TEMPLATE, **_page(found, programme, sheet))
    ids = workshop_queries.person_ids(programme, list(sheet.lines))
    minutes = {ids[ref]: amount for ref, amount in sheet.minutes().items() if ref in ids}
    try:
        new = workshops.record_attendance(actor=current_viewer(), workshop=found, minutes=minutes, seen=sheet.seen)
    except workshops.StaleAttendance as stale:
        meanwhile = {ref: stale.differences[number][0] for ref, number in ids.items() if number in stale.differences}
        sheet.mark_stale(meanwhile, workshop_queries.attendance_totals(found).last_id, stale.text)
        return make_response(render(TEMPLATE, **_page(found, programme, sheet)), stale.status)
    flash(ngettext("%(num)s entry is new.", "%(num)s entries are new.", new) if new else _("Nothing was new."))
    return redirect_to("workshops.workshop", ref=ref)


@pages.get("/workshops/<ref>/calendar.ics", permission=SIGNED_IN)
def calendar(ref: str) -> Response:
    """Give a workshop as a file for the reader's own calendar."""
    found, _programme = workshop_queries.workshop_for(current_viewer(), ref)
    event = Event(
        uid=f"{found.ref}@lms",
        # A later file replaces an earlier one; seconds since the workshop was made never go back.
        sequence=int((now() - found.created_at).total_seconds()),
        written_at=now(),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        title=found.title,
        place=found.place or found.online_url,
        about=found.about,
        url=url("workshops.workshop", external=True, ref=found.ref),
        cancelled=found.cancelled_at is not None,
    )
    response = Response(
        calendar_file([event], language=current_language()), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="workshop.ics"'
    return response
