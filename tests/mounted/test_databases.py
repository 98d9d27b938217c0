"""One PostgreSQL database for both, histories apart; and two hosts in one process, each with its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from lms.kernel import migrations
from lms.kernel.db import Base, db, not_ours
from tests.mounted.conftest import close
from tests.mounted.host import add_account, host_db, make_host

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.mounted.conftest import MakeHost


def visitor(app: Flask, user: str = "marja") -> FlaskClient:
    """Somebody who has signed in at a host."""
    client = app.test_client()
    token = client.get("/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/login", data={"user": user, "csrf_token": token}).status_code == 303
    return client


def rename(client: FlaskClient, name: str) -> None:
    """Change the own name on our page."""
    token = client.get("/learn/account").text.partition('name="lms_csrf" value="')[2].partition('"')[0]
    values = {"name": name, "language": "en", "time_zone": "", "lms_csrf": token}
    assert client.post("/learn/account", data=values).status_code == 303


def test_on_postgresql_we_share_the_hosts_database_and_nothing_in_it(tmp_path: Path, postgres_empty_uri: str) -> None:
    app = make_host(tmp_path, postgres_empty_uri)
    try:
        with app.app_context():
            migrations.upgrade()
            assert str(db.engine.url) == str(host_db.engine.url)
            assert db.engine is not host_db.engine
            with host_db.engine.connect() as connection:
                found = set(inspect(connection).get_table_names())
                assert found == {"account", "event", *Base.metadata.tables, migrations.VERSION_TABLE}
                context = MigrationContext.configure(connection, opts={"include_object": not_ours})
                assert compare_metadata(context, host_db.metadata) == []
        add_account(app, "marja", "Marja Lehto")
        rename(visitor(app), "Marja Salo")
        with app.app_context():
            migrations.downgrade("base")
            with host_db.engine.connect() as connection:
                assert set(inspect(connection).get_table_names()) == {"account", "event", migrations.VERSION_TABLE}
    finally:
        close(app)


@pytest.fixture
def two(host_at: MakeHost) -> tuple[Flask, Flask]:
    """Two hosts in one process."""
    return host_at("east", LMS_DATABASE_URI=""), host_at("west", LMS_SITE_NAME="Western hubs")


@pytest.mark.skipif("config.getoption('--database') == 'postgresql'", reason="two files, each of one host")
def test_two_hosts_in_one_process_know_nothing_of_each_other(two: tuple[Flask, Flask]) -> None:
    east, west = two
    at_east, at_west = visitor(east), visitor(west)
    rename(at_east, "Marja of the East")
    rename(at_west, "Marja of the West")
    assert "Marja of the East" in at_east.get("/learn/account").text
    assert "Marja of the West" in at_west.get("/learn/account").text
    for app, name in ((east, "Marja of the East"), (west, "Marja of the West")):
        with app.app_context(), db.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT name FROM lms_person").scalars().all() == [name]


@pytest.mark.skipif("config.getoption('--database') == 'postgresql'", reason="two files, each of one host")
def test_two_hosts_serve_at_the_same_time(two: tuple[Flask, Flask]) -> None:
    faults: list[str] = []

    def stay(app: Flask, name: str) -> None:
        client = visitor(app)
        for number in range(5):
            rename(client, f"{name} {number}")
            if f"{name} {number}" not in client.get("/learn/account").text:
                faults.append(f"{name} {number}")

    threads = [threading.Thread(target=stay, args=pair) for pair in zip(two, ("East", "West"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_an_app_is_mounted_in_once_only(app: Flask) -> None:
    from tests.mounted.host import mount  # noqa: PLC0415 - only here

    with pytest.raises(RuntimeError, match="mounted in this app already"):
        mount(app)
