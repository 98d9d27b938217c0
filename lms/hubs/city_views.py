"""Pages of the partnership office: all cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from lms.hubs import queries, services
from lms.hubs.forms import KIND_NAMES, CityForm
from lms.hubs.policies import PARTNERSHIP_MANAGE
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Pages("cities")
FORM = "lms/hubs/city_form.html"


@pages.get("/cities", permission=PARTNERSHIP_MANAGE)
def index() -> ResponseReturnValue:
    """List all cities."""
    search = request.args.get("q", "")
    page = queries.cities_page(search=search, number=page_number(request.args.get("page")))
    return render("lms/hubs/cities.html", page=page, search=search, kinds=KIND_NAMES)


@pages.get("/cities/new", permission=PARTNERSHIP_MANAGE)
def new() -> ResponseReturnValue:
    """Ask for a new city."""
    return render(FORM, form=CityForm.read(), city=None, hub=None)


@pages.post("/cities/new", permission=PARTNERSHIP_MANAGE, once=True)
def make() -> ResponseReturnValue:
    """Add a city to the list."""
    form = CityForm.read()
    if form.validate():
        with form.refusing("name"):
            city = services.make_city(actor=current_viewer(), details=form.details())
            flash(_("%(city)s is in the list now.", city=city.name))
            return redirect_to("cities.index")
    return invalid(form, FORM, city=None, hub=None)


@pages.get("/cities/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show a city, to be changed."""
    city = queries.city_by_ref(ref)
    return render(FORM, form=CityForm.read(obj=city), city=city, hub=None)


@pages.post("/cities/<ref>/edit", permission=PARTNERSHIP_MANAGE)
def change(ref: str) -> ResponseReturnValue:
    """Change a city."""
    city = queries.city_by_ref(ref)
    form = CityForm.read()
    if form.validate():
        with form.refusing("name"):
            services.change_city(actor=current_viewer(), city=city, details=form.details())
            flash(_("%(city)s is changed.", city=city.name))
            return redirect_to("cities.index")
    return invalid(form, FORM, city=city, hub=None)
