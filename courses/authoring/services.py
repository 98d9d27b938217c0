"""Writing drafts and publishing editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from courses.authoring import queries, rules
from courses.authoring.check import load_kinds, read_checked
from courses.authoring.policies import EDIT, PUBLISH, may, may_edit, may_publish
from courses.authoring.readiness import Problem, problems_in
from courses.authoring.routes import newer
from courses.authoring.segments import Block, aligned, blocks
from courses.authoring.signals import edition_published
from courses.catalogue.models import Content, Course, Edition, Node, Segment, TextRevision
from courses.catalogue.queries import manifest_of
from courses.catalogue.rules import Manifest, canonical
from lms.kernel import audit, blobs
from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.transaction import take_turns
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from courses.authoring.rules import DraftNode, Plan, Size, Wins
    from lms.kernel.permissions import Viewer
    from lms.kernel.texts.faults import Fault

LONGEST_NOTE = 2000
LOADING = 0x1A5_1AC
"""Number of the turns of those who load courses."""


class CourseFaults(Invalid):
    """A course that cannot be loaded: `faults` say why, each with file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        """Keep the faults."""
        super().__init__(_("The course has faults, so nothing was loaded. Put them right and load it again."))
        self.faults = faults


class NotPublishable(Invalid):
    """A draft that cannot be published: `problems` say why, each with the key of its node."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems."""
        super().__init__(_("The draft is not ready, so nothing was published. Put right what is listed."))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """What a load did: the course, and the keys of nodes written, removed, and kept as the draft has them."""

    course: Course
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the draft is another one now."""
        return bool(self.written or self.removed)


def load_course(*, actor: Viewer, folder: Path, hub_id: int | None = None, wins: Wins = "") -> Loaded:
    """Load a course from its files into its draft; loading the same files again changes nothing.

    A new course belongs to the partnership, or to a hub. Where files and draft both changed since the last load,
    nothing is loaded and Conflict names the nodes, unless `wins` says "files" or "draft". Raises CourseFaults.
    """
    load_kinds()
    parsed, faults = read_checked(folder)
    if faults or parsed is None:
        raise CourseFaults(faults)
    take_turns(LOADING)
    course = db.session.scalar(select(Course).where(Course.slug == parsed.key).with_for_update())
    if not may(actor, EDIT, course.hub_id if course else hub_id):
        raise Forbidden(_("Only authors of the course's owner may load it."))
    filed = rules.nodes_in(parsed)
    if course is None:
        course = _new_course(filed[0], hub_id)
    elif course.loaded_fingerprint == rules.whole(filed):
        return Loaded(course, (), (), ())
    plan = rules.plan(filed, queries.draft_nodes(course.id), wins)
    if plan.conflicts:
        names = ", ".join(plan.conflicts)
        raise Conflict(
            _("Files and draft have both changed since the last load: %(names)s. Say which wins.", names=names)
        )
    for raw in rules.files_in(parsed).values():
        blobs.put(raw)
    _carry_out(actor, course, filed, plan)
    course.loaded_fingerprint = rules.whole(filed)
    if plan.write or plan.remove:
        what = {"written": plan.write, "removed": plan.remove}
        audit.record(actor=actor, what=EDIT.name, on=("course", course.id), after=what, why="load")
    db.session.flush()
    return Loaded(course, tuple(plan.write), tuple(plan.remove), tuple(plan.keep))


def _new_course(node: DraftNode, hub_id: int | None) -> Course:
    course = Course(
        ref=new_ref(),
        slug=node.key,
        hub_id=hub_id,
        source_language=node.settings["source_language"],
        audience=node.settings["audience"],
        created_at=now(),
    )
    db.session.add(course)
    db.session.flush()
    return course


def _carry_out(actor: Viewer, course: Course, filed: list[DraftNode], plan: Plan) -> None:
    rows = {node.key: node for node in db.session.scalars(select(Node).where(Node.course_id == course.id))}
    texts = queries.newest_texts(course.id)
    for node in filed:
        mark = {rules.LOADED: node.fingerprint}
        if node.key in plan.write:
            row = rows.get(node.key) or Node(course_id=course.id, key=node.key, kind=node.kind)
            if row.kind != node.kind:
                text = _(
                    "“%(key)s” was a %(was)s before. A key keeps its kind for life; choose a new one.",
                    key=node.key,
                    was=row.kind,
                )
                raise Invalid(text)
            row.parent_key, row.position, row.removed_at = node.parent, node.position, None
            row.settings = {**node.settings, **mark}
            db.session.add(row)
            db.session.flush()
            _write_texts(actor, course, row, node.texts, texts.get(row.id, {}))
        elif node.key in plan.keep or (
            node.key in rows and rows[node.key].settings.get(rules.LOADED) != node.fingerprint
        ):
            rows[node.key].settings = {**rows[node.key].settings, **mark}
    for key in plan.remove:
        rows[key].removed_at = now()
    if filed[0].key in plan.write:
        course.source_language, course.audience = filed[0].settings["source_language"], filed[0].settings["audience"]


def _write_texts(
    actor: Viewer,
    course: Course,
    row: Node,
    texts: Mapping[str, dict[str, Any]],
    newest: Mapping[str, TextRevision],
) -> None:
    """Write the texts that changed; the source language first, for translations point to it."""
    for language in sorted({*texts, *newest}, key=lambda code: (code != course.source_language, code)):
        body = texts.get(language, {})
        old = newest.get(language)
        if body != (old.body if old else {}):
            source = texts.get(course.source_language, {})
            _add_revision(
                actor, row, language, body, old=old, source=source if language != course.source_language else None
            )


def _add_revision(
    actor: Viewer,
    row: Node,
    language: str,
    body: dict[str, Any],
    *,
    old: TextRevision | None,
    source: Mapping[str, Any] | None,
) -> TextRevision:
    """Add a revision with its segments. `source` is the text in the source language, None if this is it."""
    number = old.number + 1 if old else 1
    key = {"node_id": row.id, "language": language, "number": number}
    values = {**key, "body": body, "by_id": actor.person_id, "at": now()}
    if not insert_new(TextRevision, [values], list(key)):
        raise Conflict(_("Somebody saved this text a moment ago. Load the page again; what you typed is kept below."))
    revision = db.session.scalars(select(TextRevision).filter_by(**key)).one()
    made = blocks(str(body.get("markdown", "")))
    partners = _partners(made, old, blocks(str(source.get("markdown", ""))) if source is not None else None)
    db.session.add_all(
        Segment(
            revision_id=revision.id, position=place, fingerprint=block.fingerprint, source_fingerprint=partners[place]
        )
        for place, block in enumerate(made)
    )
    db.session.flush()
    return revision


def _partners(made: list[Block], old: TextRevision | None, source: list[Block] | None) -> list[str]:
    """Return what each segment was made from: an untouched one keeps its mark, a new one takes the source as it is."""
    if source is None:
        return [""] * len(made)
    known: dict[str, str] = {}
    if old is not None:
        rows = db.session.scalars(select(Segment).where(Segment.revision_id == old.id))
        known = {row.fingerprint: row.source_fingerprint for row in rows}
    fresh = aligned(made, source)
    return [known.get(block.fingerprint) or fresh[place] for place, block in enumerate(made)]


def save_text(
    *, actor: Viewer, course: Course, node: Node, language: str, body: Mapping[str, Any], seen: int
) -> TextRevision:
    """Save a text of the draft. `seen` is the number of the revision that the author started from (0: none).

    What the body does not name stays as it is. Raises Conflict when somebody saved meanwhile: nothing is written,
    and the caller shows both texts.
    """
    _require_editor(actor, course, node)
    newest = queries.newest_text(node.id, language)
    if (newest.number if newest else 0) != seen:
        raise Conflict(_("Somebody saved this text while you were writing. Both texts are below; join them and save."))
    merged = {**(newest.body if newest else {}), **body}
    if newest is not None and merged == newest.body:
        return newest
    source = None
    if language != course.source_language:
        row = queries.newest_text(node.id, course.source_language)
        source = row.body if row else {}
    return _add_revision(actor, node, language, merged, old=newest, source=source)


def _require_editor(actor: Viewer, course: Course, node: Node) -> None:
    """Raise Forbidden unless the actor may edit a text here: one that is included is edited in its own course."""
    if not may_edit(actor, course):
        raise Forbidden(_("Only authors of the course's owner may edit it."))
    if home := node.settings.get(rules.FROM):
        raise Forbidden(_("This text belongs to the course “%(course)s”. Change it there.", course=home))


def take_over(*, actor: Viewer, course: Course) -> list[str]:
    """Bring the included texts of a route up to what their own courses have published; return the keys.

    The route's own draft changes, so its authors publish it when they want to. Raises Conflict where nothing is newer.
    """
    if not may_edit(actor, course):
        raise Forbidden(_("Only authors of the course's owner may edit it."))
    nodes = queries.draft_nodes(course.id)
    found = newer(nodes, queries.sources_of(nodes))
    if not found:
        raise Conflict(
            _("All included texts are as their own course has published them. There is nothing to take over.")
        )
    rows = {node.key: node for node in db.session.scalars(select(Node).where(Node.course_id == course.id))}
    texts = queries.newest_texts(course.id)
    for node in found:
        row = rows[node.key]
        row.settings = node.settings
        _write_texts(actor, course, row, node.texts, texts.get(row.id, {}))
    keys = [node.key for node in found]
    audit.record(actor=actor, what=EDIT.name, on=("course", course.id), after={"taken over": keys}, why="take over")
    db.session.flush()
    return keys


def confirm_translation(*, actor: Viewer, course: Course, node: Node, language: str, seen: int) -> None:
    """Say that a translation fits the source as it is now: nothing in it is stale any more."""
    _require_editor(actor, course, node)
    text = queries.newest_text(node.id, language)
    source = queries.newest_text(node.id, course.source_language)
    if text is None or source is None or text.number != seen:
        raise Conflict(_("Somebody saved this text meanwhile. Look at it again, then confirm it."))
    partners = aligned(blocks(str(text.body.get("markdown", ""))), blocks(str(source.body.get("markdown", ""))))
    for segment in db.session.scalars(select(Segment).where(Segment.revision_id == text.id)):
        segment.source_fingerprint = partners[segment.position]
    db.session.flush()


@dataclass(frozen=True)
class Outlook:
    """What publishing would do: problems that forbid it, changes since the newest edition, its number by size."""

    newest: Edition | None
    manifest: Manifest | None
    changes: rules.Changes | None
    problems: list[Problem]


def outlook(course: Course) -> Outlook:
    """Look at what publishing the draft would do, without doing it."""
    nodes = queries.draft_nodes(course.id)
    newest = queries.newest_edition(course.id)
    problems = problems_in(nodes)
    if problems:
        return Outlook(newest, None, None, problems)
    frozen = rules.freeze(nodes)
    return Outlook(
        newest, frozen.manifest, rules.changes(manifest_of(newest.id) if newest else None, frozen.manifest), []
    )


def publish(*, actor: Viewer, course: Course, size: Size = "major", note: str = "") -> Edition:
    """Freeze the draft into an edition that never changes.

    A minor edition may reach running programmes, so it is refused when anybody would have to do something else than
    before. Raises NotPublishable, Invalid, or Conflict when nothing changed or somebody else published meanwhile.
    """
    if not may_publish(actor, course):
        raise Forbidden(_("Only authors of the course's owner may publish it."))
    nodes = queries.draft_nodes(course.id)
    if found := problems_in(nodes):
        raise NotPublishable(found)
    frozen = rules.freeze(nodes)
    newest = queries.newest_edition(course.id)
    changes = rules.changes(manifest_of(newest.id) if newest else None, frozen.manifest)
    if newest is not None and not changes.anything:
        raise Conflict(_("Nothing has changed since edition %(number)s.", number=f"{newest.major}.{newest.minor}"))
    if newest is not None and size == "minor" and not changes.may_be_minor:
        names = ", ".join((*changes.added, *changes.removed, *changes.duties))
        raise Invalid(
            _("What people have to do has changed (%(names)s). Publish a major edition.", names=names), "size"
        )
    major, minor = rules.next_number((newest.major, newest.minor) if newest else None, size)
    for digest, body in frozen.contents.items():
        insert_new(Content, [{"hash": digest, "body": canonical(body)}], ["hash"])
    key = {"course_id": course.id, "major": major, "minor": minor}
    values = {
        **key,
        "manifest": frozen.manifest.to_json(),
        "note": note.strip()[:LONGEST_NOTE],
        "by_id": actor.person_id,
    }
    if not insert_new(Edition, [{**values, "ref": new_ref(), "published_at": now()}], list(key)):
        number = f"{major}.{minor}"
        raise Conflict(
            _("Somebody published edition %(number)s a moment ago. Look at it before you publish.", number=number)
        )
    edition = db.session.scalars(select(Edition).filter_by(**key)).one()
    course.current_edition_id = edition.id
    audit.record(actor=actor, what=PUBLISH.name, on=("edition", edition.id), after={"number": [major, minor]}, why=note)
    db.session.flush()
    edition_published.send(course, edition=edition, actor=actor)
    return edition
