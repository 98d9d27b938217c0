"""What a certificate says: the facts that are frozen when it is issued.

The facts are plain data in the certificate's own language. They carry all eleven elements that the EU's
recommendation on micro-credentials asks for: holder, title, country of issuer, awarding body, date of issue, learning
outcomes, workload, level, type of assessment, form of participation and quality assurance.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self
from urllib.parse import urlsplit

from lms.kernel.i18n import EU_LANGUAGES

SCHEMA = 1
KINDS = ("trainer", "completion")
# The longest text of each field, in letters; render.py finds room for all of them at once.
LONGEST = {
    "number": 32, "code": 40, "holder_name": 120, "title": 160, "workload": 80, "participation": 80,
    "assessment": 120, "quality": 120, "country": 60, "awarding_body": 120, "signed_by": 120, "check_url": 200,
    "check_address": 60, "seal": 40, "brand": 60, "brand_line": 120,
}  # fmt: skip
LONGEST_AWARD = 600
LONGEST_OUTCOME = 200
MOST_OUTCOMES = 16
HIGHEST_EQF = 8
MAY_BE_EMPTY = frozenset({"code", "brand_line"})
_PLACE = re.compile(r"%\((\w+)\)s")
# Letters that steer the direction of writing: a name with one could turn a number or a date around on paper.
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class AwardPart:
    """A piece of the award sentence; `strong` pieces stand out: the course, the role."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Examiner:
    """Who looked at the work from outside: a person's name and the name of the hub that sent them."""

    name: str
    hub: str


def award_parts(message: str, **strong: str) -> tuple[AwardPart, ...]:
    """Split one translated sentence with `%(name)s` places into the pieces of an award sentence.

    The sentence stays one message for translators, who may move the places; what fills them stands out.

    >>> award_parts("has completed the course %(course)s.", course="Train the trainers")[1]
    AwardPart(text='Train the trainers', strong=True)
    """
    parts: list[AwardPart] = []
    for index, piece in enumerate(_PLACE.split(message)):
        if index % 2:
            parts.append(AwardPart(strong[piece], strong=True))
        elif piece:
            parts.append(AwardPart(piece.replace("%%", "%")))
    return tuple(parts)


def clean(text: str) -> str:
    r"""Return a text as it can be printed: composed letters, single spaces, nothing invisible that misleads.

    >>> clean("Zoe\u0308  \u202eMara\x00")
    'Zoë Mara'
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", whole)
        if letter.isspace() or (unicodedata.category(letter) != "Cc" and letter not in _STEERING)
    )
    return " ".join(shown.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """The facts of one certificate. Texts are cleaned on the way in; a fact that cannot be printed raises ValueError.

    number: for people, such as "TH-RO-2026-00047". code: for the check page, cannot be guessed; "" shows none.
    title: of the micro-credential, such as "Trainer in the Integrated Management System for Sustainability".
    award: what follows the name, such as "has completed the course **Train the trainers**."; see `award_parts`.
    country: of the issuer, by its ISO code such as "RO". eqf: level 1 to 8, or None where none is assigned.
    signed_by: name and office for the awarding body, such as "Ioana Marin, hub manager".
    language: of all texts here and of the printed labels. check_url: behind the QR code; check_address: the same in
    short, for people. seal: the words in the seal. demonstration: prints "not a real certificate" across the page.
    """

    number: str
    code: str
    kind: str
    holder_name: str
    title: str
    award: tuple[AwardPart, ...]
    outcomes: tuple[str, ...]
    workload: str
    participation: str
    assessment: str
    quality: str
    country: str
    issued_on: date
    awarding_body: str
    signed_by: str
    language: str
    check_url: str
    check_address: str
    seal: str
    eqf: int | None = None
    valid_until: date | None = None
    examiner: Examiner | None = None
    demonstration: bool = False
    brand: str = "Training Hubs"
    brand_line: str = "European Partnership for Integrated Sustainability Management"

    def __post_init__(self) -> None:
        """Clean the texts, then refuse what cannot be printed."""
        for name in LONGEST:
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "outcomes", tuple(filter(None, map(clean, self.outcomes))))
        object.__setattr__(self, "award", tuple(AwardPart(_inner(p.text), p.strong) for p in self.award))
        if self.examiner is not None:
            object.__setattr__(self, "examiner", Examiner(clean(self.examiner.name), clean(self.examiner.hub)))
        faults = self._faults()
        if faults:
            message = f"certificate {self.number!r} cannot be printed: {'; '.join(faults)}"
            raise ValueError(message)

    @property
    def award_text(self) -> str:
        """The award sentence as plain text."""
        return "".join(part.text for part in self.award)

    def _faults(self) -> list[str]:
        """Return what is wrong, in words for the log."""
        lengths = {name: (len(getattr(self, name)), longest) for name, longest in LONGEST.items()}
        lengths["award"] = (len(self.award_text), LONGEST_AWARD)
        lengths |= {f"outcome {n}": (len(text), LONGEST_OUTCOME) for n, text in enumerate(self.outcomes, 1)}
        if self.examiner is not None:
            lengths["examiner"] = (len(self.examiner.name), LONGEST["holder_name"])
            lengths["examiner's hub"] = (len(self.examiner.hub), LONGEST["awarding_body"])
        found = [f"{name} has {n} letters, {most} fit" for name, (n, most) in lengths.items() if n > most]
        found += [f"{name} is empty" for name, (n, _) in lengths.items() if not n and name not in MAY_BE_EMPTY]
        rules = {
            f"there is no kind {self.kind!r}": self.kind in KINDS,
            f"there is no language {self.language!r}": self.language in EU_LANGUAGES,
            f"there is no level {self.eqf}": self.eqf is None or 1 <= self.eqf <= HIGHEST_EQF,
            "there are no learning outcomes": bool(self.outcomes),
            f"there are more than {MOST_OUTCOMES} learning outcomes": len(self.outcomes) <= MOST_OUTCOMES,
            "it ends before it begins": self.valid_until is None or self.valid_until >= self.issued_on,
            "the check address is no web address": urlsplit(self.check_url).scheme in {"http", "https"},
        }
        return found + [sentence for sentence, holds in rules.items() if not holds]

    def to_json(self) -> str:
        """Write the facts down for keeping: always the same text for the same facts."""
        data = asdict(self) | {"schema": SCHEMA, "issued_on": self.issued_on.isoformat()}
        data["valid_until"] = self.valid_until.isoformat() if self.valid_until else None
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read facts that `to_json` wrote. Raises ValueError for another schema or for facts that are not whole."""
        data: dict[str, Any] = json.loads(text)
        if data.pop("schema", None) != SCHEMA:
            message = f"these facts are not of schema {SCHEMA}"
            raise ValueError(message)
        known = {field.name for field in fields(cls)}
        if set(data) != known:
            message = f"these facts have other fields: {', '.join(sorted(set(data) ^ known))}"
            raise ValueError(message)
        data["issued_on"] = date.fromisoformat(data["issued_on"])
        data["valid_until"] = date.fromisoformat(data["valid_until"]) if data["valid_until"] else None
        data["award"] = tuple(AwardPart(**part) for part in data["award"])
        data["outcomes"] = tuple(data["outcomes"])
        data["examiner"] = Examiner(**data["examiner"]) if data["examiner"] else None
        return cls(**data)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the facts, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _inner(text: str) -> str:
    """Clean a piece from the middle of a sentence, keeping the space at its ends."""
    left = " " if text[:1].isspace() else ""
    right = " " if text.strip() and text[-1:].isspace() else ""
    return f"{left}{clean(text)}{right}"
