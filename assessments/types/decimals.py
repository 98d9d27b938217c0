"""Numbers as people write them: decimal comma or point, spaces between thousands, a unit behind.

Nothing is guessed: what can be read in two ways is asked about, for a wrong guess would be a wrong mark.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.numbers import format_decimal, get_decimal_symbol

from assessments.types.sentences import Sentence, sentence as _, shortened

if TYPE_CHECKING:
    from collections.abc import Collection

WHOLE_DIGITS = 15
DECIMAL_DIGITS = 10
_MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-")
_GROUP = "[ '\u2019]"
_NUMBER = re.compile(
    r"(?P<sign>[+-]?) ?"
    r"(?:"
    rf"(?P<spaced>\d{{1,3}}(?:{_GROUP}\d{{3}})+)(?:[.,](?P<spaced_part>\d*))?"
    r"|(?P<pointed>\d{1,3}(?:\.\d{3})+),(?P<pointed_part>\d+)"
    r"|(?P<comma>\d{1,3}(?:,\d{3})+)\.(?P<comma_part>\d+)"
    r"|(?P<many>\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,}))"
    r"|(?P<plain>\d*)(?:[.,](?P<plain_part>\d*))?"
    r")(?P<rest>.*)"
)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}\Z")


class UnreadableNumber(ValueError):  # noqa: N818 - the name says what it is
    """What was typed is not one number. `sentence` says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        """Keep the sentence."""
        super().__init__(str(sentence))
        self.sentence = sentence


def read_decimal(typed: str, units: Collection[str] = ()) -> Decimal:
    """Read a number, or raise UnreadableNumber.

    `units` are the words that may stand behind it.

    >>> read_decimal("−34 000,5 MWh", ["MWh"])
    Decimal('-34000.5')
    >>> read_decimal("34,000")
    Traceback (most recent call last):
    ...
    assessments.types.decimals.UnreadableNumber: “34,000” can be read in two ways. Write 34000 or 34.
    """
    text = " ".join(_plain_signs(typed).split())
    match = _NUMBER.fullmatch(text)
    groups = {name: value for name, value in match.groupdict().items() if value is not None} if match else {}
    whole = _digits(groups, "spaced", "pointed", "comma", "many", "plain")
    part = _digits(groups, "spaced_part", "pointed_part", "comma_part", "plain_part")
    if not whole and not part:
        raise UnreadableNumber(_("“%(typed)s” is not a number. Use digits.", typed=shortened(typed)))
    rest = groups["rest"].strip()
    if rest and unit_key(rest) not in map(unit_key, units):
        raise UnreadableNumber(_("Write one number, without “%(rest)s”.", rest=shortened(rest)))
    if len(whole.lstrip("0")) > WHOLE_DIGITS or len(part) > DECIMAL_DIGITS:
        raise UnreadableNumber(
            _(
                "The number is too long. Use at most %(whole)s digits, and %(part)s after the decimal sign.",
                whole=WHOLE_DIGITS,
                part=DECIMAL_DIGITS,
            )
        )
    written = text[: len(text) - len(groups["rest"])].lstrip("+- ")
    if _AMBIGUOUS.match(written):
        raise UnreadableNumber(
            _(
                "“%(typed)s” can be read in two ways. Write %(thousands)s or %(decimal)s.",
                typed=written,
                thousands=whole + part,
                decimal=_unmistakable(whole, part),
            )
        )
    sign = "-" if groups["sign"] == "-" and (whole + part).strip("0") else ""
    return Decimal(f"{sign}{whole or '0'}.{part or '0'}").normalize() + 0


def _plain_signs(typed: str) -> str:
    """Turn every kind of minus into a hyphen and every decimal digit into 0 to 9 ("²" is not one of them)."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in typed.translate(_MINUS))


def _digits(groups: dict[str, str], *names: str) -> str:
    return re.sub(r"\D", "", next((groups[name] for name in names if groups.get(name)), ""))


def _unmistakable(whole: str, part: str, symbol: str = ".") -> str:
    """Write a decimal so that it cannot be taken for thousands: with no decimals, or not with just three."""
    part = part.rstrip("0")
    if not part:
        return whole
    written = f"{whole}{symbol}{part}"
    return f"{written}0" if _AMBIGUOUS.match(written) else written


def unit_key(unit: str) -> str:
    """Return what two writings of a unit have in common: "t CO₂" and "T  co2." are one.

    >>> unit_key("t CO₂") == unit_key("T  co2.")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", unit).casefold().split()).rstrip(".")


def canonical(number: Decimal) -> str:
    """Return the one writing in which answers are stored, without exponent and needless zeros.

    >>> canonical(Decimal("3.40E+4"))
    '34000'
    """
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def for_typing(number: Decimal, language: str) -> str:
    """Return a number as it stands in an input: in the language's way, and `read_decimal` reads it back.

    >>> for_typing(Decimal("-1234.5"), "de"), for_typing(Decimal("5.125"), "en")
    ('-1234,5', '5.1250')
    """
    sign, digits = ("-", canonical(-number)) if number < 0 else ("", canonical(number))
    whole, _point, part = digits.partition(".")
    symbol = get_decimal_symbol(language)
    return sign + _unmistakable(whole, part, symbol if symbol in {".", ","} else ".")


def for_reading(number: Decimal, unit: str, language: str) -> str:
    r"""Return a number as it stands in a sentence, with its unit.

    >>> for_reading(Decimal("34000"), "MWh", "de")
    '34.000\xa0MWh'
    """
    text = format_decimal(number, locale=language, decimal_quantization=False)
    return f"{text}\u00a0{unit}" if unit else text
