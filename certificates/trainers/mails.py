"""The mail of the trainers room, written when it is sent."""

from __future__ import annotations

from typing import Any

from certificates.trainers.models import Practice
from lms.kernel.db import db
from lms.kernel.i18n import format_date, gettext as _
from lms.kernel.mail import MailText
from lms.kernel.pages import url


def practice(args: dict[str, Any]) -> MailText:
    """Tell a trainee that a practice was recorded, and how it was seen."""
    row = db.session.get_one(Practice, args["practice_id"])
    values = {"title": row.title, "date": format_date(row.held_on)}
    if row.satisfactory:
        first = _("Your practice “%(title)s” on %(date)s is recorded as satisfactory.", **values)
    else:
        first = _("Your practice “%(title)s” on %(date)s is recorded. It was not satisfactory yet.", **values)
    paragraphs = [first]
    if row.strengths:
        paragraphs.append(_("What went well: %(words)s", words=row.strengths))
    if row.next_step:
        paragraphs.append(_("Next step: %(words)s", words=row.next_step))
    return MailText(
        _("Your practice is recorded: %(title)s", **values),
        paragraphs,
        (_("My way to the trainer certificate"), url("trainers.mine", external=True)),
    )
