"""Reading the library, filtered by what the viewer may read. A content never changes: it is read once per process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from lms.hubs.models import Hub
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.text import sort_key
from lms.kernel.texts.kept import Kept
from lms.library.models import LibraryContent, LibraryItem
from lms.library.policies import readable
from lms.library.rules import GLOSSARY, Glossary, best_language

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lms.kernel.permissions import Viewer

_kept = Kept(64)


@dataclass(frozen=True)
class Entry:
    """An item as lists show it: title and summary in one language, and the newest version."""

    ref: str
    key: str
    kind: str
    audience: str
    owner: str
    """Name of the hub that owns it; empty where the partnership does."""
    title: str
    summary: str
    language: str
    languages: tuple[str, ...]
    source_language: str
    steps: tuple[int, ...]
    number: int
    changed_at: datetime
    content_hash: str


@dataclass(frozen=True)
class References:
    """What the keys in a text lead to: addresses of items, and the glossary."""

    items: dict[str, str]
    """Refs by key."""
    glossary: Glossary | None


def entries(viewer: Viewer, language: str) -> list[Entry]:
    """Return all items that the viewer may read, by title. There are dozens of them, whatever the number of people."""
    rows = db.session.execute(
        select(LibraryItem, Hub.name).outerjoin(Hub, Hub.id == LibraryItem.hub_id).where(readable(viewer))
    )
    return sorted((_entry(item, owner, language) for item, owner in rows), key=lambda entry: sort_key(entry.title))


def entry_of(viewer: Viewer, ref: str, language: str) -> Entry:
    """Return an item. Raises NotFound."""
    row = db.session.execute(
        select(LibraryItem, Hub.name)
        .outerjoin(Hub, Hub.id == LibraryItem.hub_id)
        .where(LibraryItem.ref == ref, readable(viewer))
    ).first()
    if row is None:
        raise NotFound(_("There is no such item in the materials, or it is not open to you."))
    return _entry(row[0], row[1], language)


def _entry(item: LibraryItem, owner: str | None, language: str) -> Entry:
    texts, source = item.about["texts"], item.about["source_language"]
    code = best_language(texts, language, source)
    return Entry(
        ref=item.ref,
        key=item.key,
        kind=item.kind,
        audience=item.audience,
        owner=owner or "",
        title=texts[code]["title"],
        summary=texts[code]["summary"],
        language=code,
        languages=tuple(texts),
        source_language=source,
        steps=tuple(item.about["steps"]),
        number=item.number,
        changed_at=item.changed_at,
        content_hash=item.content_hash,
    )


def content(digest: str) -> dict[str, Any]:
    """Return the content of a version. Do not change what you get: it is shared."""
    return _kept.get(digest, lambda: _read_content(digest))


def _read_content(digest: str) -> dict[str, Any]:
    body = db.session.scalar(select(LibraryContent.body).where(LibraryContent.hash == digest))
    if body is None:
        raise NotFound(_("This text cannot be found."))
    return dict(json.loads(body))


def text_of(entry: Entry) -> str:
    """Return the text of an item in the language of the entry. Raises NotFound where it has none, as a glossary."""
    text: str | None = content(entry.content_hash).get("texts", {}).get(entry.language)
    if text is None:
        raise NotFound(_("This text cannot be found."))
    return text


def glossary_in(digest: str) -> Glossary:
    """Return the glossary of a version."""
    return _kept.get(("glossary", digest), lambda: Glossary(content(digest)))


def glossary_item(viewer: Viewer) -> LibraryItem | None:
    """Return the partnership's glossary as an item; None where none has been loaded."""
    mine = and_(LibraryItem.kind == GLOSSARY, LibraryItem.hub_id.is_(None), readable(viewer))
    return db.session.scalar(select(LibraryItem).where(mine).order_by(LibraryItem.id).limit(1))


def references(viewer: Viewer, keys: Collection[str]) -> References:
    """Return what a text's keys of items lead to for the viewer, and the glossary: one statement for both."""
    rows = db.session.execute(
        select(LibraryItem.key, LibraryItem.ref, LibraryItem.kind, LibraryItem.content_hash)
        .where(
            LibraryItem.hub_id.is_(None),
            readable(viewer),
            or_(LibraryItem.kind == GLOSSARY, LibraryItem.key.in_(keys)),
        )
        .order_by(LibraryItem.id)
    ).all()
    glossaries = [row.content_hash for row in rows if row.kind == GLOSSARY]
    return References(
        items={row.key: row.ref for row in rows},
        glossary=glossary_in(glossaries[0]) if glossaries else None,
    )
