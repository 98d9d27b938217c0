"""Pages for hub managers: making and changing a programme, its edition, its trainers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import select

from courses.catalogue.models import Course
from courses.catalogue.queries import manifest_of
from courses.programmes import places, policies, queries, request_queries, services, team_queries
from courses.programmes.forms import HOUR, ProgrammeForm, TrainerForm
from courses.programmes.policies import PROGRAMME_MANAGE
from lms.accounts.models import Person
from lms.hubs.queries import city_by_ref, clients_of, managed_hubs, trainers_of_hub
from lms.hubs.staff import person_by_email
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.programmes.models import Programme
    from lms.hubs.models import Hub

pages = Pages("manage")
FORM = "lms/courses/programmes/form.html"
TRAINERS = "lms/courses/programmes/trainers.html"


def _hubs() -> list[Hub]:
    """Return the hubs in which the viewer makes programmes."""
    viewer = current_viewer()
    return [hub for hub in managed_hubs(viewer) if policies.may_make(viewer, hub.id)]


def _hub() -> Hub:
    """Return the hub of a new programme: the one in the address, else the viewer's first."""
    hubs, wanted = _hubs(), request.args.get("hub", "")
    hub = next((hub for hub in hubs if wanted in ("", hub.ref)), None)
    if hub is None:
        raise NotFound(_("There is no such hub, or it is not yours."))
    return hub


def _new_form(hub: Hub) -> ProgrammeForm:
    courses = [(course.ref, title) for course, title in queries.courses_for(hub.id, current_language())]
    return ProgrammeForm.read(
        courses=courses,
        trainers_to_choose=trainers_of_hub(hub.id),
        cities_to_choose=clients_of(hub.id),
        seats=15,
        certificate=True,
        attended_hours=0,
        time_zone=hub.time_zone,
        languages=hub.languages,
    )


@pages.get("/programmes/new", permission=PROGRAMME_MANAGE)
def new() -> ResponseReturnValue:
    """Ask for a new programme."""
    hub = _hub()
    return render(FORM, form=_new_form(hub), hub=hub, hubs=_hubs(), programme=None)


@pages.post("/programmes/new", permission=PROGRAMME_MANAGE, once=True)
def make() -> ResponseReturnValue:
    """Make a programme with its trainers and cities; deadlines come next, for they depend on the course."""
    hub = _hub()
    form = _new_form(hub)
    if form.validate():
        with form.refusing("title"):
            programme = _make(hub, form)
            flash(_("The programme is made. Set its deadlines next."))
            return redirect_to("deadlines.edit", ref=programme.ref)
    return invalid(form, FORM, hub=hub, hubs=_hubs(), programme=None)


def _make(hub: Hub, form: ProgrammeForm) -> Programme:
    viewer = current_viewer()
    course = db.session.scalars(select(Course).where(Course.ref == form.course.data)).one()
    programme = services.make_programme(actor=viewer, hub=hub, course=course, details=form.details())
    services.set_terms(actor=viewer, programme=programme, terms=form.terms)
    for person in db.session.scalars(select(Person).where(Person.ref.in_(form.trainers.data or ()))):
        services.add_trainer(actor=viewer, programme=programme, person_id=person.id)
    for ref in form.cities.data or ():
        places.add_city(actor=viewer, programme=programme, city=city_by_ref(ref))
    return programme


@pages.get("/programmes/<ref>/edit", permission=PROGRAMME_MANAGE)
def edit(ref: str) -> ResponseReturnValue:
    """Show what is said about a programme, to be changed."""
    programme = queries.managed_programme(current_viewer(), ref)
    terms = queries.terms_of(programme.id)
    hours = Decimal(terms.attended_minutes) / HOUR
    form = ProgrammeForm.read(obj=programme, attended_hours=hours, carry_over=terms.carry_over)
    return render(FORM, form=_without_lists(form), programme=programme, hub=None, hubs=[])


