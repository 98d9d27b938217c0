"""Pages of a programme's cities and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import request

from courses.programmes import places, policies, queries, request_queries, team_queries, texts
from courses.programmes.choosing import city_id_of
from courses.programmes.forms import CityForm, MoveForm, PersonForm
from courses.programmes.policies import PROGRAMME_MANAGE, PROGRAMME_TRAIN
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.hubs.queries import city_by_ref, clients_of
from lms.hubs.staff import person_by_email
from lms.kernel.csv_export import csv_answer
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Enrolment, Programme, Team

pages = Pages("teams")
TEMPLATE = "lms/courses/programmes/people.html"
MOVE = "lms/courses/programmes/move.html"


@pages.get("/programmes/<ref>/people", permission=PROGRAMME_TRAIN)
def index(ref: str) -> ResponseReturnValue:
    """Show the cities and people of a programme."""
    programme = queries.staffed_programme(current_viewer(), ref)
    return render(TEMPLATE, **_page(programme))


@pages.get("/programmes/<ref>/people.csv", permission=PROGRAMME_TRAIN)
def index_csv(ref: str) -> ResponseReturnValue:
    """Give the people of a programme as a file."""
    viewer = current_viewer()
    programme = queries.staffed_programme(viewer, ref)
    head = [_("Name"), _("City"), _("Work"), _("E-mail"), _("Coordinates the team"), _("In the team since")]
    statement = team_queries.members(viewer, programme, search=request.args.get("q", ""))
    zone, yes, nobody, left = ZoneInfo(programme.time_zone), _("yes"), _("No city"), _("somebody who has left")

    def cells(found: Any) -> list[object]:
        row = team_queries.MemberRow(*found)
        since = row.since.astimezone(zone).date().isoformat()
        return [row.name or left, row.city or nobody, row.work, row.email, yes if row.coordinator else "", since]

    return csv_answer("people.csv", head, statement, cells)


def _page(
    programme: Programme, city_form: CityForm | None = None, person_form: PersonForm | None = None
) -> dict[str, Any]:
    viewer, search = current_viewer(), request.args.get("q", "")
    may_manage = policies.may_manage(viewer, programme)
    cities = team_queries.team_cities(programme.id)
    return {
        "programme": programme,
        "places": queries.places(programme),
        "texts": texts,
        "search": search,
        "teams": team_queries.teams_page(viewer, programme, number=page_number(request.args.get("teams"))),
        "page": team_queries.members_page(
            viewer, programme, search=search, number=page_number(request.args.get("page"))
        ),
        "may_manage": may_manage,
        "open_requests": request_queries.open_requests(programme),
        "city_form": city_form or (CityForm(cities=_new_cities(programme, cities)) if may_manage else None),
        "person_form": person_form or (PersonForm(cities=cities) if may_manage else None),
    }


def _new_cities(programme: Programme, present: list[City]) -> list[City]:
    ids = {city.id for city in present}
    return [city for city in clients_of(programme.hub_id) if city.id not in ids]


@pages.post("/programmes/<ref>/people/cities", permission=PROGRAMME_MANAGE)
def add_city(ref: str) -> ResponseReturnValue:
    """Let a city of the hub take part."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    form = CityForm.read(cities=_new_cities(programme, team_queries.team_cities(programme.id)))
    if form.validate():
        with form.refusing("add"):
            city = city_by_ref(form.add.data or "")
            places.add_city(actor=viewer, programme=programme, city=city)
            flash(_("%(city)s takes part now. Send its people an invitation link.", city=city.name))
            return redirect_to("teams.index", ref=ref)
    return invalid(form, TEMPLATE, **_page(programme, city_form=form))


@pages.post("/programmes/<ref>/people", permission=PROGRAMME_MANAGE)
def enrol(ref: str) -> ResponseReturnValue:
    """Give a person a place at once."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    form = PersonForm.read(cities=team_queries.team_cities(programme.id))
    if form.validate():
        with form.refusing("email"):
            person = person_by_email(form.email.data or "")
            city_id = city_id_of(form.city.data or "")
            places.enrol(actor=viewer, programme=programme, person_id=person.id, city_id=city_id)
            flash(_("%(name)s takes part now.", name=person.name))
            return redirect_to("teams.index", ref=ref)
    return invalid(form, TEMPLATE, **_page(programme, person_form=form))


def _team(ref: str, team_ref: str) -> tuple[Programme, Team, City]:
    """Return a city's team of a programme that the viewer manages."""
    viewer = current_viewer()
    programme, team = queries.managed_programme(viewer, ref), team_queries.team_by_ref(viewer, team_ref)
    if team.programme_id != programme.id or team.city_id is None:
        raise NotFound(_("There is no such city in this programme."))
    return programme, team, db.session.get_one(City, team.city_id)


