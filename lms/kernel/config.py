"""Settings: each declared once, with its meaning, and read by one function.

A setting comes from the app's configuration (`app.config["LMS_…"]`) or, for a site run by `lms.site`, from the
environment variable of the same name. Every key begins with `LMS_`; a host's own settings are never touched.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


MEGABYTE = 1024 * 1024  # bytes, where settings and pages speak of MB


def boolean(raw: Any) -> bool:
    """Read a yes or no: 1, true, yes and on mean yes."""
    return raw if isinstance(raw, bool) else str(raw).strip().lower() in {"1", "true", "yes", "on"}


def words(raw: Any) -> tuple[str, ...]:
    """Read a list written with commas or spaces."""
    return tuple(raw) if isinstance(raw, (list, tuple)) else tuple(str(raw).replace(",", " ").split())


@dataclass(frozen=True)
class Setting:
    """One setting.

    `default` is used when nothing is said; `doc` is a plain sentence for the README; `parse` turns text from the
    environment into the value.
    """

    key: str
    default: Any
    doc: str
    parse: Callable[[Any], Any] = str


KERNEL_SETTINGS = (
    Setting(
        "LMS_DATABASE_URI",
        "",
        "Address of the database. Empty: the host's on PostgreSQL, else a SQLite file of its own.",
    ),
    Setting("LMS_DATA_DIR", "", "Folder of the SQLite file and the file store. Empty: the app's instance folder."),
    Setting(
        "LMS_PUBLIC_URL",
        "",
        "Address under which people reach the learning pages; QR codes and mails need it.",
    ),
    Setting("LMS_SITE_NAME", "Training Hubs", "Name in page titles and mails."),
    Setting("LMS_LANGUAGES", ("en", "de"), "Languages of the interface.", words),
    Setting("LMS_TIME_ZONE", "Europe/Brussels", "Time zone for people who have not chosen one."),
    Setting("LMS_HOST_TEMPLATE", "", "Template of the host that our pages extend when mounted, such as base.html."),
    Setting("LMS_HOST_BLOCK", "content", "Block of the host's template that our pages fill."),
    Setting("LMS_SIGN_IN_URL", "", "Address of the host's sign-in page; `?next=` is added."),
    Setting(
        "LMS_ROLE_MAP",
        {},
        "Which role of the host counts as which of ours, such as {'staff': 'partnership-office'}.",
        dict,
    ),
    Setting("LMS_CSP", "", "Content-Security-Policy of our pages in a host's layout. Empty: our strict one."),
    Setting("LMS_TRUSTED_PROXIES", 0, "How many proxies in front of the site may name the client's address.", int),
    Setting(
        "LMS_DEMONSTRATION",
        False,
        "Says that this site shows invented data; certificates say so on their face.",
        boolean,
    ),
    Setting("LMS_MAIL", "folder", "Where mail goes: folder, console or smtp."),
    Setting("LMS_MAIL_FOLDER", "", "Folder for mail files. Empty: mail/ in the data folder."),
    Setting("LMS_MAIL_FROM", "Training Hubs <no-reply@localhost>", "Sender of all mail."),
    Setting("LMS_SMTP_HOST", "localhost", "Mail server."),
    Setting("LMS_SMTP_PORT", 587, "Port of the mail server.", int),
    Setting("LMS_SMTP_USER", "", "User name at the mail server; empty: none."),
    Setting("LMS_SMTP_PASSWORD", "", "Password at the mail server."),
    Setting("LMS_SMTP_TLS", True, "Use STARTTLS with the mail server.", boolean),
    Setting("LMS_MAX_UPLOAD_MB", 20, "Largest file that can be handed in, in megabytes.", int),
    Setting(
        "LMS_WORKER_THREAD",
        False,
        "Run jobs in a thread of the web process, for a small mounted site.",
        boolean,
    ),
    Setting(
        "LMS_LOCK_SECONDS",
        10.0,
        "How long a writer waits for its turn on SQLite before it answers 503.",
        float,
    ),
)


def load(app: Flask, settings: tuple[Setting, ...]) -> None:
    """Fill in the settings of an app: its own value, else the environment's, else the default."""
    for item in settings:
        raw = app.config.get(item.key, os.environ.get(item.key))
        app.config[item.key] = item.default if raw is None else item.parse(raw)


def setting(key: str) -> Any:
    """Return a setting of the current app.

    >>> setting("LMS_SITE_NAME")  # doctest: +SKIP
    'Training Hubs'
    """
    return current_app.config[key]
