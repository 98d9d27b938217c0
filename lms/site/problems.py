"""Errors that no page of ours has answered, in the site's layout: the site owns its app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms.kernel import guard
from lms.kernel.errors import LmsError
from lms.kernel.i18n import gettext as _
from lms.kernel.permissions import NOBODY
from lms.kernel.problems import as_problem

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response


def answer_errors(app: Flask) -> None:
    """Give the app its last answers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects of Werkzeug's own
        return error.get_response()
    if isinstance(error, RequestEntityTooLarge):
        text = _("What you sent is too large, so nothing was saved. Send files of up to %(num)s MB each.",
                 num=current_app.config["LMS_MAX_UPLOAD_MB"])  # fmt: skip
    else:
        text = _("The site could not make sense of this request. Go back, open the page again and try once more.")
    return _page(text, error.code)


def _unforeseen(error: Exception) -> Response:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("%s %r failed", request.method, request.path, exc_info=error)
    return _page(_("The site made a mistake, and nothing was saved. Try again. If it happens again, tell us."), 500)


def _page(text: str, status: int) -> Response:
    g.setdefault("lms_viewer", NOBODY)
    problem = LmsError(text)
    problem.status = status
    return guard.with_headers(as_problem(problem))
