"""Comparing what was typed with what is accepted."""

from __future__ import annotations

import unicodedata

CLOSE_FROM = 6
"""Words with fewer letters must be spelt right: one letter makes another word of them too easily."""
_QUOTES = "\"'«»„“”"
_INSTEAD = {"Pd": " ", "Cf": ""}
"""Dashes become spaces; soft hyphens, joiners and marks of direction vanish."""
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u02bc"), "'")


def evened(text: str) -> str:
    """Return what two writings of one answer have in common.

    Case, kinds of hyphen and dash, double spaces, quotation marks around and a full stop behind do not count.

    >>> evened("“Cross–sectoral  Working Group”.")
    'cross sectoral working group'
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_APOSTROPHES).casefold())
    spaced = "".join(_INSTEAD.get(unicodedata.category(sign), sign) for sign in folded)
    return " ".join(spaced.split()).strip(_QUOTES + ".!?… ")


def is_close(given: str, accepted: str) -> bool:
    """Say whether each word is right, or a long word has one slip of the pen.

    >>> is_close("cross sectorial working group", "cross sectoral working group")
    True
    """
    words, models = given.split(), accepted.split()
    return len(words) == len(models) and all(
        word == model or (len(model) >= CLOSE_FROM and one_slip(word, model))
        for word, model in zip(words, models, strict=True)
    )


def one_slip(word: str, model: str) -> bool:
    """Say whether one letter too many, missing or wrong, or two neighbours swapped, tell the words apart.

    >>> [one_slip(word, "group") for word in ("groop", "gruop", "grop", "gop")]
    [True, True, True, False]
    """
    if abs(len(word) - len(model)) > 1 or word == model:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, model, strict=False)) if a != b), min(len(word), len(model)))
    left, right = word[start:], model[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
