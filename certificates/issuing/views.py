"""Pages of certificates: the holder's own, those of a hub, and what managers do with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from certificates.issuing import policies, queries, services, texts
from certificates.issuing.forms import CorrectForm, WithdrawForm
from certificates.issuing.policies import CORRECT, SEE, WITHDRAW
from certificates.issuing.rules import KINDS, STANDINGS
from courses.programmes.queries import staffed_programme
from lms.kernel import blobs
from lms.kernel.csv_export import csv_answer
from lms.kernel.errors import Forbidden
from lms.kernel.files import disposition
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.paging import page_number
from lms.kernel.permissions import SIGNED_IN

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from certificates.issuing.models import Certificate
    from certificates.issuing.queries import Row

pages = Pages("issuing")
TEMPLATES = "lms/certificates/issuing"
WITHDRAW_PAGE = f"{TEMPLATES}/withdraw.html"
CORRECT_PAGE = f"{TEMPLATES}/correct.html"


@pages.get("/certificates", permission=SIGNED_IN)
def mine() -> ResponseReturnValue:
    """List the viewer's own certificates."""
    viewer = current_viewer()
    rows, is_trainee = queries.own(viewer), queries.is_trainee(viewer)
    return render(f"{TEMPLATES}/mine.html", rows=rows, is_trainee=is_trainee, texts=texts)


@pages.get("/certificates/issued", permission=SEE)
def index() -> ResponseReturnValue:
    """List the certificates of the viewer's hubs and programmes."""
    viewer, asked = current_viewer(), _asked()
    page = queries.issued_page(queries.issued(viewer, **asked), page_number(request.args.get("page")))
    programme = staffed_programme(viewer, asked["programme"]) if asked["programme"] else None
    return render(f"{TEMPLATES}/index.html", page=page, asked=asked, programme=programme, texts=texts)


@pages.get("/certificates/issued.csv", permission=SEE)
def index_csv() -> ResponseReturnValue:
    """Give the same list as a file."""
    head = [
        _("Number"),
        _("Holder"),
        _("Kind"),
        _("Title"),
        _("Language"),
        _("Hub"),
        _("Date of issue"),
        _("Valid until"),
        _("State"),
    ]
    statement = queries.issued(current_viewer(), **_asked())
    return csv_answer("certificates.csv", head, statement, lambda found: _cells(queries.row_of(found)))


def _cells(row: Row) -> list[object]:
    return [
        row.number,
        row.holder,
        texts.KINDS[row.kind],
        row.title,
        row.language,
        row.hub,
        row.issued_on.isoformat(),
        row.valid_until.isoformat() if row.valid_until else "",
        texts.STANDINGS[row.standing],
    ]


def _asked() -> dict[str, str]:
    """Return the filters that the address asks for; unknown ones count as none."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return {
        "search": request.args.get("q", "").strip(),
        "kind": kind if kind in KINDS else "",
        "state": state if state in STANDINGS else "",
        "programme": request.args.get("programme", ""),
    }


@pages.get("/certificates/<ref>", permission=SIGNED_IN)
def certificate(ref: str) -> ResponseReturnValue:
    """Show one certificate: what it says, how it stands, and to staff what happened to it."""
    viewer = current_viewer()
    found = queries.certificate_by_ref(viewer, ref)
    return render(f"{TEMPLATES}/certificate.html", **_told(found))


def _told(found: Certificate) -> dict[str, Any]:
    viewer, opened = current_viewer(), queries.opened(found)
    return {
        "opened": opened,
        "facts": opened.facts,
        "texts": texts,
        "is_mine": found.person_id == viewer.person_id,
        "may_withdraw": found.state == "live" and policies.may_withdraw(viewer, found),
        "may_correct": found.state == "live" and policies.may_correct(viewer, found),
    }


@pages.get("/certificates/<ref>/pdf", permission=SIGNED_IN)
def pdf(ref: str) -> ResponseReturnValue:
    """Give the frozen PDF; while it is being made, the page of the certificate says so."""
    found = queries.certificate_by_ref(current_viewer(), ref)
    digest = queries.pdf_of(found.id)
    if digest is None:
        return redirect_to("issuing.certificate", ref=ref)
    response = Response(blobs.read(digest), mimetype="application/pdf")
    response.set_etag(digest)
    response.headers["Content-Disposition"] = disposition(f"{found.number}.pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response.make_conditional(request)


@pages.get("/certificates/<ref>/withdraw", permission=WITHDRAW)
def ask_withdraw(ref: str) -> ResponseReturnValue:
    """Ask before a certificate is withdrawn."""
    found = queries.certificate_by_ref(current_viewer(), ref)
    if not policies.may_withdraw(current_viewer(), found):
        raise Forbidden(_("Only a manager of this hub can withdraw the certificate, and nobody their own."))
    return render(WITHDRAW_PAGE, form=WithdrawForm.read(), **_told(found))


@pages.post("/certificates/<ref>/withdraw", permission=WITHDRAW)
def withdraw(ref: str) -> ResponseReturnValue:
    """Withdraw a certificate."""
    viewer = current_viewer()
    found = queries.certificate_by_ref(viewer, ref)
    form = WithdrawForm.read()
    if form.validate():
        with form.refusing("reason"):
            services.withdraw(actor=viewer, certificate=found, reason=form.reason.data or "", why=form.why.data or "")
            flash(_("The certificate %(number)s is withdrawn. The holder is told by mail.", number=found.number))
            return redirect_to("issuing.certificate", ref=ref)
    return invalid(form, WITHDRAW_PAGE, **_told(found))


@pages.get("/certificates/<ref>/correct", permission=CORRECT)
def ask_correct(ref: str) -> ResponseReturnValue:
    """Ask how the name should stand on the certificate."""
    found = queries.certificate_by_ref(current_viewer(), ref)
    if not policies.may_correct(current_viewer(), found):
        raise Forbidden(_("Only a manager of this hub can correct the certificate, and nobody their own."))
    return render(CORRECT_PAGE, form=CorrectForm.read(name=found.facts["holder_name"]), **_told(found))


@pages.post("/certificates/<ref>/correct", permission=CORRECT, once=True)
def correct(ref: str) -> ResponseReturnValue:
    """Replace a certificate by a corrected one."""
    viewer = current_viewer()
    found = queries.certificate_by_ref(viewer, ref)
    form = CorrectForm.read()
    if form.validate():
        with form.refusing("name"):
            newer = services.correct(actor=viewer, certificate=found, holder_name=form.name.data or "")
            flash(_("The certificate %(number)s is issued. It replaces the old one.", number=newer.number))
            return redirect_to("issuing.certificate", ref=newer.ref)
    return invalid(form, CORRECT_PAGE, **_told(found))
