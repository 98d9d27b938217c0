"""Pages of the partnership office: all organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from lms.hubs import queries, services
from lms.hubs.forms import KIND_NAMES, OrganisationForm
from lms.hubs.policies import PARTNERSHIP_MANAGE
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Pages("organisations")
FORM = "lms/hubs/organisation_form.html"


@pages.get("/organisations", permission=PARTNERSHIP_MANAGE)
def index() -> ResponseReturnValue:
    """List all organisations."""
    search = request.args.get("q", "")
    page = queries.organisations_page(search=search, number=page_number(request.args.get("page")))
    return render("lms/hubs/organisations.html", page=page, search=search, kinds=KIND_NAMES)


@pages.get("/organisations/new", permission=PARTNERSHIP_MANAGE)
def new() -> ResponseReturnValue:
    """Ask for a new organisation."""
    return render(FORM, form=OrganisationForm.read(), organisation=None)


@pages.post("/organisations/new", permission=PARTNERSHIP_MANAGE, once=True)
def make() -> ResponseReturnValue:
    """Make an organisation."""
    form = OrganisationForm.read()
    if form.validate():
        with form.refusing("name"):
            organisation = services.make_organisation(actor=current_viewer(), details=form.details())
            flash(_("%(name)s is in the list now.", name=organisation.name))
            return redirect_to("organisations.index")
    return invalid(form, FORM, organisation=None)


@pages.get("/organisations/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show an organisation, to be changed."""
    organisation = queries.organisation_by_ref(current_viewer(), ref)
    return render(FORM, form=OrganisationForm.read(obj=organisation), organisation=organisation)


@pages.post("/organisations/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def change(ref: str) -> ResponseReturnValue:
    """Change an organisation."""
    organisation = queries.organisation_by_ref(current_viewer(), ref)
    form = OrganisationForm.read()
    if form.validate():
        with form.refusing("name"):
            services.change_organisation(actor=current_viewer(), organisation=organisation, details=form.details())
            flash(_("%(name)s is changed.", name=organisation.name))
            return redirect_to("organisations.index")
    return invalid(form, FORM, organisation=organisation)
