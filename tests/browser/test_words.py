"""A word of the glossary is explained where it stands: by keyboard, without JavaScript too, on paper as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lms.testing.accessibility import sideways_scroll
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenAs
    from tests.browser.site import Site

IN_VIEW = """window => {
    const box = window.getBoundingClientRect();
    return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
}"""


@pytest.mark.parametrize("javascript", [True, False])
def test_a_word_opens_and_closes_by_keyboard_and_stays_in_view(
    open_as: OpenAs, accessibility_faults: Callable[[Page], list[str]], *, javascript: bool
) -> None:
    page = open_as(ROLES["participant"], "/materials", width=320, height=640, javascript=javascript)
    page.get_by_role("link", name="Indicator sheet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Indicator sheet")
    height = page.evaluate("document.documentElement.scrollHeight")
    word = page.get_by_role("button", name="data owner", exact=True)
    window = page.get_by_role("group", name="data owner")
    expect(word).to_have_count(1)  # two words, one button for those who hear the page
    expect(window).to_have_count(0)
    word.focus()
    page.keyboard.press("Enter")
    expect(window).to_be_visible()
    expect(window).to_contain_text("The person who delivers the figure")
    assert window.evaluate(IN_VIEW)
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert sideways_scroll(page) == 0
    if javascript:  # the checker is a script itself
        assert accessibility_faults(page) == []  # it goes through the page by Tab
        word.focus()
    page.keyboard.press("Tab")
    expect(window.get_by_role("link", name="In the glossary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(word).to_be_focused()
    page.get_by_text("owner", exact=True).click()  # the second word opens it as well
    window.get_by_role("button", name="Close").click()
    expect(window).to_have_count(0)


def test_on_paper_the_words_of_a_lesson_are_a_list(open_as: OpenAs, site: Site) -> None:
    page = open_as(ROLES["participant"], f"/programmes/{site.programme_ref()}/lessons/m1-five-steps")
    title, explained = page.get_by_role("heading", name="Words in this lesson"), page.locator(".lms-word")
    expect(title).to_be_hidden()
    page.emulate_media(media="print")
    expect(title).to_be_visible()
    for number in range(3):
        expect(explained.nth(number)).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_have_count(0)
