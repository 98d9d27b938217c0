"""What has to be done before the site serves: migrate, load the reference courses, load the demonstration data.

Done in a process of its own, so that the one that watches over the others stays small. What was done is noted in the
data folder and in the database's own state: a later start does nothing again.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.utils import import_string

from lms.kernel import migrations
from lms.kernel.db import data_dir, db
from lms.kernel.errors import LmsError
from lms.kernel.permissions import SYSTEM
from lms.kernel.transaction import transaction
from lms.site.app import create_app

if TYPE_CHECKING:
    from flask import Flask

# The site lies beside the rooms that it prepares, so it names them like an app would: by dotted name.
COURSES = "courses.authoring.loading"
DEMONSTRATION = "lms.demo.loading"
NOTE = "prepared"


def say(text: str) -> None:
    """Tell what is being done, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare(*, demonstration: bool) -> int:
    """Bring database and data up to date; return an exit status."""
    app = create_app()
    with app.app_context():
        _migrate()
        _load_courses(app)
        if demonstration:
            _load_demonstration()
        db.engine.dispose()
    return 0


def _migrate() -> None:
    with transaction(writes=False):
        missing = migrations.missing()
    if missing:
        say("Bringing the database up to date …")
        migrations.upgrade()


def _state_of(folder: Path) -> str:
    """Return a fingerprint of the course files and of the database that they go into."""
    digest = hashlib.sha256(str(db.engine.url).encode())
    if db.engine.dialect.name == "sqlite":
        digest.update(str(Path(str(db.engine.url.database)).stat().st_ino).encode())
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        digest.update(f"{path.relative_to(folder)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _load_courses(app: Flask) -> None:
    """Load the courses that come with the product, if their files have changed since the last time."""
    loading = import_string(COURSES)
    state, note = _state_of(loading.CONTENT), data_dir(app) / NOTE
    if note.exists() and note.read_text(encoding="ascii") == state:
        return
    say("Loading the reference courses …")
    began = time.monotonic()
    try:
        with transaction():
            loading.load_all(actor=SYSTEM)
    except LmsError as error:  # the site serves the courses that it has
        say(f"  {error.text}")
        for fault in getattr(error, "faults", ()):
            say(f"  {fault}")
        return
    note.write_text(state, encoding="ascii")
    say(f"  done in {time.monotonic() - began:.1f} s")


def _load_demonstration() -> None:
    """Load the invented hubs and people once, and say how to sign in as them."""
    demo = import_string(DEMONSTRATION)
    if not demo.is_loaded():
        say("Loading the demonstration data …")
        began = time.monotonic()
        demo.load(say)
        say(f"  done in {time.monotonic() - began:.1f} s")
