"""Writing hand-ins: drafts with their files, and handing in. Versions are appended; a draft may change.

Everybody who writes takes the hand-in's row first, so that two people, or two clicks, take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, text as sql, update

from assessments.handins import checklist, queries
from assessments.handins.models import Handin, HandinDraft, HandinVersion
from assessments.handins.rules import DRAFT, LONGEST_REMARK, LONGEST_TEXT, MOST_FILES, WAITING, may_hand_in
from assessments.handins.telling import tell_handed_in
from courses.progress.services import record_outcome
from lms.kernel.blobs import Attachment
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from lms.kernel.i18n import format_number, gettext as _, ngettext
from lms.kernel.text import clean_text
from lms.kernel.uploads import Refused, free_name, keep
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assessments.handins.checklist import Answers, Merged, Sent
    from assessments.handins.queries import Owner, Place, Work
    from assessments.handins.rules import Assignment
    from lms.kernel.permissions import Viewer
    from lms.kernel.uploads import Upload

BY_TEAM, BY_PERSON = sql("team_id IS NOT NULL"), sql("enrolment_id IS NOT NULL")


@dataclass(frozen=True)
class Saved:
    """What became of saving a draft: the draft as it is now, and whether somebody else's text was in the way."""

    draft: HandinDraft
    stale: bool


def open_handin(*, actor: Viewer, place: Place, owner: Owner) -> Handin:
    """Return the owner's hand-in at a place, begun if need be, and take its row for this transaction.

    Raises Forbidden for anybody who does not work on it.
    """
    moment = now()
    row = {
        "ref": new_ref(),
        "programme_id": place.programme.id,
        "hub_id": place.programme.hub_id,
        "team_id": owner.team_id,
        "enrolment_id": owner.enrolment_id,
        "node_key": place.activity.key,
        "created_at": moment,
        "state": DRAFT,
        "state_at": moment,
    }
    column, where = ("team_id", BY_TEAM) if owner.is_team else ("enrolment_id", BY_PERSON)
    insert_new(Handin, [row], [column, "node_key"], index_where=where)
    statement = queries.owned_by(owner, place.activity.key).with_for_update()
    handin = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    _require_own(actor, handin)
    return handin


def save_draft(
    *,
    actor: Viewer,
    handin: Handin,
    text: str,
    worked_on: Sequence[int] | None,
    seen: int,
    checks: Sent | None = None,
) -> Saved:
    """Save what the team has written and answered. `seen` is the number of the draft that the page had shown; 0: none.

    Where somebody saved another text, or another answer to the same question, meanwhile, nothing is written and
    `stale` is true: the caller shows both. Answers to different questions are joined. The hand-in must be locked.
    Raises Invalid for a text that is too long, Conflict when it was accepted already.
    """
    _require_own(actor, handin)
    _require_open(handin)
    text = clean_text(text)
    if len(text) > LONGEST_TEXT:
        message = _(
            "Your text has %(count)s letters. At most %(most)s fit. Put the rest into a file.",
            count=format_number(len(text)),
            most=format_number(LONGEST_TEXT),
        )
        raise Invalid(message, "text")
    draft = db.session.get(HandinDraft, handin.id, populate_existing=True)
    joined = _join(handin, checks)
    if draft is not None and ((draft.text != text and draft.number != seen) or (joined and joined.clashes)):
        return Saved(draft, stale=True)
    before = (draft.text, draft.worked_on, draft.checks) if draft else None
    if draft is None:
        draft = HandinDraft(handin_id=handin.id, text="", number=0)
        db.session.add(draft)
    draft.number += draft.text != text
    draft.text = text
    draft.worked_on = draft.worked_on if worked_on is None else sorted(set(worked_on))
    draft.checks = draft.checks if joined is None else checklist.stored(joined.answers)
    if before != (draft.text, draft.worked_on, draft.checks):
        draft.by_id, draft.at = actor.person_id, now()
    db.session.flush()
    return Saved(draft, stale=False)


def _join(handin: Handin, sent: Sent | None) -> Merged | None:
    """Join answers that were sent with those that are kept; None where they change nothing."""
    if sent is None:
        return None
    for key, answer in sent.answers.items():
        if len(answer.remark) > LONGEST_REMARK:
            message = _(
                "This remark has %(count)s letters. At most %(most)s fit. Put the rest into your text.",
                count=format_number(len(answer.remark)),
                most=format_number(LONGEST_REMARK),
            )
            raise Invalid(message, f"remark-{key}")
    kept = queries.work_on(handin).answers
    joined = checklist.merge(sent, kept)
    return None if joined.answers == kept and not joined.clashes else joined


def add_files(*, actor: Viewer, handin: Handin, uploads: Collection[Upload]) -> list[Refused]:
    """Add received files to the draft; the very same file twice is one. Returns those for which no room is left."""
    _require_own(actor, handin)
    held = list(queries.work_on(handin).draft_files)
    refused = []
    for upload in uploads:
        if any(file.blob_hash == upload.digest for file in held):
            continue
        if len(held) >= MOST_FILES:
            refused.append(Refused(upload.name, _most_files()))
            continue
        name = free_name(upload.name, [file.name for file in held])
        owner = (queries.DRAFT_FILES, handin.id)
        held.append(keep(upload, owner=owner, hub_id=handin.hub_id, actor=actor, name=name))
    return refused


def _most_files() -> str:
    return ngettext(
        "A hand-in has at most %(num)s file. Take one out first.",
        "A hand-in has at most %(num)s files. Take one out first.",
        MOST_FILES,
    )


