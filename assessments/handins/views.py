"""Pages of those who hand in: their list, the hand-in itself, its versions, the forms that come with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import make_response

from assessments.handins import forms, papers, presenting, queries, rules, services
from lms.kernel.blobs import Attachment
from lms.kernel.documents.blocks import read as read_text
from lms.kernel.documents.downloads import WORD, download, file_name
from lms.kernel.documents.pages import as_page
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.kernel.files import attachment_answer
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, redirect_to, render, url
from lms.kernel.permissions import SIGNED_IN
from lms.kernel.text import clean_text
from lms.kernel.transaction import transaction
from lms.kernel.uploads import Received, receive_files, received
from lms.library.presenting import shown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from assessments.handins.forms import SentWork
    from assessments.handins.models import Handin
    from assessments.handins.queries import Opened, Owner, Place, Version, Work
    from lms.kernel.uploads import Refused

pages = Pages("handins")
TEMPLATES = "lms/assessments/handins"
CONFLICT, UNPROCESSABLE = 409, 422
PLAIN = "text/markdown; charset=utf-8"


@pages.get("/hand-ins", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """List the hand-ins of every programme that the viewer takes part in."""
    programmes = queries.own_programmes(current_viewer())
    return render(f"{TEMPLATES}/index.html", programmes=programmes, tag_of=presenting.tag_of)


@pages.get("/programmes/<ref>/hand-ins/<key>", permission=SIGNED_IN)
def handin(ref: str, key: str) -> ResponseReturnValue:
    """Show the task, the feedback and the form; to staff the task alone, as participants see it."""
    place, owner = queries.assignment_for(current_viewer(), ref, key)
    if owner is None:
        language = current_language()
        return render(f"{TEMPLATES}/preview.html", **presenting.task(place, language), language=language)
    return _page(place, owner, queries.work_of(owner, key))


def receive_work(ref: str, key: str) -> None:
    """Take in the files of somebody who may hand in here, and of nobody else."""
    with transaction(writes=False):
        _place, owner = queries.assignment_for(current_viewer(), ref, key)
    if owner is not None:
        receive_files()


@pages.post("/programmes/<ref>/hand-ins/<key>", permission=SIGNED_IN, prepare=receive_work)
def save(ref: str, key: str) -> ResponseReturnValue:
    """Save the draft with its new files, then do what the pressed button says."""
    viewer = current_viewer()
    place, owner = queries.assignment_for(viewer, ref, key)
    if owner is None:
        return redirect_to("handins.handin", ref=ref, key=key)
    row = services.open_handin(actor=viewer, place=place, owner=owner)
    sent, files = forms.read_work(place.assignment.checks), received()
    before = queries.work_on(row)
    if _is_second_click(sent, files, before):
        return redirect_to("handins.handin", ref=ref, key=key)
    if not sent.text_is_new:
        sent = replace(sent, text=before.draft.text if before.draft else "")
    refused: list[Refused] = []
    done = ""
    try:
        saved = services.save_draft(
            actor=viewer,
            handin=row,
            text=sent.text,
            worked_on=sent.worked_on,
            seen=sent.seen,
            checks=sent.checks,
        )
        refused = [*files.refused, *services.add_files(actor=viewer, handin=row, uploads=files.files)]
        if not saved.stale:
            done = _press(sent, place, row, before, refused)
    except (Invalid, Conflict, NotFound) as error:
        problems = _problems(error, place, owner, row)
        return _page(place, owner, queries.work_on(row), sent=sent, problems=problems, status=error.status)
    if saved.stale or refused:
        status = CONFLICT if saved.stale else UNPROCESSABLE
        return _page(place, owner, queries.work_on(row), sent=sent, stale=saved.stale, refused=refused, status=status)
    if done:
        flash(done)
    return redirect_to("handins.handin", ref=ref, key=key, _anchor="main" if sent.hands_in else sent.back_to)


def _problems(error: Invalid | Conflict | NotFound, place: Place, owner: Owner, row: Handin) -> list[tuple[str, str]]:
    """Say what went wrong, each with its field; of a checklist everything that is missing at once."""
    field = getattr(error, "field", None) or ""
    if field.startswith(("check-", "remark-")):
        language = owner.language or current_language()
        missing = presenting.missing_answers(place.assignment, language, queries.work_on(row).answers)
        if (field, error.text) not in missing and field in dict(missing):
            return missing
    return [(field, error.text)]


def _is_second_click(sent: SentWork, files: Received, work: Work) -> bool:
    """Whether this very form has handed in already: then it gets the answer of the first click."""
    newest = work.newest
    return (
        sent.hands_in
        and newest is not None
        and newest.row.number == sent.version
        and newest.row.by_id == current_viewer().person_id
        and (sent.checks is None or sent.checks.answers == newest.answers)
        and rules.same_work(
            clean_text(sent.text),
            [upload.digest for upload in files.files],
            newest.row.text,
            [file.blob_hash for file in newest.files],
        )
    )


def _press(sent: SentWork, place: Place, row: Handin, before: Work, refused: list[Refused]) -> str:
    """Do what the pressed button says; return what to tell, if anything."""
    viewer = current_viewer()
    if sent.remove:
        services.remove_file(actor=viewer, handin=row, ref=sent.remove)
    elif sent.again:
        services.use_again(actor=viewer, handin=row, ref=sent.again)
    elif sent.takes_text and before.newest is not None:
        services.take_text(actor=viewer, handin=row)
    elif sent.hands_in and not refused:
        if sent.version != before.next_number:
            text = _(
                "Version %(number)s was handed in while you were writing. Your draft is kept; look at both first.",
                number=before.next_number - 1,
            )
            raise Conflict(text)
        version = services.hand_in(actor=viewer, handin=row, place=place)
        if row.team_id is not None:
            return _("Version %(number)s is handed in for the team. Your trainer has been told.", number=version.number)
        return _("Version %(number)s is handed in. Your trainer has been told.", number=version.number)
    return ""


def _page(
    place: Place,
    owner: Owner,
    work: Work,
    *,
    sent: SentWork | None = None,
    stale: bool = False,
    problems: list[tuple[str, str]] | None = None,
    refused: list[Refused] | None = None,
    status: int = 200,
) -> Response:
    """Draw the page of the hand-in; `sent` is what was typed and could not be saved."""
    language = owner.language or current_language()
    found = [*(problems or []), *(("files", f"{file.name}: {file.text}") for file in refused or ())]
    context: dict[str, Any] = presenting.page(current_viewer(), place, owner, work, language)
    if sent is not None:
        context |= {"typed": sent.text, "chosen": set(sent.worked_on or ())}
        context["checks"] = presenting.checks_to_fill(place.assignment, language, work, sent.checks)
        context["text_is_stale"] = stale and work.draft is not None and work.draft.text != clean_text(sent.text)
    return make_response(
        render(f"{TEMPLATES}/handin.html", **context, problems=found, stale=stale, language=language), status
    )


@pages.get("/hand-ins/<ref>/versions/<int:number>", permission=SIGNED_IN)
def version(ref: str, number: int) -> ResponseReturnValue:
    """Show one version as it was handed in, with the answer it got."""
    opened, found, place = _version(ref, number)
    known = presenting.names(opened.work)
    return render(
        f"{TEMPLATES}/version.html",
        opened=opened,
        place=place,
        version=found,
        criteria=place.assignment.criteria_in(current_language()),
        names=known,
        workers=presenting.workers(found, known),
        files=presenting.file_list(found.files),
        checks=presenting.checks_as_answered(place.assignment, current_language(), opened.work, found),
        checklist_file=presenting.checklist_file(opened.work, found),
        own=queries.is_own(current_viewer(), opened.handin.id),
        language=current_language(),
    )


def _version(ref: str, number: int) -> tuple[Opened, Version, Place]:
    opened = queries.opened_for(current_viewer(), ref)
    found = next((item for item in opened.work.versions if item.row.number == number), None)
    if found is None:
        raise queries.no_handin()
    return opened, found, queries.place_in(opened.programme, found.row.edition_id, opened.handin.node_key)


@pages.get("/hand-ins/<ref>/versions/<int:number>/checklist", permission=SIGNED_IN)
def version_checklist(ref: str, number: int) -> ResponseReturnValue:
    """Give the checklist of a version, as it was answered, as a Word file."""
    opened, found, place = _version(ref, number)
    if found.row.checks is None:
        raise NotFound(_("This version has no checklist."))
    language = current_language()
    version_words = _("version %(number)s", number=number)
    return download(
        WORD,
        file_name(place.module.code, opened.whose, _("checklist"), version_words),
        title=f"{place.activity.title(language)}: {opened.whose}, {version_words}",
        markdown=papers.checklist_text(place, language, found.answers),
        language=language,
    )


@pages.get("/programmes/<ref>/hand-ins/<key>/documents/<name>", permission=SIGNED_IN)
def document(ref: str, key: str, name: str) -> ResponseReturnValue:
    """Show a form or an example that is written in Markdown; give any other as a download."""
    place, found, language = _document(ref, key, name)
    if not found.is_text:
        return redirect_to("handins.document_file", ref=ref, key=key, name=name)
    source = papers.source_of(place, found)
    # A document of its own begins with a heading of the first level, which is the title of our page.
    lines = source.lstrip().split("\n", 1)
    body = lines[1] if lines[0].startswith("# ") and len(lines) > 1 else source
    text = shown(as_page(body), found.language, lambda node: url("learning.lesson", ref=ref, key=node))
    return render(
        f"{TEMPLATES}/document.html",
        place=place,
        document=found,
        files=presenting.document_files(place, found),
        text=text,
        is_form=read_text(source).is_form,
        language=language,
    )


@pages.get("/programmes/<ref>/hand-ins/<key>/documents/<name>/as/<kind>", permission=SIGNED_IN)
def document_as(ref: str, key: str, name: str, kind: str) -> ResponseReturnValue:
    """Give a form or an example as a Word file or a spreadsheet, made of its text."""
    place, found, _language = _document(ref, key, name)
    if kind not in papers.formats(place, found):
        raise NotFound(_("There is no such form or example in this hand-in."))
    return download(
        kind, papers.name_of(place, found), title="", markdown=papers.source_of(place, found), language=found.language
    )


@pages.get("/programmes/<ref>/hand-ins/<key>/documents/<name>/file", permission=SIGNED_IN)
def document_file(ref: str, key: str, name: str) -> ResponseReturnValue:
    """Give a form or an example as its author made it."""
    _place, found, _language = _document(ref, key, name)
    if not found.digest:
        raise NotFound(_("There is no such form or example in this hand-in."))
    kind = PLAIN if found.is_text else "application/octet-stream"
    return attachment_answer(Attachment(blob_hash=found.digest, name=name, media_type=kind))


def _document(ref: str, key: str, name: str) -> tuple[Place, rules.Document, str]:
    place, owner = queries.assignment_for(current_viewer(), ref, key)
    language = (owner.language if owner else "") or current_language()
    offered = (*place.assignment.documents, *papers.documents_of(place, language))
    found = next((item for item in offered if item.name == name), None)
    if found is None:
        raise NotFound(_("There is no such form or example in this hand-in."))
    return place, found, language
