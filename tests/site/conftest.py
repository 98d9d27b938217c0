"""The real site, its mail folder, and a person who walks through it without JavaScript."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from lms.kernel import jobs
from lms.kernel.db import db
from lms.site.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PASSWORD = "nine quiet rivers"
PUBLIC = "http://localhost"


@pytest.fixture
def settings() -> dict[str, object]:
    """Settings beside the usual ones; a test module may override this."""
    return {}


@pytest.fixture
def app(tmp_path: Path, request: pytest.FixtureRequest, settings: dict[str, object]) -> Iterator[Flask]:
    """The standalone site on an empty, migrated database."""
    uri = request.getfixturevalue("postgres_uri") if request.config.getoption("--database") == "postgresql" else ""
    if not uri:
        shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "lms.db")
    known = {
        "TESTING": True,
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_DATABASE_URI": uri,
        "LMS_PUBLIC_URL": PUBLIC,
        "LMS_CONTACT_EMAIL": "help@hubs.example",
        "LMS_PASSWORD_MEMORY_KB": 8,
        "LMS_PASSWORD_ROUNDS": 1,
    }
    application = create_app(**{**known, **settings})
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class Post:
    """The mail that the site has written, as files in a folder."""

    app: Flask
    folder: Path
    seen: set[Path] = field(default_factory=set)

    def new(self) -> list[EmailMessage]:
        """Let the worker work; return the mails since the last call."""
        with self.app.app_context():
            jobs.run_all()
        fresh = sorted(set(self.folder.glob("*.eml")) - self.seen)
        self.seen.update(fresh)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in fresh]

    def one(self) -> EmailMessage:
        """Return the only new mail."""
        found = self.new()
        assert len(found) == 1, [(mail["To"], mail["Subject"]) for mail in found]
        return found[0]


@pytest.fixture
def post(app: Flask, tmp_path: Path) -> Post:
    """The mail folder of the site."""
    return Post(app, tmp_path / "mail")


def link_in(mail: EmailMessage) -> str:
    """Return the path of the link in a mail; the address before it is the public one."""
    text = mail.get_body(("plain",))
    assert text is not None
    found = re.search(r"^(http\S+)$", text.get_content(), re.MULTILINE)
    assert found, text.get_content()
    assert found[1].startswith(PUBLIC + "/")
    return found[1].removeprefix(PUBLIC)


@dataclass
class Visitor:
    """A browser without JavaScript: forms are sent as the page has them, with their token."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def send(self, path: str, *, action: str | None = None, **values: str) -> TestResponse:
        """Open a page, fill in its form and send it; `action` where the form goes elsewhere."""
        page = self.client.get(path)
        assert page.status_code == 200, (path, page.status)
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.text)
        fields = {name(tag): html.unescape(value(tag)) for tag in hidden}
        return self.client.post(action or path, data={**fields, **values})

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Sign in by the form."""
        return self.send("/sign-in", email=email, password=password, **more)

    def is_signed_in(self) -> bool:
        """Whether a page for signed-in people opens."""
        return self.client.get("/account").status_code == 200


def name(tag: str) -> str:
    """Return the name of a field."""
    found = re.search(r'name="([^"]*)"', tag)
    return found[1] if found else ""


def value(tag: str) -> str:
    """Return the value of a field."""
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Somebody who has come to the site."""
    return Visitor(client)


@pytest.fixture
def another(app: Flask) -> Visitor:
    """Somebody at another device."""
    return Visitor(app.test_client())


@dataclass
class NewAccount:
    """What a person types to get an account."""

    name: str = "Marja Lehto"
    email: str = "marja.lehto@rivermouth.example"
    password: str = PASSWORD
    language: str = "en"
    consent: str = "y"

    def form(self) -> dict[str, str]:
        """Return the fields of the form."""
        return {**vars(self)}


@pytest.fixture
def marja(visitor: Visitor, post: Post) -> NewAccount:
    """Marja, who has registered, confirmed her address, and is signed in."""
    account = NewAccount()
    assert visitor.send("/register", **account.form()).status_code == 303
    assert visitor.send(link_in(post.one()), password=account.password).status_code == 303
    return account
