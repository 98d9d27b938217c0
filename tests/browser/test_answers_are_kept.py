"""Answers save themselves: through a reload, a second tab, a lost connection and two clicks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from lms.testing.accessibility import sideways_scroll
from tests.browser.site import ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.browser.conftest import OpenAs
    from tests.browser.site import Site


def question(page: Page, kind: str) -> Locator:
    """Return the first question with a kind of control."""
    return page.locator("fieldset.lms-q", has=page.locator(kind)).first


def radios(page: Page) -> Locator:
    """Return the answers of the first question that has one right answer."""
    return question(page, "input[type=radio]").locator("input[type=radio]")


@pytest.fixture
def attempt(site: Site) -> tuple[str, str]:
    """Give a new person and the path of their attempt."""
    number = site.number()
    name = site.newcomer(f"Reader Number{number}")
    return name, site.start_quiz(name)


def test_an_answer_saves_itself_and_survives_a_reload(open_as: OpenAs, attempt: tuple[str, str]) -> None:
    page = open_as(*attempt)
    field = question(page, "input[type=text], input:not([type])")
    line = field.locator(".lms-save")
    expect(line).to_contain_text("Not answered yet")
    field.locator("input.lms-input").fill("5")
    expect(line).to_contain_text("Saved at")
    radio = question(page, "input[type=radio]")
    radio.locator("input[type=radio]").nth(1).check()
    expect(radio.locator(".lms-save")).to_contain_text("Saved at")
    page.reload()
    expect(field.locator("input.lms-input")).to_have_value("5")
    expect(radio.locator("input[type=radio]").nth(1)).to_be_checked()
    expect(line).to_contain_text("Saved at")
    expect(page.locator(".lms-qnav a[data-state=done]")).to_have_count(2)


def test_an_older_tab_is_told_and_overwrites_nothing(open_as: OpenAs, attempt: tuple[str, str]) -> None:
    newer, older = open_as(*attempt), open_as(*attempt)
    radios(newer).nth(0).check()
    expect(question(newer, "input[type=radio]").locator(".lms-save")).to_contain_text("Saved at")
    radios(older).nth(1).check()
    told = question(older, "input[type=radio]").locator(".lms-save")
    expect(told).to_contain_text("changed in another tab")
    newer.reload()
    expect(radios(newer).nth(0)).to_be_checked()


def test_an_answer_given_while_the_page_still_loads_is_saved_too(open_as: OpenAs, attempt: tuple[str, str]) -> None:
    page = open_as(attempt[0], "/help")
    waiting: list[Route] = []
    page.route("**/js/autosave.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright looks at the function
    page.goto(page.url.replace("/help", attempt[1]), wait_until="commit")
    radios(page).nth(1).check()
    expect(question(page, "input[type=radio]").locator(".lms-save")).to_contain_text("Not answered yet")
    waiting[0].continue_()
    expect(question(page, "input[type=radio]").locator(".lms-save")).to_contain_text("Saved at")


def test_without_a_connection_the_answer_stays_and_is_saved_when_it_is_back(
    open_as: OpenAs, attempt: tuple[str, str]
) -> None:
    page = open_as(*attempt)
    radio = question(page, "input[type=radio]")
    page.context.set_offline(True)
    radio.locator("input[type=radio]").nth(1).check()
    line = radio.locator(".lms-save")
    expect(line).to_contain_text("Not saved: the connection was lost")
    expect(line.get_by_role("alert")).to_be_visible()
    expect(radio.locator("input[type=radio]").nth(1)).to_be_checked()
    page.context.set_offline(False)
    expect(line).to_contain_text("Saved at")
    page.reload()
    expect(radio.locator("input[type=radio]").nth(1)).to_be_checked()


def test_two_clicks_make_one_attempt_and_one_result(site: Site, open_as: OpenAs) -> None:
    name = site.newcomer("Dora Double")
    quiz = f"/programmes/{site.programme_ref()}/quizzes/m1-quiz"
    page = open_as(name, quiz)
    page.get_by_role("button", name="Start the quiz").dblclick(no_wait_after=True)
    page.wait_for_url("**/attempts/*")
    page.get_by_role("button", name="Check answers before handing in").click()
    page.get_by_role("button", name="Hand in your answers").dblclick(no_wait_after=True)
    page.wait_for_url("**/result")
    page.goto(site.url + quiz)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("2 attempts left")).to_be_visible()


def test_a_lesson_is_taken_up_where_somebody_stopped(site: Site, open_as: OpenAs) -> None:
    name = site.newcomer("Lena Later")
    lesson = f"/programmes/{site.programme_ref()}/lessons/m1-why-sectors-alone-fail"
    page = open_as(name, lesson)
    heading = page.locator(".lms-prose h2[id]").nth(2)
    anchor = heading.get_attribute("id")
    heading.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # the page notices which headings have been reached
    page.goto(f"{site.url}/workshops")  # and tells when it is left
    page.goto(f"{site.url}/my")
    expect(page.get_by_text("You have begun to read it")).to_be_visible()
    page.locator(".lms-next a.lms-btn").click()
    assert page.url == f"{site.url}{lesson}#{anchor}"
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()


def test_the_author_sees_the_text_while_writing(site: Site, open_as: OpenAs) -> None:
    page = open_as(ROLES["trainer"], "/authoring")
    page.get_by_role("link", name="IMS for Sustainability", exact=True).click()
    page.locator("main a[href*='/lessons/']").first.click()
    page.get_by_label("Text in Markdown").fill("## A **bold** heading\n\n<script>alert(1)</script>")
    pane = page.locator("[data-lms-pane]")
    expect(pane.get_by_role("heading", name="A bold heading")).to_be_visible()
    assert pane.locator("script").count() == 0
    assert sideways_scroll(page) == 0
