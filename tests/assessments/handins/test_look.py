"""The pages in a browser: valid, accessible, without sideways scroll, and working without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.assessments.handins.scene import PDF, REVISE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from lms.testing.browser import OpenPage
    from tests.assessments.handins.scene import Scene


def prepare(scene: Scene) -> dict[str, tuple[int, str]]:
    """Let everything be there that pages can show; return who looks at what."""
    scene.hand_in(scene.marja, "Our map.", [("map.pdf", PDF)])
    scene.hand_in(scene.anna, "Their map.")
    turku, lahti = scene.grading(scene.claudia)
    scene.visit(scene.claudia).send(turku, {**REVISE, "next-step": "Add years.", "send": "1"})
    scene.visit(scene.claudia).send(lahti, {"next-step": "begun", "keep": "1"})
    scene.visit(scene.marja).send(scene.address, {"text": "Draft", "draft": "1"}, files=[("new.pdf", PDF)])
    ref = turku.rpartition("/")[2]
    return {
        "list": (scene.marja, "/hand-ins"),
        "empty list": (scene.claudia, "/hand-ins"),
        "revise": (scene.marja, scene.address),
        "waiting": (scene.anna, scene.address),
        "first": (scene.lone, scene.address),
        "preview": (scene.claudia, scene.address),
        "version": (scene.paolo, f"/hand-ins/{ref}/versions/1"),
        "queue": (scene.claudia, "/grading?state=all"),
        "queue of a manager": (scene.hanna, "/grading"),
        "empty queue": (scene.foreign_trainer, "/grading"),
        "feedback": (scene.claudia, lahti),
        "answered": (scene.claudia, turku),
    }


def test_pages_are_valid_html(scene: Scene, html_faults: Callable[[dict[str, str]], list[str]]) -> None:
    pages = {name: scene.visit(person).get(path).text for name, (person, path) in prepare(scene).items()}
    pages["refused"] = scene.hand_in(scene.lone, "", [("evil.exe", b"MZ\x00")]).text
    (address,) = scene.grading(scene.claudia, state="waiting")
    pages["undecided"] = scene.visit(scene.claudia).send(address, {"send": "1"}).text
    assert html_faults(pages) == []


@pytest.mark.slow
def test_pages_are_accessible_wide_and_narrow(
    scene: Scene,
    live_url: str,
    open_page: OpenPage,
    sign_in_page: Callable[[Page, int], None],
    accessibility_faults: Callable[[Page], list[str]],
) -> None:
    pages = prepare(scene)
    for width, dark in ((1280, False), (320, True)):
        for name, (person, path) in pages.items():
            page = open_page(width=width, dark=dark)
            sign_in_page(page, person)
            page.goto(live_url + path)
            assert accessibility_faults(page) == [], (name, width)
            page.close()


def test_a_hand_in_goes_through_without_javascript(
    scene: Scene, live_url: str, open_page: OpenPage, sign_in_page: Callable[[Page, int], None]
) -> None:
    page = open_page(width=360, javascript=False)
    sign_in_page(page, scene.marja)
    page.goto(live_url + scene.address)
    page.get_by_label("Your text").fill("Our map.")
    page.get_by_label("Files").set_input_files({"name": "Kartta ä.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Save as draft").last.click()
    assert page.get_by_role("link", name="Kartta ä.pdf").is_visible()
    page.get_by_role("button", name="Hand in for the team").click()
    assert page.get_by_text("Version 1 is handed in for the team.").is_visible()
    page.get_by_text("Hand in a newer version").click()
    assert page.get_by_label("What did you change?").is_visible()
    trainer = open_page(javascript=False)
    sign_in_page(trainer, scene.claudia)
    trainer.goto(live_url + "/grading")
    trainer.get_by_role("link", name="Open the oldest").click()
    for box in trainer.get_by_label("Accepted").all():
        box.check()
    trainer.get_by_role("button", name="Send the answer").click()
    assert trainer.get_by_text("Turku, M1: accepted.").is_visible()
    page.goto(live_url + scene.address)
    assert page.get_by_text("Your work is accepted").is_visible()
