"""A person's own pages, in the small host: they work wherever sign-in comes from."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.accounts import services
from lms.accounts.models import Identity, Person, RoleGrant
from lms.accounts.signals import person_changed, person_erased
from lms.kernel.audit import AuditEvent
from lms.kernel.db import db
from lms.kernel.identity import Identity as HostIdentity
from lms.kernel.permissions import OFFICE, SYSTEM, WHOLE
from lms.kernel.transaction import transaction
from lms.testing.apps import ISSUER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

OWN_PAGES = ("/account", "/account/data", "/account/data/file", "/account/erase")


@pytest.fixture
def marja(make_person: Callable[..., int], sign_in: Callable[[int], None]) -> int:
    person_id = make_person("Marja Lehto")
    sign_in(person_id)
    return person_id


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., TestResponse]:
    """Send a form of the page."""

    def post(path: str, **values: str) -> TestResponse:
        token = client.get(path).text.split('name="lms_csrf" value="')[1].split('"')[0]
        return client.post(path, data={"lms_csrf": token, **values})

    return post


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_ask_who_is_there(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/help"])
def test_everybody_reads_what_the_site_says_about_itself(app: Flask, client: FlaskClient, path: str) -> None:
    app.config["LMS_CONTACT_EMAIL"] = "help@hubs.example"
    answer = client.get(path)
    assert answer.status_code == 200
    assert 'href="mailto:help@hubs.example"' in answer.text
    assert f'href="{path}"' in client.get("/help").text  # the footer leads there


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/help"])
def test_a_site_without_an_address_says_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "mailto:" not in answer.text
    assert "%%" not in answer.text


def test_name_language_and_time_zone_are_changed(
    app: Flask, client: FlaskClient, marja: int, send: Callable[..., TestResponse]
) -> None:
    offered = re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', client.get("/account").text.partition("time_zone")[2])
    assert len({place for _name, place in offered}) == len(offered) > 60  # each place once
    assert [name for name, place in offered if place in {"Kyiv", "Nicosia"}] == ["Europe/Kyiv", "Asia/Nicosia"]
    assert [name for name, _place in offered][:2] == ["Europe/Amsterdam", "Europe/Andorra"]
    answer = send("/account", name="  Marja   Lehto-Salo ", language="de", time_zone="Europe/Helsinki")
    assert answer.location == "/account"
    page = client.get("/account").text
    assert 'value="Marja Lehto-Salo"' in page
    assert '<html lang="de">' in page
    with app.app_context(), transaction(writes=False):
        person = db.session.get_one(Person, marja)
        assert (person.sort_key, person.time_zone) == ("marja lehto-salo", "Europe/Helsinki")
    send("/account", name="Marja", language="de", time_zone="Europe/Kiev")  # an old name, once chosen, is kept
    assert re.findall(r'value="([^"]*)"[^>]*>Kyiv<', client.get("/account").text) == ["Europe/Kiev"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("name", "\u202e\u200b"), ("name", "x" * 201), ("language", "xx"), ("time_zone", "Mars/Olympus")],
)
def test_bad_input_is_refused_at_its_field(
    client: FlaskClient, marja: int, send: Callable[..., TestResponse], field: str, typed: str
) -> None:
    answer = send("/account", **({"name": "Marja", "language": "en", "time_zone": ""} | {field: typed}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Marja Lehto"' in client.get("/account").text


def test_what_a_form_answers_is_in_the_language_of_the_account(
    app: Flask, client: FlaskClient, marja: int, send: Callable[..., TestResponse]
) -> None:
    with app.app_context(), transaction():
        services.update_person(person_id=marja, language="de")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    wrong = send("/account", name="", language="de", time_zone="")
    assert wrong.status_code == 422
    assert '<html lang="de">' in wrong.text
    assert "Etwas fehlt oder stimmt nicht" in wrong.text
    send("/account", name="Marja", language="de", time_zone="")
    assert "Ihr Profil ist gespeichert." in client.get("/account").text


def test_others_hear_of_the_change_in_the_same_transaction(app: Flask, marja: int) -> None:
    heard: list[dict[str, object]] = []

    def listen(_sender: object, **news: object) -> None:
        heard.append(news)

    with person_changed.connected_to(listen), app.app_context(), transaction():
        services.update_person(person_id=marja, language="de")
    assert heard == [{"person_id": marja, "name": "Marja Lehto", "language": "de"}]


def test_mail_follows_the_address_of_the_host(app: Flask, marja: int) -> None:
    changed = HostIdentity(ISSUER, str(marja), "Marja Lehto", "marja@harbour.example")
    with app.app_context(), transaction():
        services.follow_address(changed)
        assert db.session.get_one(Person, marja).email == "marja@harbour.example"


def test_the_download_holds_everything_twice(client: FlaskClient, app: Flask, marja: int) -> None:
    with app.app_context(), transaction():
        services.grant_role(actor=SYSTEM, person_id=marja, role=OFFICE, scope=WHOLE)
        services.update_person(person_id=marja, name="<b>Łucja</b> \u202a & co")
    answer = client.get("/account/data/file")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-data.zip"')
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = json.loads(archive.read("my-data.json"))
        page = archive.read("my-data.html").decode()
    assert data["person"]["name"] == "<b>Łucja</b> & co"
    assert data["person"]["roles"][0]["role"] == OFFICE
    assert data["changes"][0]["what"] == "role:grant"
    assert "&lt;b&gt;Łucja&lt;/b&gt; &amp; co" in page
    assert "&lt;b&gt;Łucja" in client.get("/account/data").text
    assert "<summary>Änderungen</summary>" in client.get("/account/data?lang=de").text


def test_the_download_holds_nothing_of_others(client: FlaskClient, marja: int, make_person: Callable[..., int]) -> None:
    make_person("Paolo Rossi", email="paolo@elsewhere.example")
    with zipfile.ZipFile(io.BytesIO(client.get("/account/data/file").data)) as archive:
        assert all(b"paolo" not in archive.read(name).lower() for name in archive.namelist())


@pytest.fixture
def erased() -> Iterator[list[int]]:
    heard: list[int] = []

    def listen(_sender: object, *, person_id: int) -> None:
        heard.append(person_id)

    with person_erased.connected_to(listen):
        yield heard


def test_a_person_erases_the_account_after_saying_it_twice(
    app: Flask, client: FlaskClient, marja: int, send: Callable[..., TestResponse], erased: list[int]
) -> None:
    with app.app_context(), transaction():
        services.grant_role(actor=SYSTEM, person_id=marja, role=OFFICE, scope=WHOLE)
    assert send("/account/erase").status_code == 422
    assert erased == []
    answer = send("/account/erase", sure="y")
    assert answer.status_code == 200
    assert "Your account is erased" in answer.text
    assert "Marja" not in answer.text
    assert erased == [marja]
    with app.app_context(), transaction(writes=False):
        person = db.session.get_one(Person, marja)
        assert (person.name, person.sort_key, person.email, person.time_zone) == ("", "", "", "")
        assert person.erased_at is not None
        assert db.session.scalars(select(Identity).where(Identity.person_id == marja)).all() == []
        assert db.session.scalars(select(RoleGrant.until_at)).one() is not None
        assert db.session.scalars(select(AuditEvent.what).order_by(AuditEvent.id)).all()[-1] == "person:erase"


def test_erasing_twice_changes_nothing(app: Flask, marja: int, erased: list[int]) -> None:
    for _time in range(2):
        with app.app_context(), transaction():
            services.erase_person(actor=SYSTEM, person_id=marja)
    assert erased == [marja]


def test_who_comes_back_begins_anew(client: FlaskClient, app: Flask, marja: int) -> None:
    with app.app_context(), transaction():
        services.erase_person(actor=SYSTEM, person_id=marja)
    assert client.get("/account").status_code == 200
    with app.app_context(), transaction(writes=False):
        assert len(db.session.scalars(select(Person.id)).all()) == 2
