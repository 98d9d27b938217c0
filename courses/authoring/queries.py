"""Reading drafts and editions, for those who may edit them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from courses.authoring.policies import editable
from courses.authoring.routes import Source
from courses.authoring.rules import FROM, LOADED, DraftNode
from courses.authoring.segments import TranslationState, blocks, compare
from courses.catalogue.models import Course, Edition, Node, Segment, TextRevision
from courses.catalogue.queries import manifest_of
from courses.programmes.models import Programme, ProgrammeEdition
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.kernel.permissions import Viewer


def courses_of(viewer: Viewer) -> list[Course]:
    """Return the courses that a viewer may edit, by name of their address."""
    return list(db.session.scalars(select(Course).where(editable(viewer)).order_by(Course.slug)))


def course_of(viewer: Viewer, ref: str) -> Course:
    """Return a course that the viewer may edit. Raises NotFound."""
    course = db.session.scalar(select(Course).where(Course.ref == ref, editable(viewer)))
    if course is None:
        raise NotFound(_("There is no such course, or it is not yours to edit."))
    return course


def node_of(course: Course, key: str) -> Node:
    """Return a node of a course's draft. Raises NotFound."""
    node = db.session.scalar(
        select(Node).where(Node.course_id == course.id, Node.key == key, Node.removed_at.is_(None))
    )
    if node is None:
        raise NotFound(_("The draft of this course has no such part."))
    return node


def keys_of(course_id: int) -> set[str]:
    """Return the keys of all nodes of a course's draft."""
    return set(db.session.scalars(select(Node.key).where(Node.course_id == course_id, Node.removed_at.is_(None))))


def newest_texts(course_id: int) -> dict[int, dict[str, TextRevision]]:
    """Return the newest text of each node of a course, by node id and language."""
    newest = (
        select(TextRevision.node_id, TextRevision.language, func.max(TextRevision.number).label("number"))
        .join(Node, Node.id == TextRevision.node_id)
        .where(Node.course_id == course_id)
        .group_by(TextRevision.node_id, TextRevision.language)
        .subquery()
    )
    statement = select(TextRevision).join(
        newest,
        (TextRevision.node_id == newest.c.node_id)
        & (TextRevision.language == newest.c.language)
        & (TextRevision.number == newest.c.number),
    )
    found: dict[int, dict[str, TextRevision]] = {}
    for text in db.session.scalars(statement):
        found.setdefault(text.node_id, {})[text.language] = text
    return found


def newest_text(node_id: int, language: str) -> TextRevision | None:
    """Return the newest text of a node in a language."""
    return db.session.scalar(
        select(TextRevision)
        .where(TextRevision.node_id == node_id, TextRevision.language == language)
        .order_by(TextRevision.number.desc())
        .limit(1)
    )


def draft_nodes(course_id: int) -> list[DraftNode]:
    """Return the draft of a course as data: two statements, whatever its size. A withdrawn language has no text."""
    present = select(Node).where(Node.course_id == course_id, Node.removed_at.is_(None))
    texts = newest_texts(course_id)
    return [
        DraftNode(
            node.key,
            node.kind,
            node.parent_key,
            node.position,
            node.settings,
            {code: text.body for code, text in sorted(texts.get(node.id, {}).items()) if text.body},
        )
        for node in db.session.scalars(present.order_by(Node.parent_key, Node.position))
    ]


def course_named(slug: str) -> Course | None:
    """Return a course by its key; None for one that is not loaded yet, as a route may come first."""
    return db.session.scalar(select(Course).where(Course.slug == slug))


def sources_of(nodes: Sequence[DraftNode]) -> dict[str, Source]:
    """Return the courses from which a draft includes nodes, by key; none for a course that is no route."""
    found = {}
    for name in sorted({str(node.settings[FROM]) for node in nodes if FROM in node.settings}):
        course = course_named(name)
        if course is not None:
            drafted = {node.key: node for node in draft_nodes(course.id)}
            edition = newest_edition(course.id)
            manifest = manifest_of(edition.id) if edition else None
            title = drafted[name].title(course.source_language) if name in drafted else name
            found[name] = Source(title, drafted, manifest)
    return found


def routes_from(viewer: Viewer, course: Course) -> list[Course]:
    """Return the courses that include nodes of a course and that the viewer may edit."""
    included = select(Node.course_id).where(Node.settings[FROM].as_string() == course.slug, Node.removed_at.is_(None))
    return list(
        db.session.scalars(select(Course).where(Course.id.in_(included), editable(viewer)).order_by(Course.slug))
    )


def newest_edition(course_id: int) -> Edition | None:
    """Return the newest edition of a course."""
    statement = (
        select(Edition).where(Edition.course_id == course_id).order_by(Edition.major.desc(), Edition.minor.desc())
    )
    return db.session.scalar(statement.limit(1))


@dataclass(frozen=True)
class Translation:
    """A translation of a lesson, and what it owes to its source."""

    key: str
    language: str
    state: TranslationState


def translations(course: Course) -> list[Translation]:
    """Return the state of every lesson's translations in the draft."""
    texts = newest_texts(course.id)
    nodes = db.session.scalars(select(Node).where(Node.course_id == course.id, Node.removed_at.is_(None)))
    revisions = {text.id: text for by_language in texts.values() for text in by_language.values()}
    made_from: dict[int, list[str]] = {}
    statement = (
        select(Segment).where(Segment.revision_id.in_(list(revisions))).order_by(Segment.revision_id, Segment.position)
    )
    for segment in db.session.scalars(statement):
        made_from.setdefault(segment.revision_id, []).append(segment.source_fingerprint)
    found = []
    for node in nodes:
        by_language = texts.get(node.id, {})
        source = by_language.get(course.source_language)
        if source is None or "markdown" not in source.body:
            continue
        now = blocks(str(source.body["markdown"]))
        for language, text in sorted(by_language.items()):
            if language != course.source_language and text.body:
                found.append(Translation(node.key, language, compare(made_from.get(text.id, []), now)))
    return found


def edited_in_browser(course_id: int) -> list[str]:
    """Return the keys of nodes that differ from the files as they were loaded last."""
    return [node.key for node in draft_nodes(course_id) if node.settings.get(LOADED) != node.fingerprint]


@dataclass(frozen=True)
class Usage:
    """How many programmes of how many hubs have an edition now, those that are over left out."""

    programmes: int
    hubs: int


def usage(course_id: int) -> dict[int, Usage]:
    """Return who runs which edition of a course, by edition id. Counts only: an author need not know whose they are."""
    newest = (
        select(ProgrammeEdition.programme_id, func.max(ProgrammeEdition.number).label("number"))
        .group_by(ProgrammeEdition.programme_id)
        .subquery()
    )
    statement = (
        select(ProgrammeEdition.edition_id, func.count(Programme.id), func.count(Programme.hub_id.distinct()))
        .join(Programme, Programme.id == ProgrammeEdition.programme_id)
        .join(
            newest,
            (newest.c.programme_id == ProgrammeEdition.programme_id) & (newest.c.number == ProgrammeEdition.number),
        )
        .where(Programme.course_id == course_id, Programme.ends_on >= now().date())
        .group_by(ProgrammeEdition.edition_id)
    )
    return {edition_id: Usage(programmes, hubs) for edition_id, programmes, hubs in db.session.execute(statement)}
