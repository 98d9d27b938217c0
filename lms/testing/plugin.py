"""The pytest plugin. It gathers the fixtures: a module per subject, and nothing starts before a test asks.

>>> pytest_plugins = ["lms.testing.plugin"]  # in conftest.py

Which database the `app` fixture uses is said by `--database sqlite|postgresql` or the environment variable
`LMS_TEST_DATABASE`. Fixtures for PostgreSQL and for the browser are there when psycopg and playwright are.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

# A module comes after those that it imports, for pytest prepares each before its first import.
pytest_plugins = [
    "lms.testing.apps",
    "lms.testing.clock",
    "lms.testing.node",
    "lms.testing.html",
    "lms.testing.smtp",
    "lms.testing.sockets",
]
if find_spec("psycopg"):
    pytest_plugins.append("lms.testing.postgres")
if find_spec("playwright"):
    pytest_plugins += ["lms.testing.accessibility", "lms.testing.browser"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the choice of the database."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default=os.environ.get("LMS_TEST_DATABASE") or "sqlite",
        help="database of the app fixture (default: $LMS_TEST_DATABASE or sqlite)",
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Say at the top of the run which database it uses."""
    return f"lms: database {config.getoption('--database')}"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark that tests of the app get by themselves."""
    config.addinivalue_line("markers", "database: works on the app's database (set by itself)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the app's database, so that `-m database` runs them alone."""
    for item in items:
        if isinstance(item, pytest.Function) and {"app", "postgres_server"} & set(item.fixturenames):
            item.add_marker("database")
