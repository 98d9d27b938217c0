from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from lms.testing.postgres import PostgresServer


def test_a_copy_of_a_database_has_its_rows_and_is_its_own(postgres_server: PostgresServer) -> None:
    first = create_engine(postgres_server.create("first"))
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE note (word TEXT)"))
        connection.execute(text("INSERT INTO note VALUES ('Žemaitija')"))
    first.dispose()
    second = create_engine(postgres_server.create("second", "first"))
    with second.begin() as connection:
        assert connection.execute(text("SELECT lower(word) FROM note")).scalar_one() == "žemaitija"
    second.dispose()
    postgres_server.drop("second")
    postgres_server.drop("first")


def test_a_database_is_dropped_even_when_someone_is_connected(postgres_server: PostgresServer) -> None:
    engine = create_engine(postgres_server.create("busy"))
    connection = engine.connect()
    connection.execute(text("SELECT 1"))
    postgres_server.drop("busy")
    connection.invalidate()
    connection.close()
    engine.dispose()


def test_the_server_listens_on_no_port(postgres_server: PostgresServer) -> None:
    engine = create_engine(postgres_server.uri("postgres"))
    with engine.connect() as connection:
        assert connection.execute(text("SHOW listen_addresses")).scalar_one() == ""
    engine.dispose()
