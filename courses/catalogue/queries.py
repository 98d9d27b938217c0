"""Reading courses and editions. Editions and contents never change, so each is read once per process."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from courses.catalogue.models import Content, Course, Edition, Node
from courses.catalogue.rules import Manifest
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

HASH = re.compile(r"\b[0-9a-f]{64}\b")


_kept = Kept(512)


def _database() -> tuple[object, ...]:
    """Return what tells one database from another: two apps of one process may have two."""
    at = db.engine.url
    return (at.host, at.port, at.database, *at.query.items())


def manifest_of(edition_id: int) -> Manifest:
    """Return the tree of an edition. Raises NotFound when there is no such edition."""
    return _kept.get((_database(), "edition", edition_id), lambda: _read_manifest(edition_id))


def _read_manifest(edition_id: int) -> Manifest:
    raw = db.session.scalar(select(Edition.manifest).where(Edition.id == edition_id))
    if raw is None:
        raise NotFound(_("There is no such edition of the course."))
    return Manifest.from_json(raw)


def content(digest: str) -> dict[str, Any]:
    """Return a frozen content by its hash. Do not change what you get: it is shared."""
    return _kept.get((_database(), "content", digest), lambda: _read_content(digest))


def _read_content(digest: str) -> dict[str, Any]:
    body = db.session.scalar(select(Content.body).where(Content.hash == digest))
    if body is None:
        raise NotFound(_("This part of the course cannot be found."))
    return dict(json.loads(body))


def contents(digests: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return frozen contents by their hashes, in that order: at most one statement. Do not change what you get."""
    if not digests:
        return []
    return _kept.get((_database(), "contents", digests), lambda: _read_contents(digests))


def _read_contents(digests: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = db.session.execute(select(Content.hash, Content.body).where(Content.hash.in_(digests)))
    bodies = {digest: dict(json.loads(body)) for digest, body in rows}
    if len(bodies) < len(set(digests)):
        raise NotFound(_("This part of the course cannot be found."))
    return [bodies[digest] for digest in digests]


def course_by_slug(slug: str) -> Course:
    """Return a course. Raises NotFound."""
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        raise NotFound(_("There is no such course."))
    return course


def editions_of(course_id: int) -> list[Edition]:
    """Return all editions of a course, newest first."""
    statement = (
        select(Edition).where(Edition.course_id == course_id).order_by(Edition.major.desc(), Edition.minor.desc())
    )
    return list(db.session.scalars(statement))


def published_courses() -> list[Course]:
    """Return all courses that have an edition, the partnership's first."""
    statement = select(Course).where(Course.current_edition_id.is_not(None))
    return list(db.session.scalars(statement.order_by(Course.hub_id.is_not(None), Course.audience, Course.slug)))


def named_files() -> Iterator[str]:
    """Return the hashes of figures and forms that drafts and editions name; other hashes may be among them."""
    for body in db.session.scalars(select(Content.body).execution_options(yield_per=100)):
        yield from HASH.findall(body)
    for settings in db.session.scalars(select(Node.settings)):
        yield from HASH.findall(json.dumps(settings))
