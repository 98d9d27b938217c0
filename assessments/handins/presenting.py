"""What the pages of this room draw, made from the assignment and the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessments.handins import checklist, papers, rules
from assessments.handins.queries import members_of
from courses.learning.queries import deadlines_of
from lms.accounts.queries import names_of
from lms.kernel.clock import now
from lms.kernel.config import setting
from lms.kernel.documents.downloads import SPREADSHEET, WORD
from lms.kernel.i18n import gettext as _, ngettext
from lms.kernel.pages import url
from lms.kernel.texts.markdown import render as render_markdown
from lms.kernel.uploads import size_words
from lms.library.presenting import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from assessments.handins.checklist import Answer, Answers, Check, Sent
    from assessments.handins.queries import Owner, Place, Version, Work
    from assessments.handins.rules import Assignment
    from lms.kernel.blobs import Attachment
    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class Tag:
    """A state in words, with the tone and the icon that say the same."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Event:
    """Something that happened to the hand-in, as people tell it."""

    at: datetime
    text: str
    url: str = ""


@dataclass(frozen=True)
class CheckLine:
    """A question of a checklist on a page: its number, what stands there, and what it is compared with."""

    number: str
    check: Check
    answer: Answer
    kept: Answer
    """What is kept: the form carries its mark."""
    other: Answer | None
    """What somebody else saved meanwhile, where it stands in the way."""
    was: Answer | None
    """The answer in the version before."""
    was_word: str


@dataclass(frozen=True)
class CheckView:
    """A checklist on a page: sections with their lines, how many of each answer, what changed since a version."""

    sections: list[tuple[str, list[CheckLine]]]
    counts: dict[str, int]
    before: int = 0
    changed: int = 0


def checks_to_fill(assignment: Assignment, language: str, work: Work, sent: Sent | None = None) -> CheckView | None:
    """Return the checklist to be answered; `sent` is what was typed and could not be saved."""
    if not assignment.checks:
        return None
    kept = work.answers
    joined = checklist.merge(sent, kept) if sent else checklist.Merged(kept, {})
    return _check_view(assignment, language, joined.answers, kept=kept, others=joined.clashes)


def checks_as_answered(assignment: Assignment, language: str, work: Work, version: Version) -> CheckView | None:
    """Return the checklist of a version, compared with the version before."""
    if not assignment.checks or version.row.checks is None:
        return None
    earlier = [item for item in work.versions if item.row.number < version.row.number and item.row.checks is not None]
    before = earlier[-1] if earlier else None
    return _check_view(assignment, language, version.answers, before=before)


def _check_view(
    assignment: Assignment,
    language: str,
    answers: Answers,
    *,
    kept: Answers | None = None,
    others: Answers | None = None,
    before: Version | None = None,
) -> CheckView:
    words, nothing = papers.answer_words(), checklist.NOTHING
    was = before.answers if before else {}

    def line(number: str, check: Check) -> CheckLine:
        key = check.key
        return CheckLine(
            number,
            check,
            answers.get(key, nothing),
            (kept or {}).get(key, nothing),
            (others or {}).get(key),
            was.get(key, nothing) if before else None,
            words.get(was.get(key, nothing).answer, _("Not answered")),
        )

    return CheckView(
        sections=[
            (section, [line(number, check) for number, check in checks])
            for section, checks in checklist.sections(assignment.checks_in(language))
        ],
        counts=checklist.counts(assignment.checks, answers),
        before=before.row.number if before else 0,
        changed=sum(answers.get(key, nothing) != was.get(key, nothing) for key in assignment.checks),
    )


def checklist_file(work: Work, version: Version) -> str:
    """Return the address of a version's checklist as a Word file, or "" where there is none."""
    if work.handin is None or version.row.checks is None:
        return ""
    return url("handins.version_checklist", ref=work.handin.ref, number=version.row.number)


