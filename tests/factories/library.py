"""Items of the library, in tables and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.upsert import insert_new
from lms.library.models import LibraryContent, LibraryItem, LibraryVersion
from lms.library.rules import canonical, hash_of

if TYPE_CHECKING:
    from pathlib import Path

ITEM = """key = "{key}"
kind = "{kind}"
audience = "{audience}"

[en]
title = "{title}"
summary = "A short summary."
"""
TERMS = """[[term]]
key = "swot"
see = ["target"]
[term.en]
term = "SWOT analysis"
full = "Strengths, Weaknesses, Opportunities, Threats"
also = ["SWOT"]
definition = "A table with <four> fields."
[term.de]
term = "SWOT-Analyse"

[[term]]
key = "target"
[term.en]
term = "target"
definition = "A result that can be measured."
[term.de]
term = "Ziel"
definition = "Ein Ergebnis, das man messen kann."
"""


def make_item(
    key: str,
    *,
    hub_id: int | None = None,
    kind: str = "template",
    audience: str = "everyone",
    title: str = "",
    markdown: str = "## A heading\n\nSome words.\n",
) -> LibraryItem:
    """Make an item with one version in English. Call inside a transaction."""
    about: dict[str, Any] = {
        "source_language": "en",
        "steps": [1],
        "texts": {"en": {"title": title or f"Item {key}", "summary": "A short summary."}},
    }
    body = canonical({"version": 1, "kind": kind, "about": about, "source_language": "en", "texts": {"en": markdown}})
    digest = hash_of(body)
    insert_new(LibraryContent, [{"hash": digest, "body": body}], ["hash"])
    item = LibraryItem(
        ref=new_ref(),
        key=key,
        hub_id=hub_id,
        created_at=now(),
        kind=kind,
        audience=audience,
        about=about,
        number=1,
        content_hash=digest,
        changed_at=now(),
    )
    db.session.add(item)
    db.session.flush()
    db.session.add(LibraryVersion(item_id=item.id, number=1, content_hash=digest, at=now(), by_id=0))
    db.session.flush()
    return item


def write_item(
    folder: Path,
    key: str,
    *,
    kind: str = "template",
    audience: str = "everyone",
    title: str = "",
    markdown: str = "## A heading\n\nSome words.\n",
) -> Path:
    """Write the files of an item; return its folder."""
    place = folder / key
    place.mkdir(parents=True, exist_ok=True)
    text = ITEM.format(key=key, kind=kind, audience=audience, title=title or f"Item {key}")
    (place / "item.toml").write_text(text, encoding="utf-8")
    (place / "en.md").write_text(markdown, encoding="utf-8")
    return place


def write_glossary(folder: Path, terms: str = TERMS) -> Path:
    """Write the files of a small glossary with the terms `swot` and `target`."""
    place = write_item(folder, "glossary", kind="glossary", title="Glossary")
    (place / "en.md").unlink()
    (place / "glossary.toml").write_text(terms, encoding="utf-8")
    return place
