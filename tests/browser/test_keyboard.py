"""A participant learns with the keyboard alone: Tab, Space, Enter and arrows, never the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.types.registry import question_types
from lms.demo import cast
from lms.demo.loading import email_of
from tests.browser.keys import HAS_FOCUS, follow, press, tab, tab_to
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from lms.testing.browser import OpenPage
    from tests.browser.conftest import OpenAs
    from tests.browser.site import Site


def test_the_way_from_sign_in_to_the_result_of_a_quiz(site: Site, open_page: OpenPage) -> None:
    name = site.newcomer("Klara Keys")
    page = open_page()
    page.goto(f"{site.url}/sign-in")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(email_of(name))
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My programme")
    follow(page, page.locator(".lms-next a.lms-btn"))
    for _lesson in range(4):
        follow(page, page.get_by_role("button", name="Mark as read and go on"))
    with site.drawing(lambda types: set(types) == set(question_types())) as questions:
        follow(page, page.get_by_role("button", name="Start the quiz"))
    answer_all(page)
    follow(page, page.get_by_role("button", name="Check answers before handing in"))
    assert page.get_by_text("Saved at").count() == questions
    follow(page, page.get_by_role("button", name="Hand in your answers"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quiz: IMS at a glance")
    assert page.get_by_text("You did not answer this question").count() == 0


def answer_all(page: Page) -> None:
    """Go through the questions stop by stop and answer each in the way of its control."""
    places: dict[str, int] = {}
    for _stop in range(200):
        what = tab(page)
        if what["name"] == "check":
            page.evaluate("document.activeElement.blur()")
            return
        if what["type"] == "radio" and not what["answered"]:
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        elif what["type"] == "checkbox" and what["slot"] not in places:
            places[what["slot"]] = 1
            page.keyboard.press("Space")
        elif what["tag"] == "SELECT" and what["place"]:
            places[what["slot"]] = places.get(what["slot"], 0) + 1
            page.keyboard.press(str(places[what["slot"]]))
        elif what["tag"] == "SELECT":
            page.keyboard.press("ArrowDown")
        elif what["type"] == "text":
            number = page.evaluate("document.activeElement.inputMode") == "decimal"
            page.keyboard.type("5" if number else "baseline review")
    pytest.fail("the keyboard does not come through the quiz")


@pytest.mark.parametrize("javascript", [True, False])
def test_steps_are_put_in_order_by_buttons_and_the_place_is_kept(
    site: Site, open_as: OpenAs, *, javascript: bool
) -> None:
    name = site.newcomer(f"Olga Order{site.number()}")
    with site.drawing(lambda types: types["ordering"] == 1):
        page = open_as(name, site.start_quiz(name), javascript=javascript)
    lines = page.locator(".lms-order > li > span:not(.lms-tools)")
    before = lines.all_inner_texts()
    go = press if javascript else follow
    go(page, page.get_by_role("button", name=f"Move “{before[0]}” down"))
    expect(lines.nth(1)).to_have_text(before[0])
    assert lines.all_inner_texts() == [before[1], before[0], *before[2:]]
    expect(page.locator("fieldset", has=page.locator(".lms-order")).locator(".lms-save")).to_contain_text("Saved at")
    moved = page.locator(".lms-order > li").nth(1)
    assert moved.evaluate("item => item.contains(document.activeElement)"), "the focus stays at the step that moved"
    assert tab(page)["place"], "after moving, the keyboard goes on in the list"


def test_the_skip_link_leads_to_the_content(open_as: OpenAs) -> None:
    page = open_as(ROLES["coordinator"], "/my")
    tab_to(page, page.locator(".lms-skip"))
    expect(page.locator(".lms-skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main").evaluate("main => main.contains(document.activeElement)")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(open_as: OpenAs) -> None:
    page = open_as(ROLES["coordinator"], "/my", width=320)
    button = page.get_by_role("button", name="Menu")
    first = page.locator("#lms-nav a").first
    expect(first).to_be_hidden()
    press(page, button)
    expect(first).to_be_visible()
    tab_to(page, first)
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    assert button.evaluate(HAS_FOCUS)
    press(page, button)
    follow(page, page.locator("#lms-nav").get_by_role("link", name="Workshops"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Workshops")


def test_the_personal_menu_opens_and_closes_by_keyboard(open_as: OpenAs) -> None:
    page = open_as(ROLES["coordinator"], "/my")
    menu = page.locator("details.lms-drop", has_text=ROLES["coordinator"])
    press(page, menu.locator("summary"))
    tab_to(page, menu.get_by_role("link", name="Your profile"))
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Your profile")).to_be_hidden()
    assert menu.locator("summary").evaluate(HAS_FOCUS)


def test_shift_tab_leads_back(open_as: OpenAs) -> None:
    page = open_as(ROLES["hub manager"], "/dashboard")
    stops = [tab(page) for _stop in range(12)]
    for stop in reversed(stops[:-1]):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") is not None
        assert page.evaluate("document.activeElement.id") == stop["id"]
