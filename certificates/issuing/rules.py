"""What certificates are made of, as pure functions: numbers, codes, languages, how a certificate stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

TRAINER, COMPLETION = "trainer", "completion"
KINDS = (TRAINER, COMPLETION)
AS_TRAINER = "trainer"
"""The achievement of a trainer certificate: one per person in the whole partnership."""

LIVE, WITHDRAWN, REPLACED = "live", "withdrawn", "replaced"
Standing = Literal["valid", "expired", "withdrawn", "replaced"]
STANDINGS: tuple[Standing, ...] = ("valid", "expired", "withdrawn", "replaced")

# Why a certificate is withdrawn, as the public page says it: a category, never a story about a person.
WITHDRAWALS = ("mistake", "condition", "request", "other")
# Why a certificate is replaced by a newer one.
CORRECTIONS = ("name", "renewed")

CODE_LETTERS = 16
CODE_GROUP = 4
_CODE = re.compile(rf"[2-9A-HJ-KM-NP-Z]{{{CODE_LETTERS}}}")
_NUMBER = re.compile(r"TH-[A-Z]{2,8}-\d{4}-\d{5,}")


def number_of(hub_code: str, year: int, count: int) -> str:
    """Return the number of a certificate: the hub's own, by year.

    >>> number_of("FI", 2026, 47)
    'TH-FI-2026-00047'
    """
    return f"TH-{hub_code}-{year}-{count:05d}"


def code_of(secret: str) -> str:
    """Write 16 secret letters as people copy them from paper.

    >>> code_of("k7qx4m2p9twdhb6r")
    'K7QX-4M2P-9TWD-HB6R'
    """
    letters = secret.upper()
    return "-".join(letters[place : place + CODE_GROUP] for place in range(0, len(letters), CODE_GROUP))


def read_code(typed: str) -> str | None:
    """Read a code as people type or paste it: small letters, spaces, the whole address; None when it is none.

    >>> read_code("k7qx 4m2p 9twd hb6r"), read_code("https://hubs.example/check/K7QX-4M2P-9TWD-HB6R?lang=de")
    ('K7QX-4M2P-9TWD-HB6R', 'K7QX-4M2P-9TWD-HB6R')
    >>> read_code("TH-FI-2026-00047") is None
    True
    """
    last = typed.strip().partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    letters = "".join(letter for letter in last.upper() if letter.isalnum())
    return code_of(letters) if _CODE.fullmatch(letters) else None


def is_number(typed: str) -> bool:
    """Whether somebody typed the number of a certificate where a code is needed.

    >>> is_number(" th-fi-2026-00047 ")
    True
    """
    return _NUMBER.fullmatch(typed.strip().upper()) is not None


def standing(state: str, valid_until: date | None, today: date) -> Standing:
    """Say how a certificate stands on a day; that it has expired is never stored."""
    if state == WITHDRAWN:
        return "withdrawn"
    if state == REPLACED:
        return "replaced"
    return "expired" if valid_until is not None and valid_until < today else "valid"


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes the 28th.

    >>> from datetime import date
    >>> years_later(date(2028, 2, 29), 1)
    datetime.date(2029, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def certificate_language(wanted: Sequence[str], *, course: Sequence[str], source: str, interface: Sequence[str]) -> str:
    """Choose the language of a certificate: the holder's, if the course and our printed labels have it.

    `wanted` are the holder's languages, the dearest first. Otherwise it is the course's source language, for half a
    certificate in another language would help nobody.

    >>> certificate_language(["fi", "de"], course=["en", "de"], source="en", interface=["en", "de"])
    'de'
    """
    return next((code for code in wanted if code in course and code in interface), source)


def headline(title: str) -> str:
    """Write a title as it stands alone: inside a sentence it may begin with a small letter.

    >>> headline("trainer in the Integrated Management System")
    'Trainer in the Integrated Management System'
    """
    return title[:1].upper() + title[1:]


def fit(text: str, longest: int) -> str:
    """Shorten a text at a word so that it can be printed; whole texts stay as they are.

    >>> fit("Judged by trainers of the hub", 20)
    'Judged by trainers …'
    """
    whole = " ".join(text.split())
    if len(whole) <= longest:
        return whole
    cut = whole[: longest - 1]
    words, space, _rest = cut.rpartition(" ")
    return f"{words} …" if space and len(words) > longest // 2 else f"{cut}…"
