"""Pages of invitation links: the hub's list, and the page that a link opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, session

from courses.catalogue.queries import manifest_of
from courses.programmes import invitations, policies, queries, request_queries, team_queries, texts
from courses.programmes.choosing import chosen_city
from courses.programmes.forms import InvitationForm, PlaceForm
from courses.programmes.models import Enrolment
from courses.programmes.policies import PROGRAMME_MANAGE
from courses.programmes.rules import may_ask
from lms.hubs.models import City, Hub
from lms.hubs.queries import city_by_ref, clients_of
from lms.kernel.clock import today
from lms.kernel.db import db
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render, url
from lms.kernel.paging import page_number
from lms.kernel.permissions import PUBLIC, SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Invitation, Programme

pages = Pages("invitations")
TEMPLATE = "lms/courses/programmes/invitations.html"
LINK = "lms/courses/programmes/invitation.html"
SHOWN_ONCE = "lms_invitation"
FOUR_WEEKS = 28


@pages.get("/programmes/<ref>/invitations", permission=PROGRAMME_MANAGE)
def index(ref: str) -> ResponseReturnValue:
    """List the links of a programme; a new one is shown here once."""
    programme = queries.managed_programme(current_viewer(), ref)
    secret = session.pop(SHOWN_ONCE, None)
    link = url("invitations.invitation", external=True, secret=secret) if secret else ""
    form = InvitationForm.read(cities=team_queries.team_cities(programme.id), days=FOUR_WEEKS)
    return render(TEMPLATE, form=form, link=link, **_page(programme))


def _page(programme: Programme) -> dict[str, Any]:
    return {
        "programme": programme,
        "page": request_queries.invitations_page(programme, number=page_number(request.args.get("page"))),
        "state_of": lambda invitation: invitations.state_of(invitation, programme),
        "open_requests": request_queries.open_requests(programme),
        "may_manage": policies.may_manage(current_viewer(), programme),
    }


@pages.post("/programmes/<ref>/invitations", permission=PROGRAMME_MANAGE, once=True)
def make(ref: str) -> ResponseReturnValue:
    """Make a link, and keep its secret for the one page that shows it."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    form = InvitationForm.read(cities=team_queries.team_cities(programme.id))
    if form.validate():
        with form.refusing("days"):
            city_id = city_by_ref(form.city.data).id if form.city.data else None
            _invitation, secret = invitations.make_invitation(
                actor=viewer, programme=programme, days=form.days.data or 0, city_id=city_id
            )
            session[SHOWN_ONCE] = secret
            return redirect_to("invitations.index", ref=ref)
    return invalid(form, TEMPLATE, link="", **_page(programme))


@pages.get("/programmes/<ref>/invitations/<digest>/end", permission=PROGRAMME_MANAGE)
def ask_end(ref: str, digest: str) -> ResponseReturnValue:
    """Ask before a link ends."""
    programme = queries.managed_programme(current_viewer(), ref)
    invitation = request_queries.invitation_in(programme, digest)
    return render("lms/courses/programmes/end_invitation.html", programme=programme, invitation=invitation)


@pages.post("/programmes/<ref>/invitations/<digest>/end", permission=PROGRAMME_MANAGE)
def end(ref: str, digest: str) -> ResponseReturnValue:
    """End a link."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    invitation = request_queries.invitation_in(programme, digest)
    invitations.end_invitation(actor=viewer, programme=programme, invitation=invitation)
    flash(_("The link works no more."))
    return redirect_to("invitations.index", ref=ref)


@pages.get("/join/<secret>", permission=PUBLIC)
def invitation(secret: str) -> ResponseReturnValue:
    """Show what the link invites to. A link that does not work says why, with its status."""
    found, programme = invitations.open_invitation(secret)
    return render(LINK, form=_place_form(programme), **_invitation_page(secret, found, programme))


def _place_form(programme: Programme) -> PlaceForm:
    return PlaceForm.read(cities=clients_of(programme.hub_id))


def _invitation_page(secret: str, found: Invitation, programme: Programme) -> dict[str, Any]:
    viewer = current_viewer()
    manifest = manifest_of(queries.edition_id_of(programme.id))
    return {
        "secret": secret,
        "programme": programme,
        "hub": db.session.get_one(Hub, programme.hub_id),
        "city": db.session.get(City, found.city_id) if found.city_id else None,
        "told": manifest.told(current_language()),
        "state": may_ask(queries.asking_of(programme, viewer.person_id), today(programme.time_zone)),
        "texts": texts,
        "signed_in": viewer.signed_in,
    }


@pages.post("/join/<secret>", permission=SIGNED_IN, once=True)
def accept(secret: str) -> ResponseReturnValue:
    """Follow the invitation: into the city's team at once, or ask for a place."""
    found, programme = invitations.open_invitation(secret)
    form = _place_form(programme)
    if found.city_id is not None:
        form.city.data = "none"
        form.city_name.data = ""
    if form.validate():
        with form.refusing("city"):
            city_id, city_name = chosen_city(form)
            result = invitations.accept_invitation(
                actor=current_viewer(),
                secret=secret,
                city_id=city_id,
                city_name=city_name,
                work=form.work.data or "",
                message=form.message.data or "",
            )
            if isinstance(result, Enrolment):
                flash(_("Welcome. You take part now; begin with the first lesson."))
            else:
                flash(_("Your request is on its way. The hub answers by mail."))
            return redirect_to("programmes.public", ref=programme.ref)
    return invalid(form, LINK, **_invitation_page(secret, found, programme))
