"""Settings of the accounts room: who answers for this site."""

from __future__ import annotations

from lms.kernel.config import Setting

SETTINGS = (
    Setting(
        "LMS_CONTACT_EMAIL",
        "",
        "Address for questions about the site, data protection and accessibility, shown to everybody.",
    ),
    Setting("LMS_OPERATOR", "", "Name and postal address of whoever runs the site, for the privacy notice."),
)
