"""Settings of the accounts room: who answers for this site."""

from __future__ import annotations

from lms.kernel.config import Setting

SETTINGS = (
    Setting(
        "LMS_CONTACT_EMAIL",
        "",
        "Address for questions, data protection and accessibility; shown to everybody. Required outside demonstration.",
    ),
    Setting(
        "LMS_OPERATOR", "", "Name and postal address of the organisation that runs the site, for the privacy notice."
    ),
)
