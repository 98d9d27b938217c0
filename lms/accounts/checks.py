"""What `flask lms check` asks of this room."""

from __future__ import annotations

from lms.kernel.config import setting


def contact() -> list[str]:
    """Ask for an address to write to, unless everything here is invented."""
    if setting("LMS_DEMONSTRATION") or setting("LMS_CONTACT_EMAIL"):
        return []
    return [
        "LMS_CONTACT_EMAIL is empty: people cannot ask for help or for their data. Set it to an address that is read."
    ]
