"""From no account to the first page: with real mails, real links, and everything that can go wrong."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Identity, Person
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from lms.site.models import User
from tests.site.conftest import NewAccount, Post, Visitor, link_in

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.clock import Clock


def test_a_person_registers_confirms_by_mail_and_is_signed_in(visitor: Visitor, post: Post) -> None:
    answer = visitor.send("/register", **NewAccount().form())
    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    assert not visitor.is_signed_in()
    mail = post.one()
    assert mail["To"] == "Marja Lehto <marja.lehto@rivermouth.example>"
    assert mail["Subject"] == "Confirm your e-mail address for Training Hubs"
    texts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    assert all("Hello," in text for text in texts)
    assert not any("Marja" in text for text in texts)  # a stranger may have typed the name, to have it sent
    answer = visitor.send(link_in(mail), password=NewAccount().password)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Marja Lehto" in visitor.get("/account").text


def test_the_account_makes_one_person_with_the_same_details(app: Flask, marja: NewAccount) -> None:
    with app.app_context(), transaction(writes=False):
        user = db.session.scalars(select(User)).one()
        person = db.session.scalars(select(Person)).one()
        identity = db.session.scalars(select(Identity)).one()
        assert (person.name, person.email, person.language) == (marja.name, marja.email, "en")
        assert (identity.issuer, identity.subject, identity.person_id) == ("site", str(user.id), person.id)
        assert user.consented_at is not None


def test_opening_the_link_alone_confirms_nothing(visitor: Visitor, post: Post) -> None:
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    for _again in range(3):
        assert visitor.get(link).status_code == 200
    assert "not confirmed yet" in visitor.sign_in(NewAccount.email).text


def test_the_link_is_not_enough_without_the_password(visitor: Visitor, post: Post) -> None:
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    answer = visitor.send(link, password="another long secret")
    assert answer.status_code == 422
    assert "This is not the password of this account" in answer.text
    assert not visitor.is_signed_in()


def test_sign_in_before_confirmation_sends_the_link_again(visitor: Visitor, post: Post, clock: Clock) -> None:
    visitor.send("/register", **NewAccount().form())
    post.new()
    clock.move_by(timedelta(minutes=11))
    answer = visitor.sign_in(NewAccount.email)
    assert answer.status_code == 422
    assert "not confirmed yet" in answer.text
    assert visitor.send(link_in(post.one()), password=NewAccount.password).status_code == 303


def test_the_page_that_was_wanted_survives_the_mail(visitor: Visitor, post: Post) -> None:
    visitor.send("/register?next=/help?from=invitation", action="/register", **NewAccount().form())
    answer = visitor.send(link_in(post.one()), password=NewAccount.password)
    assert answer.location == "/help?from=invitation"


def test_a_confirmed_link_says_that_nothing_is_left_to_do(visitor: Visitor, post: Post) -> None:
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    visitor.send(link, password=NewAccount.password)
    answer = visitor.get(link)
    assert answer.status_code == 200
    assert "There is nothing more to do" in answer.text


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd.aaaa.bbbb", "%00", "\u202eabc", "a" * 3000])
def test_a_link_that_we_did_not_sign_leads_to_a_clear_page(visitor: Visitor, token: str) -> None:
    answer = visitor.get(f"/confirm/{token}")
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_an_old_link_has_ended_and_a_new_one_can_be_had(visitor: Visitor, post: Post, clock: Clock) -> None:
    clock.move_to(datetime(2027, 1, 8, 12, tzinfo=UTC))
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    clock.move_by(timedelta(hours=49))
    answer = visitor.get(link)
    assert answer.status_code == 410
    assert "This link is too old" in answer.text
    assert visitor.send("/confirm", email=NewAccount.email).status_code == 303
    assert visitor.send(link_in(post.one()), password=NewAccount.password).status_code == 303


def test_a_new_and_a_known_address_get_the_same_answer(
    visitor: Visitor, another: Visitor, post: Post, marja: NewAccount
) -> None:
    known = another.send("/register", **NewAccount(name="Somebody Else", password="quite another secret").form())
    new = another.send("/register", **NewAccount(email="new@rivermouth.example").form())
    assert (known.status, known.data.replace(b"x", b""), known.location) == (
        new.status,
        new.data.replace(b"x", b""),
        new.location,
    )
    told, asked = sorted(post.new(), key=lambda mail: str(mail["To"]))
    assert told["Subject"] == "You have an account at Training Hubs already"
    assert asked["To"] == "Marja Lehto <new@rivermouth.example>"
    assert visitor.get("/account").text.count("Marja Lehto")


def test_who_registers_a_strangers_address_gains_nothing(visitor: Visitor, another: Visitor, post: Post) -> None:
    another.send("/register", **NewAccount(name="A Stranger", password="the strangers secret").form())
    visitor.send("/register", **NewAccount().form())
    link = link_in(post.one())
    assert visitor.send(link, password="the strangers secret").status_code == 422
    assert visitor.send(link, password=NewAccount.password).status_code == 303
    assert "Marja Lehto" in visitor.get("/account").text
    assert another.sign_in(NewAccount.email, "the strangers secret").status_code == 422


def test_upper_case_makes_no_second_account(app: Flask, another: Visitor, marja: NewAccount) -> None:
    another.send("/register", **NewAccount(email="Marja.Lehto@Rivermouth.Example").form())
    with app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
    assert another.sign_in("MARJA.LEHTO@RIVERMOUTH.EXAMPLE").status_code == 303


def test_two_registrations_of_one_address_at_once_make_one_account(app: Flask) -> None:
    start = threading.Barrier(2)
    answers: list[int] = []

    def register(name: str) -> None:
        visitor = Visitor(app.test_client())
        visitor.get("/register")
        start.wait()
        answers.append(visitor.send("/register", **NewAccount(name=name).form()).status_code)

    threads = [threading.Thread(target=register, args=(name,)) for name in ("Marja Lehto", "Marja A. Lehto")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    with app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
        assert db.session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Type your name."),
        ("name", "\u200b\u202e\x00", "Type your name."),
        ("email", "marja", "This is not an e-mail address."),
        ("email", "marja@", "This is not an e-mail address."),
        ("email", "märja@rivermouth.example", "This is not an e-mail address."),
        ("email", "a@b.example\r\nBcc: all@b.example", "This is not an e-mail address."),
        ("email", f"{'a' * 300}@rivermouth.example", "longer than 254"),
        ("password", "short", "The password is too short."),
        ("password", "Password2026!", "easy to guess"),
        ("password", "12345678901234", "easy to guess"),
        ("password", "marjalehto2026", "too close to your name"),
        ("password", "a" * 2000, "longer than"),
        ("consent", "", "Read the privacy notice"),
        ("language", "xx", "Not a valid choice"),
    ],
)
def test_bad_input_is_named_at_its_field_and_the_rest_is_kept(
    visitor: Visitor, field: str, typed: str, said: str
) -> None:
    form = NewAccount().form() | {field: typed}
    answer = visitor.send("/register", **{key: text for key, text in form.items() if text})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Marja Lehto"' in answer.text
    assert NewAccount.password not in answer.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Marja\x00 Lehto", "Marja Lehto"),
        ("\u202eotheL ajraM", "otheL ajraM"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{ 7 * 7 }} %(name)s", "{{ 7 * 7 }} %(name)s"),
        ("Łucja Żółć 🚲", "Łucja Żółć 🚲"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("x" * 200, "x" * 200),
        ('"; DROP TABLE lms_user; --', '"; DROP TABLE lms_user; --'),
    ],
)
def test_names_are_shown_as_typed_and_do_no_harm(
    visitor: Visitor, post: Post, app: Flask, typed: str, kept: str
) -> None:
    assert visitor.send("/register", **NewAccount(name=typed).form()).status_code == 303
    mail = post.one()
    assert mail["To"].addresses[0].display_name == kept
    assert visitor.send(link_in(mail), password=NewAccount.password).status_code == 303
    page = visitor.get("/account").text
    assert "<script>alert" not in page
    with app.app_context(), transaction(writes=False):
        assert db.session.scalars(select(Person.name)).one() == kept


def test_no_form_is_busy_for_long_with_what_nobody_types(visitor: Visitor) -> None:
    tower = "a" + "\u0301\u0316" * 60_000
    start = time.process_time()
    for path in ("/sign-in", "/register"):
        answer = visitor.send(path, **NewAccount(name=tower, email=tower, password=tower).form())
        assert answer.status_code == 422
    assert time.process_time() - start < 10  # half a minute, if all marks were sorted


def test_a_name_of_more_than_200_letters_is_refused(visitor: Visitor) -> None:
    assert visitor.send("/register", **NewAccount(name="x" * 201).form()).status_code == 422


def test_the_mail_is_in_the_language_of_the_person(visitor: Visitor, post: Post) -> None:
    visitor.send("/register", **NewAccount(language="de").form())
    assert post.one()["Content-Language"] == "de"


def test_a_form_without_its_token_changes_nothing_and_keeps_what_was_typed(visitor: Visitor, app: Flask) -> None:
    answer = visitor.client.post("/register", data=NewAccount().form())
    assert answer.status_code == 400
    assert "marja.lehto@rivermouth.example" in answer.text
    assert NewAccount.password not in answer.text
    with app.app_context(), transaction(writes=False):
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


class TestWhenHubsMakeTheAccounts:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LMS_REGISTRATION": False}

    def test_nobody_registers(self, visitor: Visitor) -> None:
        assert visitor.get("/register").status_code == 403
        assert "/register" not in visitor.get("/sign-in").text
