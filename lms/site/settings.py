"""Settings of the standalone site."""

from __future__ import annotations

from lms.kernel.config import Setting, boolean

SETTINGS = (
    Setting(
        "LMS_SECRET_KEY",
        "",
        "Key that signs sessions and links. Empty: one is made and kept in the data folder.",
    ),
    Setting("LMS_PASSWORD_MEMORY_KB", 19456, "Memory for hashing one password (argon2id), in kibibytes.", int),
    Setting("LMS_PASSWORD_ROUNDS", 2, "Rounds for hashing one password (argon2id).", int),
    Setting("LMS_SIGN_IN_TRIES", 10, "Failed sign-ins of one account before it has to wait.", int),
    Setting(
        "LMS_SIGN_IN_TRIES_ADDRESS",
        100,
        "Failed sign-ins from one network address before it has to wait; as many forms that ask for mail.",
        int,
    ),
    Setting("LMS_SIGN_IN_MINUTES", 15, "Minutes in which failed sign-ins are counted, and the longest wait.", int),
    Setting("LMS_SIGN_IN_DAYS", 30, "Days that somebody stays signed in who asked for it.", int),
    Setting("LMS_LINK_HOURS", 48, "Hours that a link in a mail works; for a new password it is two.", int),
    Setting(
        "LMS_HSTS",
        "max-age=31536000; includeSubDomains",
        "How long browsers come back over https only, once LMS_PUBLIC_URL begins with it. Empty: the proxy says so.",
    ),
    Setting("LMS_REGISTRATION", True, "Whether everybody may make an account; else the hubs make them.", boolean),
)
