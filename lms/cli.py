"""`flask lms …`: setting up, courses, demonstration, worker, rebuilding, backup.

Long commands say what they are doing. A command that cannot do its work says why and what to do, and ends with 1.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from courses.authoring.check import course_folders
from courses.authoring.loading import CONTENT, LIBRARY, load_all
from courses.authoring.services import CourseFaults
from courses.checking.check import check_content
from lms.demo.cast import PASSWORD
from lms.demo.large import load_large
from lms.demo.loading import ACCOUNTS, PARTNERSHIP, email_of, is_loaded, load as load_story
from lms.demo.removing import remove
from lms.hubs.services import make_partnership
from lms.kernel import backup as backups, health, jobs, migrations
from lms.kernel.config import setting
from lms.kernel.errors import Conflict, LmsError, Unavailable
from lms.kernel.permissions import SYSTEM
from lms.kernel.state import state
from lms.kernel.transaction import transaction
from lms.library.services import LibraryFaults, load_library
from lms.site.services import make_first_administrator

if TYPE_CHECKING:
    from collections.abc import Callable

NO_ADDRESS = "LMS_PUBLIC_URL is not set. QR codes and mails need the address under which people reach this site."
SHOWN = 50  # differences that `rebuild` tells of each kind
# The group is registered as an entry point of Flask's own command line.
lms = AppGroup("lms", help="Training courses on the Integrated Management System for Sustainability.")
courses = AppGroup("courses", help="Courses as files.")
library = AppGroup("library", help="Materials as files: glossary, templates, guides.")
database = AppGroup("db", help="The database of the learning pages.")
demonstration = AppGroup("demo", help="Invented data that shows how everything works.")
lms.add_command(courses)
lms.add_command(library)
lms.add_command(database)
lms.add_command(demonstration)


def says_why(command: Callable[..., None]) -> Callable[..., None]:
    """Turn a refusal, a lost database or a file that cannot be written into one clear line and exit code 1."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except (CourseFaults, LibraryFaults) as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            raise click.ClickException(error.text) from error
        except Unavailable as error:
            raise click.ClickException(_with_cause(error)) from error
        except LmsError as error:
            raise click.ClickException(error.text) from error
        except OperationalError as error:
            raise click.ClickException(f"The database cannot be used: {_plain(error)}") from error
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'A file'}: {error.strerror or error}.") from error

    return run


def _with_cause(error: Unavailable) -> str:
    cause = error.__cause__
    return f"{error.text} ({_plain(cause)})" if isinstance(cause, OperationalError) else error.text


def _plain(error: OperationalError) -> str:
    """Return what the database said itself, in one line."""
    return " ".join(str(error.orig).split())


def needs_tables(command: Callable[..., None]) -> Callable[..., None]:
    """Have a command refuse at once where the database is not up to date, and say why as `says_why` does."""

    @says_why
    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        with transaction(writes=False):
            lacking = migrations.missing()
        if lacking is not None:
            raise Conflict(lacking)
        command(*args, **options)

    return run


def _progress(name: str, count: int) -> None:
    click.echo(f"  {name}: {count}")


def _say_further(text: str) -> None:
    click.echo(f"  {text}")


@lms.command()
@says_why
def check() -> None:
    """Say what is missing for running this site, and how to mend it."""
    found = health.problems()
    problems = list(found.values())
    if not setting("LMS_PUBLIC_URL"):
        problems.append(NO_ADDRESS)
    if not found.keys() & {"database", "migrations"}:
        problems += _look_into_the_database()
    for problem in problems:
        click.echo(f"- {problem}", err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} to mend.")
    click.echo("All is in order.")


def _look_into_the_database() -> list[str]:
    problems = []
    with transaction(writes=False):
        if failed := jobs.queue_health()["failed"]:
            problems.append(f"Jobs were given up: {failed}. The worker's log says why.")
        for feature in state().features:
            for look in feature.checks:
                problems += look()
    if is_loaded() and not setting("LMS_DEMONSTRATION"):
        problems.append(
            "Invented people are loaded whose password everybody knows. Run: flask lms demo remove,"
            " or set LMS_DEMONSTRATION=1 where nothing is real."
        )
    return problems


def _has_accounts() -> bool:
    """Whether people sign in at a site of our own, not by the app that these pages are mounted in."""
    return any(feature.name == "site" for feature in state().features)


@lms.command()
@click.option("--name", prompt="Name of the partnership", default=PARTNERSHIP, help="Name of the partnership.")
@click.option("--admin-name", prompt="Name of the first administrator", help="The first administrator's name.")
@click.option("--admin-email", prompt="E-mail of the first administrator", help="The address to sign in with.")
@click.option(
    "--password",
    prompt="Password (empty: a link to choose one is sent)",
    default="",
    hide_input=True,
    help="The password; without one, a link to choose it is sent by mail.",
)
@says_why
def init(name: str, admin_name: str, admin_email: str, password: str) -> None:
    """Make the partnership and its first administrator."""
    if not _has_accounts():
        raise Conflict(
            "Here people sign in by the app that these pages are mounted in. Name the partnership office by"
            " LMS_ROLE_MAP, such as {'staff': 'partnership-office'}; there is nothing else to make."
        )
    migrations.upgrade()
    with transaction():
        make_partnership(actor=SYSTEM, name=name, contact_email=admin_email)
        make_first_administrator(email=admin_email, name=admin_name, password=password or None)
    click.echo(f"Made {name}. {admin_email} can sign in as partnership office.")
    click.echo("Next: flask lms courses load")


