"""Whether the site is in order: what `/health` answers to machines and `flask lms check` tells people."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from lms.kernel import blobs
from lms.kernel.errors import LmsError
from lms.kernel.jobs import queue_health
from lms.kernel.transaction import transaction


def problems() -> dict[str, str]:
    """Return what is not in order, by part (database, migrations, jobs, files), in words that say how to mend it."""
    found: dict[str, str] = {}
    try:
        with transaction(writes=False):
            from lms.kernel import migrations  # noqa: PLC0415 - Alembic takes a tenth of a start, and few ask

            if (lacking := migrations.missing()) is not None:
                found["migrations"] = lacking
            elif overdue := queue_health()["overdue"]:
                found["jobs"] = f"Jobs are overdue: {overdue}. Start a worker: flask lms worker"
    except (LmsError, SQLAlchemyError, OSError):
        found["database"] = "The database cannot be reached. See LMS_DATABASE_URI and LMS_DATA_DIR."
    try:
        blobs.probe()
    except OSError as error:
        found["files"] = f"The file store cannot be written: {error.strerror}. See LMS_DATA_DIR."
    return found
