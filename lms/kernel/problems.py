"""Refusals as pages: what happened and what to do, with the right status, in HTML or JSON."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from flask import current_app, g, make_response, render_template, request

from lms.kernel.errors import Invalid, LmsError, Unavailable
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

RETRY_SECONDS = "30"
DISK_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def title_of(status: int) -> str:
    """Return the heading of an error page."""
    return {
        400: _("This request cannot be read"),
        401: _("You are signed out"),
        403: _("This page is not open to you"),
        404: _("There is nothing at this address"),
        405: _("This page cannot be used like that"),
        409: _("Somebody was faster"),
        410: _("This link has ended"),
        413: _("This is too large"),
        422: _("Something is missing or wrong"),
        429: _("Too many tries"),
        503: _("The site cannot answer just now"),
    }.get(status, _("Something went wrong"))


def as_problem(error: LmsError) -> Response:
    """Turn a refusal into an answer. The page asks the database nothing: it may be the reason."""
    if request.headers.get("X-Requested-With") == "fetch":
        body: dict[str, str | None] = {"error": error.text}
        if isinstance(error, Invalid):
            body["field"] = error.field
        response = make_response(body, error.status)
    else:
        page = render_template("lms/error.html", title=title_of(error.status), text=error.text, status=error.status)
        response = make_response(page, error.status)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def storage_problem(error: OSError) -> Unavailable:
    """Say honestly that the disk is full; any other system error goes on as it is."""
    if error.errno not in DISK_FULL:
        raise error
    current_app.logger.error("the file store is full: %s", error)
    g.pop("lms_viewer", None)
    return Unavailable(
        _("The site has no room left to save, so nothing was saved. Tell your hub, and try again later.")
    )
