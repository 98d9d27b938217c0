"""News from the progress room, sent inside the transaction."""

from __future__ import annotations

from lms.kernel.signals import signal

course_completed = signal(
    "course-completed",
    doc="An enrolment met its programme's rule for the first time. Sender: the room's name. Arguments: enrolment_id,"
    " person_id, programme_id, hub_id, edition_id (numbers); done_here: False where all was done in other programmes.",
)
