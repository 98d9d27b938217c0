"""Pages for hub managers: requests for a place, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request as http

from courses.programmes import asking, policies, queries, request_queries, texts
from courses.programmes.choosing import city_id_of
from courses.programmes.forms import NEW_CITY, NO_CITY, ApproveForm, DeclineForm
from courses.programmes.policies import PROGRAMME_MANAGE
from lms.hubs.models import Hub
from lms.hubs.queries import cities_by_id, cities_named, clients_of
from lms.hubs.rules import CityDetails
from lms.hubs.services import add_client, make_city
from lms.kernel.db import db
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import JoinRequest, Programme

pages = Pages("requests")
TEMPLATE = "lms/courses/programmes/request.html"


@pages.get("/programmes/<ref>/requests", permission=PROGRAMME_MANAGE)
def index(ref: str) -> ResponseReturnValue:
    """List the requests of a programme."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    answered = http.args.get("show") == "answered"
    number = page_number(http.args.get("page"))
    return render(
        "lms/courses/programmes/requests.html",
        programme=programme,
        page=request_queries.requests_page(viewer, programme, answered=answered, number=number),
        answered=answered,
        open_requests=request_queries.open_requests(programme),
        places=queries.places(programme),
        texts=texts,
        may_manage=policies.may_manage(viewer, programme),
    )


def _waiting(ref: str) -> tuple[JoinRequest, Programme]:
    viewer = current_viewer()
    request, programme = request_queries.request_for(viewer, ref)
    return request, queries.managed_programme(viewer, programme.ref)


def _approve_form(request: JoinRequest, programme: Programme, *, sent: bool = False) -> ApproveForm:
    """Offer the hub's cities, and the city that the person named: chosen, or to be added if it is new."""
    make = ApproveForm.read if sent else ApproveForm
    cities = clients_of(programme.hub_id)
    named = list(cities_by_id([request.city_id] if request.city_id else []).values())
    if request.city_name:
        named = cities_named(request.city_name, _hub(programme).countries)
    known = {city.id for city in cities}
    cities += [city for city in named if city.id not in known]
    new_name = "" if named else request.city_name
    chosen = named[0].ref if named else NEW_CITY if new_name else NO_CITY
    return make(cities=cities, new_name=new_name, city=chosen)


def _hub(programme: Programme) -> Hub:
    return db.session.get_one(Hub, programme.hub_id)


def _page(
    request: JoinRequest, programme: Programme, approve: ApproveForm | None = None, decline: DeclineForm | None = None
) -> dict[str, Any]:
    return {
        "row": request_queries.request_row(request),
        "programme": programme,
        "places": queries.places(programme),
        "texts": texts,
        "approve_form": approve or _approve_form(request, programme),
        "decline_form": decline or DeclineForm(),
    }


@pages.get("/requests/<ref>", permission=PROGRAMME_MANAGE)
def request(ref: str) -> ResponseReturnValue:
    """Show a request with both answers."""
    found, programme = _waiting(ref)
    return render(TEMPLATE, **_page(found, programme))


@pages.post("/requests/<ref>/approve", permission=PROGRAMME_MANAGE)
def approve(ref: str) -> ResponseReturnValue:
    """Give the person a place."""
    found, programme = _waiting(ref)
    form = _approve_form(found, programme, sent=True)
    if form.validate():
        with form.refusing("city"):
            city_id = _city_id(form, found, programme)
            asking.approve_request(actor=current_viewer(), request=found, city_id=city_id)
            flash(_("The person has a place and gets a mail."))
            return redirect_to("requests.index", ref=programme.ref)
    return invalid(form, TEMPLATE, **_page(found, programme, approve=form))


def _city_id(form: ApproveForm, found: JoinRequest, programme: Programme) -> int | None:
    """Return the chosen city; a new one is added to the common list and becomes a client of the hub."""
    if form.city.data != NEW_CITY:
        return city_id_of(form.city.data or "")
    viewer, hub = current_viewer(), _hub(programme)
    city = make_city(actor=viewer, details=CityDetails(found.city_name, hub.countries[0]))
    add_client(actor=viewer, hub=hub, city=city)
    return city.id


@pages.post("/requests/<ref>/decline", permission=PROGRAMME_MANAGE)
def decline(ref: str) -> ResponseReturnValue:
    """Say no, with a reason."""
    found, programme = _waiting(ref)
    form = DeclineForm.read()
    if form.validate():
        with form.refusing("reason"):
            asking.decline_request(actor=current_viewer(), request=found, reason=form.reason.data or "")
            flash(_("The person gets a mail with your reason."))
            return redirect_to("requests.index", ref=programme.ref)
    return invalid(form, TEMPLATE, **_page(found, programme, decline=form))
