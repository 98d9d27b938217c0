"""The standalone site: a small Flask app that mounts the product at its root and signs people in.

It reaches the product through the same public door as a stranger's app: `LMS(app, url_prefix="", identity=…)`.

>>> app = create_app(LMS_DATA_DIR="/srv/hubs", LMS_PUBLIC_URL="https://hubs.example")  # doctest: +SKIP
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app
from flask.templating import Environment
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.extension import LMS
from lms.kernel import config, guard
from lms.kernel.db import data_dir
from lms.site import security
from lms.site.feature import FEATURE
from lms.site.problems import answer_errors

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from flask import Response

KEY_FILE = "secret-key"
KEY_BYTES = 32


class Templates(Environment):
    """Jinja as Flask sets it up, with names that are found in one step instead of two."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template sees: those of the app. Jinja's own chain of two is slow to compare."""
        return {**self.globals, **d} if d else self.globals


class Site(Flask):
    """The application of the site."""

    jinja_environment = Templates


def create_app(**settings: Any) -> Flask:
    """Make the site. Settings come from the arguments, else from the environment, else from their defaults."""
    app = Site("lms.site", static_folder=None)
    app.config.update(settings)
    app.config.setdefault("LMS_SIGN_IN_URL", "/sign-in")
    config.load(app, (*config.KERNEL_SETTINGS, *FEATURE.settings))
    app.secret_key = app.config["LMS_SECRET_KEY"] or kept_key(data_dir(app))
    has_tls = app.config["LMS_PUBLIC_URL"].startswith("https:")
    app.config.update(
        # With this beginning browsers take the cookie from this very site only, never from another below its domain.
        SESSION_COOKIE_NAME="__Host-lms_session" if has_tls else "lms_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=has_tls,
        PERMANENT_SESSION_LIFETIME=timedelta(days=app.config["LMS_SIGN_IN_DAYS"]),
        MAX_CONTENT_LENGTH=guard.largest_body(app.config["LMS_MAX_UPLOAD_MB"]),
    )
    LMS(app, url_prefix="", identity=security.identity, more_features=(FEATURE,))
    security.set_up(app)
    answer_errors(app)
    if has_tls and app.config["LMS_HSTS"]:
        app.after_request(_stay_with_tls)
    if proxies := app.config["LMS_TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies)  # type: ignore[method-assign]  # as Flask says
    return app


def _stay_with_tls(response: Response) -> Response:
    """Have browsers come back over TLS only."""
    response.headers.setdefault("Strict-Transport-Security", current_app.config["LMS_HSTS"])
    return response


def kept_key(folder: Path) -> str:
    """Return the site's secret, made on the first start; several processes that start at once agree on one."""
    path = folder / KEY_FILE
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(prefix=f".{KEY_FILE}-", dir=folder)  # readable for its owner only
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all; the first one stays
        Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()
