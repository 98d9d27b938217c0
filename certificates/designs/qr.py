"""QR codes as one SVG path."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import segno

# The quiet zone that readers need around the code, in modules.
QUIET = 4
# Any of the eight masks can be read. Trying all to find the prettiest takes most of the time of encoding, and this
# one, diagonal stripes, makes large plain areas rare for web addresses.
MASK = 3


class QrPath(NamedTuple):
    """A QR code for SVG: `path` is to be stroked with a width of 1, `size` is the side with the quiet zone."""

    path: str
    size: int


def qr_path(text: str) -> QrPath:
    """Return the QR code of a text, at error level M (about 15 % may be damaged). Same text, same path.

    Each run of dark modules is one stroke along the middle of its row: half the numbers of drawn rectangles.
    """
    code = segno.make_qr(text, error="m", mask=MASK, boost_error=False)
    strokes = []
    for y, row in enumerate(code.matrix, QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                strokes.append(f"M{x} {y}.5h{length}")
            x += length
    return QrPath("".join(strokes), len(code.matrix) + 2 * QUIET)
