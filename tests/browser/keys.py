"""Walking through a page with the keyboard alone, as somebody who never touches a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.testing.accessibility import FOCUSED

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST_STOPS = 250
HAS_FOCUS = "item => item === document.activeElement"
WHAT = """() => {
  const item = document.activeElement;
  return {tag: item.tagName, type: item.type || "", id: item.id, name: item.name || "", value: item.value || "",
    place: Boolean(item.closest(".lms-order")), pair: Boolean(item.closest(".lms-pairs")),
    slot: item.closest("fieldset[data-slot]")?.dataset.slot || "",
    answered: item.type === "radio" && Boolean(document.querySelector(`[name="${CSS.escape(item.name)}"]:checked`))};
}"""


def tab(page: Page) -> dict[str, Any]:
    """Press Tab once and tell what has the focus now; fails where the focus cannot be seen."""
    page.keyboard.press("Tab")
    stop = page.evaluate(FOCUSED)
    assert stop is not None, f"the focus is lost on {page.url}"
    assert stop["visible"], f"the focus cannot be seen on {page.url}: {stop['name']}"
    what: dict[str, Any] = page.evaluate(WHAT)
    return what


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; fails when it is not reached."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop is None or stop["visible"], f"the focus cannot be seen on {page.url}: {stop['name']}"
        if stop is not None and wanted.evaluate(HAS_FOCUS):
            return
    message = f"the keyboard does not reach {wanted} on {page.url}"
    raise AssertionError(message)


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go to something by Tab and press a key on it."""
    tab_to(page, wanted)
    page.keyboard.press(key)


def follow(page: Page, wanted: Locator) -> None:
    """Go to a link or a button by Tab, press Enter on it, and wait for the page that it leads to."""
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")
