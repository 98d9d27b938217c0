"""A councillor does the short route on a phone without JavaScript, and finds it done where it is offered again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lms.kernel.clock import now
from tests.walks.walk import Walk

if TYPE_CHECKING:
    from tests.walks.hosts import Site

pytestmark = pytest.mark.slow
ROUTE, OPEN, AGAIN = "IMS for mayors and councillors", "For all councils", "For the new council"


def offer(way: Walk, title: str, *, carry_over: bool) -> None:
    """The manager offers the route as self-study."""
    manager = way.to(way.manager, "/programmes").follow("Make a programme")
    manager.fill("Course", ROUTE).fill("Title", title).fill("Places", "10").fill(
        "English", value=True, group="Languages"
    )
    manager.fill("First day", str(now().date())).fill("Last day", str(now().date() + timedelta(days=90)))
    manager.fill("Self-study", value=True)
    if carry_over:
        manager.fill("What people have done in another programme", value=True)
    manager.press("Make the programme").reads(title)
    way.to(way.manager, "/programmes").follow(title)
    manager.reads("counts here too" if carry_over else "does not count here")


def test_a_councillor_does_the_route(site: Site) -> None:
    way = Walk(site)
    way.make_hub()
    offer(way, OPEN, carry_over=False)
    offer(way, AGAIN, carry_over=True)
    jozsef = site.newcomer("Jozsef Kovács").open("/courses").reads("About 20 minutes", "Short route").follow(ROUTE)
    jozsef.reads("Taken from the course", "IMS for Sustainability", "about 8 minutes")
    jozsef.follow(f"Take a place: {OPEN}").follow("Take a place")
    jozsef.fill("Your city", "Turku").press("Take a place").follow("Open the course").reads("0 of 9 parts")
    jozsef.follow("Begin the lesson").reads("About 2 minutes", "In two minutes").misses("Four plans for one school")
    jozsef.follow("Read the whole lesson").reads("Four plans for one school").follow("Back to the short version")
    for lesson in range(8):
        jozsef.reads("In two minutes", "Sources").press("Mark as read and go on")
        assert jozsef.has_link("Back"), lesson
    jozsef.reads("Print this page, then sign.", "Signature:").press("Mark as read and go on")
    jozsef.reads("You have done everything in this course")
    jozsef.open("/courses").follow(ROUTE).follow(f"Take a place: {AGAIN}").follow("Take a place")
    jozsef.fill("Your city", "Turku").press("Take a place").follow("Open the course")
    jozsef.reads("You have done everything in this course", "done in another programme")
    way.to(way.manager, "/dashboard").reads(AGAIN)