def missing_answers(assignment: Assignment, language: str, answers: Answers) -> list[tuple[str, str]]:
    """Name every question that lacks an answer or a remark, so that nobody has to send the form once for each."""
    open_ones = set(checklist.unanswered(assignment.checks, answers))
    bare = set(checklist.unexplained(assignment.checks, answers))
    found = []
    for check in assignment.checks_in(language):
        if check.key in open_ones:
            found.append((f"check-{check.key}", _("Answer this question: %(question)s", question=check.question)))
        elif check.key in bare:
            text = _("“No” and “pending” need a remark: %(question)s", question=check.question)
            found.append((f"remark-{check.key}", text))
    return found


def documents(place: Place, language: str) -> list[dict[str, Any]]:
    """Return the forms and examples as pages list them: those in Markdown with their page and their files."""
    ref, key = place.programme.ref, place.activity.key
    return [
        {
            "title": item.title,
            "role": item.role,
            "language": item.language,
            "size": "" if item.is_text else size_words(item.size),
            "url": url("handins.document", ref=ref, key=key, name=item.name),
            "files": document_files(place, item),
        }
        for item in papers.documents_of(place, language)
    ]


def document_files(place: Place, item: rules.Document) -> list[tuple[str, str]]:
    """Return the files that can be made of a form or an example: what each is called, and its address."""
    labels = {WORD: "Word", SPREADSHEET: _("Spreadsheet")}
    ref, key = place.programme.ref, place.activity.key
    return [
        (labels[kind], url("handins.document_as", ref=ref, key=key, name=item.name, kind=kind))
        for kind in papers.formats(place, item)
    ]


def tag_of(state: str, due_on: date | None = None, zone: str = "UTC", *, begun: bool = True) -> Tag:
    """Say how a hand-in stands. A deadline matters as long as nothing was handed in, or something is to be revised."""
    late = due_on is not None and rules.days_late(now(), due_on, zone) > 0
    if state == rules.ACCEPTED:
        return Tag(_("Accepted"), "ok", "check")
    if state == rules.WAITING:
        return Tag(_("Waiting for feedback"), "info", "clock")
    if state == rules.REVISE:
        return Tag(_("Revise"), "warn", "undo")
    if late:
        return Tag(_("Overdue"), "bad", "alert")
    return Tag(_("Draft"), "todo", "pen") if begun else Tag(_("Not started"), "todo", "")


def task(place: Place, language: str) -> dict[str, Any]:
    """Return what says what is to be done: for everybody who may open the page."""
    text = place.assignment.text(language)
    return {
        "place": place,
        "text": text,
        "whole": shown(
            render_markdown(str(text.get("markdown", ""))),
            language,
            lambda key: url("learning.lesson", ref=place.programme.ref, key=key),
        ),
        "criteria": place.assignment.criteria_in(language),
        "documents": documents(place, language),
        "checks_asked": checklist.sections(place.assignment.checks_in(language)),
        "due_on": deadlines_of(place.programme.id).get(place.activity.key),
    }


def page(viewer: Viewer, place: Place, owner: Owner, work: Work, language: str) -> dict[str, Any]:
    """Return all that the page of those who hand in shows."""
    told = task(place, language)
    members = members_of(owner)
    known = names(work, viewer.person_id)
    answered = [version for version in work.versions if version.feedback]
    last = answered[-1] if answered else None
    held = {file.blob_hash for file in work.draft_files}
    earlier = [file for file in (work.newest.files if work.newest else ()) if file.blob_hash not in held]
    due_on = told["due_on"]
    answer_by, zone = _answer_by(place, work), place.programme.time_zone
    return {
        **told,
        "owner": owner,
        "work": work,
        "state": tag_of(work.state, due_on, zone, begun=work.handin is not None),
        "answered": last,
        "answered_criteria": place.assignment.criteria_in(language) if last else [],
        "names": known,
        "members": members,
        "chosen": _ticked(viewer, work),
        "typed": work.draft.text if work.draft else "",
        "text_mark": checklist.mark_of(work.draft.text if work.draft else ""),
        "checks": checks_to_fill(place.assignment, language, work),
        "newest_checks": checks_as_answered(place.assignment, language, work, work.newest) if work.newest else None,
        "newest_checklist": checklist_file(work, work.newest) if work.newest else "",
        "draft_files": file_list(work.draft_files),
        "earlier_files": file_list(earlier),
        "newest_files": file_list(work.newest.files if work.newest else ()),
        "now": now(),
        "draft_is_empty": work.draft_is_empty,
        "limit": int(setting("LMS_MAX_UPLOAD_MB")),
        "most_files": rules.MOST_FILES,
        "events": events(place, work, known, due_on),
        "answer_by": answer_by,
        "answer_is_late": answer_by is not None and rules.urgency(answer_by, now(), zone) == "late",
    }


