"""Terms of the glossary: one word for one thing, and links that explain the word at its first use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.checking.pieces import PROSE
from lms.kernel.i18n import EU_LANGUAGES, gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from courses.checking.content import Content, Document
    from courses.checking.pieces import Link

STEM = re.compile(r"(?<=\w{3})(?:’s|s’|es|er|en|em|ern|e|s|n)+$")
ENDING = r"(?:s|es|’s|s’|e|n|en)?"  # plural and genitive, English and German


@dataclass(frozen=True)
class Term:
    """A term in one language: how it is written, and which words must not stand for it."""

    key: str
    words: tuple[str, ...]
    avoid: tuple[str, ...]


def check(content: Content) -> Iterator[Fault]:
    """Name avoided words, and links to terms that are not there, say another word or come twice in a text."""
    glossary = _glossary(content)
    if glossary is None:
        return
    terms = terms_in(glossary)
    for language, known in terms.items():
        yield from _avoided(content, glossary.file, language, known)
    keys = {key for language in terms.values() for key in language}
    for document in content.documents.values():
        yield from _links(document, terms.get(document.language, {}), keys)


def _glossary(content: Content) -> Document | None:
    rules = content.rule("terms")
    rules.only("file")
    return content.documents.get(rules.line("file")) if rules.data else None


def terms_in(glossary: Document) -> dict[str, dict[str, Term]]:
    """Return the terms by language and key."""
    found: dict[str, dict[str, Term]] = {}
    for table in glossary.toml.root.tables("term") if glossary.toml else ():
        key = str(table.data.get("key", ""))
        for language, inner in table.data.items():
            if language in EU_LANGUAGES and isinstance(inner, dict):
                words = (str(inner.get("term", "")), *map(str, inner.get("also", ())))
                found.setdefault(language, {})[key] = Term(key, words, tuple(map(str, inner.get("avoid", ()))))
    return found


def _avoided(content: Content, glossary: str, language: str, terms: Mapping[str, Term]) -> Iterator[Fault]:
    wrong = {word: term.words[0] for term in terms.values() for word in term.avoid}
    if not wrong:
        return
    longest_first = sorted(wrong, key=len, reverse=True)
    pattern = re.compile(rf"\b({'|'.join(map(_pattern, longest_first))}){ENDING}\b", re.IGNORECASE)
    lowered = {word.lower(): (word, right) for word, right in wrong.items()}
    for piece in content.pieces(language):
        if piece.file == glossary:
            continue
        for found in pattern.finditer(piece.words):
            word, right = lowered[" ".join(found[1].lower().split())]
            yield Fault(
                piece.file,
                piece.line_at(found.start()),
                _("“%(word)s” has another name in this course: “%(right)s”. Write that.", word=word, right=right),
            )


def _pattern(word: str) -> str:
    """Return a pattern for a word or several, which may stand on two lines."""
    return r"\s+".join(map(re.escape, word.split()))


def _links(document: Document, terms: Mapping[str, Term], known: set[str]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for link in document.links:
        key = link.target("term")
        if not key:
            continue
        if key not in known:
            said = _("The glossary has no term “%(key)s”. Correct it, or explain it there.", key=key)
        elif key in terms and not _names(link.words, terms[key]):
            names = ", ".join(f"“{word}”" for word in terms[key].words)
            said = _("The glossary does not call it “%(words)s” but %(names)s. Write that, or add yours to “also”.",
                     words=link.words, names=names)  # fmt: skip
        elif key in seen:
            said = _("“%(words)s” is explained in line %(line)d already. A term is linked once, at its first use.",
                     words=link.words, line=seen[key])  # fmt: skip
        elif earlier := _first_use(document, link):
            seen[key] = link.line
            said = _("“%(words)s” stands in line %(line)d already. Link it there, at its first use.",
                     words=link.words, line=earlier)  # fmt: skip
        else:
            seen[key] = link.line
            continue
        yield Fault(link.file, link.line, said)


def _names(words: str, term: Term) -> bool:
    """Whether a link says the term or one of its variants, in whatever case or number."""
    return _stem(words.replace("*", "")) in {
        _stem(name) for words in term.words for name in (words, *words.split(", "))
    }


def _stem(words: str) -> tuple[str, ...]:
    """Return the words without their endings: “einzigen Zugang” is “einziger Zugang”."""
    return tuple(STEM.sub("", word) for word in words.lower().split())


def _first_use(document: Document, link: Link) -> int:
    """Return the line of running text before a link that says its words already; 0 if there is none."""
    pattern = re.compile(rf"\b{_pattern(link.words.replace('*', ''))}\b", re.IGNORECASE)
    uses = (
        piece.line_at(found.start())
        for piece in document.pieces
        if piece.role in PROSE and (found := pattern.search(piece.words))
    )
    return next((line for line in uses if line < link.line), 0)
