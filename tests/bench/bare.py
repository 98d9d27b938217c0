"""The bare limit: the same work in the plainest Flask application, without sessions, rights, tokens or languages.

What our pages are compared with: Flask, SQLAlchemy and Jinja are the same, the tables have the same size, the pages
have the same number of bytes, saving is as durable and as orderly (one writer at a time). Addresses carry the ids.

`BARE_DATABASE` names the database, `BARE_SIZES` the bytes of each page, as JSON.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from flask import Flask, Response, redirect, render_template, request
from jinja2 import DictLoader
from sqlalchemy import ForeignKey, String, cast, create_engine, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from werkzeug.wrappers import Response as WerkzeugResponse

LESSONS = 20
QUESTIONS = 10
ROWS = 25
BATCH = 5_000
PART = 84  # bytes of one part of a line, about
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class Base(DeclarativeBase):
    """Base of the bare tables."""


class User(Base):
    """Somebody."""

    __tablename__ = "bare_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]


class Course(Base):
    """A course."""

    __tablename__ = "bare_course"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Lesson(Base):
    """A page of a course, as HTML."""

    __tablename__ = "bare_lesson"
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("bare_course.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    html: Mapped[str]


class Enrolment(Base):
    """Somebody in a course."""

    __tablename__ = "bare_enrolment"
    user_id: Mapped[int] = mapped_column(ForeignKey("bare_user.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("bare_course.id"), primary_key=True, index=True)
    done: Mapped[int]


class Completion(Base):
    """Somebody has read a page."""

    __tablename__ = "bare_completion"
    user_id: Mapped[int] = mapped_column(ForeignKey("bare_user.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("bare_lesson.id"), primary_key=True, index=True)


class Attempt(Base):
    """A save of ten answers."""

    __tablename__ = "bare_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("bare_user.id"), index=True)


class Answer(Base):
    """One answer."""

    __tablename__ = "bare_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("bare_attempt.id"), index=True)
    slot: Mapped[int]
    answer: Mapped[str]


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/bare.css"></head>
<body><header><a href="/">{{ site }}</a><nav>{% for entry in menu %}<a href="{{ entry }}">{{ entry }}</a>
{% endfor %}</nav></header><main><h1>{{ title }}</h1>{% block body %}{% endblock %}</main></body></html>"""
LIST = """{% extends "page.html" %}{% block body %}<ul>{% for row in rows %}<li>
{% for number in range(parts) %}<span class="bare-part bare-part--{{ number }}" title="{{ row.title }}">
{{ row.title }} {{ row.note }}</span>
{% endfor %}</li>{% endfor %}</ul>{{ more | safe }}{% endblock %}"""


@contextmanager
def one_writer(engine: Engine, lock: threading.Lock, path: str) -> Iterator[Session]:
    """Give a session that writes: on SQLite one at a time, over threads and processes, as durable as ours."""
    if not path:
        with Session(engine) as session, session.begin():
            yield session
        return
    with lock, Path(path).open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        writing = engine.execution_options(bare_writes=True)
        with Session(writing) as session, session.begin():
            yield session


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("bare_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_engine(uri: str) -> Engine:
    """Make the engine, with the pragmas of ours on SQLite."""
    engine = create_engine(uri, pool_size=8)
    if engine.dialect.name != "sqlite":
        return engine

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _begin)
    return engine


