"""Words for states, kinds and reasons, the same in pages, mails and files."""

from __future__ import annotations

from lms.kernel.i18n import lazy_gettext as _l

KINDS = {"trainer": _l("Trainer certificate"), "completion": _l("Course completed")}
STANDINGS = {
    "valid": _l("Valid"),
    "expired": _l("Expired"),
    "withdrawn": _l("Withdrawn"),
    "replaced": _l("Replaced"),
}
TONES = {"valid": "ok", "expired": "warn", "withdrawn": "bad", "replaced": "info"}
# Why a certificate was withdrawn: to be chosen, and said to everybody who checks it.
WITHDRAWALS = {
    "mistake": _l("It was issued by mistake."),
    "condition": _l("A condition for it was not met."),
    "request": _l("The holder asked for it."),
    "other": _l("Another reason, which the hub can explain."),
}
CORRECTIONS = {
    "name": _l("The name on it was corrected."),
    "renewed": _l("It was renewed."),
}
EVENTS = {
    "issued": _l("Issued"),
    "rendered": _l("PDF made"),
    "withdrawn": _l("Withdrawn"),
    "replaced": _l("Replaced by a newer one"),
}
