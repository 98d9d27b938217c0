"""Sign-in and sign-out: right and wrong passwords, throttling, where one goes on to, the end of sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import event, select, update

from lms.kernel import jobs
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from lms.site import passwords, throttle
from lms.site.models import EndedSession, Throttle, User
from tests.site.conftest import PASSWORD, NewAccount, Post, Visitor, link_in

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.clock import Clock

WRONG = "not the password"


def test_somebody_signs_in_and_out(visitor: Visitor, marja: NewAccount) -> None:
    page = visitor.get("/account").text
    assert 'action="/sign-out"' in page
    copied = cookie_of(visitor)
    answer = visitor.send("/account", action="/sign-out")
    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not visitor.is_signed_in()
    left = cookie_of(visitor)
    visitor.client.set_cookie("lms_session", copied)
    assert not visitor.is_signed_in()
    visitor.client.set_cookie("lms_session", left)
    assert "You are signed out." in visitor.get("/sign-in").text
    assert visitor.sign_in(marja.email).location == "/"
    assert visitor.is_signed_in()


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("lms_session")
    assert cookie is not None
    return cookie.value


def test_signing_out_needs_the_token_of_the_session(visitor: Visitor, marja: NewAccount) -> None:
    assert visitor.client.post("/sign-out").status_code == 400
    for site in ("cross-site", "same-site"):
        assert visitor.client.post("/sign-out", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert visitor.is_signed_in()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(another: Visitor, marja: NewAccount) -> None:
    wrong = another.sign_in(marja.email, WRONG)
    unknown = another.sign_in("nobody.there@rivermouth.ex", WRONG)
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.text
    assert _without(wrong.text, marja.email) == _without(unknown.text, "nobody.there@rivermouth.ex")
    assert WRONG not in wrong.text


def _without(page: str, email: str) -> str:
    return re.sub(r'name="lms_csrf" value="[^"]*"', "", page).replace(email, "").replace(quote(email), "")


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(another: Visitor, marja: NewAccount) -> None:
    cookie = another.sign_in(marja.email).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_staying_signed_in_is_a_choice(another: Visitor, marja: NewAccount) -> None:
    assert "Expires" in another.sign_in(marja.email, keep="y").headers["Set-Cookie"]


class TestOnHttps:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LMS_PUBLIC_URL": "https://hubs.example"}

    def test_the_cookie_never_travels_in_the_open(self, app: Flask) -> None:
        answer = app.test_client().get("/sign-in", base_url="https://hubs.example")
        assert answer.headers["Set-Cookie"].startswith("__Host-lms_session=")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "Path=/" in answer.headers["Set-Cookie"]
        for path in ("/sign-in", "/nothing/here", "/health"):
            answer = app.test_client().get(path, base_url="https://hubs.example")
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "javascript:alert(1)",
        "elsewhere.example",
        "http:elsewhere.example",
        "/sign-out",
        "/sign-in?next=/sign-in",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(visitor: Visitor, another: Visitor, marja: NewAccount, address: str) -> None:
    page = f"/sign-in?next={quote(address)}"
    assert another.send(page, action="/sign-in", email=marja.email, password=PASSWORD).location == "/"
    assert visitor.get(page).location == "/"


def test_one_goes_on_to_the_page_that_was_wanted(another: Visitor, marja: NewAccount) -> None:
    answer = another.get("/account/data?from=mail")
    assert answer.status_code == 303
    there = another.send(answer.location, action="/sign-in", email=marja.email, password=PASSWORD)
    assert there.location == "/account/data?from=mail"


def test_only_failures_are_counted(another: Visitor, marja: NewAccount) -> None:
    for _time in range(15):
        assert another.sign_in(marja.email).status_code == 303
        another.send("/account", action="/sign-out")
    for _time in range(9):
        assert another.sign_in(marja.email, WRONG).status_code == 422
    assert another.sign_in(marja.email).status_code == 303


def test_after_ten_failures_an_account_waits_wherever_they_came_from(
    visitor: Visitor, another: Visitor, marja: NewAccount, clock: Clock
) -> None:
    visitor.send("/account", action="/sign-out")
    for number in range(10):
        guess = {"email": marja.email, "password": WRONG}
        page = another.client.get("/sign-in", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        assert page.status_code == 200
        assert another.send("/sign-in", **guess).status_code == 422
    answer = visitor.sign_in(marja.email)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "Wait 15 minutes, or ask for a new password by e-mail." in answer.text
    assert marja.email in answer.text
    assert visitor.sign_in("somebody.else@rivermouth.example").status_code == 422
    clock.move_by(timedelta(minutes=16))
    assert visitor.sign_in(marja.email).status_code == 303


def test_the_owner_gets_in_by_mail_while_the_account_waits(
    visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    for _time in range(11):
        another.sign_in(marja.email, WRONG)
    assert visitor.send("/reset", email=marja.email).status_code == 303
    assert visitor.send(link_in(post.one()), password="seven green bicycles").status_code == 303
    assert visitor.sign_in(marja.email, "seven green bicycles").status_code == 303


class TestAnAddress:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LMS_SIGN_IN_TRIES_ADDRESS": 5, "LMS_TRUSTED_PROXIES": 1}

    def test_waits_after_its_own_failures_and_others_do_not(self, app: Flask, marja: NewAccount) -> None:
        def at(address: str) -> Visitor:
            client = app.test_client()
            client.environ_base["HTTP_X_FORWARDED_FOR"] = address
            return Visitor(client)

        for number in range(5):
            assert at("2001:db8:1:2::1").sign_in(f"nobody{number}@rivermouth.example", WRONG).status_code == 422
        assert at("2001:db8:1:2::99").sign_in(marja.email).status_code == 429
        assert at("2001:db8:1:3::1").sign_in(marja.email).status_code == 303

    def test_gets_no_further_by_asking_for_links_and_learns_nothing_by_waiting(
        self, another: Visitor, post: Post, marja: NewAccount
    ) -> None:
        addresses = [marja.email, *(f"nobody{number}@rivermouth.example" for number in range(4))]
        answers = [another.send("/reset", email=email).status_code for email in addresses]
        assert answers == [303] * 4 + [429]  # one form was sent to make the account
        assert len(post.new()) == 1
        for path in ("/reset", "/confirm", "/register"):
            for email in (marja.email, "nobody5@rivermouth.example"):
                answer = another.send(path, **NewAccount(email=email).form())
                assert answer.status_code == 429
                assert "Wait 15 minutes, then send it again." in answer.text
                assert answer.headers["Retry-After"] == "900"
        assert post.new() == []

    def test_that_waits_takes_no_tries_from_accounts(self, app: Flask, another: Visitor, marja: NewAccount) -> None:
        for _time in range(20):
            another.sign_in(marja.email, WRONG)
        elsewhere = app.test_client()
        elsewhere.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.7"
        assert Visitor(elsewhere).sign_in(marja.email).status_code == 303


def test_the_store_of_failures_names_nobody(app: Flask, another: Visitor, marja: NewAccount) -> None:
    another.sign_in(marja.email, WRONG)
    with app.app_context(), throttle._engine().connect() as connection:
        rows = connection.execute(select(Throttle.key)).all()
    assert len(rows) == 3  # the account, the place, and the form that made the account
    assert all(len(row.key) == 64 for row in rows)


def test_old_failures_are_forgotten(app: Flask, another: Visitor, clock: Clock) -> None:
    another.sign_in("nobody@rivermouth.example", WRONG)
    clock.move_by(timedelta(hours=25))
    with app.app_context():
        jobs.enqueue_periodic()
        jobs.run_all()
        with throttle._engine().connect() as connection:
            assert connection.execute(select(Throttle.key)).all() == []


def test_all_other_sessions_can_be_ended(visitor: Visitor, another: Visitor, marja: NewAccount) -> None:
    another.sign_in(marja.email, keep="y")
    assert another.is_signed_in()
    assert visitor.send("/account/security", action="/account/sessions/end").status_code == 303
    assert visitor.is_signed_in()
    assert not another.is_signed_in()


def test_a_session_ends_however_busy_it_is(
    app: Flask, visitor: Visitor, another: Visitor, marja: NewAccount, clock: Clock
) -> None:
    another.sign_in(marja.email, keep="y")
    for _half_a_day in range(2):
        assert visitor.is_signed_in()
        clock.move_by(timedelta(hours=12, minutes=1))
    assert not visitor.is_signed_in()
    for _day in range(28):
        clock.move_by(timedelta(days=1))
        assert another.is_signed_in()
    another.send("/account", action="/sign-out")
    with app.app_context():
        jobs.enqueue_periodic()
        jobs.run_all()
        assert db.session.query(EndedSession).count() == 1
        clock.move_by(timedelta(days=32))
        jobs.enqueue_periodic()
        jobs.run_all()
        assert db.session.query(EndedSession).count() == 0


def test_a_closed_account_is_signed_out_and_stays_out(app: Flask, visitor: Visitor, marja: NewAccount) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(User).values(active=False))
    assert not visitor.is_signed_in()
    answer = visitor.sign_in(marja.email)
    assert answer.status_code == 422
    assert "This account is closed" in answer.text


def test_a_hash_of_other_settings_is_renewed_at_sign_in(app: Flask, another: Visitor, marja: NewAccount) -> None:
    with app.app_context(), transaction(writes=False):
        before = db.session.scalars(select(User.password)).one()
    other = app.extensions["security"].pwd_context.copy(argon2__rounds=2)
    app.extensions["security"].pwd_context = other
    assert another.sign_in(marja.email).status_code == 303
    with app.app_context(), transaction(writes=False):
        after = db.session.scalars(select(User.password)).one()
        assert after != before
        assert after is not None
        assert not passwords.is_outdated(after)


def test_a_password_may_be_typed_on_any_keyboard(visitor: Visitor, post: Post) -> None:
    composed, taken_apart = "pääkaupungin yö", "pääkaupungin yö"
    visitor.send("/register", **NewAccount(password=composed).form())
    assert visitor.send(link_in(post.one()), password=taken_apart).status_code == 303


def test_a_form_from_an_ended_session_is_kept_and_sent_after_sign_in(
    visitor: Visitor, another: Visitor, marja: NewAccount
) -> None:
    page = visitor.get("/account").text
    another.sign_in(marja.email)
    another.send("/account/security", action="/account/sessions/end")
    token = page.split('name="lms_csrf" value="')[1].split('"')[0]
    form = {"lms_csrf": token, "name": "Marja Lehto-Salo", "language": "en", "time_zone": ""}
    kept = visitor.client.post("/account", data=form)
    assert kept.status_code == 401
    assert "Marja Lehto-Salo" in kept.text
    visitor.sign_in(marja.email)
    assert visitor.client.post("/account", data=form).status_code == 303
    assert "Marja Lehto-Salo" in visitor.get("/account").text


def test_no_request_asks_the_database_for_a_file(app: Flask, visitor: Visitor, marja: NewAccount) -> None:
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    address = visitor.get("/privacy").text.split('rel="stylesheet" href="')[1].split('"')[0]
    asked.clear()
    assert visitor.get(address).status_code == 200
    assert asked == []
    visitor.get("/privacy")  # asks for the account of the session, and the person with all roles
    assert sum(statement.startswith("SELECT") for statement in asked) == 2, asked
