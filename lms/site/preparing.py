"""What has to be done before the site serves: migrate, load the reference courses, load the demonstration data.

Done in a process of its own, so that the one that watches over the others stays small. Everything here does nothing
the second time; a note in the data folder spares the next start even looking.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from werkzeug.utils import import_string

from lms.kernel import migrations
from lms.kernel.db import data_dir, db
from lms.kernel.errors import LmsError
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.site import checks, note
from lms.site.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

# The site names the rooms that it prepares as an app would: by dotted name.
COURSES = "courses.authoring.loading"
LIBRARY = "lms.library.services"
DEMONSTRATION = "lms.demo.loading"


def say(text: str) -> None:
    """Tell what is being done, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare(*, demonstration: bool) -> int:
    """Bring database and data up to date; return an exit status."""
    app = create_app()
    with app.app_context():
        try:
            _migrate()
            whole = _load_files()
            accounts = _load_demonstration() if demonstration else []
            if not demonstration:
                _say_how_to_begin()
        except LmsError as error:
            say(f"The site cannot be prepared. {error.text}")
            return 1
        finally:
            db.engine.dispose()
        if data_dir(app).resolve() == note.folder().resolve():
            done = note.fingerprint(demonstration=demonstration) if whole else ""
            note.write(done=done, accounts=accounts)
    return 0


def _migrate() -> None:
    with transaction(writes=False):
        missing = migrations.missing()
    if missing:
        _timed("Bringing the database up to date", migrations.upgrade)


def _timed(what: str, action: Callable[[], object]) -> None:
    say(f"{what} …")
    began = time.monotonic()
    action()
    say(f"  done in {time.monotonic() - began:.1f} s")


def _load_files() -> bool:
    """Load the courses and the materials that come with the product; return whether all went well."""
    courses, library = import_string(COURSES), import_string(LIBRARY)
    went = [
        _load("Loading the materials", lambda: library.load_library(actor=SYSTEM, folder=courses.LIBRARY)),
        _load("Loading the reference courses", lambda: courses.load_all(actor=SYSTEM)),
    ]
    return all(went)


def _load(what: str, load: Callable[[], object]) -> bool:
    def run() -> None:
        with transaction():
            load()

    try:
        _timed(what, run)
    except LmsError as error:  # nothing was changed, so the site serves what it has
        say(f"  {error.text}")
        for fault in getattr(error, "faults", ()):
            say(f"  {fault}")
        return False
    return True


def _say_how_to_begin() -> None:
    """Say how to make the first account, on a site where nobody has one."""
    with transaction(writes=False):
        lacking = checks.administrator()
    if lacking:
        say("Nobody has an account yet. Make the first one: FLASK_APP=lms.site.wsgi .venv/bin/flask lms init")


def _load_demonstration() -> list[list[Any]]:
    """Load the invented hubs and people once; return who can sign in as what."""
    demo = import_string(DEMONSTRATION)
    if not demo.is_loaded():
        _timed("Loading the demonstration data", lambda: demo.load(say))
    return [[role, demo.email_of(name), demo.cast.PASSWORD] for role, name in demo.ACCOUNTS]
