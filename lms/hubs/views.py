"""Pages of hubs: the office's list and forms, and a hub's own cities and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from lms.hubs import policies, queries, services, staff
from lms.hubs.forms import CityForm, HubForm, MemberForm, RoleForm
from lms.hubs.policies import HUB_MANAGE, PARTNERSHIP_MANAGE
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number
from lms.kernel.permissions import roles

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.hubs.models import Hub
    from lms.kernel.forms import Form

pages = Pages("hubs")
FORM = "lms/hubs/hub_form.html"
HUB = "lms/hubs/hub.html"
CITY_FORM = "lms/hubs/city_form.html"


@pages.get("/hubs", permission=HUB_MANAGE)
def index() -> ResponseReturnValue:
    """List the hubs that the viewer manages: for the office all of them."""
    viewer, search = current_viewer(), request.args.get("q", "")
    found = queries.hubs_page(viewer, search=search, number=page_number(request.args.get("page")))
    may_make = policies.may_manage_partnership(viewer)
    return render("lms/hubs/index.html", page=found, search=search, may_make=may_make)


@pages.get("/hubs/mine", permission=HUB_MANAGE)
def mine() -> ResponseReturnValue:
    """Go to the viewer's own hub; where there are several, to the list."""
    hubs = queries.managed_hubs(current_viewer())
    return redirect_to("hubs.hub", ref=hubs[0].ref) if len(hubs) == 1 else redirect_to("hubs.index")


@pages.get("/hubs/new", permission=PARTNERSHIP_MANAGE)
def new() -> ResponseReturnValue:
    """Ask for a new hub."""
    return render(FORM, form=HubForm.read(time_zone="Europe/Brussels"), hub=None)


@pages.post("/hubs/new", permission=PARTNERSHIP_MANAGE, once=True)
def make() -> ResponseReturnValue:
    """Make a hub."""
    form = HubForm.read()
    if form.validate():
        with form.refusing("name"):
            hub = services.make_hub(actor=current_viewer(), details=form.details())
            flash(_("The hub %(name)s is made. Appoint its first manager next.", name=hub.name))
            return redirect_to("hubs.hub", ref=hub.ref)
    return invalid(form, FORM, hub=None)