@pages.get("/programmes/<ref>/people/cities/<team_ref>/remove", permission=PROGRAMME_MANAGE)
def ask_remove_city(ref: str, team_ref: str) -> ResponseReturnValue:
    """Ask before a city is taken out."""
    programme, team, city = _team(ref, team_ref)
    return render("lms/courses/programmes/remove_city.html", programme=programme, team=team, city=city)


@pages.post("/programmes/<ref>/people/cities/<team_ref>/remove", permission=PROGRAMME_MANAGE)
def remove_city(ref: str, team_ref: str) -> ResponseReturnValue:
    """Take a city out of a programme."""
    programme, team, city = _team(ref, team_ref)
    places.remove_city(actor=current_viewer(), programme=programme, team=team)
    flash(_("%(city)s does not take part any more.", city=city.name))
    return redirect_to("teams.index", ref=ref)


def _enrolment(ref: str, enrolment_ref: str) -> tuple[Programme, Enrolment, Person]:
    """Return a person of a programme that the viewer manages."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    enrolment = queries.enrolment_by_ref(viewer, enrolment_ref)
    if enrolment.programme_id != programme.id or enrolment.left_at is not None:
        raise NotFound(_("This person does not take part in the programme (any more)."))
    return programme, enrolment, db.session.get_one(Person, enrolment.person_id)


def _person_page(programme: Programme, enrolment: Enrolment, person: Person) -> dict[str, Any]:
    member = team_queries.current_member(enrolment)
    team = team_queries.team_of(enrolment)
    city = db.session.get(City, team.city_id) if team and team.city_id else None
    return {"programme": programme, "enrolment": enrolment, "person": person, "member": member, "city": city}


@pages.get("/programmes/<ref>/people/<enrolment_ref>", permission=PROGRAMME_MANAGE)
def person(ref: str, enrolment_ref: str) -> ResponseReturnValue:
    """Show a person's team and what can be changed."""
    programme, enrolment, found = _enrolment(ref, enrolment_ref)
    context = _person_page(programme, enrolment, found)
    chosen = context["city"].ref if context["city"] else "none"
    form = MoveForm.read(cities=team_queries.team_cities(programme.id), city=chosen)
    return render(MOVE, form=form, **context)


@pages.post("/programmes/<ref>/people/<enrolment_ref>/move", permission=PROGRAMME_MANAGE)
def move(ref: str, enrolment_ref: str) -> ResponseReturnValue:
    """Move a person to another team."""
    programme, enrolment, found = _enrolment(ref, enrolment_ref)
    form = MoveForm.read(cities=team_queries.team_cities(programme.id))
    if form.validate():
        with form.refusing("city"):
            city_id = city_id_of(form.city.data or "")
            places.move_to_team(actor=current_viewer(), enrolment=enrolment, city_id=city_id)
            flash(_("%(name)s is in another team now.", name=found.name))
            return redirect_to("teams.index", ref=ref)
    return invalid(form, MOVE, **_person_page(programme, enrolment, found))


@pages.post("/programmes/<ref>/people/<enrolment_ref>/coordinator", permission=PROGRAMME_MANAGE)
def coordinator(ref: str, enrolment_ref: str) -> ResponseReturnValue:
    """Say whether a person coordinates the team."""
    _programme, enrolment, found = _enrolment(ref, enrolment_ref)
    wanted = request.form.get("coordinator") == "yes"
    places.set_coordinator(actor=current_viewer(), enrolment=enrolment, coordinator=wanted)
    if wanted:
        flash(_("%(name)s coordinates the team now.", name=found.name))
    else:
        flash(_("%(name)s coordinates the team no longer.", name=found.name))
    return redirect_to("teams.index", ref=ref)


@pages.get("/programmes/<ref>/people/<enrolment_ref>/remove", permission=PROGRAMME_MANAGE)
def ask_remove(ref: str, enrolment_ref: str) -> ResponseReturnValue:
    """Ask before a person is taken out."""
    programme, enrolment, found = _enrolment(ref, enrolment_ref)
    return render("lms/courses/programmes/remove.html", programme=programme, enrolment=enrolment, person=found)


@pages.post("/programmes/<ref>/people/<enrolment_ref>/remove", permission=PROGRAMME_MANAGE)
def remove(ref: str, enrolment_ref: str) -> ResponseReturnValue:
    """Take a person out of a programme."""
    _programme, enrolment, found = _enrolment(ref, enrolment_ref)
    places.leave(actor=current_viewer(), enrolment=enrolment, why=request.form.get("why", ""))
    name = found.name or _("somebody who has left")
    flash(_("%(name)s takes no part any more. What they have done is kept.", name=name))
    return redirect_to("teams.index", ref=ref)
