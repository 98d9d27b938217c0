"""The whole walk: from an empty system to a certificate that anybody checks, by pages alone, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.kernel.clock import now
from tests.walks.browser import Browser, Upload
from tests.walks.hosts import address_of
from tests.walks.knowing import answer_all

if TYPE_CHECKING:
    from tests.walks.hosts import Host

CITY_COURSE, TRAINER_COURSE = "IMS for Sustainability", "Train the trainers"
PROGRAMME, SCHOOL = "Finland, first round", "School for trainers"
MAP = "Our map shows eleven plans of the city."
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


class Walk:
    """Everybody who takes part. Each method is a stretch of the way, and they come in this order."""

    def __init__(self, host: Host) -> None:
        """Open the doors: the office is there, and nobody else."""
        self.host, self.post = host, host.post
        self.office = host.office()
        self.manager, self.trainer = host.newcomer("Hanna Laine"), host.newcomer("Claudia Weiss")

    def to(self, person: Browser, path: str) -> Browser:
        """Open one of our pages."""
        return person.open(self.host.prefix + path)

    def make_hub(self) -> None:
        """The office makes a hub and its manager; the manager adds a trainer and a city."""
        office = self.to(self.office, "/hubs").follow("Make a hub")
        office.fill("Name", "Finland").fill("Code", "FI").fill("Finland", value=True, group="Countries")
        office.fill("suomi", value=True, group="Languages").fill("English", value=True, group="Languages")
        office.fill("Time zone", "Helsinki").press("Make the hub").reads("Finland")
        office.fill("E-mail", address_of("Hanna")).fill("Role", "Hub manager").press("Give the role")
        office.reads("Hanna Laine")
        manager = self.to(self.manager, "/hubs/mine").reads("Finland")
        manager.fill("E-mail", address_of("Claudia")).fill("Role", "Trainer").press("Give the role")
        manager.reads("Claudia Weiss").follow("Add a city").fill("Name", "Turku").press("Add the city")
        manager.reads("Turku")

    def make_programme(self, course: str, title: str, **more: str) -> None:
        """The manager makes a training programme."""
        manager = self.to(self.manager, "/programmes").follow("Make a programme")
        today = now().date()
        manager.fill("Course", course).fill("Title", title).fill("Places", "10")
        manager.fill("First day", str(today)).fill("Last day", str(today + timedelta(days=200)))
        manager.fill("English", value=True, group="Languages").fill("Claudia Weiss", value=True, group="Trainers")
        for group, name in more.items():
            manager.fill(name, value=True, group=group)
        manager.press("Make the programme").reads(title)

    def ask_and_approve(self) -> None:
        """A visitor finds the programme, comes in, asks for a place, and gets it."""
        visitor = Browser(self.host.app.test_client(), "a visitor")
        self.to(visitor, "/courses").follow(CITY_COURSE).reads("IMS at a glance").follow(
            f"Ask for a place: {PROGRAMME}"
        )
        visitor.reads("Claudia Weiss", "Ask for a place")
        programme = visitor.page.address
        self.marja = self.host.newcomer("Marja Lehto")
        self.marja.open(programme).follow("Ask for a place").fill("Your city", "Turku")
        self.marja.fill("Your work there", "IMS coordinator").press("Send the request").reads("The hub answers by mail")
        self.manager.open(self.post.link(address_of("Hanna"), f"Request for a place: {PROGRAMME}"))
        self.manager.reads("Marja Lehto", "IMS coordinator").fill("City", "Turku").press("Approve the request")
        self.post.take(address_of("Marja"), f"Your request: {PROGRAMME}")
        self.marja.open(self.post.link(address_of("Marja"), f"You have a place: {PROGRAMME}"))
        self.marja.reads("You take part in this programme")

    def invite(self, title: str, city: str) -> str:
        """The manager makes an invitation link."""
        manager = self.to(self.manager, "/programmes").follow(title).follow("Invitation links")
        manager.fill("For whom", city).fill("Works for", "30").press("Make the link")
        return next(str(node.get("value")) for node in manager.page.all("input") if node.get("id") == "link")

    def join_team(self) -> None:
        """A colleague from the same city follows an invitation."""
        link = self.invite(PROGRAMME, "Turku")
        self.paolo = self.host.newcomer("Paolo Ferri")
        self.paolo.open(link).fill("Your work there", "Transport planner").press("Join the team of Turku")
        self.paolo.reads("You take part in this programme")

    def learn(self, person: Browser, module: str, lessons: int) -> None:
        """Read the lessons of the first module, then pass its quiz."""
        self.to(person, "/my").reads(module)
        person.follow("Go on") if person.has_link("Go on") else person.follow("Begin")
        for _lesson in range(lessons):
            person.press("Mark as read and go on")
        person.press("Start the quiz")
        assert answer_all(person) >= 6
        person.press("Check answers before handing in").press("Hand in your answers").reads("Passed: ")

    def hand_in(self) -> None:
        """The city's team hands in; the trainer asks for more, then accepts."""
        marja = self.to(self.marja, "/hand-ins")
        marja.follow("Map of what your city already has").fill("Your text", MAP).fill("Files", Upload("map.pdf", PDF))
        for name in ("Marja Lehto", "Paolo Ferri"):
            marja.fill(name, value=True, group="Who worked on this?")
        marja.press("Hand in for the team").reads("Version 1 waits for your trainer", "map.pdf")
        self.answer(address_of("Claudia"), "Revise", "Name an owner for each plan.")
        marja.open(self.post.link(address_of("Paolo"), "Revise: ")).reads("Name an owner for each plan.")
        marja.fill("What did you change?", "Each plan has an owner now.").press("Use again", within="map.pdf")
        marja.fill("Marja Lehto", value=True, group="Who worked on this?").press("Hand in for the team")
        marja.reads("Version 2 waits for your trainer")
        self.answer(address_of("Claudia"), "Accepted", "Show it to your steering group.")
        self.post.take(address_of("Marja"), "Accepted: ")
        self.to(self.paolo, "/hand-ins").reads("Accepted")

    def answer(self, address: str, verdict: str, words: str) -> None:
        """The trainer answers the newest hand-in, from the mail."""
        trainer = self.trainer.open(self.post.link(address, "Hand-in from "))
        for number, group in enumerate(trainer.page.groups("Accepted")):
            trainer.fill(verdict if number == 0 else "Accepted", value=True, group=group)
            if number == 0 and verdict == "Revise":
                trainer.fill("What you say to this", words, group=group)
        trainer.fill("What should the team do next", words).press("Send the answer")

    def see_progress(self) -> None:
        """The hub sees the city's progress; the number opens the rows behind it."""
        manager = self.to(self.manager, "/dashboard").reads(PROGRAMME, "Turku").follow("Turku")
        manager.reads("Marja Lehto", "Paolo Ferri")


def walk(host: Host) -> Walk:
    """Go the whole way."""
    way = Walk(host)
    way.make_hub()
    way.make_programme(CITY_COURSE, PROGRAMME, Cities="Turku")
    way.ask_and_approve()
    way.join_team()
    way.learn(way.marja, "IMS at a glance", lessons=4)
    way.hand_in()
    way.see_progress()
    return way
