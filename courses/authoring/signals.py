"""News from the authoring room."""

from __future__ import annotations

from lms.kernel.signals import signal

edition_published = signal(
    "edition-published",
    "An edition of a course was published. Sender: the Course. Arguments: edition (Edition), actor (Viewer). Sent "
    "inside the transaction, once per edition.",
)
