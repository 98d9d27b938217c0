"""The public check page: by code or by file, without an account. It reads only, and keeps nothing of what is sent."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from flask import g, make_response, request

from certificates.issuing import texts
from certificates.issuing.rules import read_code
from certificates.verification import queries
from certificates.verification.forms import CheckForm
from certificates.verification.rules import Claim, codes_in, looks_like_pdf
from lms.kernel.clock import now
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, redirect_to, render
from lms.kernel.permissions import PUBLIC
from lms.kernel.uploads import largest, too_large

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from certificates.verification.queries import Checked

pages = Pages("verification")
TEMPLATES = "lms/certificates/verification"
FORM = f"{TEMPLATES}/form.html"
FOUND = f"{TEMPLATES}/found.html"
UNKNOWN = f"{TEMPLATES}/unknown.html"


def receive_file(**_arguments: Any) -> None:
    """Read the file that was sent, outside any transaction: its hash, and the codes in it. It is never written."""
    g.lms_claim = None
    item = request.files.get("pdf")
    if item is None or not item.filename:
        return
    size = item.stream.seek(0, io.SEEK_END)
    item.stream.seek(0)
    if size > largest():
        g.lms_claim = Claim("", size, is_pdf=False)
        return
    data = item.stream.read()
    is_pdf = looks_like_pdf(data)
    codes = codes_in(data) if is_pdf else ()
    g.lms_claim = Claim(hashlib.sha256(data).hexdigest(), size, is_pdf, codes)


@pages.get("/check", permission=PUBLIC)
def form() -> ResponseReturnValue:
    """Ask for a code or a file."""
    return render(FORM, form=CheckForm.read())


# A check changes nothing, so there is nothing that a form from elsewhere could do: it needs no session and no token.
@pages.post("/check", permission=PUBLIC, writes=False, token=False, prepare=receive_file)
def check() -> ResponseReturnValue:
    """Check a file, or go to the page of a code."""
    asked = CheckForm.read()
    claim: Claim | None = g.lms_claim
    asked.validate()
    if claim is not None and not asked.errors:
        return _check_file(asked, claim)
    code = asked.read_code() if not asked.errors else None
    return redirect_to("verification.certificate", code=code) if code else make_response(render(FORM, form=asked), 422)


def _check_file(asked: CheckForm, claim: Claim) -> ResponseReturnValue:
    """Say whether a file is one that we issued, byte for byte."""
    if claim.size > largest():
        asked.refuse("pdf", too_large(claim.size))
    elif not claim.is_pdf:
        asked.refuse("pdf", _("This file is not a PDF. Choose the PDF of the certificate."))
    if asked.errors:
        return make_response(render(FORM, form=asked), 422)
    found = queries.by_digest(claim.digest)
    if found is not None:
        return _page(found, by_file=True)
    typed = read_code(asked.code.data or "")
    issued = queries.by_codes([code for code in (typed, *claim.codes) if code])
    if issued is not None:
        return _page(issued, by_file=True, is_altered=True)
    return _unknown(by_file=True)


@pages.get("/check/<code>", permission=PUBLIC)
def certificate(code: str) -> ResponseReturnValue:
    """Say what was certified under a code, and how it stands."""
    exact = read_code(code)
    found = queries.by_code(exact) if exact else None
    if found is None:
        return _unknown()
    return redirect_to("verification.certificate", code=exact) if exact != code else _page(found)


def _page(found: Checked, *, by_file: bool = False, is_altered: bool = False) -> Response:
    page = render(
        FOUND,
        form=CheckForm(),
        found=found,
        facts=found.facts,
        texts=texts,
        moment=now(),
        by_file=by_file,
        is_altered=is_altered,
    )
    return _closed_to_robots(make_response(page))


def _unknown(*, by_file: bool = False) -> Response:
    return _closed_to_robots(make_response(render(UNKNOWN, form=CheckForm(), by_file=by_file), 404))


def _closed_to_robots(response: Response) -> Response:
    """Keep names out of search engines, and addresses with codes out of other sites."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
