"""A good guest: everything of the host stays as it was."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, session
from flask_login import current_user
from sqlalchemy import inspect

from lms.cli import lms as commands
from lms.kernel import migrations
from lms.kernel.db import Base, db
from tests.factories.pages import TOKEN
from tests.mounted.host import STRICT, Event, host_db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories.pages import Send
    from tests.mounted.conftest import MakeHost

# What the host's own parts keep in the session.
HOSTS_KEYS = {"_user_id", "_fresh", "_id", "basket", "csrf_token", "_permanent"}


def events(app: Flask) -> list[str]:
    with app.app_context():
        return [event.title for event in host_db.session.query(Event).order_by(Event.id)]


def test_the_hosts_pages_are_the_same_with_us_and_without(host_at: MakeHost) -> None:
    alone, mounted = host_at("alone", mounted=False), host_at("mounted")
    for path in ("/", "/courses", "/login", "/nothing", "/events", "/host.css"):
        before, after = alone.test_client().get(path), mounted.test_client().get(path)
        unsteady = re.compile(r'(?<=name="csrf_token" value=")[^"]*')
        assert (after.status_code, unsteady.sub("", after.text)) == (before.status_code, unsteady.sub("", before.text))
        assert set(after.headers.keys()) == set(before.headers.keys())


def test_nothing_of_the_apps_is_ours(host_at: MakeHost) -> None:
    alone, mounted = host_at("alone", mounted=False), host_at("mounted")
    assert set(mounted.extensions) - set(alone.extensions) == {"lms", "lms_sqlalchemy"}
    assert mounted.extensions["sqlalchemy"] is host_db
    assert mounted.login_manager.login_view == "login"  # type: ignore[attr-defined]  # Flask-Login sets it
    for hooks in ("before_request_funcs", "after_request_funcs", "teardown_request_funcs"):
        assert len(getattr(mounted, hooks).get(None, [])) == len(getattr(alone, hooks).get(None, []))
    assert mounted.error_handler_spec[None].keys() == alone.error_handler_spec[None].keys()
    new_names = set(mounted.jinja_env.globals) - set(alone.jinja_env.globals)
    assert [name for name in new_names if not name.startswith("lms_")] == []
    assert {*mounted.jinja_env.filters} == {*alone.jinja_env.filters}
    changed = {key for key in mounted.config if mounted.config[key] != alone.config.get(key)}
    assert [key for key in changed if not key.startswith(("LMS_", "SQLALCHEMY_DATABASE_URI"))] == []


def test_our_pages_stand_in_the_hosts_layout_under_a_strict_policy(
    client: FlaskClient, enter: Callable[..., None]
) -> None:
    enter()
    page = client.get("/learn/account")
    assert page.status_code == 200
    assert "RIVERMOUTH CITY NETWORK" in page.text
    assert "«Sidebar»" in page.text
    assert page.headers["Content-Security-Policy"] == STRICT
    inside = page.text.partition('<main class="content" id="content">')[2].partition("</main>")[0]
    assert "<h1>" in inside
    assert "«" not in inside, "a text of ours went through the host's translation"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text)


def test_whoever_is_new_here_becomes_a_person_once(client: FlaskClient, enter: Callable[..., None]) -> None:
    enter()
    for _time in range(2):
        page = client.get("/learn/account").text
        assert 'value="Marja Lehto"' in page


def test_sign_in_is_the_hosts_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/learn/account?x=1")
    assert answer.status_code == 303
    assert answer.location == "/login?next=%2Flearn%2Faccount%3Fx%3D1"


def test_roles_of_the_host_count_for_the_request_and_are_not_stored(
    app: Flask, client: FlaskClient, enter: Callable[..., None]
) -> None:
    enter("olga")
    assert client.get("/learn/hubs").status_code == 200
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lms_role_grant").scalar() == 0
    enter("marja")
    assert client.get("/learn/hubs").status_code == 403


@pytest.mark.parametrize(
    ("path", "method", "status", "ours"),
    [
        ("/nothing", "GET", 404, False),
        ("/learnt", "GET", 404, False),
        ("/courses", "POST", 405, False),
        ("/learn/nothing", "GET", 404, True),
        ("/learn/nothing/at/all", "POST", 404, True),
        ("/learn/account", "DELETE", 405, True),
    ],
)
def test_error_pages_are_ours_under_our_prefix_only(
    host_at: MakeHost, path: str, method: str, status: int, ours: bool
) -> None:
    client = host_at("bare", protects="never").test_client()
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert ("<h1>" in answer.text and "lms-mounted" in answer.text) == ours
    assert answer.text.startswith("the host's") == (not ours)


def save_profile(client: FlaskClient, send: Send, name: str, **more: str) -> TestResponse:
    return send("/learn/account", {"name": name, "language": "en", "time_zone": "", **more})


@pytest.mark.parametrize("protects", ["before", "after", "never"])
def test_each_keeps_to_its_own_form_tokens(host_at: MakeHost, protects: str) -> None:
    app = host_at("one", protects=protects)
    client = app.test_client()
    page = client.get("/login").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/login", data={"user": "marja", "csrf_token": token}).status_code == 303
    unprotected = 303 if protects == "never" else 400
    assert client.post("/events", data={"title": "No token"}).status_code == unprotected
    assert client.post("/events", data={"title": "With token", "csrf_token": token}).status_code == 303
    assert client.post("/learn/account", data={"name": "No token"}).status_code == 400
    assert client.post("/learn/account", data={"name": "The host's", "csrf_token": token}).status_code == 400
    ours = client.get("/learn/account").text.partition(f'name="{TOKEN}" value="')[2].partition('"')[0]
    values = {"name": "Marja Salo", "language": "en", "time_zone": "", TOKEN: ours}
    assert client.post("/learn/account", data=values).status_code == 303
    assert client.post("/events", data={"title": "Ours", "csrf_token": ours}).status_code == unprotected
    assert app.config["WTF_CSRF_TIME_LIMIT"] == 60


def test_a_session_keeps_the_hosts_things_and_ours_carry_our_name(
    client: FlaskClient, enter: Callable[..., None], send: Send
) -> None:
    enter()
    client.get("/learn/account?lang=de")
    assert save_profile(client, send, "Marja Salo").status_code == 303
    with client.session_transaction() as cookie:
        assert cookie["basket"] == ["apples"]
        ours = [key for key in cookie if key not in HOSTS_KEYS | {"_flashes"}]
        assert ours
        assert [key for key in ours if not key.startswith("lms_")] == []


def test_messages_reach_the_pages_of_those_who_wrote_them_once(
    client: FlaskClient, enter: Callable[..., None], send: Send
) -> None:
    enter()
    save_profile(client, send, "Marja Salo")
    with client.session_transaction() as cookie:
        [(_tone, ours)] = cookie["_flashes"]
        cookie["_flashes"] = [*cookie["_flashes"], ("message", "The host has saved it")]
    page = client.get("/learn/account").text
    assert page.count(ours) == 1
    assert page.count("The host has saved it") == 1
    again = client.get("/learn/account").text + client.get("/").text
    assert ours not in again
    assert "The host has saved it" not in again


@pytest.fixture
def with_diary(app: Flask) -> Flask:
    """The host writes in its session before each request, and commits after it if the test says so."""

    @app.before_request
    def write() -> None:
        host_db.session.add(Event(title="pending"))
        host_db.session.flush()

    @app.after_request
    def commit(answer: Response) -> Response:
        if app.config.get("COMMITS"):
            host_db.session.commit()
        return answer

    return app


@pytest.mark.parametrize("path", ["/learn/nothing", "/learn/hubs", "/learn/account", "/learn/"])
def test_our_requests_leave_the_hosts_transaction_alone(
    with_diary: Flask, client: FlaskClient, enter: Callable[..., None], path: str
) -> None:
    enter()
    before = len(events(with_diary))
    client.get(path)
    client.post(path)
    assert len(events(with_diary)) == before, "our commit wrote what the host had not committed"
    with_diary.config["COMMITS"] = True
    client.get(path)
    client.post(path)
    assert len(events(with_diary)) == before + 2, "our rollback took what the host was about to commit"


def test_the_host_knows_its_visitor_inside_our_pages_too(app: Flask, enter: Callable[..., None]) -> None:
    with app.test_request_context("/learn/account"):
        session["_user_id"] = "1"
        assert current_user.name == "Marja Lehto"
        assert app.preprocess_request() is None


def test_the_hosts_tables_are_its_own(app: Flask) -> None:
    assert [name for name in host_db.metadata.tables if name.startswith("lms_")] == []
    assert set(Base.metadata.tables) & set(host_db.metadata.tables) == set()
    with app.app_context():
        theirs, ours = inspect(host_db.engine).get_table_names(), inspect(db.engine).get_table_names()
        if host_db.engine.dialect.name == "postgresql":
            assert str(host_db.engine.url) == str(db.engine.url), "one database for both"
            assert set(theirs) == {"account", "event", *Base.metadata.tables, migrations.VERSION_TABLE}
        else:
            assert set(theirs) == {"account", "event"}
            assert set(ours) == {*Base.metadata.tables, migrations.VERSION_TABLE}


def test_a_worker_thread_begins_with_the_first_page_and_never_in_a_command(host_at: MakeHost) -> None:
    app = host_at("small", LMS_WORKER_THREAD=True)
    assert "LMS_CONTACT_EMAIL" in app.test_cli_runner().invoke(commands, ["check"]).output
    memory = app.extensions["lms"]
    assert memory.worker is None
    client = app.test_client()
    assert client.get("/").status_code == 200
    assert memory.worker is None, "a page of the host's started it"
    for _time in range(2):
        assert client.get("/learn/health").status_code == 200
    worker = app.extensions["lms"].worker
    end = time.monotonic() + 30
    done = 0
    while not done and time.monotonic() < end:
        time.sleep(0.05)
        with app.app_context(), db.engine.connect() as connection:
            done = connection.exec_driver_sql("SELECT count(*) FROM lms_job WHERE state = 'done'").scalar() or 0
    worker.stop.set()
    worker.join()
    assert done
    assert memory.worker is worker, "two of them ran"


def test_init_makes_no_account_where_the_host_signs_people_in(app: Flask) -> None:
    words = ["init", "--name", "P", "--admin-name", "Olga", "--admin-email", "o@city.example", "--password", ""]
    answer = app.test_cli_runner().invoke(commands, words)
    assert answer.exit_code == 1
    assert "LMS_ROLE_MAP" in answer.output
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lms_user").scalar() == 0
