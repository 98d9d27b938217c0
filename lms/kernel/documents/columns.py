"""How wide the columns of a table are: room for the longest word, for what is said, and for what will be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.documents.blocks import plain

if TYPE_CHECKING:
    from lms.kernel.documents.blocks import Table

LONGEST_WORD, LEAST, TO_CHOOSE = 16, 5.0, 9.0  # letters
TO_WRITE, ROOM = 12.0, 36.0  # letters: room for an answer, at least; what few columns of answers share
ENOUGH = 100  # letters of a cell that count; more of them make more lines
POWER = 0.72  # a cell ten times as long gets a column about five times as wide


def needs(table: Table) -> list[tuple[float, float]]:
    """Return for each column how many letters it needs at least, and how many would suit it."""
    found = []
    blank = sum(not any(map(plain, column)) for column in zip(*table.rows, strict=True))
    to_write = max(TO_WRITE, ROOM / max(blank, 1))
    for column in range(len(table.head)):
        cells = [plain(row[column]) for row in (table.head, *table.rows)]
        longest = max((len(word) for cell in cells for word in cell.split()), default=0)
        least = max(LEAST, min(longest, LONGEST_WORD) + 1.0)
        said = max(min(len(cell), ENOUGH) for cell in cells) ** POWER
        if table.choices(column):
            found.append((least, max(least, TO_CHOOSE)))
        else:
            found.append((least, max(least, said, 0 if all(cells) or not table.is_form else to_write)))
    return found


def shares(table: Table, width: float, letter: float) -> list[float]:
    """Share a width among the columns; `letter` is how wide one letter is."""
    wanted = needs(table)
    least = [low * letter for low, _suits in wanted]
    free = width - sum(least)
    if free <= 0:  # too many columns for their longest words: these are broken
        return [width * low / sum(least) for low in least]
    more = [suits for _low, suits in wanted]
    return [low + free * suits / sum(more) for low, suits in zip(least, more, strict=True)]
