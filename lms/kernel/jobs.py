"""Jobs: rows written in the caller's transaction (an outbox) and run after it by a worker.

A crash loses none: what was committed is a row. A job may run twice (a worker died at the end), so a handler must do
nothing the second time. Handlers get the arguments of their row and open their own transactions, so that slow work
(PDF, mail) never holds the writers' lock.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Index, String, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Base, db
from lms.kernel.state import EXTENSION, state
from lms.kernel.stopping import set_by_signals
from lms.kernel.transaction import transaction
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import ColumnElement

    from lms.kernel.state import LmsState

log = logging.getLogger("lms.jobs")
LEASE = timedelta(minutes=5)
MOST_TRIES = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)
"""Between tries, three times longer each time: over two days in all, so that a weekend without mail loses nothing."""
KEPT = timedelta(days=30)
"""How long a finished job stays, so that its key is known; far longer than any occasion lasts."""
AT_ONCE = 1000
IDLE_SECONDS = 1.0
OVERDUE = timedelta(minutes=10)
_starting = threading.Lock()


class Job(Base):
    """One piece of work that must be done after the transaction that asked for it."""

    __tablename__ = "lms_job"
    __table_args__ = (Index("ix_lms_job_state_due", "state", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime]
    lease: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]


def enqueue(name: str, *, key: str, args: dict[str, Any], wait: timedelta = timedelta(0)) -> bool:
    """Ask for a job in the present transaction; return False when one of the same key was asked for before.

    `wait`: how long it is left before anybody takes it.

    >>> enqueue("certificates.render", key="certificate:7", args={"certificate_id": 7})  # doctest: +SKIP
    """
    moment = now()
    row = {
        "key": key,
        "name": name,
        "args": args,
        "state": "queued",
        "tries": 0,
        "due": moment + wait,
        "error": "",
        "created_at": moment,
    }
    return insert_new(Job, [row], ["key"])


def _free() -> ColumnElement[bool]:
    """Return the condition for jobs that a worker may take: those that are due, and those whose worker died."""
    moment = now()
    return or_(and_(Job.state == "queued", Job.due <= moment), and_(Job.state == "running", Job.lease < moment))


def _claim() -> Job | None:
    """Take the job that is due longest; workers at once take different ones."""
    # The row is taken for this transaction (on SQLite by the writers' lock) and those that others take are left out.
    longest_due = select(Job).where(_free()).order_by(Job.due, Job.id).limit(1).with_for_update(skip_locked=True)
    with transaction():
        while (job := db.session.scalar(longest_due)) is not None:
            if job.tries < MOST_TRIES:
                job.state, job.lease, job.tries = "running", now() + LEASE, job.tries + 1
                db.session.flush()
                db.session.expunge(job)
                return job
            job.state, job.lease, job.error = "failed", None, "its worker died each time"
            db.session.flush()
        return None


def is_anything_due() -> bool:
    """Whether a worker would find work now; a plain read that never waits for writers."""
    with transaction(writes=False):
        return db.session.scalar(select(Job.id).where(_free()).limit(1)) is not None


def run_one() -> bool:
    """Run one job that is due; return whether there was one."""
    if not is_anything_due():
        return False
    job = _claim()
    if job is None:
        return False
    handlers = cast("dict[str, Callable[[dict[str, Any]], None]]", state().feature_values("jobs"))
    try:
        handlers[job.name](job.args)
    except Exception as error:  # a job may fail in any way; it is kept, shown and tried again
        log.exception("job %s %s failed (try %s)", job.name, job.key, job.tries)
        _finish(job, error)
    else:
        _finish(job, None)
    return True


def _finish(job: Job, error: Exception | None) -> None:
    """Write down how a job ended: done, to be tried again later, or given up.

    Nothing is written when the lease ran out meanwhile and another worker took the job: that one says how it ended.
    """
    if error is None:
        values: dict[str, Any] = {"state": "done", "lease": None, "error": ""}
    elif job.tries >= MOST_TRIES:
        values = {"state": "failed", "lease": None, "error": _told(error)}
    else:
        pause = min(FIRST_PAUSE * 3 ** (job.tries - 1), LONGEST_PAUSE)
        values = {"state": "queued", "lease": None, "error": _told(error), "due": now() + pause}
    with transaction():
        mine = (Job.id == job.id) & (Job.tries == job.tries)
        db.session.execute(update(Job).where(mine).values(**values))


def _told(error: Exception) -> str:
    """Return what is written down of an error: its first line. PostgreSQL tells the data of rows in those below."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:2000]


