"""Sentences for people, written in pure code that cannot translate, translated by whoever shows them."""

from __future__ import annotations

from typing import Any, Self

LONGEST_QUOTE = 40  # letters


class Sentence(str):
    """An English sentence that remembers its message and values, so that it can be translated later.

    It is a `str`, ready to be read in English. A view translates with `gettext(s.message, **s.values)`.

    >>> s = Sentence("There is no option %(key)s.", key="mayor")
    >>> str(s), s.message, s.values
    ('There is no option mayor.', 'There is no option %(key)s.', {'key': 'mayor'})
    """

    __slots__ = ("message", "values")

    message: str
    values: dict[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """Fill the values into their `%(name)s` places; without values a per cent sign is just a sign."""
        sentence = super().__new__(cls, message % values if values else message)
        sentence.message = message
        sentence.values = values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, object]]:
        """Say how to make a copy."""
        return (self.message,), self.values


def sentence(message: str, /, **values: object) -> Sentence:
    """Make a sentence. Import it as `_`, so that the message is found for translation."""
    return Sentence(message, **values)


def shortened(text: str) -> str:
    """Cut what somebody typed to a length that fits into a sentence.

    >>> shortened("a" * 50) == "a" * 39 + "…"
    True
    """
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
