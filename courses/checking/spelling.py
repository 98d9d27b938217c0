"""Spelling by a British dictionary (Hunspell's, through pyenchant) and the list of our own words. English only."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from courses.checking.extra import library
from lms.kernel.errors import Conflict
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from courses.checking.content import Content

LANGUAGE = "en"
NO_WORDS = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)+\b|\w*\d\w*")  # addresses, and what holds a digit
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:[₀-₉]+)?")
CAPITALS = re.compile(r"[A-Z]{2,}s?")  # abbreviations are looked at by their own check
POSSESSIVE = re.compile(r"['’]s?$")


def check(content: Content) -> Iterator[Fault]:
    """Name each word that neither the dictionary nor the list knows, once for each file."""
    rules = content.rule("spelling")
    if not rules.data:
        return
    rules.only("dictionary", "words")
    own = own_words(content)
    dictionary = _dictionary(rules.line("dictionary"))
    told = set()
    for piece in content.pieces(LANGUAGE):
        for found in WORD.finditer(NO_WORDS.sub(lambda other: " " * len(other[0]), piece.words)):
            word = POSSESSIVE.sub("", found[0])
            if (piece.file, word) in told or _is_known(found[0], word, own, dictionary):
                continue
            told.add((piece.file, word))
            yield Fault(piece.file, piece.line_at(found.start()), _unknown(word, dictionary, rules.line("words")))


def own_words(content: Content) -> set[str]:
    """Return the words of our list. Lines that begin with "#" say why the words below them are there."""
    text, _faults = read_text(content.root, content.rule("spelling").line("words"))
    return {line.strip() for line in (text or "").splitlines() if line.strip() and not line.startswith("#")}


@cache
def _dictionary(name: str) -> Any:
    enchant = library("enchant")
    if not enchant.dict_exists(name):
        raise Conflict(f"The dictionary {name} is missing. On Debian or Ubuntu: sudo apt-get install hunspell-en-gb")
    return enchant.Dict(name)


def _is_known(found: str, word: str, own: set[str], dictionary: Any) -> bool:
    if CAPITALS.fullmatch(word) or word in own or word.lower() in own or len(word) == 1:
        return True
    return bool(dictionary.check(word) or dictionary.check(found.replace("’", "'")))


def _unknown(word: str, dictionary: Any, file: str) -> str:
    near = [guess for guess in dictionary.suggest(word) if guess.lower() != word.lower()][:2]
    if near:
        return _(
            "“%(word)s” is no word of the dictionary. Did you mean %(near)s? Names and terms go into %(file)s.",
            word=word,
            near=", ".join(f"“{guess}”" for guess in near),
            file=file,
        )
    return _("“%(word)s” is no word of the dictionary. Names and terms go into %(file)s.", word=word, file=file)
