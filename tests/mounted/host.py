"""A host of its own kind: accounts, sign-in, database, layout, form tokens, texts and error pages of its own.

It is rude on purpose: a layout whose styles reach for everything, a `_` of its own, a page at /courses, handlers for
every error. `who_is_there` and the three lines of `mount` are what README shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, flash, redirect, render_template_string, request, session
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lms import LMS, Identity

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

PREFIX = "/learn"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LAYOUT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}{{ _("Home") }}{% endblock %} – Rivermouth City Network</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css"></head>
<body><header class="header"><a class="logo" href="/">RIVERMOUTH CITY NETWORK</a>
<nav aria-label="{{ _("Network") }}"><ul><li><a href="/courses">{{ _("Cooking courses") }}</a></li>
<li><a href="/learn/">{{ _("Learning") }}</a></li><li><a href="/events">{{ _("Events") }}</a></li></ul></nav></header>
<div class="page"><aside class="sidebar"><h2>{{ _("Sidebar") }}</h2>
{% for text in get_flashed_messages() %}<p class="news">{{ text }}</p>{% endfor %}
{% if current_user.is_authenticated %}<p>{{ current_user.name }}</p>{% endif %}</aside>
<main class="content" id="content">{% block content %}{% endblock %}</main></div>
<footer class="footer"><p>{{ _("Imprint") }}</p></footer></body></html>"""
STYLES = """* { box-sizing: content-box; }
body { margin: 0; font: 15px/1.4 Georgia, serif; color: #333; background: #fbf7ef; text-align: center; }
a { color: #a0004d; text-decoration: none; font-style: italic; }
#content h1, #content h2, h3 { color: #a0004d; text-transform: uppercase; font-family: monospace; }
.content p { text-indent: 2em; } label { display: none; } svg { max-width: 60px; }
button, input, select { background: #a0004d; color: #fff; border-radius: 99px; padding: 1em 2em; }
table { width: auto; border: 5px ridge #999; } .card, .panel, .nav, .row, .tag, .grid { outline: 4px solid red; }"""
PAGE = """{% extends "base.html" %}{% block content %}<h1>{{ title }}</h1>{{ text }}{% endblock %}"""
SIGN_IN = """{% extends "base.html" %}{% block content %}<h1>{{ _("Come in") }}</h1>
<form method="post">{% if token %}<input type="hidden" name="csrf_token" value="{{ token() }}">{% endif %}
<label for="user">User name</label><input id="user" name="user"><button>Come in</button></form>{% endblock %}"""


class HostBase(DeclarativeBase):
    """The host's own models; some names are those of ours."""


host_db = SQLAlchemy(model_class=HostBase)


class Account(HostBase, UserMixin):  # type: ignore[misc]  # the library carries no types
    """An account of the host."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    roles: Mapped[str] = mapped_column(default="")


class Event(HostBase):
    """Something that the host keeps itself."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


def who_is_there() -> Identity | None:
    """Tell the learning pages who has signed in here."""
    if not current_user.is_authenticated:
        return None
    return Identity(
        issuer="network",
        subject=current_user.get_id(),
        name=current_user.name,
        email=current_user.email,
        roles=tuple(current_user.roles.split()),
    )


def mount(app: Flask) -> None:
    """Mount the learning pages, as README says it."""
    app.config["LMS_HOST_TEMPLATE"] = "base.html"
    app.config["LMS_SIGN_IN_URL"] = "/login"
    LMS(app, url_prefix=PREFIX, identity=who_is_there)


def make_host(
    folder: Path,
    database_uri: str = "",
    *,
    protects: str = "before",
    mounted: bool = True,
    **settings: Any,
) -> Flask:
    """Make the host. `protects`: its CSRFProtect is set up "before" or "after" mounting, or "never"."""
    app = Flask("tests.mounted.host", instance_path=str(folder), static_folder=None)
    app.secret_key = "the host's"
    app.testing = True
    app.config.update(
        {
            "SQLALCHEMY_DATABASE_URI": database_uri or f"sqlite:///{folder / 'host.db'}",
            "WTF_CSRF_TIME_LIMIT": 60,
            "LMS_PUBLIC_URL": f"http://localhost{PREFIX}",
            "LMS_ROLE_MAP": {"editor": "partnership-office"},
            "LMS_CSP": STRICT,
            **settings,
        }
    )
    protect = CSRFProtect()
    if protects == "before":
        protect.init_app(app)
    host_db.init_app(app)
    _sign_in(app, with_token=protects != "never")
    _pages(app)
    _errors(app)
    if mounted:
        mount(app)
    if protects == "after":
        protect.init_app(app)
    with app.app_context():
        host_db.create_all()
    return app


def _sign_in(app: Flask, *, with_token: bool) -> None:
    manager = LoginManager(app)
    manager.login_view = "login"
    manager.user_loader(lambda key: host_db.session.get(Account, int(key)))

    @app.route("/login", methods=["GET", "POST"])
    def login() -> ResponseReturnValue:
        if request.method == "POST":
            account = host_db.session.query(Account).filter_by(user=request.form["user"]).one()
            login_user(account)
            session["basket"] = ["apples"]
            return redirect(request.args.get("next") or "/", 303)
        token = app.jinja_env.globals.get("csrf_token") if with_token else None
        return render_template_string(SIGN_IN, token=token)

    @app.get("/logout")
    def logout() -> ResponseReturnValue:
        logout_user()
        return redirect("/", 303)


def _pages(app: Flask) -> None:
    app.jinja_loader = DictLoader({"base.html": LAYOUT})
    app.jinja_env.globals["_"] = lambda text: f"«{text}»"
    app.add_url_rule("/host.css", "css", lambda: Response(STYLES, mimetype="text/css"))

    @app.get("/")
    def home() -> str:
        return render_template_string(PAGE, title="Welcome", text="The network of cities")

    @app.get("/courses")
    def courses() -> str:
        return render_template_string(PAGE, title="Cooking courses", text="Soup on Mondays")

    @app.route("/events", methods=["GET", "POST"])
    @login_required  # type: ignore[untyped-decorator]  # the library carries no types
    def events() -> ResponseReturnValue:
        if request.method == "POST":
            host_db.session.add(Event(title=request.form["title"]))
            host_db.session.commit()
            flash("The host has saved it")
            return redirect("/events", 303)
        titles = [event.title for event in host_db.session.query(Event).order_by(Event.id)]
        return render_template_string(PAGE, title="Events", text=", ".join(titles))

    @app.get("/breaks")
    def breaks() -> str:
        raise ZeroDivisionError


def _errors(app: Flask) -> None:
    for status in (400, 403, 404, 405, 500):
        app.register_error_handler(status, lambda error: (f"the host's {error.code}", error.code))


def add_account(app: Flask, user: str, name: str, roles: str = "") -> None:
    """Give somebody an account of the host."""
    with app.app_context():
        host_db.session.add(Account(user=user, name=name, email=f"{user}@network.example", roles=roles))
        host_db.session.commit()
