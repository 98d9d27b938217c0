"""Downloads, static files, health, and honest answers for addresses under our prefix that lead nowhere."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from flask import Blueprint, current_app, make_response, request, send_file
from sqlalchemy import select
from werkzeug.routing import RoutingException

from lms.kernel import guard, health
from lms.kernel.blobs import Attachment, store_path
from lms.kernel.db import db
from lms.kernel.errors import LmsError, NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer
from lms.kernel.permissions import PUBLIC
from lms.kernel.problems import as_problem
from lms.kernel.state import state
from lms.kernel.templating import static_file
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as WerkzeugResponse

    from lms.kernel.permissions import Viewer

pages = Pages("kernel")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pages.get("/files/<ref>", permission=PUBLIC)
def download(ref: str) -> WerkzeugResponse:
    """Answer with a file, if its owner's policy lets this viewer have it; always as a download."""
    attachment = db.session.scalar(select(Attachment).where(Attachment.ref == ref))
    predicates = cast("dict[str, Callable[[Viewer, Attachment], bool]]", state().feature_values("attachments"))
    if attachment is None or not predicates[attachment.owner_kind](current_viewer(), attachment):
        raise NotFound(_("There is no such file, or it is not open to you."))
    return attachment_answer(attachment)


def attachment_answer(attachment: Attachment) -> WerkzeugResponse:
    """Return the bytes of an attachment as a download that no browser will run."""
    response = send_file(
        store_path(attachment.blob_hash),
        mimetype=attachment.media_type,
        etag=attachment.blob_hash,
        conditional=True,
    )
    response.headers["Content-Disposition"] = disposition(attachment.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str) -> str:
    r"""Return a Content-Disposition for a download, for any file name (RFC 6266).

    >>> disposition("Kartta å.pdf")
    "attachment; filename=\\"Kartta _.pdf\\"; filename*=UTF-8''Kartta%20%C3%A5.pdf"
    """
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\%/' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def add_plain_routes(blueprint: Blueprint) -> None:
    """Add the routes that need no viewer and no transaction of ours: static files, health, and nowhere."""
    for rule, endpoint, view, methods in (
        ("/static/<version>/<path:name>", "static", _static, ["GET"]),
        ("/health", "health", _health, ["GET"]),
        ("/<path:rest>", "nowhere", _nowhere, METHODS),
    ):
        vars(view)["lms_permission"] = PUBLIC  # read by the house test
        blueprint.add_url_rule(
            rule, endpoint=endpoint, view_func=view, methods=methods, provide_automatic_options=False
        )


def _static(version: str, name: str) -> WerkzeugResponse:
    del version  # part of the address only, so that a new one is fetched
    try:
        return guard.with_headers(static_file(name))
    except NotFound as error:
        return guard.with_headers(as_problem(error))


def _health() -> WerkzeugResponse:
    """Answer 200 when database, migrations, file store and job queue are in order, else 503 with the reason."""
    problems = health.problems()
    response = make_response(
        {"status": "in trouble" if problems else "ok", "problems": problems}, 503 if problems else 200
    )
    response.headers["Cache-Control"] = "no-store"
    return guard.with_headers(response)


def _nowhere(rest: str = "") -> WerkzeugResponse:
    """Answer 405 where the page exists for another method, else 404; in our layout, under our prefix only."""
    del rest
    adapter = current_app.create_url_adapter(request)
    allowed = []
    if adapter is not None:
        for method in METHODS:
            with suppress(RoutingException):
                endpoint, _arguments = adapter.match(method=method)
                if endpoint != request.endpoint:
                    allowed.append(method)
    if allowed:
        error = LmsError(_("This page cannot be used like that. Go back and use the buttons on the page."))
        error.status = 405
    else:
        error = NotFound(_("There is no page at this address. Check the address, or start from the home page."))
    with transaction(writes=False):
        response = as_problem(error)
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    return guard.with_headers(response)
