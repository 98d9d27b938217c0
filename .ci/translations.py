"""Texts and their translations: bring the catalogues up to date, or check that they are.

python .ci/translations.py update [de fi …]   take new texts into the catalogues; start catalogues named
python .ci/translations.py check              name what is missing, left over, uncertain or badly filled in
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "lms" / "translations"
PACKAGES = ("lms", "courses", "assessments", "certificates")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
ONE = None
TWO = (1, 2)
KEYWORDS = {"_": ONE, "_l": ONE, "gettext": ONE, "lazy_gettext": ONE, "lms_t": ONE, "ngettext": TWO, "lms_nt": TWO}
SHOWN = 20


def texts() -> Catalog:
    """Collect the texts of all packages."""
    catalog = Catalog(project="Training Hubs", charset="utf-8")
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",))
        for file, _line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            place = (f"{package}/{file}", 0)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def files() -> list[Path]:
    """Return the catalogues there are."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/lms.po"))


def read(file: Path) -> Catalog:
    """Read a catalogue."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parent.parent.name, abort_invalid=True)


def update(languages: list[str]) -> None:
    """Take new texts into all catalogues, drop texts that are gone, and start catalogues for new languages."""
    template = texts()
    for file in sorted({*files(), *(FOLDER / language / "LC_MESSAGES" / "lms.po" for language in languages)}):
        catalog = read(file) if file.exists() else Catalog(locale=file.parent.parent.name, project=template.project)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        catalog.fuzzy = False  # `pybabel compile` skips a catalogue that calls itself uncertain
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            write_po(stream, catalog, width=110, include_lineno=False, sort_by_file=True)


def faults(file: Path, template: Catalog) -> Iterator[str]:
    """Name what is wrong in a catalogue."""
    catalog = read(file)
    for message in template:
        if message.id and catalog.get(message.id, message.context) is None:
            yield f"missing: {message.id}"
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if template.get(message.id, message.context) is None:
            yield f"left over: {message.id}"
        elif not all(strings) or len(strings) != (catalog.num_plurals if message.pluralizable else 1):
            yield f"not translated: {message.id}"
        elif message.fuzzy:
            yield f"uncertain (fuzzy): {message.id}"
        for error in message.check(catalog):
            yield f"{error}: {message.id}"


def check() -> int:
    """Print the faults of all catalogues; return 1 if there are any."""
    template = texts()
    bad = 0
    for file in files():
        found = list(faults(file, template))
        bad += len(found)
        state = f"{len(found)} faults" if found else "complete"
        sys.stdout.write(f"{file.relative_to(ROOT)}: {len(template)} texts, {state}\n")
        for line in found[:SHOWN]:
            sys.stdout.write(f"  {line}\n")
    if bad:
        sys.stdout.write("Bring them up to date with: make translations\n")
    return int(bad > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["update"]:
        update(sys.argv[2:])
    elif sys.argv[1:] == ["check"]:
        sys.exit(check())
    else:
        sys.exit(__doc__)