@pages.post("/programmes/<ref>/edit", permission=PROGRAMME_MANAGE)
def change(ref: str) -> ResponseReturnValue:
    """Change what is said about a programme."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    form = _without_lists(ProgrammeForm.read())
    if form.validate():
        with form.refusing("title"):
            services.change_programme(actor=viewer, programme=programme, details=form.details())
            services.set_terms(actor=viewer, programme=programme, terms=form.terms)
            flash(_("The programme is changed."))
            return redirect_to("programmes.programme", ref=ref)
    return invalid(form, FORM, programme=programme, hub=None, hubs=[])


def _without_lists(form: ProgrammeForm) -> ProgrammeForm:
    """Leave out what has pages of its own once the programme is there."""
    del form.course, form.trainers, form.cities
    return form


@pages.get("/programmes/<ref>/edition", permission=PROGRAMME_MANAGE)
def ask_edition(ref: str) -> ResponseReturnValue:
    """Show what a newer edition of the course brings, before the programme takes it."""
    programme = queries.managed_programme(current_viewer(), ref)
    present_id = queries.edition_id_of(programme.id)
    newer = queries.newer_edition(programme, present_id)
    if newer is None:
        flash(_("The programme uses the newest edition already."), "info")
        return redirect_to("programmes.programme", ref=ref)
    before, after = manifest_of(present_id), manifest_of(newer.id)
    return render(
        "lms/courses/programmes/edition.html",
        programme=programme,
        newer=newer,
        language=current_language(),
        added=[pair for key, pair in after.by_key.items() if key not in before.by_key],
        gone=[pair for key, pair in before.by_key.items() if key not in after.by_key],
    )


@pages.post("/programmes/<ref>/edition", permission=PROGRAMME_MANAGE)
def take_edition(ref: str) -> ResponseReturnValue:
    """Take the edition that the page showed."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    edition = queries.edition_by_ref(programme, request.form.get("edition", ""))
    services.take_edition(actor=viewer, programme=programme, edition_id=edition.id)
    flash(_("The programme uses edition %(major)s.%(minor)s now.", major=edition.major, minor=edition.minor))
    return redirect_to("programmes.programme", ref=ref)


def _trainers(programme: Programme) -> dict[str, Any]:
    present = team_queries.trainers_of(programme.id)
    ids = {person.id for person in present}
    return {
        "programme": programme,
        "present": present,
        "others": [person for person in trainers_of_hub(programme.hub_id) if person.id not in ids],
        "open_requests": request_queries.open_requests(programme),
        "may_manage": policies.may_manage(current_viewer(), programme),
    }


@pages.get("/programmes/<ref>/trainers", permission=PROGRAMME_MANAGE)
def trainers(ref: str) -> ResponseReturnValue:
    """Show who trains in a programme."""
    programme = queries.managed_programme(current_viewer(), ref)
    return render(TRAINERS, form=TrainerForm.read(), **_trainers(programme))


@pages.post("/programmes/<ref>/trainers", permission=PROGRAMME_MANAGE)
def add_trainer(ref: str) -> ResponseReturnValue:
    """Let somebody train in a programme."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    form = TrainerForm.read()
    if form.validate():
        with form.refusing("trainer_email"):
            person = person_by_email(form.trainer_email.data or "", field="trainer_email")
            services.add_trainer(actor=viewer, programme=programme, person_id=person.id)
            flash(_("%(name)s trains in this programme now.", name=person.name))
            return redirect_to("manage.trainers", ref=ref)
    return invalid(form, TRAINERS, **_trainers(programme))


def _trainer(programme: Programme, person_ref: str) -> Person:
    person = next((item for item in team_queries.trainers_of(programme.id) if item.ref == person_ref), None)
    if person is None:
        raise NotFound(_("This person does not train in the programme (any more)."))
    return person


@pages.get("/programmes/<ref>/trainers/<person_ref>/end", permission=PROGRAMME_MANAGE)
def ask_end_trainer(ref: str, person_ref: str) -> ResponseReturnValue:
    """Ask before somebody stops training in a programme."""
    programme = queries.managed_programme(current_viewer(), ref)
    person = _trainer(programme, person_ref)
    return render("lms/courses/programmes/end_trainer.html", programme=programme, person=person)


@pages.post("/programmes/<ref>/trainers/<person_ref>/end", permission=PROGRAMME_MANAGE)
def end_trainer(ref: str, person_ref: str) -> ResponseReturnValue:
    """End that somebody trains in a programme."""
    viewer = current_viewer()
    programme = queries.managed_programme(viewer, ref)
    person = _trainer(programme, person_ref)
    services.end_trainer(actor=viewer, programme=programme, person_id=person.id)
    flash(_("%(name)s trains no longer in this programme.", name=person.name))
    return redirect_to("manage.trainers", ref=ref)
