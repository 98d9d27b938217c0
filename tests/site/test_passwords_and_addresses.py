"""Lost and changed passwords, changed addresses, and the links in the mails about them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.kernel.db import db
from lms.kernel.transaction import transaction
from lms.site.models import User
from tests.site.conftest import PASSWORD, NewAccount, Post, Visitor, link_in

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.clock import Clock

NEW = "seven green bicycles"
NEW_ADDRESS = "marja@harbour.example"


def test_a_lost_password_is_replaced_by_mail_and_all_sessions_end(
    visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    assert another.send("/reset", email=marja.email).location == "/mail-sent"
    assert another.send(link_in(post.one()), password=NEW).location == "/sign-in"
    assert not visitor.is_signed_in()
    assert another.sign_in(marja.email, PASSWORD).status_code == 422
    assert another.sign_in(marja.email, NEW).status_code == 303
    assert post.one()["Subject"] == "Your account at Training Hubs was changed"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(another: Visitor, marja: NewAccount, post: Post) -> None:
    known = another.send("/reset", email=marja.email)
    post.new()
    unknown = another.send("/reset", email="nobody@rivermouth.example")
    assert (known.status, known.location, known.data) == (unknown.status, unknown.location, unknown.data)
    assert post.new() == []
    assert another.send("/confirm", email="nobody@rivermouth.example").location == "/mail-sent"
    assert another.send("/confirm", email=marja.email).location == "/mail-sent"
    assert post.new() == []


def test_a_reset_link_works_once(another: Visitor, marja: NewAccount, post: Post) -> None:
    another.send("/reset", email=marja.email)
    link = link_in(post.one())
    assert another.get(link).status_code == 200
    assert another.send(link, password=NEW).status_code == 303
    answer = another.get(link)
    assert answer.status_code == 410
    assert "This link has ended" in answer.text


def test_a_reset_link_ends_after_two_hours(another: Visitor, marja: NewAccount, post: Post, clock: Clock) -> None:
    another.send("/reset", email=marja.email)
    link = link_in(post.one())
    clock.move_by(timedelta(hours=2, minutes=1))
    assert another.get(link).status_code == 410


def test_a_reset_link_ends_when_the_password_is_changed(
    visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    another.send("/reset", email=marja.email)
    link = link_in(post.one())
    assert visitor.send("/account/password", present_password=PASSWORD, password=NEW).status_code == 303
    assert another.get(link).status_code == 410


def test_a_link_for_one_thing_is_none_for_another(another: Visitor, marja: NewAccount, post: Post) -> None:
    another.send("/reset", email=marja.email)
    token = link_in(post.one()).removeprefix("/reset/")
    assert another.get(f"/confirm/{token}").status_code == 404
    assert another.get(f"/account/email/{token}").status_code == 404


def test_a_new_password_after_a_reset_obeys_the_rules(another: Visitor, marja: NewAccount, post: Post) -> None:
    another.send("/reset", email=marja.email)
    link = link_in(post.one())
    assert another.send(link, password="marja lehto 1").status_code == 422
    assert another.send(link, password="short").status_code == 422
    assert another.send(link, password=NEW).status_code == 303


def test_a_lost_password_also_confirms_the_address(visitor: Visitor, post: Post) -> None:
    visitor.send("/register", **NewAccount().form())
    post.new()
    visitor.send("/reset", email=NewAccount.email)
    visitor.send(link_in(post.one()), password=NEW)
    assert visitor.sign_in(NewAccount.email, NEW).status_code == 303


def test_mail_of_one_kind_goes_to_an_account_once_in_ten_minutes(
    another: Visitor, marja: NewAccount, post: Post, clock: Clock
) -> None:
    for _time in range(5):
        another.send("/reset", email=marja.email)
    assert len(post.new()) == 1
    clock.move_by(timedelta(minutes=11))
    another.send("/reset", email=marja.email)
    assert len(post.new()) == 1


def test_a_password_is_changed_by_who_knows_the_present_one(
    visitor: Visitor, another: Visitor, marja: NewAccount
) -> None:
    another.sign_in(marja.email)
    answer = visitor.send("/account/password", present_password="not the password", password=NEW)
    assert answer.status_code == 422
    assert "This is not your present password" in answer.text
    assert visitor.send("/account/password", present_password=PASSWORD, password=NEW).location == "/account/security"
    assert visitor.is_signed_in()
    assert not another.is_signed_in()
    assert another.sign_in(marja.email, NEW).status_code == 303


def test_an_address_is_changed_when_its_owner_follows_the_link(
    app: Flask, visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    assert visitor.send("/account/email", email=NEW_ADDRESS, present_password=PASSWORD).location == "/account/security"
    mail = post.one()
    assert mail["To"].addresses[0].addr_spec == NEW_ADDRESS
    link = link_in(mail)
    assert another.get(link).status_code == 200
    assert another.sign_in(NEW_ADDRESS).status_code == 422  # not before the button is pressed
    assert another.send("/reset", email=marja.email).status_code == 303
    old_link = link_in(post.one())
    assert another.send(link).status_code == 303
    assert another.get(old_link).status_code == 410  # who reads the old address has no more to do with the account
    assert not visitor.is_signed_in()
    assert another.sign_in(marja.email).status_code == 422
    assert another.sign_in(NEW_ADDRESS).status_code == 303
    told = post.one()
    assert told["To"].addresses[0].addr_spec == marja.email
    assert another.get(link).status_code == 410
    with app.app_context(), transaction(writes=False):
        assert db.session.scalars(select(Person.email)).one() == NEW_ADDRESS
        assert db.session.scalars(select(User.email)).one() == NEW_ADDRESS
    assert NEW_ADDRESS in another.get("/account").text


def test_who_follows_the_link_where_she_is_signed_in_stays_there(
    visitor: Visitor, marja: NewAccount, post: Post
) -> None:
    visitor.send("/account/email", email=NEW_ADDRESS, present_password=PASSWORD)
    assert visitor.send(link_in(post.one())).location == "/account/security"
    assert NEW_ADDRESS in visitor.get("/account").text


def test_changing_an_address_needs_the_password(visitor: Visitor, marja: NewAccount, post: Post) -> None:
    answer = visitor.send("/account/email", email=NEW_ADDRESS, present_password="not the password")
    assert answer.status_code == 422
    assert NEW_ADDRESS in answer.text
    assert post.new() == []


def test_a_taken_address_gets_the_same_answer_and_no_mail(
    visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    another.send("/register", **NewAccount(email=NEW_ADDRESS, name="Paolo Rossi").form())
    another.send(link_in(post.one()), password=PASSWORD)
    assert visitor.send("/account/email", email=NEW_ADDRESS, present_password=PASSWORD).location == "/account/security"
    assert post.new() == []


def test_an_address_that_was_taken_meanwhile_is_refused(
    visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    visitor.send("/account/email", email=NEW_ADDRESS, present_password=PASSWORD)
    link = link_in(post.one())
    another.send("/register", **NewAccount(email=NEW_ADDRESS, name="Paolo Rossi").form())
    post.new()
    answer = visitor.send(link)
    assert answer.status_code == 409
    assert "belongs to another account" in answer.text


def test_a_newer_wish_ends_the_older_link(visitor: Visitor, marja: NewAccount, post: Post) -> None:
    visitor.send("/account/email", email=NEW_ADDRESS, present_password=PASSWORD)
    older = link_in(post.one())
    visitor.send("/account/email", email="marja@island.example", present_password=PASSWORD)
    newer = link_in(post.one())
    assert visitor.get(older).status_code == 410
    assert visitor.send(newer).status_code == 303


def test_an_account_cannot_flood_strangers_with_mail(visitor: Visitor, marja: NewAccount) -> None:
    wishes = [
        visitor.send("/account/email", email=f"stranger{number}@island.example", present_password=PASSWORD)
        for number in range(6)
    ]
    assert [answer.status_code for answer in wishes] == [303] * 5 + [429]


def test_the_first_page_after_the_account_has_changed_may_be_one_about_the_account(
    app: Flask, visitor: Visitor, marja: NewAccount
) -> None:
    """The change is taken over in a transaction of its own, in the middle of the page's."""
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.email == marja.email).values(email=NEW_ADDRESS))
    page = visitor.get("/account/security")
    assert page.status_code == 200
    assert NEW_ADDRESS in page.text
