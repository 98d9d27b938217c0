"""Text that people write: folding for sorting and search, cleaning of what no database should hold, and lines."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# Letters that Unicode does not take apart, as their neighbours in the alphabet for sorting.
_WHOLE = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ø": "o",
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "þ": "th",
        "ŋ": "n",
    }
)
LONGEST = 200
# "6 %", "3 × 3", "ISO 14001": a line that ends between them is read wrongly.
WITHIN_A_FIGURE = re.compile(r"(?<=\d)[ \n](?=%|[×÷]\s\d)|(?<=\d\s[×÷])[ \n](?=\d)|(?<=\bISO)[ \n](?=\d)")
# "hand-in", "10–30": a line that begins with the second half is read twice. Not within a tag of HTML.
SHORT_END = re.compile(r"(?:(?<=[a-z])-(?=(?:in|ins|up|ups|by|on)\b)|(?<=\d)–(?=\d))(?![^<>]*>)")
MOST_MARKS = 30  # on one letter, as Unicode has it (UAX 15, stream-safe text); no language writes more than four


def composed(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """Bring text into a form of Unicode, in a time that grows with its length only.

    The marks on a letter are sorted for that, and a letter with a million of them would take hours: only the first few
    stay.

    >>> len(composed("e" + "\u0316" * 1000))
    31
    """
    if text.isascii():
        return text
    marks, kept = 0, []
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return unicodedata.normalize(form, "".join(kept))


def sort_key(text: str) -> str:
    """Fold a name for sorting and searching: no case, no accents, in any EU language. It fits into its column.

    >>> sort_key("Łódź"), sort_key("Żaneta Šimić")
    ('lodz', 'zaneta simic')
    """
    return folded(text)[:LONGEST]


def folded(text: str) -> str:
    """Fold a text for searching in it, however long it is."""
    plain = composed(text.casefold().translate(_WHOLE), "NFKD")
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.split())


def finds(search: str, *texts: str) -> bool:
    """Whether a search finds texts: each of its words stands somewhere in them, whole or as a part, in any order.

    >>> finds("matrix stake", "Stakeholder matrix", "Who matters"), finds("matrix audit", "Stakeholder matrix")
    (True, False)
    """
    everything = folded(" ".join(texts))
    return all(word in everything for word in folded(search).split())


def clean_line(text: str) -> str:
    r"""Make one line of text safe to store: composed letters, single spaces, nothing invisible.

    NUL bytes and lone surrogates cannot be stored at all; marks that turn the direction of writing can disguise
    a name. All are left out.

    >>> clean_line("  Marja\x00   Lehto ")
    'Marja Lehto'
    """
    return " ".join(_visible(text, keep="").split())


def clean_text(text: str) -> str:
    """Make longer text safe to store; line breaks and tabs stay."""
    return _visible(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t").strip()


def unbroken(text: str) -> str:
    r"""Keep a figure and what belongs to it on one line; also within HTML.

    >>> unbroken("6 % of ISO 14001: 3 × 3 + 1") == "6\u00a0% of ISO\u00a014001: 3\u00a0×\u00a03 + 1"
    True
    >>> unbroken("the hand-in, 10–30") == "the hand-\u2060in, 10–\u206030"  # a joiner that nobody sees
    True
    """
    return SHORT_END.sub("\\g<0>\u2060", WITHIN_A_FIGURE.sub("\u00a0", text))


def _visible(text: str, keep: str) -> str:
    whole = composed(text)
    # Cc control, Cs lone surrogate, Co private use; Cf format, but for the joiners that some scripts need.
    return "".join(
        letter
        if letter in keep or letter in "\u200c\u200d" or unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cf"}
        else (" " if letter in "\n\t" else "")
        for letter in whole
    )
