"""Pages of trainers: who has used up all attempts at a quiz, and allowing another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from assessments.quizzes import policies, queries, services
from lms.accounts.queries import names_of
from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.pages import Pages, current_viewer, flash, redirect_to, render
from lms.kernel.paging import page_number

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

trainer_pages = Pages("attempts")


@trainer_pages.get("/attempts/used-up", permission=policies.ALLOW)
def used_up() -> ResponseReturnValue:
    """List those who have used up all attempts at a quiz and have not passed."""
    page = queries.used_up_page(current_viewer(), page_number(request.args.get("page")))
    return render("lms/assessments/quizzes/used_up.html", page=page, language=current_language())


@trainer_pages.post("/attempts/<ref>/another", permission=policies.ALLOW, once=True)
def allow(ref: str) -> ResponseReturnValue:
    """Allow one more attempt to the person whose attempt this is."""
    viewer = current_viewer()
    opened = queries.attempt_for(viewer, ref, lock=True)
    services.allow_another(actor=viewer, opened=opened)
    name = names_of({opened.enrolment.person_id})[opened.enrolment.person_id]
    flash(_("%(name)s can take the quiz once more and gets a mail.", name=name))
    return redirect_to("attempts.used_up")
