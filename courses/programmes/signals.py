"""News from the programmes room, sent inside the transaction of the change. Sender: the room's name, "programmes".

All arguments are ids. Listeners of our own features only; they may write, and raising undoes the change.
"""

from __future__ import annotations

from lms.kernel.signals import signal

SENDER = "programmes"

enrolled = signal(
    "programmes-enrolled",
    doc="A person takes part in a programme from now on, for the first time or again. Arguments: enrolment_id,"
    " programme_id, hub_id, person_id, team_id.",
)
team_made = signal(
    "programmes-team-made",
    doc="A city takes part in a programme from now on: its team is there, with nobody in it yet. Arguments:"
    " programme_id, hub_id, team_id.",
)
team_removed = signal(
    "programmes-team-removed",
    doc="A team in which nobody ever was is about to be deleted: delete what you keep about it. Arguments:"
    " programme_id, hub_id, team_id.",
)
team_changed = signal(
    "programmes-team-changed",
    doc="A person went from one team of a programme to another. Arguments: enrolment_id, programme_id, hub_id,"
    " person_id, team_id (the new one), old_team_id.",
)
left = signal(
    "programmes-left",
    doc="A person takes no part in a programme any more; the row of the enrolment stays. Arguments: enrolment_id,"
    " programme_id, hub_id, person_id, team_id (which they left; None if none).",
)
edition_taken = signal(
    "programmes-edition-taken",
    doc="A programme uses another edition from now on. Arguments: programme_id, hub_id, edition_id, old_edition_id.",
)
rule_changed = signal(
    "programmes-rule-changed",
    doc="Another rule completes a programme from now on. Arguments: programme_id, hub_id, number.",
)
attendance_recorded = signal(
    "programmes-attendance-recorded",
    doc="Attendance of a workshop was recorded or corrected. Arguments: workshop_id, programme_id, hub_id,"
    " enrolment_ids (of those whose minutes are new).",
)
deadline_near = signal(
    "programmes-deadline-near",
    doc="Reminders of a deadline are about to be written. Arguments: programme_id, hub_id, node_key, enrolment_ids."
    " A listener returns the enrolment_ids that need none, for the work is done.",
)
