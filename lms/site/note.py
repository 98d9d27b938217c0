"""What the last start has done, noted in the data folder, so that the next one need not do it again.

This module loads nothing of the product: it is read by the process that only watches over the others.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

NAME = "prepared.json"
CHECKOUT = Path(__file__).parent.parent.parent
# What the preparation depends on: a change in any of these files makes the next start prepare again.
SOURCES = (
    "migrations",
    "lms/_migrations",
    "courses/content",
    "courses/authoring",
    "assessments/types",  # these three read course files too
    "assessments/quizzes/activity.py",
    "assessments/handins/activity.py",
    "lms/demo",
)


def folder() -> Path:
    """Return the data folder, as the site chooses it without further settings."""
    return Path(os.environ.get("LMS_DATA_DIR") or CHECKOUT / "instance")


def fingerprint(*, demonstration: bool) -> str:
    """Return a fingerprint of all that a preparation depends on.

    Empty where that cannot be told without asking a database: then every start prepares.
    """
    database = folder() / "lms.db"
    if os.environ.get("LMS_DATABASE_URI") or not database.exists():
        return ""
    # Another file of the same name, such as a backup brought back, is another database.
    digest = hashlib.sha256(f"{demonstration} {CHECKOUT} {database.stat().st_ino}\n".encode())
    for name in SOURCES:
        root = CHECKOUT / name
        for path in sorted([root, *root.rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                status = path.stat()
                digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read() -> dict[str, Any]:
    """Return the note; empty when there is none that can be read."""
    try:
        found = json.loads((folder() / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(**values: Any) -> None:
    """Write the note, whole or not at all."""
    draft = folder() / f".{NAME}-{os.getpid()}"
    draft.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder() / NAME)