def enqueue_periodic() -> None:
    """Ask for the periodic jobs of this hour; a second worker finds them asked for already."""
    moment = now()
    due: list[tuple[str, str]] = []
    for feature in state().features:
        for name, (hours, _handler) in feature.periodic.items():
            slot = int(moment.timestamp() // (hours * 3600))
            due.append((name, f"{name}:{slot}"))
    with transaction(writes=False):
        known = set(db.session.scalars(select(Job.key).where(Job.key.in_([key for _name, key in due]))))
    fresh = [(name, key) for name, key in due if key not in known]
    if fresh:
        with transaction():
            for name, key in fresh:
                enqueue("kernel.periodic", key=key, args={"name": name})


def run_periodic(args: dict[str, Any]) -> None:
    """Run one periodic handler."""
    for feature in state().features:
        if args["name"] in feature.periodic:
            feature.periodic[args["name"]][1]()


def forget_old() -> None:
    """Delete jobs that were done long ago, in parts, so that nobody waits; those that were given up stay to be seen."""
    old = select(Job.id).where(Job.state == "done", Job.due < now() - KEPT).limit(AT_ONCE)
    while True:
        with transaction():
            ids = list(db.session.scalars(old))
            db.session.execute(delete(Job).where(Job.id.in_(ids)))
        if len(ids) < AT_ONCE:
            return


def run_all() -> int:
    """Run every job that is due now, and those that they ask for; return how many ran."""
    count = 0
    while run_one():
        count += 1
    return count


def work(app: Flask, stop: threading.Event) -> None:
    """Work until told to stop: the loop of `flask lms worker` and of the thread of a small mounted site."""
    with app.app_context():
        hour = -1
        while not stop.is_set():
            try:
                if (this_hour := int(now().timestamp() // 3600)) != hour:
                    enqueue_periodic()
                    hour = this_hour
                if not run_one():
                    stop.wait(IDLE_SECONDS)
            except Exception:  # the database may be away for a while; the worker must outlive that
                log.exception("the worker could not reach its jobs; it tries again")
                stop.wait(IDLE_SECONDS * 5)


class WorkerThread(threading.Thread):
    """A worker beside the requests of a small mounted site; ends with its process, or when `stop` is set."""

    def __init__(self, app: Flask) -> None:
        """Remember the app."""
        super().__init__(name="lms-worker", daemon=True)
        self.app, self.stop = app, threading.Event()

    def run(self) -> None:
        """Run jobs."""
        work(self.app, self.stop)


def work_beside(app: Flask) -> None:
    """Start this process's worker thread where it does not run yet.

    Called by requests: so it runs in every process that a server forks, and never in a command such as `db upgrade`.
    """
    memory = cast("LmsState", app.extensions[EXTENSION])
    with _starting:
        if memory.worker is None or not memory.worker.is_alive():
            memory.worker = WorkerThread(app)
            memory.worker.start()


def work_until_signalled(app: Flask) -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first."""
    stop = threading.Event()
    set_by_signals(stop)
    work(app, stop)


def queue_health() -> dict[str, int]:
    """Return how many jobs are overdue and how many were given up; for /health and `flask lms check`."""
    late = Job.due < now() - OVERDUE
    overdue = select(func.count()).select_from(Job).where(Job.state == "queued", late).scalar_subquery()
    failed = select(func.count()).select_from(Job).where(Job.state == "failed").scalar_subquery()
    row = db.session.execute(select(overdue, failed)).one()
    return {"overdue": int(row[0]), "failed": int(row[1])}
