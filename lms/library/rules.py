"""What the library holds, as plain data: kinds, audiences, the words of a glossary."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.kernel.text import finds, sort_key

if TYPE_CHECKING:
    from collections.abc import Mapping

GLOSSARY, PRINTABLE = "glossary", "printable"
KINDS = (GLOSSARY, "template", "workshop-guide", "guide", PRINTABLE)
"""A printable is a set of sheets, each printed on a page of its own."""
EVERYONE, PARTICIPANTS, TRAINERS = AUDIENCES = ("everyone", "participants", "trainers")
"""Everybody who has signed in; who takes part in a programme, and staff; who trains, or learns to."""
STEPS = range(6)
"""0: what runs through all steps of the cycle; 1–5: a step."""


def canonical(body: Mapping[str, Any]) -> str:
    """Write JSON in one way only, so that the same content has the same hash."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """Return the hash under which a content is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def best_language(languages: Mapping[str, object], wanted: str, source: str) -> str:
    """Return the wanted language where there is a text in it, else that of the source, else any.

    >>> best_language({"en": "a", "de": "b"}, "fi", "en")
    'en'
    """
    return next((code for code in (wanted, source, *languages) if code in languages), wanted)


@dataclass(frozen=True)
class Word:
    """A term of the glossary in one language, its explanation perhaps in another."""

    key: str
    term: str
    language: str
    full: str
    """What an abbreviation stands for."""
    also: tuple[str, ...]
    """Other forms in which people meet it."""
    definition: str
    definition_language: str
    see: tuple[tuple[str, str, str], ...]
    """Related terms: key, term and its language."""
    elsewhere: tuple[tuple[str, str], ...]
    """The term in other languages: language, term."""

    @property
    def first_letter(self) -> str:
        """Under which letter a list has it."""
        return sort_key(self.term)[:1].upper()

    def holds(self, search: str) -> bool:
        """Whether a search finds this word."""
        return finds(search, self.term, self.full, *self.also, self.definition)


class Glossary:
    """All terms of a glossary, from its content."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Read the content of a version."""
        self._source = str(content["source_language"])
        self._terms: dict[str, Mapping[str, Any]] = {term["key"]: term for term in content["terms"]}

    def __contains__(self, key: object) -> bool:
        """Whether a term is explained."""
        return key in self._terms

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which terms are explained, the source first."""
        found = {
            code: None for term in self._terms.values() for code, text in term["texts"].items() if text["definition"]
        }
        return (self._source, *sorted(found.keys() - {self._source}))

    def word(self, key: str, language: str) -> Word:
        """Return a term in a language, where it lacks one in that of the source."""
        texts = self._terms[key]["texts"]
        code = best_language(texts, language, self._source)
        text = texts[code]
        explained = code if text["definition"] else self._source
        return Word(
            key=key,
            term=text["term"],
            language=code,
            full=text["full"],
            also=tuple(text["also"]),
            definition=texts[explained]["definition"],
            definition_language=explained,
            see=tuple((other, *self._name(other, language)) for other in self._terms[key]["see"] if other in self),
            elsewhere=tuple((other, texts[other]["term"]) for other in texts if other != code),
        )

    def _name(self, key: str, language: str) -> tuple[str, str]:
        texts = self._terms[key]["texts"]
        code = best_language(texts, language, self._source)
        return texts[code]["term"], code

    def words(self, language: str) -> list[Word]:
        """Return all terms in a language, in alphabetical order."""
        return sorted((self.word(key, language) for key in self._terms), key=lambda word: sort_key(word.term))
