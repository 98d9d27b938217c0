"""The pages of the library: materials and glossary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from lms.kernel.documents.blocks import read
from lms.kernel.documents.downloads import SPREADSHEET, WORD, download, file_name
from lms.kernel.documents.pages import as_page
from lms.kernel.i18n import current_language, force_language, format_date, gettext as _, lazy_gettext as _l
from lms.kernel.pages import Pages, current_viewer, redirect_to, render, url
from lms.kernel.paging import ROWS, Page, page_number
from lms.kernel.permissions import PUBLIC, SIGNED_IN
from lms.kernel.text import finds
from lms.library import queries
from lms.library.presenting import shown
from lms.library.rules import GLOSSARY, KINDS, PRINTABLE, STEPS, best_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from lms.library.queries import Entry

pages = Pages("library")
KIND_NAMES = {
    "glossary": _l("Glossary"),
    "template": _l("Template"),
    "workshop-guide": _l("Workshop guide"),
    "guide": _l("Guide"),
    "printable": _l("For printing"),
}


@dataclass(frozen=True)
class Asked:
    """What a visitor of the list looks for."""

    search: str
    kind: str
    steps: tuple[int, ...]

    def fits(self, entry: Entry) -> bool:
        """Whether an item is among what is looked for."""
        return (
            (not self.kind or entry.kind == self.kind)
            and (not self.steps or bool(set(self.steps) & set(entry.steps)))
            and finds(self.search, entry.title, entry.summary)
        )


def _asked() -> Asked:
    kind = request.args.get("kind", "")
    steps = {raw for raw in request.args.getlist("step") if raw in map(str, STEPS)}
    return Asked(
        search=request.args.get("q", "").strip()[:100],
        kind=kind if kind in KINDS else "",
        steps=tuple(sorted(map(int, steps))),
    )


@pages.get("/materials", permission=SIGNED_IN)
def materials() -> ResponseReturnValue:
    """Show what the viewer may read, by kind, step and search."""
    asked = _asked()
    everything = queries.entries(current_viewer(), current_language())
    found = [entry for entry in everything if asked.fits(entry)]
    last = max(1, -(-len(found) // ROWS))
    number = min(page_number(request.args.get("page")), last)
    return render(
        "lms/library/materials.html",
        asked=asked,
        page=Page(found[(number - 1) * ROWS : number * ROWS], number, ROWS, len(found)),
        kinds=[(kind, KIND_NAMES[kind]) for kind in KINDS if any(entry.kind == kind for entry in everything)],
        kind_names=KIND_NAMES,
        steps=Counter(step for entry in everything for step in entry.steps),
        address=address_of,
    )


def address_of(entry: Entry) -> str:
    """Return the address of an item's page."""
    return url("library.glossary") if entry.kind == GLOSSARY and not entry.owner else url("library.item", ref=entry.ref)


@pages.get("/materials/<ref>", permission=SIGNED_IN)
def item(ref: str) -> ResponseReturnValue:
    """Show an item."""
    entry = _entry(ref)
    if entry.kind == GLOSSARY:
        return redirect_to("library.glossary")
    source = queries.text_of(entry)
    return render(
        "lms/library/item.html",
        entry=entry,
        text=shown(as_page(source, sheets=entry.kind == PRINTABLE), entry.language, lambda _key: ""),
        files=[WORD, SPREADSHEET] if read(source).tables else [WORD],
        kind_names=KIND_NAMES,
    )


@pages.get("/materials/<ref>/file/<kind>", permission=SIGNED_IN)
def file(ref: str, kind: str) -> ResponseReturnValue:
    """Give an item as a Word file or a spreadsheet; its name says which version it is."""
    entry = _entry(ref)
    version = _version(entry)
    return download(
        kind,
        file_name(entry.key, entry.language, f"v{entry.number}-{entry.changed_at:%Y-%m-%d}"),
        title=entry.title,
        markdown=f"*{version}*\n\n{queries.text_of(entry)}",
        language=entry.language,
        sheets=entry.kind == PRINTABLE,
    )


def _entry(ref: str) -> Entry:
    return queries.entry_of(current_viewer(), ref, request.args.get("content") or current_language())


def _version(entry: Entry) -> str:
    """Say which version this is, in the language of the text."""
    with force_language(entry.language):
        owner = entry.owner or _("Partnership")
        day = format_date(entry.changed_at.date())
        return _("%(owner)s, version %(number)d, %(day)s", owner=owner, number=entry.number, day=day)


@pages.get("/glossary", permission=PUBLIC)
def glossary() -> ResponseReturnValue:
    """Show the words of the partnership to everybody."""
    found = queries.glossary_item(current_viewer())
    if found is None:
        return render("lms/library/no_glossary.html")
    words = queries.glossary_in(found.content_hash)
    language = request.args.get("content", "")
    language = best_language(dict.fromkeys(words.languages), language or current_language(), words.languages[0])
    search = request.args.get("q", "").strip()[:100]
    return render(
        "lms/library/glossary.html",
        item=found,
        language=language,
        languages=words.languages,
        search=search,
        words=[word for word in words.words(language) if word.holds(search)],
    )
