"""What every lesson and hand-in must have: sources, one thing to do, a length that can be read, summaries, files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from courses.checking.pieces import sentences
from lms.kernel.i18n import EU_LANGUAGES, gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from courses.checking.content import Content, Document
    from lms.kernel.texts.toml_file import TomlFile

TRY = re.compile(r"^\s{0,3}:::+\s*try\b", re.MULTILINE)
SELF_TEST = "self-test.toml"
SIGN = re.compile(r"^\s{0,3}:::+\s*sign\b", re.MULTILINE)


def check(content: Content) -> Iterator[Fault]:
    """Name what is missing, lesson by lesson and hand-in by hand-in."""
    rules = content.rule("lesson")
    if not rules.data:
        return
    rules.only("words", "summary", "self_test")
    for documents in content.folders.values():
        for name, look in (("lesson.toml", _lesson), ("handin.toml", _handin)):
            if name in documents and (toml := documents[name].toml):
                yield from look(content, documents, documents[name], toml)


def _lesson(content: Content, documents: Mapping[str, Document], lesson: Document, toml: TomlFile) -> Iterator[Fault]:
    if not toml.root.tables("source"):
        yield Fault(lesson.file, 1, _("The lesson names no source. Say what it rests on: [[source]]."))
    for language in _languages(toml):
        text = documents.get(f"{language}.md")
        if text is not None:
            yield from _one_try(text)
            yield from _length(content, text)
        yield from _summary(content, lesson, toml, language)
    yield from _self_test(content, documents, lesson)
    yield from _descriptions(lesson, toml)


def _languages(toml: TomlFile) -> list[str]:
    return [code for code in toml.data if code in EU_LANGUAGES]


def _one_try(text: Document) -> Iterator[Fault]:
    places = [text.text.count("\n", 0, found.start()) + 1 for found in TRY.finditer(text.text)]
    if not places:
        yield Fault(text.file, 1, _("The lesson gives nothing to do in the reader’s own city. Add “::: try Title”."))
    for line in places[1:]:
        yield Fault(text.file, line, _("The lesson has a “try” already. Keep one thing to do."))


def _length(content: Content, text: Document) -> Iterator[Fault]:
    low, high = content.band("lesson", "words")
    low = 0 if SIGN.search(text.text) else low  # the sheet to sign is the lesson, and as short as people sign it
    count = sum(len(piece.words.split()) for piece in text.pieces)
    if not low <= count <= high:
        yield Fault(
            text.file,
            1,
            _("The lesson has %(count)d words; %(low)d to %(high)d are wanted.", count=count, low=low, high=high),
        )


def _self_test(content: Content, documents: Mapping[str, Document], lesson: Document) -> Iterator[Fault]:
    """Ask for a few questions, but not where there is only a sheet to sign."""
    low, high = content.band("lesson", "self_test")
    test = documents.get(SELF_TEST)
    count = len(test.toml.root.tables("question")) if test and test.toml else 0
    if low <= count <= high or any(SIGN.search(document.text) for document in documents.values()):
        return
    said = _("The self-test has %(count)d questions; %(low)d to %(high)d are wanted.", count=count, low=low, high=high)
    yield Fault(f"{lesson.folder}/{SELF_TEST}", 1, said)


def _summary(content: Content, lesson: Document, toml: TomlFile, language: str) -> Iterator[Fault]:
    low, high = content.band("lesson", "summary")
    count = len(sentences(str(toml.data[language].get("summary", ""))))
    if not low <= count <= high:
        line = toml.root.languages()[language].line_of("summary")
        yield Fault(
            lesson.file,
            line,
            _("The summary has %(count)d sentences; %(low)d to %(high)d are wanted.", count=count, low=low, high=high),
        )


def _descriptions(lesson: Document, toml: TomlFile) -> Iterator[Fault]:
    """Find long descriptions that say no more than the text alternative."""
    for figure in toml.root.tables("figure"):
        for table in figure.languages().values():
            alt, long = (str(table.data.get(name, "")) for name in ("alt", "long"))
            if long and len(long.split()) <= len(alt.split()):
                yield Fault(
                    lesson.file,
                    table.line_of("long"),
                    _("The long description says no more than “alt”. Write down everything that the figure shows."),
                )


def _handin(_content: Content, documents: Mapping[str, Document], handin: Document, toml: TomlFile) -> Iterator[Fault]:
    if not toml.root.tables("criterion"):
        yield Fault(handin.file, 1, _("The hand-in has no criterion. Say when it is good: [[criterion]]."))
    given = {(str(file.data.get("role")), str(file.data.get("language"))) for file in toml.root.tables("file")}
    for language in _languages(toml):
        if f"{language}.md" not in documents:
            continue
        for role in ("form", "example"):
            if (role, language) not in given:
                said = _("There is no file with role “%(role)s” in “%(language)s”. Write it, and name it in [[file]].",
                         role=role, language=language)  # fmt: skip
                yield Fault(handin.file, 1, said)
