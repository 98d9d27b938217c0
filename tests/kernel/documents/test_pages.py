"""Documents as pages: columns with room to write, wide pages for wide tables, sheets of their own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from lms.kernel.documents.pages import as_page
from lms.kernel.texts.paper import WHOLE
from tests.kernel.documents.test_word import wide

FORM = """Fill it in.

- City:

## Roles

| Role | Yes / no / pending | Name |
|---|---|---|
| Coordinator |  |  |
|  |  |  |
|  |  |  |

What surprised you?
"""
BOX = re.compile(r'<div class="(lms-part[^"]*)">')


def test_what_is_to_be_filled_in_has_room() -> None:
    html = as_page(FORM).body
    assert '<table class="lms-table lms-table--cards lms-table--form" role="table"><colgroup>' in html
    assert html.count("lms-room") == 8  # all empty cells, the one that would name its row too
    assert html.count('<tr role="row" class="lms-open">') == 2
    assert "<div>☐&nbsp;Yes<br>\n☐&nbsp;No<br>\n☐&nbsp;Pending</div>" in html
    assert '<p class="lms-gap">What surprised you?</p>' in html
    assert not BOX.search(html)  # nothing turns the page


def test_an_agenda_is_no_form() -> None:
    html = as_page("| Time | What | Who |\n|---|---|---|\n| 9.00 | Start | All |\n| 9.30 | Break |  |\n\nReady?").body
    assert "lms-table--form" not in html
    assert "lms-room" not in html
    assert "lms-gap" not in html


def test_wide_tables_stand_on_wide_pages_with_their_headings() -> None:
    long = "Text.\n\n" * 40
    html = as_page(f"## Before\n\n{long}{wide(6)}\n{wide(7)}\n## After\n\n{long}").body
    assert BOX.findall(html) == ["lms-part", "lms-part lms-part--wide", "lms-part"]
    assert re.search(r'lms-part--wide">\s*<h2 id="part-2">', html)
    assert html.count("<div") == html.count("</div>")


def test_each_sheet_of_a_set_stands_alone() -> None:
    html = as_page(f"For trainers.\n\n## One\n\n### In it\n\nText.\n\n{wide(6)}\n\n## Three\n", sheets=True).body
    sheet = "lms-part lms-part--sheet"
    assert BOX.findall(html) == ["lms-part", sheet, "lms-part lms-part--wide lms-part--sheet", sheet]


@given(st.lists(st.lists(st.text("ab ", max_size=90), min_size=3, max_size=3), min_size=1, max_size=4))
def test_columns_share_the_whole_width(rows: list[list[str]]) -> None:
    table = "\n".join(f"| {' | '.join(row)} |" for row in [["A", "B", "C"], ["---"] * 3, *rows])
    shares = [int(share) for share in re.findall(r'<col class="lms-w(\d+)">', as_page(table).body)]
    assert len(shares) == 3
    assert sum(shares) == WHOLE
    assert min(shares) > 0


@pytest.mark.parametrize("text", ["", "# Title", "> ## Inside\n", f"- item\n\n  {wide(6)}", "[^1]\n\n[^1]: note\n"])
def test_no_text_is_too_odd_for_a_page(text: str) -> None:
    for sheets in (False, True):
        html = as_page(text, sheets=sheets).body
        assert html.count("<div") == html.count("</div>")
