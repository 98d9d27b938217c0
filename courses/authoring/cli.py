"""Commands: `flask lms courses check | load | publish`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from courses.authoring import services
from courses.authoring.check import check_folder
from courses.authoring.loading import CONTENT, load_all
from courses.authoring.services import CourseFaults
from courses.catalogue.queries import course_by_slug
from lms.kernel.errors import LmsError
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from courses.authoring.rules import Wins


@click.group()
def courses() -> None:
    """Check, load and publish courses in files."""


@courses.command()
@click.argument("path", type=click.Path(path_type=Path), default=CONTENT)
def check(path: Path) -> None:
    """Say what is wrong with the course, or the courses, in a folder. Needs no database."""
    faults = check_folder(path)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise SystemExit(1)
    click.echo("No faults found.")


@courses.command()
@click.argument("path", type=click.Path(path_type=Path), default=CONTENT)
@click.option("--wins", type=click.Choice(["files", "draft"]), help="Who wins where both sides have changed.")
@click.option("--publish", is_flag=True, help="Publish what changed; a first edition is published in any case.")
@with_appcontext
def load(path: Path, wins: str | None, *, publish: bool) -> None:
    """Load the course, or the courses, in a folder. Loading the same files again changes nothing."""
    try:
        with transaction():
            side: Wins = "files" if wins == "files" else "draft" if wins else ""
            for result in load_all(actor=SYSTEM, folder=path, publish=publish, wins=side):
                click.echo(result.sentence())
    except CourseFaults as refusal:
        raise click.ClickException("\n".join([refusal.text, *(str(fault) for fault in refusal.faults)])) from None
    except LmsError as refusal:
        raise click.ClickException(refusal.text) from None


@courses.command()
@click.argument("slug")
@click.option("--minor", is_flag=True, help="Words only: running programmes may take it.")
@click.option("--note", default="", help="What is new, for hubs.")
@with_appcontext
def publish(slug: str, note: str, *, minor: bool) -> None:
    """Publish the draft of a course as its next edition."""
    try:
        with transaction():
            course = course_by_slug(slug)
            edition = services.publish(actor=SYSTEM, course=course, size="minor" if minor else "major", note=note)
            click.echo(f"Edition {edition.major}.{edition.minor} of {slug} is published.")
    except services.NotPublishable as refusal:
        lines = [f"{problem.key}: {problem.text}" for problem in refusal.problems]
        raise click.ClickException("\n".join([refusal.text, *lines])) from None
    except LmsError as refusal:
        raise click.ClickException(refusal.text) from None
