"""Pages of trainees: a hub's list, one trainee with all conditions, practice, the award; and one's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from certificates.issuing.policies import AWARD, may_award
from certificates.trainers import policies, queries, services, texts
from certificates.trainers.forms import NO, YES, PracticeForm
from certificates.trainers.policies import RECORD, SEE
from certificates.trainers.rules import STATES, is_eligible
from lms.kernel.csv_export import csv_answer
from lms.kernel.errors import Forbidden
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number
from lms.kernel.permissions import SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from certificates.trainers.queries import PracticeRow, Trainee

pages = Pages("trainers")
TEMPLATES = "lms/certificates/trainers"
PRACTICE = f"{TEMPLATES}/practice.html"


@pages.get("/trainees", permission=SEE)
def index() -> ResponseReturnValue:
    """List the trainees of the viewer's hubs and programmes."""
    viewer, asked = current_viewer(), _asked()
    page = queries.trainees_page(queries.trainees(viewer, **asked), page_number(request.args.get("page")))
    return render(f"{TEMPLATES}/index.html", page=page, asked=asked, counts=queries.counts(viewer), texts=texts)


@pages.get("/trainees.csv", permission=SEE)
def index_csv() -> ResponseReturnValue:
    """Give the same list as a file."""
    head = [
        _("Name"),
        _("E-mail"),
        _("Hub"),
        _("Training programme"),
        _("Activities done"),
        _("Activities in all"),
        _("Course completed"),
        _("Satisfactory practices"),
        _("Course for cities completed"),
        _("State"),
    ]
    statement = queries.trainees(current_viewer(), **_asked())
    return csv_answer("trainees.csv", head, statement, lambda found: _cells(queries.trainee_of(found)))


def _cells(trainee: Trainee) -> list[object]:
    record = trainee.record
    return [
        trainee.name,
        trainee.email,
        trainee.hub,
        trainee.programme,
        trainee.done,
        trainee.total,
        _("yes") if record.completed else _("no"),
        record.practices,
        _("yes") if record.knows_ims else _("no"),
        texts.STATES[trainee.state],
    ]


def _asked() -> dict[str, str]:
    state = request.args.get("state", "")
    return {"search": request.args.get("q", "").strip(), "state": state if state in STATES else ""}


@pages.get("/trainees/<ref>", permission=SEE)
def trainee(ref: str) -> ResponseReturnValue:
    """Show a trainee with every condition, met or not, and the practices."""
    viewer = current_viewer()
    found = queries.trainee_by_ref(viewer, ref)
    practices = queries.practices_of(found.enrolment)
    return render(
        f"{TEMPLATES}/trainee.html",
        trainee=found,
        lines=texts.lines(found, practices),
        practices=practices,
        certificate=queries.certificate_of(viewer, found.enrolment.person_id),
        may_record=policies.may_record(viewer, found.enrolment),
        may_award=may_award(viewer, found.enrolment.hub_id, found.enrolment.person_id),
        is_eligible=is_eligible(found.record),
        texts=texts,
    )


@pages.get("/my-way", permission=SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Show one's own way to the trainer certificate."""
    viewer = current_viewer()
    ways = []
    for found in queries.own_ways(viewer):
        practices = queries.practices_of(found.enrolment)
        ways.append((found, texts.lines(found, practices), practices))
    certificate = queries.certificate_of(viewer, viewer.person_id)
    return render(f"{TEMPLATES}/mine.html", ways=ways, certificate=certificate, texts=texts)


@pages.get("/trainees/<ref>/practice", permission=RECORD)
def ask_practice(ref: str) -> ResponseReturnValue:
    """Ask how a practice went."""
    found = _recordable(ref)
    return render(PRACTICE, form=_form(found), trainee=found, corrects=None)


@pages.post("/trainees/<ref>/practice", permission=RECORD, once=True)
def record(ref: str) -> ResponseReturnValue:
    """Record a practice."""
    return _record(_recordable(ref), None)


@pages.get("/trainees/<ref>/practice/<practice_ref>/correct", permission=RECORD)
def ask_correction(ref: str, practice_ref: str) -> ResponseReturnValue:
    """Show a recorded practice, to be corrected."""
    found = _recordable(ref)
    row = queries.practice_by_ref(found.enrolment, practice_ref)
    return render(PRACTICE, form=_form(found, row), trainee=found, corrects=row.practice)


@pages.post("/trainees/<ref>/practice/<practice_ref>/correct", permission=RECORD, once=True)
def correct(ref: str, practice_ref: str) -> ResponseReturnValue:
    """Record the correction of a practice."""
    found = _recordable(ref)
    return _record(found, queries.practice_by_ref(found.enrolment, practice_ref))


def _recordable(ref: str) -> Trainee:
    viewer = current_viewer()
    found = queries.trainee_by_ref(viewer, ref)
    if not policies.may_record(viewer, found.enrolment):
        raise Forbidden(_("Only a trainer of this hub can record practice, and nobody their own."))
    return found


def _form(found: Trainee, row: PracticeRow | None = None) -> PracticeForm:
    workshops = queries.workshops_for(current_viewer(), found.enrolment.hub_id)
    if row is None:
        return PracticeForm.read(workshops=workshops)
    old = row.practice
    chosen = next((workshop.ref for workshop, _programme in workshops if workshop.id == old.workshop_id), "")
    values: dict[str, Any] = {
        "workshop": chosen,
        "title": "" if chosen else old.title,
        "held_on": None if chosen else old.held_on,
        "satisfactory": YES if old.satisfactory else NO,
        "strengths": old.strengths,
        "next_step": old.next_step,
    }
    return PracticeForm.read(workshops=workshops, **values)


def _record(found: Trainee, row: PracticeRow | None) -> ResponseReturnValue:
    form = _form(found)
    old = None if row is None else row.practice
    if form.validate():
        with form.refusing("workshop"):
            services.record_practice(
                actor=current_viewer(), enrolment=found.enrolment, details=form.details(), corrects=old
            )
            flash(_("The practice of %(name)s is recorded. They are told by mail.", name=found.name))
            return redirect_to("trainers.trainee", ref=found.enrolment.ref)
    return invalid(form, PRACTICE, trainee=found, corrects=old)


@pages.get("/trainees/<ref>/award", permission=AWARD)
def ask_award(ref: str) -> ResponseReturnValue:
    """Show what the certificate will say, before it is awarded."""
    viewer = current_viewer()
    found = queries.trainee_by_ref(viewer, ref)
    facts = services.preview_award(actor=viewer, enrolment=found.enrolment)
    return render(f"{TEMPLATES}/award.html", trainee=found, facts=facts)


@pages.post("/trainees/<ref>/award", permission=AWARD, once=True)
def award(ref: str) -> ResponseReturnValue:
    """Award the trainer certificate."""
    viewer = current_viewer()
    found = queries.trainee_by_ref(viewer, ref)
    certificate = services.award_trainer(actor=viewer, enrolment=found.enrolment)
    flash(_("%(name)s is a certified trainer now. The PDF is being made.", name=found.name))
    return redirect_to("issuing.certificate", ref=certificate.ref)
