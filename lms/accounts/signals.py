"""News of the accounts room, sent inside the transaction."""

from __future__ import annotations

from lms.kernel.signals import signal

person_changed = signal(
    "person-changed",
    "Sent by `services.update_person` when a person's own details have changed: person_id, name, language.",
)
person_erased = signal(
    "person-erased",
    "Sent by `services.erase_person` before the person's row is blanked: person_id. Whoever keeps free text or files "
    "of a person deletes them now.",
)
