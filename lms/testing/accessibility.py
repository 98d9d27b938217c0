"""Pages for everybody: what axe-core finds, and what it cannot see (reflow, small targets, lost focus)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.2 success criterion 2.5.8
MOST_STOPS = 300

RUN_AXE = """async (tags) => {
  const result = await axe.run(
    document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false});
  return result.violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help} (${node.target.join(" ")})`));
}"""
# Links and explained words within a sentence are exempt, as is what is not shown.
FIND_SMALL = """(least) => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((item) => {
    const box = item.getBoundingClientRect();
    const style = getComputedStyle(item);
    if (box.width === 0 || box.height === 0 || style.visibility === "hidden") return false;
    if (box.right < 0 || box.bottom < 0 || (box.width <= 1 && box.height <= 1)) return false;
    if (item.type === "hidden" || (item.tagName === "A" && style.display === "inline")) return false;
    if (item.closest(".lms-term")) return false;
    const label = item.labels && item.labels[0] ? item.labels[0].getBoundingClientRect() : box;
    const width = Math.max(box.width, label.width), height = Math.max(box.height, label.height);
    return width < least || height < least;
  })
  .map((item) => `${item.tagName.toLowerCase()} ${item.textContent || item.name || item.className}`.slice(0, 60))"""
# Also after the walk: the skip link would go on lying on what is below it, and axe would call that too small.
START_AGAIN = """() => {
  document.activeElement?.blur();
  for (const item of document.querySelectorAll("[data-lms-seen]")) delete item.dataset.lmsSeen;
}"""
FOCUSED = """() => {
  const item = document.activeElement;
  if (!item || item === document.body) return null;
  const box = item.getBoundingClientRect();
  const style = getComputedStyle(item);
  const name = `${item.tagName.toLowerCase()} ${item.textContent || item.name || item.className}`.slice(0, 60);
  const first = !item.dataset.lmsSeen;
  item.dataset.lmsSeen = "yes";
  const drawn = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const shown = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
  return {name, first, visible: drawn && shown};
}"""


def sideways_scroll(page: Page) -> int:
    """Return how many pixels a page can be scrolled sideways; 0 is right, at 320 pixels too."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Page) -> list[str]:
    """Name the controls that are smaller than 24 by 24 CSS pixels; what stands in a sentence is exempt."""
    return [f"small target: {name}" for name in page.evaluate(FIND_SMALL, SMALLEST_TARGET)]


def lost_focus(page: Page) -> list[str]:
    """Press Tab through a page; name the stops where no focus can be seen, and say so if there is no way out."""
    page.evaluate(START_AGAIN)
    try:
        return _walk(page)
    finally:
        page.evaluate(START_AGAIN)


def _walk(page: Page) -> list[str]:
    faults: list[str] = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or not stop["first"]:
            return faults
        if not stop["visible"]:
            faults.append(f"focus cannot be seen: {stop['name']}")
    return [*faults, "the Tab key does not come round"]


@pytest.fixture(scope="session")
def axe_source(browser_tools: Path) -> str:
    """Give the text of axe-core."""
    return (browser_tools / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def accessibility_faults(axe_source: str) -> Callable[[Page], list[str]]:
    """Give a function that names all that keeps people out of a page; an empty list is right.

    >>> def test_home_is_for_everybody(page, live_url, accessibility_faults):
    ...     page.goto(live_url + "/")
    ...     assert accessibility_faults(page) == []
    """

    def check(page: Page) -> list[str]:
        page.evaluate(axe_source)  # by hand, for a script element would be blocked by the page's policy
        faults: list[str] = page.evaluate(RUN_AXE, TAGS)
        width = sideways_scroll(page)
        if width > 0:
            faults.append(f"the page can be scrolled sideways by {width} pixels")
        return faults + small_targets(page) + lost_focus(page)

    return check
