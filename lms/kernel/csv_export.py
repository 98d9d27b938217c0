"""Tables as CSV files, streamed: the first byte leaves at once and memory stays flat, however many rows there are.

The rows are read in a session of their own, opened and closed by the stream, after the transaction of the request.
What a person typed can never become a formula in somebody's spreadsheet.

>>> csv_answer("hand-ins.csv", [_("City")], statement, lambda row: [row.city])  # doctest: +SKIP
"""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, stream_with_context
from sqlalchemy.orm import Session

from lms.kernel.db import db
from lms.kernel.files import disposition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Select

BATCH = 500
BOM = "\ufeff"  # without it spreadsheets read the old alphabet of the system
# What a spreadsheet takes for the beginning of a formula, in narrow and in wide letters.
FORMULA = tuple("=+-@\t＝＋－＠")  # noqa: RUF001 - wide signs are what is meant
# Where a spreadsheet begins a new cell whose lists are written with semicolons, as in most of Europe.
CELL_ENDS = re.compile(r"([;\r\n])")


def csv_answer(
    name: str, head: Sequence[object], statement: Select[*tuple[Any, ...]], cells: Callable[[Any], Sequence[object]]
) -> Response:
    """Answer with a statement's rows as a CSV file.

    `cells` turns one result row into the values of a line, in the order of `head`. It runs within the request, so it
    may translate; it must not touch `db.session`, which is closed by then.
    """
    return _as_file(Response(stream_with_context(_lines(head, statement, cells)), mimetype="text/csv"), name)


def csv_of_lines(name: str, lines: Sequence[Sequence[object]]) -> Response:
    """Answer with a short table that is in memory already; anything long is streamed by `csv_answer`."""
    return _as_file(Response(BOM + lines_of(lines), mimetype="text/csv"), name)


def _as_file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"  # lists of people: no browser keeps a second copy
    return response


def _lines(
    head: Sequence[object], statement: Select[*tuple[Any, ...]], cells: Callable[[Any], Sequence[object]]
) -> Iterator[str]:
    yield BOM + lines_of([head])
    with Session(db.engine) as session:
        rows = session.execute(statement.execution_options(yield_per=BATCH))
        for batch in rows.partitions():
            yield lines_of(cells(row) for row in batch)


def lines_of(rows: Iterable[Sequence[object]]) -> str:
    r"""Write lines of a file.

    >>> lines_of([["=1+1", -4, "Turku; Lahti", None]])
    "'=1+1,-4,Turku; Lahti,\r\n"
    """
    target = io.StringIO()
    csv.writer(target).writerows(map(harmless, row) for row in rows)
    return target.getvalue()


@lru_cache(maxsize=4096, typed=True)  # a table says the same few words again and again
def harmless(value: object) -> object:
    """Put an apostrophe before text that a spreadsheet would calculate; numbers stay numbers.

    >>> harmless("=1+1"), harmless("Turku;=1+1"), harmless("Turku; Lahti")
    ("'=1+1", "Turku;'=1+1", 'Turku; Lahti')
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    parts = CELL_ENDS.split(str(value))
    return "".join(f"'{part}" if part.lstrip(" '\"").startswith(FORMULA) else part for part in parts)