@pages.get("/hubs/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show what is said about a hub, to be changed."""
    hub = queries.hub_by_ref(current_viewer(), ref)
    return render(FORM, form=HubForm.read(obj=hub), hub=hub)


@pages.post("/hubs/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def change(ref: str) -> ResponseReturnValue:
    """Change what is said about a hub."""
    viewer = current_viewer()
    hub = queries.hub_by_ref(viewer, ref)
    form = HubForm.read()
    if form.validate():
        with form.refusing("name"):
            services.change_hub(actor=viewer, hub=hub, details=form.details())
            flash(_("The hub is changed."))
            return redirect_to("hubs.hub", ref=hub.ref)
    return invalid(form, FORM, hub=hub)


@pages.get("/hubs/<ref>", permission=HUB_MANAGE)
def hub(ref: str) -> ResponseReturnValue:
    """Show a hub's cities and people, and its organisations to the office."""
    found = queries.hub_by_ref(current_viewer(), ref)
    return render(HUB, **_hub_page(found))


def _hub_page(hub: Hub, role_form: Form | None = None, member_form: Form | None = None) -> dict[str, object]:
    viewer, search = current_viewer(), request.args.get("q", "")
    offered = policies.appointable_roles(viewer, hub.id)
    is_office = policies.may_manage_partnership(viewer)
    return {
        "hub": hub,
        "search": search,
        "page": queries.clients_page(hub.id, search=search, number=page_number(request.args.get("page"))),
        "staff": queries.staff_of(viewer, hub.id),
        "roles": roles,
        "members": queries.members_of(hub.id),
        "is_office": is_office,
        "role_form": role_form or RoleForm(names=offered),
        "member_form": member_form or (MemberForm(free=queries.free_organisations()) if is_office else None),
    }


@pages.post("/hubs/<ref>/roles", permission=HUB_MANAGE)
def give_role(ref: str) -> ResponseReturnValue:
    """Give somebody a role in a hub."""
    viewer = current_viewer()
    hub = queries.hub_by_ref(viewer, ref)
    form = RoleForm.read(names=policies.appointable_roles(viewer, hub.id))
    if form.validate():
        with form.refusing("email"):
            email, role = form.email.data or "", form.role.data or ""
            person = staff.give_role(actor=viewer, hub=hub, email=email, role=role)
            flash(_("%(name)s has the role “%(role)s” now.", name=person.name, role=str(roles[role].label)))
            return redirect_to("hubs.hub", ref=hub.ref)
    return invalid(form, HUB, **_hub_page(hub, role_form=form))


@pages.get("/hubs/<ref>/roles/<role>/<person_ref>/end", permission=HUB_MANAGE)
def ask_end_role(ref: str, role: str, person_ref: str) -> ResponseReturnValue:
    """Ask before a role ends."""
    hub = queries.hub_by_ref(current_viewer(), ref)
    return render("lms/hubs/end_role.html", hub=hub, row=_holder(hub, role, person_ref), roles=roles)


@pages.post("/hubs/<ref>/roles/<role>/<person_ref>/end", permission=HUB_MANAGE)
def end_role(ref: str, role: str, person_ref: str) -> ResponseReturnValue:
    """End a role in a hub."""
    viewer = current_viewer()
    hub = queries.hub_by_ref(viewer, ref)
    row = _holder(hub, role, person_ref)
    staff.take_role(actor=viewer, hub=hub, person_id=row.person_id, role=role)
    flash(_("%(name)s has no longer the role “%(role)s”.", name=row.name, role=str(roles[role].label)))
    return redirect_to("hubs.hub", ref=hub.ref)


def _holder(hub: Hub, role: str, person_ref: str) -> queries.StaffRow:
    """Return who holds a role, as far as the viewer may see it."""
    rows = queries.staff_of(current_viewer(), hub.id)
    row = next((row for row in rows if row.role == role and row.ref == person_ref), None)
    if row is None:
        raise NotFound(_("Nobody has this role here any more. Go back to the hub’s page to see who has which role."))
    return row


@pages.get("/hubs/<ref>/cities/new", permission=HUB_MANAGE)
def new_client(ref: str) -> ResponseReturnValue:
    """Ask for a city that becomes a client."""
    hub = queries.hub_by_ref(current_viewer(), ref)
    return render(CITY_FORM, form=CityForm.read(hub=hub), hub=hub, city=None)


@pages.post("/hubs/<ref>/cities/new", permission=HUB_MANAGE, once=True)
def add_client(ref: str) -> ResponseReturnValue:
    """Make a city a client; one that is in the shared list already is taken from there."""
    viewer = current_viewer()
    hub = queries.hub_by_ref(viewer, ref)
    form = CityForm.read(hub=hub)
    if form.validate():
        with form.refusing("name"):
            details = form.details()
            same = queries.cities_named(details.name, [details.country])
            city = next((item for item in same if item.kind == details.kind), None)
            city = city or services.make_city(actor=viewer, details=details)
            services.add_client(actor=viewer, hub=hub, city=city)
            flash(_("%(city)s is a client of the hub now.", city=city.name))
            return redirect_to("hubs.hub", ref=hub.ref)
    return invalid(form, CITY_FORM, hub=hub, city=None)


@pages.get("/hubs/<ref>/cities/<city_ref>/end", permission=HUB_MANAGE)
def ask_end_client(ref: str, city_ref: str) -> ResponseReturnValue:
    """Ask before a city stops being a client."""
    hub = queries.hub_by_ref(current_viewer(), ref)
    return render("lms/hubs/end_client.html", hub=hub, city=queries.city_by_ref(city_ref))


@pages.post("/hubs/<ref>/cities/<city_ref>/end", permission=HUB_MANAGE)
def end_client(ref: str, city_ref: str) -> ResponseReturnValue:
    """End that a city is a client."""
    viewer = current_viewer()
    hub, city = queries.hub_by_ref(viewer, ref), queries.city_by_ref(city_ref)
    services.end_client(actor=viewer, hub=hub, city=city)
    flash(_("%(city)s is no longer a client of the hub.", city=city.name))
    return redirect_to("hubs.hub", ref=hub.ref)


@pages.post("/hubs/<ref>/members", permission=PARTNERSHIP_MANAGE)
def add_member(ref: str) -> ResponseReturnValue:
    """Let an organisation belong to a hub."""
    viewer = current_viewer()
    hub = queries.hub_by_ref(viewer, ref)
    form = MemberForm.read(free=queries.free_organisations())
    if form.validate():
        with form.refusing("member"):
            organisation = queries.organisation_by_ref(viewer, form.member.data or "")
            services.add_member(actor=viewer, hub=hub, organisation=organisation)
            flash(_("%(name)s is a member of the hub now.", name=organisation.name))
            return redirect_to("hubs.hub", ref=hub.ref)
    return invalid(form, HUB, **_hub_page(hub, member_form=form))


@pages.get("/hubs/<ref>/members/<organisation_ref>/end", permission=PARTNERSHIP_MANAGE)
def ask_end_member(ref: str, organisation_ref: str) -> ResponseReturnValue:
    """Ask before an organisation leaves a hub."""
    viewer = current_viewer()
    hub, organisation = queries.hub_by_ref(viewer, ref), queries.organisation_by_ref(viewer, organisation_ref)
    return render("lms/hubs/end_member.html", hub=hub, organisation=organisation)


@pages.post("/hubs/<ref>/members/<organisation_ref>/end", permission=PARTNERSHIP_MANAGE)
def end_member(ref: str, organisation_ref: str) -> ResponseReturnValue:
    """Let an organisation leave a hub."""
    viewer = current_viewer()
    hub, organisation = queries.hub_by_ref(viewer, ref), queries.organisation_by_ref(viewer, organisation_ref)
    services.end_member(actor=viewer, hub=hub, organisation=organisation)
    flash(_("%(name)s is no longer a member of the hub.", name=organisation.name))
    return redirect_to("hubs.hub", ref=hub.ref)
