"""What the button says that leads to the next thing to do."""

from __future__ import annotations

from lms.kernel.i18n import gettext as _


def go_on_words(kind: str, state: str) -> str:
    """Name the next thing to do: by its kind, and by how it stands for the person ("" where it was not begun)."""
    words = {
        ("lesson", ""): _("Begin the lesson"),
        ("lesson", "viewed"): _("Continue the lesson"),
        ("quiz", ""): _("Go to the quiz"),
        ("quiz", "failed"): _("Try the quiz again"),
        ("quiz", "again"): _("Try the quiz once more"),
        ("handin", ""): _("Go to the hand-in"),
        ("handin", "revise"): _("Revise the hand-in"),
    }
    return words.get((kind, state), _("Go on"))
