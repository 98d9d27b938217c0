"""The three hosts of the walk, and how people come in there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Protocol

from lms.cli import lms as commands
from lms.kernel import jobs
from lms.kernel.db import data_dir
from tests.mounted.host import add_account
from tests.walks.browser import Browser

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

PASSWORD = "nine quiet rivers"


class Host(Protocol):
    """Where the walk takes place."""

    app: Flask
    prefix: str
    post: Post

    def newcomer(self, name: str) -> Browser:
        """Give somebody an account, in the way of this host, and sign them in."""

    def office(self) -> Browser:
        """Sign in somebody of the partnership office."""


@dataclass
class Post:
    """The mail that was written, by address; the worker works when somebody looks."""

    app: Flask
    seen: set[Path] = field(default_factory=set)
    boxes: dict[str, list[EmailMessage]] = field(default_factory=dict)

    def work(self) -> None:
        """Let the worker do all that is due."""
        with self.app.app_context():
            jobs.run_all()
            folder = data_dir(self.app) / "mail"
        for path in sorted(set(folder.glob("*.eml")) - self.seen):
            self.seen.add(path)
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            self.boxes.setdefault(str(mail["To"]).rpartition("<")[2].rstrip(">"), []).append(mail)

    def take(self, address: str, subject: str) -> str:
        """Take the one new mail to somebody whose subject says this, and return its text."""
        self.work()
        box = self.boxes.get(address, [])
        found = [mail for mail in box if subject in str(mail["Subject"])]
        assert len(found) == 1, (address, subject, [str(mail["Subject"]) for mail in box])
        box.remove(found[0])
        text = found[0].get_body(("plain",))
        assert text is not None
        return str(text.get_content())

    def link(self, address: str, subject: str) -> str:
        """Take a mail and return the address to be followed in it."""
        text = self.take(address, subject)
        found = re.search(r"^(http\S+)$", text, re.MULTILINE)
        assert found, text
        return found[1]


def address_of(name: str) -> str:
    """Return the mail address of a person of the walk."""
    return f"{name.split(maxsplit=1)[0].lower()}@network.example"


class Site:
    """The standalone site: people register, and confirm their address by mail."""

    prefix = ""

    def __init__(self, app: Flask) -> None:
        """Open the site."""
        self.app, self.post = app, Post(app)

    def newcomer(self, name: str) -> Browser:
        """Register, follow the link in the mail, sign in."""
        person = Browser(self.app.test_client(), name)
        person.open("/").follow("Sign in").follow("Make an account")
        person.fill("Your name", name).fill("E-mail", address_of(name)).fill("Password", PASSWORD)
        person.fill("I have read", value=True).press("Make an account")
        person.open(self.post.link(address_of(name), "Confirm")).fill("Password", PASSWORD).press("Confirm")
        return person

    def office(self) -> Browser:
        """Make the first administrator by the command, who then signs in by the page."""
        first = ("--admin-name", "Helena Novák", "--admin-email", address_of("Helena"))
        command = self.app.test_cli_runner().invoke(
            commands, ["init", "--name", "The partnership", *first, "--password", PASSWORD]
        )
        assert command.exit_code == 0, command.output
        person = Browser(self.app.test_client(), "Helena Novák")
        person.open("/sign-in").fill("E-mail", address_of("Helena")).fill("Password", PASSWORD).press("Sign in")
        return person


class Network:
    """The host of `tests/mounted`: accounts are its own, and its editors are the partnership office."""

    prefix = "/learn"

    def __init__(self, app: Flask) -> None:
        """Open the network's pages."""
        self.app, self.post = app, Post(app)

    def newcomer(self, name: str, roles: str = "") -> Browser:
        """Come with an account of the host."""
        user = address_of(name).partition("@")[0]
        add_account(self.app, user, name, roles)
        person = Browser(self.app.test_client(), name)
        person.open("/login?next=/learn/").fill("User name", user).press("Come in")
        return person

    def office(self) -> Browser:
        """Come as an editor of the host."""
        return self.newcomer("Helena Novák", roles="editor")
