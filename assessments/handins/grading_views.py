"""Pages of those who read hand-ins: the list of what came in, as a page and as a file, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, request

from assessments.handins import answering, forms, grading_queries, policies, presenting, queries, rules
from courses.programmes.team_queries import trainer_ids
from lms.accounts.queries import names_of
from lms.kernel.clock import now
from lms.kernel.config import setting
from lms.kernel.csv_export import csv_answer
from lms.kernel.errors import Conflict, Invalid
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, redirect_to, render, url
from lms.kernel.paging import page_number
from lms.kernel.permissions import HUB, PROGRAMME, SIGNED_IN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from assessments.handins.grading_queries import Filters, Row
    from assessments.handins.queries import Opened
    from assessments.handins.rules import Remark

grading = Pages("grading")
TEMPLATES = "lms/assessments/handins"
ALL = "all"
LONGEST_FILTER = 100
CONFLICT = 409


@grading.get("/grading", permission=policies.LIST)
def queue() -> ResponseReturnValue:
    """List the hand-ins that came in: what waits first, the oldest first."""
    viewer, filters = current_viewer(), _filters()
    sights = grading_queries.programmes_in_sight(viewer)
    page = grading_queries.queue(viewer, sights, filters, page_number(request.args.get("page")))
    language = current_language()
    return render(
        f"{TEMPLATES}/queue.html",
        page=page,
        filters=filters,
        sights=sights,
        modules=sorted({code for sight in sights for code in sight.modules}),
        counts=grading_queries.counts(viewer, sights, filters),
        titles=grading_queries.titles([(row.edition_id, row.node_key) for row in page.items], language),
        readers=_readers({row.programme_id for row in page.items}),
        answer_by=_answer_by,
        state_tag=_state_tag,
        may_open=lambda row: viewer.may(policies.GRADE.name, (PROGRAMME, row.programme_id), (HUB, row.hub_id)),
        may_allow=viewer.may_anywhere(policies.GRADE.name),
        days=int(setting("LMS_ANSWER_DAYS")),
        now=now(),
        csv=url(
            "grading.export",
            state=filters.state or ALL,
            programme=filters.programme or None,
            module=filters.module or None,
            city=filters.city or None,
            sort=filters.sort,
        ),
    )


@grading.get("/grading/hand-ins.csv", permission=policies.LIST)
def export() -> ResponseReturnValue:
    """Give the list as a file: the same rows as on the pages."""
    viewer, filters, language = current_viewer(), _filters(), current_language()
    sights = grading_queries.programmes_in_sight(viewer)
    titles = grading_queries.titles(grading_queries.listed_nodes(viewer), language)
    words = {state: presenting.tag_of(state).text for state in grading_queries.STATES}

    def cells(found: Any) -> Sequence[object]:
        row = grading_queries.Row(*found)
        module, title = titles[row.edition_id, row.node_key]
        return [
            row.programme,
            row.city or row.person,
            module,
            title,
            row.number,
            row.came_at.isoformat(timespec="minutes"),
            _answer_by(row).isoformat() if row.state == rules.WAITING else "",
            words[row.state],
            "" if row.state == rules.WAITING else row.state_at.isoformat(timespec="minutes"),
        ]

    head = [
        _("Programme"),
        _("City team or person"),
        _("Module"),
        _("Hand-in"),
        _("Version"),
        _("Came in"),
        _("Answer by"),
        _("State"),
        _("Answered"),
    ]
    return csv_answer("hand-ins.csv", head, grading_queries.statement(viewer, sights, filters), cells)


def _filters() -> Filters:
    """Read what is wanted from the address; anything odd means the usual."""
    state, sort = request.args.get("state", rules.WAITING), request.args.get("sort", "")
    words = {name: request.args.get(name, "")[:LONGEST_FILTER] for name in ("programme", "module", "city")}
    return grading_queries.Filters(
        state="" if state == ALL else state if state in grading_queries.STATES else rules.WAITING,
        sort=sort if sort in grading_queries.SORTS else grading_queries.CAME,
        **words,
    )


def _readers(programme_ids: Collection[int]) -> dict[int, list[str]]:
    """Return who reads in each programme; the reader of the page is "You"."""
    ids = trainer_ids(programme_ids) if programme_ids else {}
    names = names_of({person_id for people in ids.values() for person_id in people})
    me = current_viewer().person_id
    return {
        programme_id: [_("You") if person_id == me else names[person_id] for person_id in people if names[person_id]]
        for programme_id, people in ids.items()
    }


def _answer_by(row: Row) -> Any:
    return rules.answer_by(row.came_at, int(setting("LMS_ANSWER_DAYS")), row.zone)


def _state_tag(row: Row) -> presenting.Tag:
    """Say how a hand-in in the list stands, and how urgent its answer is."""
    if row.state != rules.WAITING:
        return presenting.tag_of(row.state)
    urgency = rules.urgency(_answer_by(row), now(), row.zone)
    if urgency == "late":
        return presenting.Tag(_("Answer is late"), "bad", "alert")
    if urgency == "today":
        return presenting.Tag(_("Answer today"), "bad", "alert")
    if row.number > 1:
        return presenting.Tag(_("Version %(number)s", number=row.number), "info", "clock")
    return presenting.tag_of(row.state)


@grading.get("/grading/<ref>", permission=SIGNED_IN)
def feedback(ref: str) -> ResponseReturnValue:
    """Show a hand-in with the form for the answer; to those whose own it is, their page."""
    viewer = current_viewer()
    opened = queries.opened_for(viewer, ref)
    if queries.is_own(viewer, opened.handin.id):
        return redirect_to("handins.handin", ref=opened.programme.ref, key=opened.handin.node_key)
    return _page(opened)


@grading.post("/grading/<ref>", permission=SIGNED_IN)
def answer(ref: str) -> ResponseReturnValue:
    """Keep the feedback as a draft, or give it; what cannot be given stays on the page."""
    viewer = current_viewer()
    opened = queries.opened_for(viewer, ref, lock=True)
    sent = forms.read_feedback(opened.place.assignment.criteria)
    try:
        if sent.keeps:
            answering.keep_draft(
                actor=viewer,
                opened=opened,
                version_number=sent.version,
                remarks=sent.remarks,
                next_step=sent.next_step,
                seen=sent.seen,
            )
            return redirect_to("grading.feedback", ref=ref, _anchor="give")
        given = answering.give_feedback(
            actor=viewer,
            opened=opened,
            version_number=sent.version,
            remarks=sent.remarks,
            next_step=sent.next_step,
        )
    except (Conflict, Invalid) as error:
        problems = _missing_verdicts(opened, sent.remarks) if _is_about_verdicts(error) else []
        problems = problems or [(getattr(error, "field", None) or "", error.text)]
        return _page(opened, remarks=sent.remarks, next_step=sent.next_step, problems=problems, status=error.status)
    values = {"whose": opened.whose, "module": opened.place.module.code}
    if given.verdict == rules.ACCEPTED:
        flash(_("%(whose)s, %(module)s: accepted. Everybody in the team has been told.", **values))
    else:
        flash(_("%(whose)s, %(module)s: sent back to revise. Everybody in the team has been told.", **values))
    return redirect_to("grading.queue")


def _is_about_verdicts(error: Conflict | Invalid) -> bool:
    return isinstance(error, Invalid) and (error.field or "").startswith("verdict-")


def _missing_verdicts(opened: Opened, remarks: dict[str, Remark]) -> list[tuple[str, str]]:
    """Name every criterion that has no verdict, so that nobody has to send the form once for each."""
    missing = set(rules.undecided(opened.place.assignment.criteria, remarks))
    return [
        (f"verdict-{item.key}", _("Choose “Accepted” or “Revise” for: %(criterion)s", criterion=item.title))
        for item in opened.place.assignment.criteria_in(current_language())
        if item.key in missing
    ]


def _page(
    opened: Opened,
    *,
    remarks: dict[str, Remark] | None = None,
    next_step: str = "",
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    """Draw the page; `remarks` and `next_step` are what was typed and could not be kept."""
    newest = opened.work.newest
    draft = answering.draft_of(newest.row.id) if newest and opened.may_answer else None
    language = current_language()
    known = presenting.names(opened.work, *([draft.by_id] if draft else []))
    typed = remarks is not None
    return make_response(
        render(
            f"{TEMPLATES}/feedback.html",
            opened=opened,
            place=opened.place,
            version=newest,
            files=presenting.file_list(newest.files if newest else ()),
            criteria=opened.place.assignment.criteria_in(language),
            documents=presenting.documents(opened.place, language),
            checks=presenting.checks_as_answered(opened.place.assignment, language, opened.work, newest)
            if newest
            else None,
            checklist_file=presenting.checklist_file(opened.work, newest) if newest else "",
            text=opened.place.assignment.text(language),
            remarks=remarks if remarks is not None else rules.Remark.read(draft.remarks) if draft else {},
            next_step=next_step if typed else draft.next_step if draft else "",
            draft=draft,
            # What another trainer kept, when it stands in the way of what was typed here.
            other=draft if typed and draft and status == CONFLICT else None,
            other_remarks=rules.Remark.read(draft.remarks) if draft else {},
            names=known,
            workers=presenting.workers(newest, known) if newest else "",
            problems=list(problems),
            now=now(),
            language=language,
        ),
        status,
    )
