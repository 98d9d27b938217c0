"""Tables of lessons: figures stand right, and phones show rows of many words as cards."""

from __future__ import annotations

from lms.kernel.texts.markdown import render

WORDY = """| Who | How often | From whom | What for |
|---|---|---|---|
| Mayor | once in each quarter | the energy office | to correct in time |
"""
GRID = """| Aspect | Size | Share | Year | Trend |
|---|---|---|:-:|---|
| Flood | 2,000 | 6 % | 2025 | 1 |
| Heat | −12.5 | – | 2026 | 2 A |
| Sum | | 94 % | 2027 | |
"""


def test_a_table_of_many_words_becomes_cards_and_a_grid_of_figures_scrolls() -> None:
    html = render(f"{GRID}\n{WORDY}\n{GRID}").body
    assert html.count("lms-table--cards") == html.count('role="table"') == 1
    assert '<th scope="row" role="rowheader">Mayor</th>' in html
    assert html.count("data-label") == 3
    three = WORDY.replace("| What for |", "|").replace("|---|\n", "|\n").replace("| to correct in time |", "|")
    assert "<table" in render(three).body
    assert "lms-table--cards" not in render(three).body
    wordier = three.replace("the energy office", "the energy office, from bills and meters, in writing")
    assert "lms-table--cards" in render(wordier).body


def test_figures_stand_right_but_names_of_rows_and_mixed_columns_stay_left() -> None:
    html = render(GRID).body
    for cell in ("2,000", "−12.5", "6\u00a0%", "–"):
        assert f'<td class="lms-num">{cell}</td>' in html
    assert '<th scope="col" class="lms-num">Size</th>' in html
    assert '<td class="lms-mid">2025</td>' in html, "the author has aligned it"
    assert "<td>2 A</td>" in html
    assert "<td>1</td>" in html
    assert '<td class="lms-num">1</td>' not in render("| No. | What |\n|---|---|\n| 1 | x |").body


def test_the_head_of_cards_has_no_links_for_a_phone_does_not_show_it() -> None:
    linked = WORDY.replace("From whom", "[From *whom*](term:source)")
    rendered = render(linked)
    assert rendered.terms == ()
    assert '<th scope="col" role="columnheader">From <em>whom</em></th>' in rendered.body
    assert 'data-label="From whom"' in rendered.body
    assert render(GRID.replace("Size", "[Size](term:size)")).terms == ("size",)
