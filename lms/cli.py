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

from courses.authoring.check import check_folder, course_folders
from courses.authoring.loading import CONTENT, load_all
from courses.authoring.services import CourseFaults
from lms.accounts.services import grant_role
from lms.demo.large import load_large
from lms.demo.loading import load as load_story
from lms.demo.removing import remove
from lms.hubs.services import make_partnership
from lms.kernel import backup as backups, jobs, migrations
from lms.kernel.config import setting
from lms.kernel.errors import LmsError
from lms.kernel.permissions import OFFICE, SYSTEM, WHOLE
from lms.kernel.state import state
from lms.kernel.transaction import transaction
from lms.site.services import make_first_administrator

if TYPE_CHECKING:
    from collections.abc import Callable

# The group is registered as an entry point of Flask's own command line.
lms = AppGroup("lms", help="Training courses on the Integrated Management System for Sustainability.")
courses = AppGroup("courses", help="Courses as files.")
database = AppGroup("db", help="The database of the learning pages.")
demonstration = AppGroup("demo", help="Invented data that shows how everything works.")
lms.add_command(courses)
lms.add_command(database)
lms.add_command(demonstration)


def says_why(command: Callable[..., None]) -> Callable[..., None]:
    """Turn a refusal into one clear line and exit code 1."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except CourseFaults as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            raise click.ClickException(error.text) from error
        except LmsError as error:
            raise click.ClickException(error.text) from error

    return run


def _progress(name: str, count: int) -> None:
    click.echo(f"  {name}: {count}")


@lms.command()
@says_why
def check() -> None:
    """Say what is missing for running this site, and how to mend it."""
    problems = []
    with transaction(writes=False):
        if (lacking := migrations.missing()) is not None:
            problems.append(lacking)
        else:
            queue = jobs.queue_health()
            if queue["overdue"]:
                problems.append(f"{queue['overdue']} jobs are overdue. Start a worker: flask lms worker")
            if queue["failed"]:
                problems.append(f"{queue['failed']} jobs were given up. Look at the worker's log.")
        if not setting("LMS_PUBLIC_URL") and not setting("LMS_DEMONSTRATION"):
            problems.append(
                "LMS_PUBLIC_URL is not set. QR codes and mails need the address under which people reach this site."
            )
        for feature in state().features:
            for look in feature.checks if not problems else ():
                problems += look()
    for problem in problems:
        click.echo(f"- {problem}", err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} to mend.")
    click.echo("All is in order.")


@lms.command()
@click.option(
    "--name", prompt="Name of the partnership", default="European Partnership for Integrated Sustainability Management"
)
@click.option("--admin-name", prompt="Name of the first administrator")
@click.option("--admin-email", prompt="E-mail of the first administrator")
@click.option(
    "--password", prompt="Password (empty: set it by the link 'I forgot my password')", default="", hide_input=True
)
@says_why
def init(name: str, admin_name: str, admin_email: str, password: str) -> None:
    """Make the partnership and the first administrator on an empty system."""
    migrations.upgrade()
    with transaction():
        make_partnership(actor=SYSTEM, name=name, contact_email=admin_email)
        person_id = make_first_administrator(email=admin_email, name=admin_name, password=password or None)
        grant_role(actor=SYSTEM, person_id=person_id, role=OFFICE, scope=WHOLE)
    click.echo(f"Made {name}. {admin_email} can sign in as partnership office.")


@database.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database up to date."""
    click.echo("Bringing the database up to date …")
    migrations.upgrade(revision)
    click.echo(f"The database is at {migrations.head()}.")


@courses.command("check", with_appcontext=False)
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def check_files(path: Path) -> None:
    """Check course files: file, line and a plain sentence for each fault. Needs no database."""
    folders = course_folders(path)
    faults = check_folder(path)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise click.ClickException(f"{len(faults)} faults.")
    click.echo(f"{len(folders)} courses, no faults.")


@courses.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--publish/--no-publish", default=False, help="Publish what changed as a new edition.")
@click.option("--wins", type=click.Choice(["files", "draft"]), default=None, help="Who wins where both changed.")
@says_why
def load(path: Path | None, *, publish: bool, wins: Literal["files", "draft"] | None) -> None:
    """Load courses from their files; the reference courses unless a folder is given. Safe to repeat."""
    click.echo("Loading courses …")
    with transaction():
        results = load_all(actor=SYSTEM, folder=path or CONTENT, publish=publish, wins=wins or "")
        lines = [str(result) for result in results]
    for line in lines:
        click.echo(f"  {line}")


@lms.command()
def worker() -> None:
    """Run jobs: mails, certificates, reminders. Start as many as you like; stop with Ctrl+C."""
    click.echo("Working. Stop with Ctrl+C.")
    jobs.work_until_signalled(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the app itself, for its own thread


@lms.command()
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; say where stored states differ from the facts."
)
def rebuild(*, only_check: bool) -> None:
    """Make states and counters anew from the facts."""
    found = 0
    for name, run in state().feature_values("rebuild").items():
        click.echo(f"{'Checking' if only_check else 'Rebuilding'} {name} …")
        differences = run(only_check)  # type: ignore[operator]  # a mapping of many kinds of values
        found += len(differences)
        for difference in differences[:50]:
            click.echo(f"  {difference}")
    click.echo(f"{found} differences." if only_check else f"{found} differences mended.")
    if found and only_check:
        raise click.ClickException("States and facts differ. Run: flask lms rebuild")


@lms.command()
@click.argument("target", type=click.Path(path_type=Path))
@says_why
def backup(target: Path) -> None:
    """Write everything, rows and files, into one archive."""
    click.echo(f"Writing {target} …")
    backups.backup(target, _progress)
    click.echo("Done.")


@lms.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@says_why
def restore(source: Path) -> None:
    """Fill an empty database and file store from an archive."""
    migrations.upgrade()
    click.echo(f"Reading {source} …")
    backups.restore(source, _progress)
    click.echo("Done.")


@demonstration.command("load")
@click.option(
    "--participants", type=click.IntRange(1, 1_000_000), help="Make a large programme of so many people instead."
)
@says_why
def load_demo(participants: int | None) -> None:
    """Load invented hubs, cities and people; or, for measuring, one large programme."""
    if participants is None:
        load_story(click.echo)
    else:
        load_large(participants, click.echo)


@demonstration.command("remove")
@click.confirmation_option(prompt="Remove all demonstration data?")
@says_why
def remove_demo() -> None:
    """Remove what `demo load` made."""
    remove(click.echo)