def _ticked(viewer: Viewer, work: Work) -> set[int]:
    """Say who is ticked: as the draft says, else as in the version before, and always whoever writes now."""
    if work.draft is not None and work.draft.worked_on is not None:
        return set(work.draft.worked_on)
    return {viewer.person_id, *(work.newest.row.worked_on if work.newest else ())}


def _answer_by(place: Place, work: Work) -> date | None:
    if work.newest is None or work.state != rules.WAITING:
        return None
    return rules.answer_by(work.newest.row.at, int(setting("LMS_ANSWER_DAYS")), place.programme.time_zone)


def names(work: Work, *others: int) -> dict[int, str]:
    """Return the names of everybody who has a part in the work; who has been erased is somebody who has left."""
    ids = set(others)
    for version in work.versions:
        ids |= {version.row.by_id, *version.row.worked_on}
        if version.feedback:
            ids.add(version.feedback.by_id)
    if work.draft is not None:
        ids.add(work.draft.by_id)
    found = names_of(ids)
    return {person_id: found.get(person_id) or _("somebody who has left") for person_id in ids}


def workers(version: Version, known: dict[int, str]) -> str:
    """Return the names of those who worked on a version."""
    return ", ".join(known[person_id] for person_id in version.row.worked_on)


def file_list(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Return files as lists of files are drawn."""
    return [
        {
            "ref": file.ref,
            "name": file.name,
            "url": url("kernel.download", ref=file.ref),
            "size": size_words(file.blob.size),
        }
        for file in files
    ]


def events(place: Place, work: Work, known: dict[int, str], due_on: date | None) -> list[Event]:
    """Return what happened so far, the latest first."""
    if work.handin is None:
        return []
    found = [Event(work.handin.created_at, _("The draft was begun"))]
    for version in work.versions:
        row = version.row
        address = url("handins.version", ref=work.handin.ref, number=row.number)
        values = {"name": known[row.by_id], "number": row.number}
        text = _("%(name)s handed in version %(number)s", **values)
        if due_on is not None and row.number == 1:
            text = _on_time(rules.days_late(row.at, due_on, place.programme.time_zone), values)
        found.append(Event(row.at, text, address))
        if version.feedback is not None:
            values = {"name": known[version.feedback.by_id], "number": row.number}
            text = (
                _("%(name)s accepted version %(number)s", **values)
                if version.feedback.verdict == rules.ACCEPTED
                else _("%(name)s asked for a revision of version %(number)s", **values)
            )
            found.append(Event(version.feedback.at, text, address))
    return sorted(found, key=lambda event: event.at, reverse=True)


def _on_time(days: int, values: dict[str, Any]) -> str:
    if days > 0:
        return ngettext(
            "%(name)s handed in version %(number)s, %(num)s day after the date",
            "%(name)s handed in version %(number)s, %(num)s days after the date",
            days,
            **values,
        )
    if days == 0:
        return _("%(name)s handed in version %(number)s, on the last day", **values)
    return ngettext(
        "%(name)s handed in version %(number)s, %(num)s day before the date",
        "%(name)s handed in version %(number)s, %(num)s days before the date",
        -days,
        **values,
    )
