"""Passwords that many people have: what somebody who guesses tries first.

`common_passwords.bin` holds, for each of 15,000 of ten letters and more, the first six bytes of its SHA-256, in order.
So the list needs little room, and no page of ours shows what stands in it. It was made of the lists that zxcvbn (MIT
licence) and Django (BSD licence) use, by `python -m lms.site.common_passwords FILE...`, one password a line.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from functools import cache
from pathlib import Path

from lms.kernel.text import composed

FILE = Path(__file__).with_name("common_passwords.bin")
MARK = 6  # bytes; two passwords out of ten thousand million have the same
SHORTEST = 10  # letters; all that is shorter is refused anyway


def fold(text: str) -> str:
    """Take away case, accents and spaces."""
    plain = composed(text.casefold(), "NFKD")
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and not letter.isspace())


def is_common(password: str) -> bool:
    """Whether many people have this password, or the same with figures and signs around it.

    >>> is_common("Strawberry"), is_common("strawberry#1"), is_common("nine quiet rivers")
    (True, True, False)
    """
    plain = fold(password)
    inside = plain.strip("".join(letter for letter in set(plain) if not letter.isalpha()))
    return not _marks().isdisjoint({_mark(plain), _mark(inside)})


def _mark(plain: str) -> bytes:
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()[:MARK]


@cache
def _marks() -> frozenset[bytes]:
    whole = FILE.read_bytes()
    return frozenset(whole[at : at + MARK] for at in range(0, len(whole), MARK))


def main(names: list[str]) -> None:
    """Make the file anew from lists, one password a line."""
    lines = (line for name in names for line in Path(name).read_text(encoding="utf-8").splitlines())
    marks = {_mark(plain) for plain in map(fold, lines) if len(plain) >= SHORTEST}
    FILE.write_bytes(b"".join(sorted(marks)))


if __name__ == "__main__":
    main(sys.argv[1:])
