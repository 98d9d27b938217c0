"""Accounts made by commands and demonstration data, erased people, and what is forgotten by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Person, RoleGrant
from lms.accounts.own_data import collect
from lms.kernel import jobs, migrations
from lms.kernel.db import db
from lms.kernel.permissions import OFFICE, SYSTEM, WHOLE
from lms.kernel.transaction import transaction
from lms.site import passwords, services
from lms.site.models import EmailChange, User
from lms.testing.apps import make_host
from tests.site.conftest import PASSWORD, NewAccount, Post, Visitor, link_in

if TYPE_CHECKING:
    from flask import Flask

    from lms.kernel.clock import Clock


def test_an_added_account_can_sign_in_at_once(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        password_hash = passwords.hashed(PASSWORD)
        with transaction():
            first = services.add_account(name="Claudia Weiß", email="claudia@hub.example", password_hash=password_hash)
            again = services.add_account(name="Other", email="Claudia@hub.example", password_hash="other")
    assert first == again
    assert visitor.sign_in("claudia@hub.example").status_code == 303
    assert "Claudia Weiß" in visitor.get("/account").text


def test_an_unconfirmed_account_has_to_confirm(app: Flask, visitor: Visitor) -> None:
    with app.app_context(), transaction():
        services.add_account(name="Radu", email="radu@hub.example", password=PASSWORD, confirmed=False)
    assert "not confirmed yet" in visitor.sign_in("radu@hub.example").text


def test_an_account_without_a_password_gets_in_by_mail_only(app: Flask, visitor: Visitor, post: Post) -> None:
    with app.app_context(), transaction():
        services.add_account(name="Radu", email="radu@hub.example")
    assert visitor.sign_in("radu@hub.example", "nobody signs in with this").status_code == 422
    visitor.send("/reset", email="radu@hub.example")
    assert visitor.send(link_in(post.one()), password="seven green bicycles").status_code == 303
    assert visitor.sign_in("radu@hub.example", "seven green bicycles").status_code == 303


def test_the_first_administrator_is_made_once_with_a_link(app: Flask, visitor: Visitor, post: Post) -> None:
    with app.app_context(), transaction():
        ids = {
            services.make_first_administrator(email="office@hubs.example", name="The Office", password=None)
            for _time in range(2)
        }
        assert len(ids) == 1
        grant = db.session.scalars(select(RoleGrant)).one()
        assert (grant.role, (grant.scope_kind, grant.scope_id), grant.person_id) == (OFFICE, WHOLE, ids.pop())
    assert visitor.send(link_in(post.one()), password="seven green bicycles").status_code == 303
    assert visitor.sign_in("office@hubs.example", "seven green bicycles").status_code == 303


def test_no_password_is_hashed_while_the_lock_is_held(app: Flask) -> None:
    with app.test_request_context(), transaction(), pytest.raises(RuntimeError, match="writers' lock"):
        passwords.hashed(PASSWORD)


def test_an_erased_person_is_signed_out_and_may_begin_anew(
    app: Flask, visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    another.sign_in(marja.email)
    assert visitor.send("/account/erase", sure="y").status_code == 200
    assert not visitor.is_signed_in()
    assert not another.is_signed_in()
    assert another.sign_in(marja.email).status_code == 422
    with app.app_context(), transaction(writes=False):
        assert db.session.scalars(select(User)).all() == []
    assert another.send("/register", **marja.form()).status_code == 303
    assert another.send(link_in(post.one()), password=marja.password).status_code == 303
    with app.app_context(), transaction(writes=False):
        assert db.session.scalars(select(User.id)).one() == 2  # the number of the erased account is not given again
        assert len(db.session.scalars(select(Person)).all()) == 2


def test_mail_that_waits_for_an_erased_person_is_not_sent(
    app: Flask, visitor: Visitor, another: Visitor, marja: NewAccount, post: Post
) -> None:
    another.send("/reset", email=marja.email)
    visitor.send("/account/erase", sure="y")
    assert post.new() == []


def test_my_data_holds_the_account_without_its_password(app: Flask, marja: NewAccount) -> None:
    with app.test_request_context(), transaction(writes=False):
        person_id = db.session.scalars(select(Person.id)).one()
        data = collect(person_id)
        password_hash = db.session.scalars(select(User.password)).one()
    account = data["account"]
    assert isinstance(account, dict)
    assert account["email"] == marja.email
    assert str(password_hash) not in str(data)
    assert isinstance(data["mails"], list)


def test_name_and_language_of_account_and_person_stay_the_same(app: Flask, visitor: Visitor, marja: NewAccount) -> None:
    assert visitor.send("/account", name="Marja Salo", language="de", time_zone="").status_code == 303
    with app.app_context(), transaction(writes=False):
        user = db.session.scalars(select(User)).one()
        assert (user.name, user.language) == ("Marja Salo", "de")


def test_what_nobody_confirmed_is_forgotten_after_a_month(
    app: Flask, visitor: Visitor, another: Visitor, marja: NewAccount, clock: Clock
) -> None:
    another.send("/register", **NewAccount(name="Never Confirmed", email="never@island.example").form())
    visitor.send("/account/email", email="wish@island.example", present_password=PASSWORD)
    clock.move_by(timedelta(days=31))
    with app.app_context():
        jobs.enqueue_periodic()
        jobs.run_all()
        with transaction(writes=False):
            assert db.session.scalars(select(User.email)).all() == [marja.email]
            assert db.session.scalars(select(EmailChange)).all() == []
            assert sorted(db.session.scalars(select(Person.name))) == ["", marja.name]


def test_another_app_in_the_process_is_left_alone(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A mounted product hears the same signals, and has no accounts of the site."""
    host = make_host(tmp_path_factory.mktemp("host"))
    with host.app_context():
        migrations.upgrade()
        with transaction():
            person = accounts.add_person(name="Marja Lehto", email="marja@rivermouth.example")
            accounts.update_person(person_id=person.id, language="de")
            accounts.erase_person(actor=SYSTEM, person_id=person.id)
        db.engine.dispose()
