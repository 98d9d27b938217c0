"""Writing the library: loading items from their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.kernel.clock import now
from lms.kernel.db import db, new_ref
from lms.kernel.errors import Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.transaction import take_turns
from lms.kernel.upsert import insert_new
from lms.library.models import LibraryContent, LibraryItem, LibraryVersion
from lms.library.policies import may_load
from lms.library.reading import read_library
from lms.library.rules import canonical, hash_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lms.kernel.permissions import Viewer
    from lms.kernel.texts.faults import Fault
    from lms.library.reading import ParsedItem


LOADING = 0x1A5_1B0
"""Number of the turns of those who load the library."""


class LibraryFaults(Invalid):
    """A library that cannot be loaded: `faults` say why, each with file and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults."""
        super().__init__(_("The library has faults, so nothing was loaded. Put them right and load it again."))
        self.faults = list(faults)


@dataclass(frozen=True)
class Loaded:
    """What a load did: how many items there are in the files, and the keys of those that got a new version."""

    items: int
    changed: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a line, for a command."""
        new = f"new versions: {', '.join(self.changed)}" if self.changed else "nothing new"
        return f"Library: {self.items} items; {new}."


def load_library(*, actor: Viewer, folder: Path) -> Loaded:
    """Load the partnership's items from their files; the same files again change nothing.

    An item that changed gets a new version. One that the files lack stays: texts may lead to it. Raises LibraryFaults.
    """
    if not may_load(actor):
        raise Forbidden(_("The shared materials come from files, by a command."))
    library = read_library(folder)
    if library.faults:
        raise LibraryFaults(library.faults)
    take_turns(LOADING)
    shared = select(LibraryItem).where(LibraryItem.hub_id.is_(None))
    there = {item.key: item for item in db.session.scalars(shared)}
    changed = [item.key for item in library.items if _write(actor, item, there.get(item.key))]
    db.session.flush()
    return Loaded(len(library.items), tuple(changed))


def _write(actor: Viewer, parsed: ParsedItem, item: LibraryItem | None) -> bool:
    body = canonical(parsed.content)
    digest = hash_of(body)
    if item is not None and item.content_hash == digest:
        return False
    insert_new(LibraryContent, [{"hash": digest, "body": body}], ["hash"])
    at = now()
    if item is None:
        item = LibraryItem(ref=new_ref(), key=parsed.key, hub_id=None, number=0, created_at=at)
        db.session.add(item)
    item.kind, item.audience, item.about = parsed.kind, parsed.audience, parsed.about
    item.number, item.content_hash, item.changed_at = item.number + 1, digest, at
    db.session.flush()
    db.session.add(
        LibraryVersion(item_id=item.id, number=item.number, content_hash=digest, at=at, by_id=actor.person_id)
    )
    return True
