"""Pages of long lists."""

from __future__ import annotations

import pytest

from lms.kernel.paging import Page, page_number


def numbers(page: int, pages: int) -> list[int | None]:
    return list(Page([], page, 25, pages * 25).iter_pages())


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (2, 4, [1, 2, 3, 4]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (2_000, 4_000, [1, None, 1_999, 2_000, 2_001, None, 4_000]),
    ],
)
def test_a_pager_shows_both_ends_and_the_neighbours(page: int, pages: int, shown: list[int | None]) -> None:
    assert numbers(page, pages) == shown


def test_an_empty_list_has_one_page_without_rows() -> None:
    page: Page[int] = Page([], 1, 25, 0)
    assert (page.pages, page.first, page.last, page.has_prev, page.has_next) == (1, 0, 0, False, False)


def test_odd_numbers_of_pages_mean_the_first() -> None:
    assert [page_number(raw) for raw in (None, "", "-1", "0", "x", "²", "9999999", "3")] == [1, 1, 1, 1, 1, 1, 1, 3]
