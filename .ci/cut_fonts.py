"""Cut the fonts of the certificates out of Debian's Noto fonts. Run by hand, only when letters are missing.

    apt-get install fonts-noto-core
    .venv/bin/python .ci/cut_fonts.py

The text fonts keep Latin, Greek and Cyrillic with the marks, ligatures and local forms of the 24 languages of the EU
and their neighbours; the fixed-width font keeps what numbers and codes need. Hinting goes, since PDF readers ignore
it at these sizes. The result is the same bytes each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]  # fontTools has no types

SOURCE = Path("/usr/share/fonts/truetype/noto")
TARGET = Path(__file__).parents[1] / "certificates" / "designs" / "shared" / "fonts"
TEXT = (
    (0x0020, 0x007E), (0x00A0, 0x024F),  # Latin, Latin-1, Extended-A and -B
    (0x0259, 0x0259), (0x02B0, 0x02FF),  # schwa, modifier letters
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x03FF), (0x1F00, 0x1FFF),  # Greek, also with the old accents
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Irish dots, Sami, Vietnamese
    (0x2010, 0x2027), (0x2030, 0x205E),  # punctuation
    (0x2070, 0x209C), (0x20A0, 0x20BF),  # superscripts, currency
    (0x2113, 0x2122), (0x2153, 0x215E), (0x2190, 0x2193), (0x2212, 0x2212), (0x25CC, 0x25CC), (0xFFFD, 0xFFFD),
)  # fmt: skip
FILES = {
    "NotoSerif-Regular": TEXT,
    "NotoSerif-Bold": TEXT,
    "NotoSans-Regular": TEXT,
    "NotoSans-Bold": TEXT,
    "NotoSansMono-Bold": ((0x0020, 0x007E),),
}


def cut(name: str, ranges: tuple[tuple[int, int], ...]) -> int:
    """Write one font with only the given ranges of letters; return its size in bytes."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.drop_tables += ["DSIG"]
    options.recalc_timestamp = False
    font = subset.load_font(str(SOURCE / f"{name}.ttf"), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
    cutter.subset(font)
    target = TARGET / f"{name}.ttf"
    subset.save_font(font, str(target), options)
    return target.stat().st_size


if __name__ == "__main__":
    for name, ranges in FILES.items():
        sys.stdout.write(f"{name}: {cut(name, ranges):,} bytes\n")