class Bare:
    """The views. Each does what ours does, and nothing else."""

    def __init__(self, uri: str, sizes: dict[str, int]) -> None:
        """Open the database."""
        self.engine = make_engine(uri)
        self.sizes = sizes
        self.lock = threading.Lock()
        self.lock_file = f"{self.engine.url.database}.lock" if self.engine.dialect.name == "sqlite" else ""

    def page(self, name: str, title: str, rows: list[dict[str, str]], more: str = "") -> str:
        """Draw a page of about as many bytes as ours has."""
        parts = max(1, (self.sizes.get(name, 30_000) - len(more)) // max(1, len(rows)) // PART)
        menu = ["/my", "/course", "/help"]
        return render_template("list.html", title=title, site="Bare", menu=menu, rows=rows, parts=parts, more=more)

    def sign_in(self) -> str:
        """W1."""
        return self.page("sign-in", "Sign in", [{"title": "E-mail address", "note": "Password"}])

    def sign_in_now(self) -> WerkzeugResponse:
        """W2."""
        with Session(self.engine) as session:
            user = session.scalars(select(User).where(User.email == request.form["email"])).one()
            known = user.password
        HASHER.verify(known, request.form["password"])
        return redirect("/my", 303)

    def my(self, user_id: int) -> str:
        """W3."""
        with Session(self.engine) as session:
            user = session.get_one(User, user_id)
            found = session.execute(
                select(Enrolment, Course)
                .join(Course, Course.id == Enrolment.course_id)
                .where(Enrolment.user_id == user.id)
            ).all()
            rows = [{"title": course.title, "note": f"{enrolment.done} of {LESSONS}"} for enrolment, course in found]
            return self.page("my", user.name, rows)

    def course(self, user_id: int, course_id: int) -> str:
        """W4."""
        with Session(self.engine) as session:
            user = session.get_one(User, user_id)
            course = session.get_one(Course, course_id)
            session.get_one(Enrolment, (user_id, course_id))
            lessons = session.scalars(select(Lesson).where(Lesson.course_id == course_id).order_by(Lesson.position))
            done = set(
                session.scalars(
                    select(Completion.lesson_id)
                    .join(Lesson, Lesson.id == Completion.lesson_id)
                    .where(Completion.user_id == user_id, Lesson.course_id == course_id)
                )
            )
            rows = [{"title": one.title, "note": "done" if one.id in done else "to do"} for one in lessons]
            return self.page("course", f"{course.title}, {user.name}", rows)

    def lesson(self, user_id: int, lesson_id: int) -> str:
        """W5."""
        with Session(self.engine) as session:
            user = session.get_one(User, user_id)
            lesson = session.get_one(Lesson, lesson_id)
            session.get_one(Enrolment, (user_id, lesson.course_id))
            seen = session.get(Completion, (user_id, lesson_id)) is not None
            body = self.page("lesson", f"{lesson.title}, {user.name}", [{"title": "On", "note": ""}], lesson.html)
        if not seen:
            with one_writer(self.engine, self.lock, self.lock_file) as session:
                if session.get(Completion, (user_id, lesson_id)) is None:
                    session.add(Completion(user_id=user_id, lesson_id=lesson_id))
                    session.get_one(Enrolment, (user_id, lesson.course_id)).done += 1
        return body

    def attempt(self, user_id: int) -> str:
        """W6."""
        with Session(self.engine) as session:
            user = session.get_one(User, user_id)
            newest = session.scalar(select(func.max(Attempt.id)).where(Attempt.user_id == user_id))
            answers = {
                one.slot: one.answer for one in session.scalars(select(Answer).where(Answer.attempt_id == newest))
            }
            rows = [{"title": f"Question {slot}", "note": answers.get(slot, "open")} for slot in range(1, 11)]
            return self.page("attempt", user.name, rows)

    def save(self, user_id: int) -> WerkzeugResponse:
        """W7."""
        answers = [(slot, request.form[f"q{slot}"]) for slot in range(1, QUESTIONS + 1)]
        with one_writer(self.engine, self.lock, self.lock_file) as session:
            attempt = Attempt(user_id=user_id)
            session.add(attempt)
            session.flush()
            session.add_all([Answer(attempt_id=attempt.id, slot=slot, answer=text) for slot, text in answers])
        return redirect(f"/attempt/{user_id}", 303)

    def report(self, course_id: int) -> str:
        """W8: five plain statements."""
        with self.engine.connect() as connection:
            here = Enrolment.course_id == course_id
            count = connection.scalar(select(func.count()).select_from(Enrolment).where(here))
            lessons = connection.execute(
                select(Lesson.id, Lesson.title).where(Lesson.course_id == course_id).order_by(Lesson.position)
            ).all()
            people = connection.execute(
                select(User.id, User.name).join(Enrolment, Enrolment.user_id == User.id).where(here)
                .order_by(User.name).limit(ROWS)
            ).all()  # fmt: skip
            done = connection.execute(
                select(Completion.user_id, Completion.lesson_id).where(
                    Completion.user_id.in_([one.id for one in people]),
                    Completion.lesson_id.in_([one.id for one in lessons]),
                )
            ).all()
            totals = connection.execute(
                select(Completion.lesson_id, func.count())
                .where(Completion.lesson_id.in_([one.id for one in lessons]))
                .group_by(Completion.lesson_id)
            ).all()
        has = {tuple(row) for row in done}
        rows = [
            {"title": one.name, "note": "".join("x" if (one.id, lesson.id) in has else "-" for lesson in lessons)}
            for one in people
        ]
        return self.page("report", f"{count} people, {sum(row[1] for row in totals)} pages read", rows)

    def export(self, course_id: int) -> Response:
        """W9: one query with the ids put together per person."""
        with self.engine.connect() as connection:
            ids = connection.scalars(select(Lesson.id).where(Lesson.course_id == course_id)).all()
            joined = func.group_concat(Completion.lesson_id, ",")
            if self.engine.dialect.name == "postgresql":
                joined = func.string_agg(cast(Completion.lesson_id, String), ",")
            rows = connection.execute(
                select(User.name, joined)
                .join(Enrolment, Enrolment.user_id == User.id)
                .outerjoin(Completion, Completion.user_id == User.id)
                .where(Enrolment.course_id == course_id)
                .group_by(User.id, User.name)
                .order_by(User.name)
            ).all()
        target = io.StringIO()
        writer = csv.writer(target)
        for name, read in rows:
            has = set((read or "").split(","))
            writer.writerow([name, *("yes" if str(one) in has else "" for one in ids)])
        return Response(target.getvalue(), mimetype="text/csv")


def create_app() -> Flask:
    """Make the application from the environment."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE, "list.html": LIST})
    bare = Bare(os.environ["BARE_DATABASE"], json.loads(os.environ.get("BARE_SIZES", "{}")))
    app.add_url_rule("/sign-in", view_func=bare.sign_in)
    app.add_url_rule("/sign-in", view_func=bare.sign_in_now, methods=["POST"])
    app.add_url_rule("/my/<int:user_id>", view_func=bare.my)
    app.add_url_rule("/course/<int:user_id>/<int:course_id>", view_func=bare.course)
    app.add_url_rule("/lesson/<int:user_id>/<int:lesson_id>", view_func=bare.lesson)
    app.add_url_rule("/attempt/<int:user_id>", view_func=bare.attempt)
    app.add_url_rule("/attempt/<int:user_id>", view_func=bare.save, methods=["POST"])
    app.add_url_rule("/report/<int:course_id>", view_func=bare.report)
    app.add_url_rule("/export/<int:course_id>", view_func=bare.export)
    return app


def fill(uri: str, sizes: list[int], password: str) -> None:
    """Make the tables, and one course for each number of people; person and page ids count on from 1."""
    engine = make_engine(uri)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    known = HASHER.hash(password)
    html = "<p>" + "The city collects its figures once a year. Each figure has a source. " * 30 + "</p>"
    first_user = 1
    for course_id, people in enumerate(sizes, 1):
        with engine.begin() as connection:
            connection.execute(insert(Course), [{"id": course_id, "title": f"Course of {people}"}])
            first = (course_id - 1) * LESSONS + 1
            lessons = [
                {"id": first + at, "course_id": course_id, "position": at, "title": f"Page {at}", "html": html}
                for at in range(LESSONS)
            ]
            connection.execute(insert(Lesson), lessons)
        for start in range(first_user, first_user + people, BATCH):
            ids = range(start, min(start + BATCH, first_user + people))
            _fill_people(engine, ids, course_id, first, known)
        first_user += people
    engine.dispose()


def _fill_people(engine: Engine, ids: range, course_id: int, first_lesson: int, known: str) -> None:
    """Add people who have read every second page: the odd ones the even pages, and the other way round."""
    names = [{"id": one, "name": f"N{one * 7919 % 100_003:06d}", "email": f"u{one}@b.example", "password": known}
             for one in ids]  # fmt: skip
    done = [
        {"user_id": one, "lesson_id": first_lesson + at} for one in ids for at in range(LESSONS) if (at + one) % 2 == 0
    ]
    with engine.begin() as connection:
        connection.execute(insert(User), names)
        connection.execute(
            insert(Enrolment), [{"user_id": one, "course_id": course_id, "done": LESSONS // 2} for one in ids]
        )
        connection.execute(insert(Completion), done)
