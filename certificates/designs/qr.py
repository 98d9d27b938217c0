"""QR codes, as strokes of one row each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

# The quiet zone that readers need around the code, in modules.
QUIET = 4
# Any of the eight masks can be read. Trying all to find the prettiest takes most of the time of encoding, and this
# one, diagonal stripes, makes large plain areas rare for web addresses.
MASK = 3


@dataclass(frozen=True)
class Qr:
    """A QR code.

    `strokes` are (left, row, length) of each run of dark modules, counted from the corner of the quiet zone; `size`
    is the side of the code with its quiet zone.
    """

    strokes: tuple[tuple[int, int, int], ...]
    size: int

    @property
    def path(self) -> str:
        """The code as a path for SVG, to be stroked with a width of 1: half the numbers of drawn rectangles."""
        return "".join(f"M{x} {y}.5h{length}" for x, y, length in self.strokes)


def qr_of(text: str) -> Qr:
    """Return the QR code of a text, at error level M (about 15 % may be damaged). Same text, same code."""
    code = segno.make_qr(text, error="m", mask=MASK, boost_error=False)
    strokes = []
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                strokes.append((x, y, length))
            x += length
    return Qr(tuple(strokes), len(code.matrix) + 2 * QUIET)