@database.command()
@click.argument("revision", default="head")
@says_why
def upgrade(revision: str) -> None:
    """Bring the database up to date."""
    click.echo("Bringing the database up to date …")
    migrations.upgrade(revision)
    click.echo("Done.")


@courses.command("check", with_appcontext=False)
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@says_why
def check_files(path: Path) -> None:
    """Check course files, without a database.

    PATH holds courses, or is a course or a folder in one. Says file, line and a plain sentence for each fault.
    """
    folders = course_folders(path)
    faults = check_content(path)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise click.ClickException(f"Faults: {len(faults)}.")
    click.echo(f"Courses: {len(folders)}. No faults.")


@courses.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--publish/--no-publish", default=False, help="Publish what changed as a new edition.")
@click.option("--wins", type=click.Choice(["files", "draft"]), default=None, help="Who wins where both changed.")
@needs_tables
def load(path: Path | None, *, publish: bool, wins: Literal["files", "draft"] | None) -> None:
    """Load courses from their files.

    The reference courses, unless a folder is given. Safe to repeat.
    """
    click.echo("Loading courses …")
    with transaction():
        results = load_all(actor=SYSTEM, folder=path or CONTENT, publish=publish, wins=wins or "")
        lines = [str(result) for result in results]
    for line in lines:
        click.echo(f"  {line}")


@library.command("load")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@needs_tables
def load_materials(path: Path | None) -> None:
    """Load the materials that all hubs share from their files.

    Those that come with the reference courses, unless a folder is given. Safe to repeat: a new version is made only of
    what changed.
    """
    click.echo("Loading the library …")
    with transaction():
        line = str(load_library(actor=SYSTEM, folder=path or LIBRARY))
    click.echo(f"  {line}")


@lms.command()
@needs_tables
def worker() -> None:
    """Run jobs: mails, certificates, reminders.

    Start as many as you like; stop with Ctrl+C.
    """
    if not setting("LMS_PUBLIC_URL"):
        raise Conflict(NO_ADDRESS)
    click.echo("Working. Stop with Ctrl+C.")
    jobs.work_until_signalled(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the app itself, for its own thread


@lms.command()
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; say where stored states differ from the facts."
)
@needs_tables
def rebuild(*, only_check: bool) -> None:
    """Make states and counters anew from the facts."""
    found = 0
    for name, run in state().feature_values("rebuild").items():
        click.echo(f"{'Checking' if only_check else 'Rebuilding'} {name} …")
        differences = run(only_check, _say_further)  # type: ignore[operator]  # a mapping of many kinds of values
        found += len(differences)
        for difference in differences[:SHOWN]:
            click.echo(f"  {difference}")
        if len(differences) > SHOWN:
            click.echo(f"  … and {len(differences) - SHOWN} more")
    click.echo(f"{found} differences." if only_check else f"{found} differences mended.")
    if found and only_check:
        raise click.ClickException("States and facts differ. Run: flask lms rebuild")


@lms.command()
@click.argument("target", type=click.Path(path_type=Path))
@needs_tables
def backup(target: Path) -> None:
    """Write everything, rows and files, into one archive.

    It holds personal data: only you can read it. Not in it are the settings and the key that signs sessions.
    """
    click.echo(f"Writing {target} …")
    lacking = backups.backup(target, _progress)
    for digest in lacking:
        click.echo(f"- The file store lacks {digest}.", err=True)
    if lacking:
        raise click.ClickException(f"The backup was written, without the {len(lacking)} files that are not there.")
    click.echo("Done.")


@lms.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@says_why
def restore(source: Path) -> None:
    """Fill an empty database and file store from an archive."""
    if source.is_dir():
        raise Conflict(f"{source} is a folder. Name the archive that `flask lms backup` has written.")
    migrations.upgrade()
    click.echo(f"Reading {source} …")
    backups.restore(source, _progress)
    click.echo("Done.")


@demonstration.command("load")
@click.option(
    "--participants", type=click.IntRange(1, 1_000_000), help="Make a large programme of so many people instead."
)
@needs_tables
def load_demo(participants: int | None) -> None:
    """Load invented hubs, cities and people.

    With --participants: one large programme instead, for measuring.
    """
    if participants is None:
        load_story(click.echo)
        if _has_accounts():
            click.echo(f"All of them have the password {PASSWORD}, such as:")
            for role, name in ACCOUNTS:
                click.echo(f"  {email_of(name):27}  {role}")
    else:
        load_large(participants, click.echo)


@demonstration.command("remove")
@click.confirmation_option(prompt="Remove all demonstration data?")
@needs_tables
def remove_demo() -> None:
    """Remove what `demo load` made."""
    remove(click.echo)