def remove_file(*, actor: Viewer, handin: Handin, ref: str) -> None:
    """Take a file out of the draft; one that is gone already changes nothing. Versions keep theirs."""
    _require_own(actor, handin)
    db.session.execute(
        delete(Attachment).where(
            Attachment.ref == ref, Attachment.owner_kind == queries.DRAFT_FILES, Attachment.owner_id == handin.id
        )
    )


def use_again(*, actor: Viewer, handin: Handin, ref: str) -> None:
    """Put a file of an earlier version into the draft too. Raises Invalid when no room is left."""
    _require_own(actor, handin)
    work = queries.work_on(handin)
    file = next((file for version in work.versions for file in version.files if file.ref == ref), None)
    if file is None:
        raise NotFound(_("There is no such file in your hand-in."))
    if any(held.blob_hash == file.blob_hash for held in work.draft_files):
        return
    if len(work.draft_files) >= MOST_FILES:
        raise Invalid(_most_files(), "files")
    db.session.add(
        Attachment(
            blob_hash=file.blob_hash,
            owner_kind=queries.DRAFT_FILES,
            owner_id=handin.id,
            name=free_name(file.name, [held.name for held in work.draft_files]),
            media_type=file.media_type,
            hub_id=handin.hub_id,
            by_id=actor.person_id,
            created_at=now(),
        )
    )
    db.session.flush()


def take_text(*, actor: Viewer, handin: Handin) -> None:
    """Put the text of the newest version into the draft, before what is written there already."""
    _require_own(actor, handin)
    work = queries.work_on(handin)
    if work.newest is None or work.draft is None or work.newest.row.text in work.draft.text:
        return
    joined = "\n\n".join(part for part in (work.newest.row.text, work.draft.text) if part)
    save_draft(actor=actor, handin=handin, text=joined, worked_on=None, seen=work.draft.number)


def hand_in(*, actor: Viewer, handin: Handin, place: Place) -> HandinVersion:
    """Hand in the draft: its text and files become the next version, which nobody can change any more.

    The hand-in must be locked and the draft saved. Raises Invalid when there is nothing to hand in or nobody is said
    to have worked on it, Conflict when a version was accepted already.
    """
    _require_own(actor, handin)
    _require_open(handin)
    work = queries.work_on(handin)
    _require_complete(place.assignment, work)
    worked_on = _who_worked(actor, handin, work)
    version = HandinVersion(
        ref=new_ref(),
        handin_id=handin.id,
        number=work.next_number,
        edition_id=place.edition_id,
        text=work.draft.text if work.draft else "",
        worked_on=worked_on,
        checks=checklist.stored(_asked(place.assignment, work.answers)) if place.assignment.checks else None,
        by_id=actor.person_id,
        at=now(),
    )
    db.session.add(version)
    db.session.flush()
    _hand_over(actor, handin, work, version)
    handin.state, handin.state_at = WAITING, version.at
    db.session.flush()
    record_outcome(
        actor=actor,
        node_key=handin.node_key,
        kind="handed_in",
        edition_id=version.edition_id,
        key=f"handin-version:{version.id}",
        team_id=handin.team_id,
        enrolment_id=handin.enrolment_id,
        evidence=f"handin-version:{version.id}",
    )
    tell_handed_in(handin, version)
    return version


def _asked(assignment: Assignment, answers: Answers) -> Answers:
    """Return the answers to what is asked now; an older edition may have asked other things."""
    return {key: answers.get(key, checklist.NOTHING) for key in assignment.checks}


def _require_complete(assignment: Assignment, work: Work) -> None:
    """Check what is about to be handed in: every question answered; else a file or a text."""
    if missing := checklist.unanswered(assignment.checks, work.answers):
        raise Invalid(_("Answer every question of the checklist."), f"check-{missing[0]}")
    if bare := checklist.unexplained(assignment.checks, work.answers):
        raise Invalid(_("Write a remark where you answer “no” or “pending”."), f"remark-{bare[0]}")
    if not assignment.checks and not work.draft_files and not (work.draft and work.draft.text):
        raise Invalid(_("Add at least one file, or write your text in the box."), "files")


def _who_worked(actor: Viewer, handin: Handin, work: Work) -> list[int]:
    """Return who worked on it: those who are ticked, of those whose work it is."""
    draft = work.draft
    if handin.team_id is None:
        return [actor.person_id]
    people = set(queries.people_behind(handin))
    chosen = sorted(people & set((draft.worked_on if draft else None) or ()))
    if not chosen:
        raise Invalid(_("Tick at least one person who worked on this."), "who")
    return chosen


def _hand_over(actor: Viewer, handin: Handin, work: Work, version: HandinVersion) -> None:
    """Give the draft's files to the version and empty the draft; its number goes on, so that an old tab is noticed."""
    db.session.execute(
        update(Attachment)
        .where(Attachment.owner_kind == queries.DRAFT_FILES, Attachment.owner_id == handin.id)
        .values(owner_kind=queries.VERSION_FILES, owner_id=version.id)
    )
    if work.draft is not None:
        work.draft.text, work.draft.worked_on, work.draft.checks = "", None, None
        work.draft.number, work.draft.by_id, work.draft.at = work.draft.number + 1, actor.person_id, version.at


def _require_open(handin: Handin) -> None:
    if not may_hand_in(handin.state):
        raise Conflict(_("Your work was accepted already, so nothing more is needed. What you wrote is kept below."))


def _require_own(actor: Viewer, handin: Handin) -> None:
    if not queries.is_own(actor, handin.id):
        raise Forbidden(_("Only the members of this team can write and hand in here."))
