"""What is printed from the browser: a page for each sheet of a set, wide pages for wide tables, room to write."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from playwright.sync_api import expect

from lms.kernel.documents.pages import WIDE_TABLE
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenAs

MILLIMETRES = 96 / 25.4  # pixels in one
COLUMNS = "parts => parts.map(part => Math.max(0, ...[...part.querySelectorAll('tr')].map(row => row.cells.length)))"


def printed(page: Page) -> list[bool]:
    """Print a page on paper of the browser's choice; say of each sheet whether it is wide."""
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as made:
        boxes = [sheet.mediabox for sheet in made.pages]
    return [box[2] > box[3] for box in boxes]


def open_item(open_as: OpenAs, title: str) -> Page:
    page = open_as(ROLES["trainer"], f"/materials?q={title.replace(' ', '+')}")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page


@pytest.mark.parametrize("number", range(1, 6))
def test_each_sheet_for_a_workshop_fits_on_a_page_of_its_own(open_as: OpenAs, number: int) -> None:
    page = open_item(open_as, f"Sheets for workshop {number}")
    columns = page.locator(".lms-part").evaluate_all(COLUMNS)
    assert len(columns) == 1 + page.locator(".lms-part > h2").count()
    assert printed(page) == [most >= WIDE_TABLE for most in columns]
    page.emulate_media(media="print")
    heights = page.locator(".lms-room").evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().height)")
    assert min(heights) >= 14 * MILLIMETRES


def test_the_agenda_of_a_day_lies_on_one_wide_page(open_as: OpenAs) -> None:
    page = open_item(open_as, "Workshop 2: Involvement and baseline review")
    assert printed(page) == [False, True, True, False]
