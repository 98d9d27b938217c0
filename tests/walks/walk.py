"""The whole walk: from an empty system to a certificate that anybody checks, by pages alone, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from lms.kernel.clock import now
from tests.walks.browser import Browser, Upload, words
from tests.walks.hosts import address_of
from tests.walks.knowing import answer_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.walks.hosts import Host

CITY_COURSE, TRAINER_COURSE = "IMS for Sustainability", "Train the trainers"
PROGRAMME, SCHOOL = "Finland, first round", "School for trainers"
SCHOOL_MODULES = (  # each with its number of lessons and what is handed in
    ("Hub and trainer", 3, "Needs analysis of three cities"),
    ("Adults learn by doing", 4, "The full agenda of a workshop"),
    ("Facilitating", 4, ""),
    ("Home-work and feedback", 4, "Feedback on a sample hand-in"),
    ("Localising and authoring", 4, "One module adapted to your country"),
    ("Practice", 3, "Practice report"),
)
MAP = "Our map shows eleven plans of the city."
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


class Walk:
    """Everybody who takes part. Each method is a stretch of the way, and they come in this order."""

    def __init__(self, host: Host) -> None:
        """Open the doors: the office is there, and nobody else."""
        self.host, self.post = host, host.post
        self.office = host.office()
        self.manager, self.trainer = host.newcomer("Hanna Laine"), host.newcomer("Claudia Weiss")

    def to(self, person: Browser, path: str, status: int = 200) -> Browser:
        """Open one of our pages."""
        return person.open(self.host.prefix + path, status)

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
        """Read the lessons of the next module, then pass its quiz."""
        self.to(person, "/my").reads(module)
        begin = "Begin the lesson"
        person.follow(begin if person.has_link(begin) else "Continue the lesson")
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

    def answer(self, address: str, verdict: str, said: str) -> None:
        """The trainer answers the newest hand-in, from the mail."""
        trainer = self.trainer.open(self.post.link(address, "Hand-in from "))
        for number, group in enumerate(trainer.page.groups("Accepted")):
            trainer.fill(verdict if number == 0 else "Accepted", value=True, group=group)
            if number == 0 and verdict == "Revise":
                trainer.fill("What you say to this", said, group=group)
        trainer.fill("What should", said).press("Send the answer")

    def see_progress(self) -> None:
        """The hub sees the city's progress; the number opens the rows behind it."""
        manager = self.to(self.manager, "/dashboard").reads(PROGRAMME, "Turku").follow("Turku")
        manager.reads("Marja Lehto", "Paolo Ferri")

    def train_a_trainer(self) -> None:
        """A trainee takes the whole course for trainers, leads a practice, and is eligible."""
        link = self.invite(SCHOOL, "Everybody")
        self.radu = self.host.newcomer("Radu Ionescu")
        self.radu.open(link).fill("Your city", "I work for no city").press("Send the request")
        self.manager.open(self.post.link(address_of("Hanna"), f"Request for a place: {SCHOOL}"))
        self.manager.fill("City", "No city").press("Approve the request")
        for module, lessons, assignment in SCHOOL_MODULES:
            self.learn(self.radu, module, lessons)
            if assignment:
                radu = self.to(self.radu, "/hand-ins").follow(assignment)
                radu.fill("Your text", f"Here is my work for {module}.").press("Hand in")
                self.answer(address_of("Claudia"), "Accepted", "Keep these notes.")
        self.to(self.radu, "/my").reads("You have completed this programme")
        trainer = self.to(self.trainer, "/trainees").follow("Radu Ionescu").follow("Record a practice")
        trainer.fill("What the trainee led", "Workshop 1 in Turku").fill("Day, if", str(now().date()))
        trainer.fill("Satisfactory", value=True).fill("What went well", "Clear and calm.").press("Record the practice")
        self.post.take(address_of("Radu"), "practice")
        self.to(self.radu, "/my-way").reads("Clear and calm.")

    def award(self) -> None:
        """The manager awards the certificate; its holder gets the PDF."""
        manager = self.to(self.manager, "/trainees?state=eligible").follow("Radu Ionescu")
        manager.follow("Award the certificate").reads("Radu Ionescu").press("Award the certificate")
        number = re.search(r"TH-FI-\d{4}-\d{5}", manager.page.text)
        assert number
        self.radu.open(self.post.link(address_of("Radu"), number[0])).reads("Radu Ionescu")
        self.code = next(words(node) for node in self.radu.page.all("a") if "/check/" in str(node.get("href")))
        self.radu.follow("Download the PDF")
        assert self.radu.page.answer.mimetype == "application/pdf"
        self.pdf = self.radu.page.answer.data

    def check(self) -> None:
        """Anybody checks it, by the code and by the file, without an account; once withdrawn, it says so."""
        code, pdf = self.code, self.pdf
        anybody = self.to(Browser(self.host.app.test_client(), "anybody"), "/check")
        anybody.fill("Code", code).press("Check").reads("This certificate is valid", "Radu Ionescu")
        self.to(anybody, "/check").fill("Or the PDF", Upload("certificate.pdf", pdf)).press("Check")
        anybody.reads("This certificate is valid", "byte for byte")
        self.to(anybody, f"/check/{code[:-1]}{'2' if code[-1] != '2' else '3'}", status=404)
        self.manager.follow("Withdraw the certificate").fill("It was issued by mistake", value=True)
        self.manager.press("Withdraw the certificate")
        self.to(anybody, f"/check/{code}").reads("This certificate was withdrawn", "It was issued by mistake.")
        self.post.take(address_of("Radu"), "Certificate withdrawn")


STRETCHES: tuple[Callable[[Walk], None], ...] = (
    Walk.make_hub,
    lambda way: way.make_programme(CITY_COURSE, PROGRAMME, Cities="Turku"),
    Walk.ask_and_approve,
    Walk.join_team,
    lambda way: way.learn(way.marja, "IMS at a glance", lessons=4),
    Walk.hand_in,
    Walk.see_progress,
    lambda way: way.make_programme(TRAINER_COURSE, SCHOOL),
    Walk.train_a_trainer,
    Walk.award,
    Walk.check,
)


def walk(*hosts: Host) -> list[Walk]:
    """Go the whole way; in several hosts at once, each stretch in all of them before the next one."""
    ways = [Walk(host) for host in hosts]
    for stretch in STRETCHES:
        for way in ways:
            stretch(way)
    return ways
