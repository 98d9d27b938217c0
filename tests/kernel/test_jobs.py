"""The outbox: nothing lost, nothing twice that matters, nobody's trouble in the way of others."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, update

from lms.accounts.models import Person
from lms.kernel import jobs, mail, once
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.feature import Feature
from lms.kernel.jobs import LEASE, MOST_TRIES, Job, enqueue
from lms.kernel.mail import MailText, send_mail
from lms.kernel.once import OnceToken
from lms.kernel.transaction import after_commit, transaction
from tests.factories.people import make_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from lms.kernel.clock import Clock
    from lms.testing.smtp import SmtpSink


@dataclass
class Trial:
    """A feature with one job, whose behaviour a test chooses by name, and one kind of mail."""

    ran: list[str] = field(default_factory=list)
    behaviour: dict[str, Callable[[], None]] = field(default_factory=dict)

    def run(self, args: dict[str, Any]) -> None:
        """Do what the test wants of this job."""
        self.ran.append(args["name"])
        self.behaviour.get(args["name"], lambda: None)()


@pytest.fixture
def trial(own_app: Flask) -> Iterator[Trial]:
    trial = Trial()
    text = MailText("Hello", ["Good news."])
    own_app.extensions["lms"].features.append(
        Feature(
            "trial",
            "tests",
            jobs={"trial.run": trial.run},
            mails={"trial.hello": lambda _args: text},
        )
    )
    with own_app.test_request_context():
        yield trial


def ask(*names: str) -> None:
    with transaction():
        for name in names:
            enqueue("trial.run", key=name, args={"name": name})


def job(key: str) -> Job:
    with transaction(writes=False):
        found = db.session.scalars(select(Job).where(Job.key == key)).one()
        db.session.expunge(found)
        return found


def fail() -> None:
    message = "no"
    raise RuntimeError(message)


def test_a_job_of_a_transaction_that_is_undone_never_runs(trial: Trial) -> None:
    with suppress(RuntimeError), transaction():
        enqueue("trial.run", key="undone", args={"name": "undone"})
        fail()
    ask("done", "done")
    assert jobs.run_all() == 1
    assert trial.ran == ["done"]


def test_a_job_that_fails_waits_longer_each_time_and_keeps_nobody_waiting(trial: Trial, clock: Clock) -> None:
    clock.move_to(now())
    trial.behaviour["bad"] = fail
    ask("bad", "good")
    assert jobs.run_all() == 2
    assert trial.ran == ["bad", "good"]
    pauses = []
    for _try in range(MOST_TRIES - 1):
        pauses.append(job("bad").due - now())
        assert job("bad").state == "queued"
        clock.move_to(job("bad").due)
        jobs.run_all()
    assert (job("bad").state, job("bad").tries) == ("failed", MOST_TRIES)
    assert pauses == sorted(pauses)
    # A mail server that is away from Friday evening to Sunday evening loses nothing, and is asked again in time.
    assert sum(pauses, timedelta(0)) > timedelta(days=2)
    assert max(pauses) <= timedelta(hours=4)


def test_a_worker_that_dies_leaves_its_job_to_the_next(trial: Trial, clock: Clock) -> None:
    clock.move_to(now())
    ask("heavy")
    for _try in range(MOST_TRIES):
        taken = jobs._claim()
        assert taken is not None
        assert jobs._claim() is None  # nobody else gets it while it is being worked on
        clock.move_by(LEASE + timedelta(seconds=1))
    # A job that takes its worker down each time is given up like any other.
    ask("light")
    jobs.run_all()
    assert trial.ran == ["light"]
    assert job("heavy").state == "failed"


def test_a_worker_that_was_too_slow_does_not_undo_what_another_did(trial: Trial, clock: Clock) -> None:
    clock.move_to(now())
    ask("slow")
    slow = jobs._claim()
    clock.move_by(LEASE + timedelta(seconds=1))
    assert jobs.run_all() == 1
    assert slow is not None
    jobs._finish(slow, RuntimeError("too late"))
    assert job("slow").state == "done"
    assert trial.ran == ["slow"]


def test_two_workers_at_once_share_the_work(own_app: Flask, trial: Trial) -> None:
    names = [f"job {number}" for number in range(12)]
    ask(*names)
    start = threading.Barrier(3)

    def work() -> None:
        with own_app.test_request_context():
            start.wait()
            jobs.run_all()

    threads = [threading.Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(trial.ran) == sorted(names)
    with transaction(writes=False):
        assert db.session.scalar(select(func.count()).where(Job.state != "done")) == 0


def test_what_follows_a_commit_cannot_turn_its_answer_into_an_error(trial: Trial) -> None:
    heard = []
    with transaction():
        enqueue("trial.run", key="kept", args={"name": "kept"})
        after_commit(fail)
        after_commit(lambda: heard.append("the next one"))
    assert heard == ["the next one"]
    assert jobs.run_all() == 1
    assert trial.ran == ["kept"]


def test_old_answers_to_forms_and_finished_jobs_are_forgotten(trial: Trial, clock: Clock) -> None:
    trial.behaviour["bad"] = fail
    ask("old", "bad")
    jobs.run_all()
    with transaction():
        db.session.add(OnceToken(token="1:old", location="/", created_at=now()))
    clock.move_by(timedelta(days=40))
    ask("new")
    jobs.run_one()
    jobs.run_one()
    jobs.forget_old()
    once.forget_old()
    with transaction(writes=False):
        assert set(db.session.scalars(select(Job.key))) == {"bad", "new"}
        assert db.session.scalar(select(func.count()).select_from(OnceToken)) == 0


def write_to(*names: str) -> None:
    with transaction():
        for name in names:
            send_mail(kind="trial.hello", person_id=make_person(name).id, args={}, key=f"hello:{name}")


def test_a_mail_server_that_is_away_for_a_day_loses_nothing(
    own_app: Flask, trial: Trial, smtp: SmtpSink, clock: Clock
) -> None:
    del trial
    own_app.config.update(smtp.settings)
    clock.move_to(now())
    smtp.refuse_with = "421 not now"
    write_to("Marja Lehto", "Paolo Ferri")
    began = now()
    while now() < began + timedelta(days=1):
        jobs.run_all()
        clock.move_by(timedelta(minutes=30))
    assert smtp.received == []
    smtp.refuse_with = ""
    clock.move_by(timedelta(hours=4))
    jobs.run_all()
    assert sorted(mail.recipients[0] for mail in smtp.received) == [
        "marja.lehto@example.org",
        "paolo.ferri@example.org",
    ]


def test_a_mail_that_is_sent_twice_is_the_same_mail(own_app: Flask, trial: Trial, smtp: SmtpSink) -> None:
    """A worker that dies after sending and before writing that down sends again, with the same Message-ID."""
    del trial
    own_app.config.update(smtp.settings)
    write_to("Marja Lehto")
    jobs.run_all()
    with transaction():
        db.session.execute(update(mail.Mail).values(sent_at=None))
    mail.run_mail({"key": "hello:Marja Lehto"})
    mail.run_mail({"key": "hello:Marja Lehto"})
    first, second = smtp.wait_for(2)
    assert first["Message-ID"] == second["Message-ID"]
    assert len(smtp.received) == 2


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refused_mail_keeps_no_other_back_and_its_address_is_not_written_down(
    own_app: Flask, trial: Trial, smtp: SmtpSink, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    del trial
    own_app.config.update(smtp.settings)
    smtp.refuse_with, smtp.refuse_at = "550 no mailbox marja.lehto@example.org here", command
    write_to("Marja Lehto")
    jobs.run_one()
    smtp.refuse_with = ""
    write_to("Paolo Ferri")
    jobs.run_all()
    assert [mail.recipients for mail in smtp.received] == [("paolo.ferri@example.org",)]
    refused = job("mail:hello:Marja Lehto")
    assert (refused.state, refused.tries) == ("queued", 1)
    assert "550" in refused.error
    assert "example.org" not in refused.error + caplog.text


def test_a_job_that_fails_in_the_database_writes_down_no_name(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    """PostgreSQL tells the failing row in the second line of its error; what we sent is never in the log."""

    def twice() -> None:
        with transaction():
            person = make_person("Zora Unforgotten")
            db.session.execute(insert(Person).values(id=person.id, name=person.name, sort_key="", email=person.email))

    trial.behaviour["twice"] = twice
    ask("twice")
    jobs.run_all()
    assert "IntegrityError" in job("twice").error
    assert "zora" not in job("twice").error.lower()
    assert "[parameters:" not in caplog.text


def test_a_mail_of_what_is_gone_needs_no_sending(trial: Trial) -> None:
    del trial
    mail.run_mail({"key": "a demonstration that was removed"})
