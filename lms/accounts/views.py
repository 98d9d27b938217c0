"""Pages about oneself, and what the site tells everybody about itself. They work in any host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, make_response, session

from lms.accounts import own_data, services
from lms.accounts.forms import EraseForm, ProfileForm
from lms.accounts.models import Person
from lms.kernel.config import setting
from lms.kernel.db import db
from lms.kernel.files import disposition
from lms.kernel.i18n import SESSION_KEY, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, invalid, redirect_to, render
from lms.kernel.permissions import NOBODY, PUBLIC, SIGNED_IN

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as WerkzeugResponse

pages = Pages("accounts")
PROFILE = "lms/accounts/profile.html"
ERASE = "lms/accounts/erase.html"


def _me() -> Person:
    return db.session.get_one(Person, current_viewer().person_id)


@pages.get("/account", permission=SIGNED_IN)
def profile() -> str:
    """Show one's own name, language and time zone."""
    return render(PROFILE, form=ProfileForm.read(obj=_me()), person=_me())


@pages.post("/account", permission=SIGNED_IN)
def save_profile() -> Response | WerkzeugResponse:
    """Change them."""
    person = _me()
    form = ProfileForm.read(obj=person)
    if not form.validate():
        return invalid(form, PROFILE, person=person)
    language = form.language.data
    services.update_person(person_id=person.id, name=form.name.data, language=language, time_zone=form.time_zone.data)
    # The choice in the profile counts from now on, also where another language was chosen for a while.
    session.pop(SESSION_KEY, None)
    g.pop("lms_language", None)
    g.lms_language = language
    flash(_("Your profile is saved."))
    return redirect_to("accounts.profile")


@pages.get("/account/data", permission=SIGNED_IN)
def data() -> str:
    """Show what the site keeps about the reader."""
    return render(
        "lms/accounts/own_data.html", data=own_data.collect(current_viewer().person_id), title_of=own_data.title_of
    )


@pages.get("/account/data/file", permission=SIGNED_IN)
def data_file() -> Response:
    """Hand it out as a file."""
    response = make_response(own_data.package(current_viewer().person_id))
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = disposition("my-data.zip")
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/account/erase", permission=SIGNED_IN)
def erase() -> str:
    """Explain what is erased and what stays."""
    return render(ERASE, form=EraseForm.read())


@pages.post("/account/erase", permission=SIGNED_IN)
def erase_now() -> Response:
    """Erase the reader. The answer is the last page that knows of them, so it is given here and not by a redirect."""
    form = EraseForm.read()
    if not form.validate():
        return invalid(form, ERASE)
    viewer = current_viewer()
    services.erase_person(actor=viewer, person_id=viewer.person_id)
    g.lms_viewer = NOBODY
    return make_response(render("lms/accounts/erased.html"))


def _about() -> dict[str, str]:
    return {"contact": setting("LMS_CONTACT_EMAIL"), "operator": setting("LMS_OPERATOR")}


@pages.get("/accessibility", permission=PUBLIC)
def accessibility() -> str:
    """Say how accessible the site is, what was tested, and whom to tell about a barrier."""
    return render("lms/accounts/accessibility.html", **_about())


@pages.get("/privacy", permission=PUBLIC)
def privacy() -> str:
    """Say what is kept about people, why, how long, and what they can demand."""
    return render("lms/accounts/privacy.html", **_about())


@pages.get("/help", permission=PUBLIC)
def help_page() -> str:
    """Answer the first questions, and say whom to ask."""
    return render("lms/accounts/help.html", **_about())
