"""The guard at the door: cross-site requests, form tokens, sign-in, and the headers of every answer."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import ValidationError

from lms.kernel.config import MEGABYTE, setting
from lms.kernel.errors import Forbidden, LmsError
from lms.kernel.i18n import gettext as _
from lms.kernel.problems import RETRY_SECONDS, as_problem

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response as WerkzeugResponse

    from lms.kernel.errors import Unavailable

TOKEN = "lms_csrf"  # noqa: S105 - the name of a form field
SIGNED_OUT = 401
FILES_AT_ONCE = 5  # of the largest size, in one form
LARGEST_FORM = 4 * MEGABYTE  # without files
URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 5_000  # a workshop of a thousand people has two thousand; a million would take seconds to read
LARGEST_FORGOTTEN = 400 * MEGABYTE
CHUNK = 1 << 16
CACHE_WORDS = re.compile(r"[a-z-]+")
TEN_YEARS = 315_360_000  # seconds: a token lives as long as its session
STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def refuse_cross_site() -> None:
    """Refuse a form that another site sent, whatever its token says; a sister below the same domain is another site."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise Forbidden(
            _("This form was sent from another site, so nothing was saved. Open the page here and try again.")
        )


def read_address(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of the view and tidy the search, so that no NUL byte comes as far as a database.

    An address with one leads nowhere: the sign that stands for it is in no name of ours.
    """
    request.args = _without_nuls(request.args)
    return {key: value.replace("\0", "\ufffd") if isinstance(value, str) else value for key, value in arguments.items()}


def _without_nuls(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    """Return a form or a search without NUL bytes, which nobody types, and without parts that have no name."""
    pairs = ((name, value) for name, value in sent.items(multi=True) if name)
    return ImmutableMultiDict([(name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs])


def largest_body(largest_file: int) -> int:
    """Return how many bytes a form that brings files may have, where one file may have so many megabytes."""
    return (FILES_AT_ONCE * largest_file + 1) * MEGABYTE


def receive_body(*, files: bool) -> None:
    """Receive and read the whole form now, before any transaction, however slow the sender is.

    Raises `LmsError` with status 413 for a form that is larger than the limit, which is set here for this request:
    a host may have none. A form that brings no files has little to say.
    """
    limit = largest_body(setting("LMS_MAX_UPLOAD_MB")) if files else LARGEST_FORM
    request.max_content_length = min(limit, request.max_content_length or limit)
    request.max_form_memory_size = LARGEST_FORM  # else half a megabyte, less than a long lesson in Greek
    try:
        if request.mimetype == URLENCODED and request.get_data().count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge  # noqa: TRY301 - said below, like everything else that is too large
        request.form = _without_nuls(request.form)
    except RequestEntityTooLarge as error:
        _let_it_finish()
        text = _(
            "What you sent is too large, so nothing was saved. Go back: what you typed is still there. Send files of up"
            " to %(num)s MB each, and fewer at once.",
            num=setting("LMS_MAX_UPLOAD_MB"),
        )
        problem = LmsError(text)
        problem.status = 413
        raise problem from error


def _let_it_finish() -> None:
    """Take in what still comes and forget it: a browser that is cut off while it sends never shows our answer."""
    left = min(request.content_length or 0, LARGEST_FORGOTTEN)
    source = request.environ["wsgi.input"]
    with suppress(OSError):
        while left > 0 and (chunk := source.read(min(left, CHUNK))):
            left -= len(chunk)


def csrf_token() -> str:
    """Return the token of this session for a form."""
    return cast("str", generate_csrf(token_key=TOKEN))


def token_problem() -> WerkzeugResponse | None:
    """Return an answer that keeps what was typed when the form's token is missing or old; None when all is well."""
    token = request.form.get(TOKEN) or request.headers.get("X-CSRFToken")
    try:
        validate_csrf(token, time_limit=TEN_YEARS, token_key=TOKEN)
    except ValidationError:
        return _keep_what_was_typed(400)
    return None


def ask_to_sign_in() -> WerkzeugResponse:
    """Send a reader to the sign-in page and back; keep the form of somebody whose session ended meanwhile."""
    if request.method == "GET":
        return redirect(sign_in_url(request.full_path.rstrip("?")), 303)
    return _keep_what_was_typed(SIGNED_OUT)


def sign_in_url(back: str = "") -> str:
    """Return the host's sign-in address, with the page to come back to."""
    from urllib.parse import quote  # noqa: PLC0415 - only here

    address = str(setting("LMS_SIGN_IN_URL") or "/")
    return f"{address}{'&' if '?' in address else '?'}next={quote(back, safe='')}" if back else address


def not_saved(error: Unavailable) -> WerkzeugResponse:
    """Answer a form that could not be saved just now with a page that holds it, ready to be sent again."""
    # Only a form that was read whole: reading it may be what failed, and asking again would fail again.
    sent = request.__dict__.get("form", {})
    is_form = request.method == "POST" and request.headers.get("X-Requested-With") != "fetch"
    if not is_form or not set(sent) - {TOKEN} or any("password" in name for name in sent):
        return as_problem(error)
    response = _keep_what_was_typed(error.status, error.text)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _keep_what_was_typed(status: int, reason: str = "") -> WerkzeugResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        text = _("You are signed out, so this was not saved. Sign in again in another tab, then try again.")
        return make_response({"error": text, "csrf": csrf_token()}, status)
    shown = [name for name in request.form if name != TOKEN and "password" not in name]  # a page may be kept on a disk
    fields = [(name, value) for name in shown for value in request.form.getlist(name)]
    files = [item.filename for item in request.files.values() if item.filename]
    page = render_template(
        "lms/resend.html",
        fields=fields,
        files=files,
        signed_out=status == SIGNED_OUT,
        reason=reason,
        target=request.full_path.rstrip("?"),
    )
    return make_response(page, status)


def with_headers(response: WerkzeugResponse) -> WerkzeugResponse:
    """Give an answer of ours its safety headers; a view that set one itself (a file, a stream) keeps it."""
    headers = response.headers
    csp = setting("LMS_CSP") if setting("LMS_HOST_TEMPLATE") else ""
    headers.setdefault("Content-Security-Policy", csp or STRICT_CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    kept = headers.setdefault("Cache-Control", "private, no-cache")
    if not {"public", "private", "no-store"} & set(CACHE_WORDS.findall(kept)):
        headers["Cache-Control"] = f"private, {kept}"  # Flask says no more than no-cache for a file
    return response


def exempt_from_host_csrf() -> None:
    """Tell a host's CSRFProtect, whenever it was set up, that our forms bring a token of their own."""
    protect = current_app.extensions.get("csrf")
    view = current_app.view_functions.get(request.endpoint or "")
    if protect is not None and view is not None:
        protect.exempt(view)
