"""The migrations make exactly what the models say, up and down, on both databases, and leave a host alone."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, String, Table, inspect

from lms.kernel import migrations
from lms.kernel.db import Base, db, not_ours
from lms.testing.apps import make_host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """An app context with a database that holds nothing at all."""
    uri = request.getfixturevalue("postgres_empty_uri") if request.param == "postgresql" else ""
    with make_host(tmp_path, uri).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@contextmanager
def connected() -> Iterator[Connection]:
    with db.engine.connect() as connection:
        yield connection


def tables() -> set[str]:
    with connected() as connection:
        return set(inspect(connection).get_table_names())


def schema() -> dict[tuple[str, str], list[str]]:
    """What each table has, part by part, as the database tells it."""
    with connected() as connection:
        look = inspect(connection)
        parts: dict[str, Any] = {
            "columns": look.get_multi_columns(),
            "indexes": look.get_multi_indexes(),
            "unique": look.get_multi_unique_constraints(),
            "foreign keys": look.get_multi_foreign_keys(),
            "checks": look.get_multi_check_constraints(),
        }
        return {
            (part, table): sorted(str(_plain(item)) for item in items)
            for part, found in parts.items()
            for (_schema, table), items in found.items()
            if table != migrations.VERSION_TABLE
        }


def _plain(value: object) -> object:
    """Types and conditions as SQL: two objects that say the same are not equal."""
    return {name: _plain(inner) for name, inner in value.items()} if isinstance(value, dict) else str(value)


def test_migrations_and_models_agree_up_and_down(empty: None) -> None:
    migrations.upgrade()
    assert tables() == {*Base.metadata.tables, migrations.VERSION_TABLE}
    with connected() as connection:
        command.check(migrations.config(connection))
        foreign_keys = {
            (name, tuple(key["constrained_columns"]))
            for name in Base.metadata.tables
            for key in inspect(connection).get_foreign_keys(name)
        }
    declared = {
        (table.name, tuple(key.column_keys))
        for table in Base.metadata.tables.values()
        for key in table.foreign_key_constraints
    }
    assert foreign_keys == declared
    migrations.downgrade("base")
    assert tables() == {migrations.VERSION_TABLE}
    migrations.upgrade()
    assert tables() == {*Base.metadata.tables, migrations.VERSION_TABLE}


def test_checks_of_the_models_are_in_the_database(empty: None) -> None:
    """Alembic compares no CHECK constraints, so they are compared here."""
    migrations.upgrade()
    with connected() as connection:
        found = {
            (name, str(check["name"]))
            for name in Base.metadata.tables
            for check in inspect(connection).get_check_constraints(name)
        }
    declared = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert found == declared


def test_every_step_can_be_taken_back_alone(empty: None) -> None:
    steps = [step.revision for step in ScriptDirectory(str(migrations.folder())).walk_revisions()][::-1]
    for step in steps:
        before = schema()
        migrations.upgrade(step)
        after = schema()
        migrations.downgrade("-1")
        assert schema() == before
        migrations.upgrade(step)
        assert schema() == after != before


def test_a_revision_is_written_from_a_changed_model(
    empty: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(migrations.folder(), tmp_path / "migrations")
    monkeypatch.setattr(migrations, "folder", lambda: copy)
    migrations.upgrade()
    before, newest = schema(), migrations.head()
    changed = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["lms_hub"].append_column(Column("colour", String(20)))
    monkeypatch.setattr(Base, "metadata", changed)
    file = migrations.write_revision("hubs have a colour")
    assert file.name == f"{int(newest or 0) + 1:04}_hubs_have_a_colour.py"
    migrations.upgrade()
    assert [key for key, told in schema().items() if told != before[key]] == [("columns", "lms_hub")]
    migrations.downgrade("-1")
    assert schema() == before


def test_the_history_is_one_line() -> None:
    history = ScriptDirectory(str(migrations.folder()))
    assert len(history.get_heads()) == 1
    assert all(not isinstance(step.down_revision, tuple) for step in history.walk_revisions())


def test_all_our_tables_carry_our_prefix() -> None:
    assert [name for name in Base.metadata.tables if not name.startswith("lms_")] == []
    assert migrations.VERSION_TABLE.startswith("lms_")


def test_a_host_that_compares_its_models_finds_nothing_of_ours(empty: None) -> None:
    migrations.upgrade()
    theirs = MetaData()
    Table("event", theirs, Column("id", Integer, primary_key=True))
    with connected() as connection:
        theirs.create_all(connection)
        context = MigrationContext.configure(connection, opts={"include_object": not_ours})
        assert compare_metadata(context, theirs) == []
