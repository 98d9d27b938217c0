"""The site's pages as people see them: wide and narrow, light and dark, by keyboard, without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import NewAccount, Post, Visitor, link_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from lms.testing.browser import OpenPage

OPEN = ("/sign-in", "/register", "/reset", "/confirm", "/mail-sent", "/privacy", "/help", "/accessibility")
OWN = ("/account", "/account/security", "/account/password", "/account/email", "/account/data", "/account/erase")


def register(page: Page, live_url: str) -> None:
    page.goto(f"{live_url}/register")
    page.get_by_label("Your name").fill("Marja Lehto")
    page.get_by_label("E-mail address").fill(NewAccount.email)
    page.get_by_label("Password").fill(NewAccount.password)
    page.get_by_label("I have read the privacy notice").check()
    page.get_by_role("button", name="Make an account").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_registers_on_a_phone(open_page: OpenPage, live_url: str, post: Post, javascript: bool) -> None:
    page = open_page(width=360, height=740, javascript=javascript)
    register(page, live_url)
    assert page.get_by_role("heading", level=1).inner_text() == "Look into your mail"
    page.goto(live_url + link_in(post.one()))
    page.get_by_label("Password").fill(NewAccount.password)
    page.get_by_role("button", name="Confirm and sign in").click()
    page.goto(f"{live_url}/account")
    assert page.get_by_label("Your name").input_value() == "Marja Lehto"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_pages_are_accessible(
    open_page: OpenPage,
    live_url: str,
    post: Post,
    accessibility_faults: Callable[[Page], list[str]],
    width: int,
    dark: bool,
) -> None:
    page = open_page(width=width, dark=dark)
    found: dict[str, list[str]] = {}
    for path in OPEN:
        page.goto(live_url + path)
        found[path] = accessibility_faults(page)
    page.goto(f"{live_url}/register")
    page.get_by_role("button", name="Make an account").click()
    found["/register with errors"] = accessibility_faults(page)
    register(page, live_url)
    page.goto(live_url + link_in(post.one()))
    found["/confirm"] = accessibility_faults(page)
    page.get_by_label("Password").fill(NewAccount.password)
    page.get_by_role("button", name="Confirm and sign in").click()
    for path in OWN:
        page.goto(live_url + path)
        for part in page.locator("details").all():
            part.evaluate("item => { item.open = true }")
        found[path] = accessibility_faults(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_pages_are_valid_html(visitor: Visitor, post: Post, html_faults: Callable[[dict[str, str]], list[str]]) -> None:
    pages = {path: visitor.get(path).text for path in OPEN}
    pages["refused"] = visitor.send("/register", email="wrong").text
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    pages["confirm"] = visitor.get(link).text
    visitor.send(link, password=NewAccount.password)
    pages |= {path: visitor.get(path).text for path in OWN}
    pages["gone"] = visitor.get("/reset/unknown").text
    assert html_faults(pages) == []
