"""Files of rows: streamed, complete, and never a formula."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from lms.accounts.models import Person
from lms.kernel.clock import now
from lms.kernel.csv_export import csv_answer, harmless
from lms.kernel.db import db, new_ref
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1", '"=1', "=cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_calculate_stays_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    for end in (";", "\r", "\n", "Turku;", 'Turku";'):  # where lists are written with semicolons, a new cell begins
        assert harmless(f"{end}{text}") == f"{end}'{text}"


def test_everything_else_stays_as_it_is() -> None:
    for value in ("Turku", "", 0, -4, 0.5, "a=b", "Turku; Lahti", "\r\n"):
        assert harmless(value) == value
    assert harmless(None) == ""


def test_many_rows_are_streamed_with_flat_memory(app: Flask) -> None:
    with app.test_request_context(), transaction():
        db.session.execute(
            insert(Person),
            [
                {
                    "ref": new_ref(),
                    "name": f'Name "{number}", Oy\nLtd',
                    "sort_key": "x",
                    "email": "",
                    "created_at": now(),
                }
                for number in range(20_000)
            ],
        )
    with app.test_request_context():
        statement = select(Person.id, Person.name).order_by(Person.id)
        answer = csv_answer("names.csv", ["Number", "Name"], statement, lambda row: [row[0], row[1]])
        assert answer.mimetype == "text/csv"
        assert "names.csv" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        tracemalloc.start()
        lines = iter(answer.response)
        first = next(lines)
        rest = sum(len(part) for part in lines)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert first == "\ufeffNumber,Name\r\n"
        assert rest > 500_000
        assert peak < 4_000_000
    with app.test_request_context():
        text = csv_answer("n.csv", ["N"], statement.limit(3), lambda row: [row[1]]).get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[1:] == [[f'Name "{number}", Oy\nLtd'] for number in range(3)]
