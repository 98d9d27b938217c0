"""Tables of which phones make cards: every cell says what it is."""

from __future__ import annotations

from lms.kernel.documents.pages import as_page
from lms.kernel.texts.markdown import render

TABLE = """| Role *now* | Hours |
|---|--:|
| Coordinator | **800** |
|  | <b> & "x" |
"""


def test_cells_are_named_after_their_columns_and_keep_their_roles() -> None:
    html = as_page(TABLE).body
    assert '<table class="lms-table lms-table--cards" role="table">' in html
    assert '<th scope="row" role="rowheader">Coordinator</th>' in html
    assert '<td role="cell" data-label="Hours" class="lms-num"><div><strong>800</strong></div></td>' in html
    assert '<td role="cell" data-label="Role now"><div></div></td>' in html
    assert "&lt;b&gt; &amp;" in html
    assert html.count('role="row"') == 3
    times = as_page(TABLE.replace("Coordinator", "9.00–9.20")).body
    assert '<th scope="row" role="rowheader" data-label="Role now"><div>9.00–\u20609.20</div></th>' in times
    assert html.count("<div>") == html.count("</div>") - 1  # the scrolling region has attributes


def test_other_tables_stay_as_they_are() -> None:
    html = render(TABLE).body
    assert "role=" not in html.replace('role="region"', "")
    assert '<td class="lms-num"><strong>800</strong></td>' in html


def test_a_label_without_an_answer_gets_a_line_to_write_on_in_documents_alone() -> None:
    labels = "- Date:\n- Place: Turku\n- Ways:\n  - bus\n"
    assert as_page(labels).body.count('<li class="lms-blank"><div><div>Date:</div></div></li>') == 1
    assert as_page(labels).body.count("lms-blank") == 1
    assert "lms-blank" not in render(labels).body
