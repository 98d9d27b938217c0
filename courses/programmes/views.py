"""Pages of programmes: the public page and asking for a place, and for staff the list and the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from courses.catalogue.queries import manifest_of
from courses.programmes import asking, places, policies, queries, request_queries, team_queries, texts, workshop_queries
from courses.programmes.choosing import chosen_city
from courses.programmes.forms import PlaceForm
from courses.programmes.policies import PROGRAMME_TRAIN
from courses.programmes.rules import may_ask, phase
from lms.hubs.models import Hub
from lms.hubs.queries import clients_of
from lms.kernel.clock import now, today
from lms.kernel.db import db
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number
from lms.kernel.permissions import PUBLIC, SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Programme

pages = Pages("programmes")
ASK = "lms/courses/programmes/ask.html"


@pages.get("/programmes", permission=PROGRAMME_TRAIN)
def index() -> ResponseReturnValue:
    """List the programmes in which the viewer trains or which they manage."""
    viewer, search = current_viewer(), request.args.get("q", "")
    page = queries.staffed_page(viewer, search=search, number=page_number(request.args.get("page")))
    return render(
        "lms/courses/programmes/index.html",
        page=page,
        search=search,
        may_make=viewer.may_anywhere(policies.PROGRAMME_MANAGE.name),
        phase=lambda item: phase(item.starts_on, item.ends_on, today(item.time_zone)),
    )


@pages.get("/programmes/<ref>", permission=PUBLIC)
def public(ref: str) -> ResponseReturnValue:
    """Show everybody what a programme is, and the signed-in where they stand."""
    viewer, programme = current_viewer(), queries.programme_by_ref(ref)
    manifest = manifest_of(queries.edition_id_of(programme.id))
    asking_now = queries.asking_of(programme, viewer.person_id)
    return render(
        "lms/courses/programmes/public.html",
        programme=programme,
        hub=db.session.get_one(Hub, programme.hub_id),
        manifest=manifest,
        told=manifest.told(current_language()),
        language=current_language(),
        places=queries.places(programme),
        trainers=team_queries.trainers_of(programme.id),
        state=may_ask(asking_now, today(programme.time_zone)),
        is_staff=policies.is_staff(viewer, programme),
        texts=texts,
    )


@pages.get("/programmes/<ref>/ask", permission=SIGNED_IN)
def ask(ref: str) -> ResponseReturnValue:
    """Ask for which city, and what the hub should know; who cannot ask goes to the programme's page, which says why."""
    programme = queries.programme_by_ref(ref)
    state = may_ask(queries.asking_of(programme, current_viewer().person_id), today(programme.time_zone))
    if state != "yes":
        return redirect_to("programmes.public", ref=ref)
    return render(ASK, form=_place_form(programme), **_asking(programme))


@pages.post("/programmes/<ref>/ask", permission=SIGNED_IN, once=True)
def send_request(ref: str) -> ResponseReturnValue:
    """Send the request; in a self-study programme, take the place at once."""
    viewer, programme = current_viewer(), queries.programme_by_ref(ref)
    if queries.open_request_of(viewer, programme) is not None:
        flash(_("You have asked already. Take the request back if you want to send another."), "warn")
        return redirect_to("programmes.public", ref=ref)
    form = _place_form(programme)
    if form.validate():
        with form.refusing("city"):
            city_id, city_name = chosen_city(form)
            work = form.work.data or ""
            if programme.open_to_all:
                asking.join_open(actor=viewer, programme=programme, city_id=city_id, work=work)
                flash(_("You take part now. Begin with the first lesson."))
            else:
                asking.ask_for_place(
                    actor=viewer,
                    programme=programme,
                    city_id=city_id,
                    city_name=city_name,
                    work=work,
                    message=form.message.data or "",
                )
                flash(_("Your request is on its way. The hub answers by mail."))
            return redirect_to("programmes.public", ref=ref)
    return invalid(form, ASK, **_asking(programme))


def _place_form(programme: Programme) -> PlaceForm:
    return PlaceForm.read(cities=clients_of(programme.hub_id))


def _asking(programme: Programme) -> dict[str, Any]:
    return {"programme": programme, "places": queries.places(programme), "texts": texts, "target": ""}


@pages.get("/programmes/<ref>/withdraw", permission=SIGNED_IN)
def ask_withdraw(ref: str) -> ResponseReturnValue:
    """Ask before a request is taken back."""
    programme = queries.programme_by_ref(ref)
    if queries.open_request_of(current_viewer(), programme) is None:
        return redirect_to("programmes.public", ref=ref)
    return render("lms/courses/programmes/withdraw.html", programme=programme)


@pages.post("/programmes/<ref>/withdraw", permission=SIGNED_IN)
def withdraw(ref: str) -> ResponseReturnValue:
    """Take a request back."""
    viewer, programme = current_viewer(), queries.programme_by_ref(ref)
    waiting = queries.open_request_of(viewer, programme)
    if waiting is None:
        flash(_("There is no request of yours that waits for an answer."), "info")
    else:
        asking.withdraw_request(actor=viewer, request=waiting)
        flash(_("Your request is taken back."))
    return redirect_to("programmes.public", ref=ref)


@pages.get("/programmes/<ref>/leave", permission=SIGNED_IN)
def ask_leave(ref: str) -> ResponseReturnValue:
    """Ask before a participant leaves."""
    viewer, programme = current_viewer(), queries.programme_by_ref(ref)
    if queries.enrolment_for(viewer, programme) is None:
        return redirect_to("programmes.public", ref=ref)
    return render("lms/courses/programmes/leave.html", programme=programme)


@pages.post("/programmes/<ref>/leave", permission=SIGNED_IN)
def leave(ref: str) -> ResponseReturnValue:
    """Let a participant leave."""
    viewer, programme = current_viewer(), queries.programme_by_ref(ref)
    enrolment = queries.enrolment_for(viewer, programme)
    if enrolment is not None:
        places.leave(actor=viewer, enrolment=enrolment)
    flash(_("You take no part in the programme any more. What you have done is kept."))
    return redirect_to("programmes.public", ref=ref)


@pages.get("/programmes/<ref>/overview", permission=PROGRAMME_TRAIN)
def programme(ref: str) -> ResponseReturnValue:
    """Show staff where a programme stands."""
    viewer = current_viewer()
    found = queries.staffed_programme(viewer, ref)
    edition_id = queries.edition_id_of(found.id)
    moment = now()
    return render(
        "lms/courses/programmes/programme.html",
        programme=found,
        manifest=manifest_of(edition_id),
        language=current_language(),
        newer=queries.newer_edition(found, edition_id),
        places=queries.places(found),
        terms=queries.terms_of(found.id),
        deadlines=[due for due in queries.deadlines_of(found) if due.due_at > moment][:5],
        workshops=workshop_queries.upcoming_workshops([found.id]),
        trainers=team_queries.trainers_of(found.id),
        open_requests=request_queries.open_requests(found),
        may_manage=policies.may_manage(viewer, found),
        state=phase(found.starts_on, found.ends_on, today(found.time_zone)),
        texts=texts,
    )
