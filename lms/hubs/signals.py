"""News of the hubs room, sent inside the transaction."""

from __future__ import annotations

from lms.kernel.signals import signal

city_changed = signal(
    "city-changed",
    "Sent by `services.change_city` when what is known of a city has changed: city_id. Whoever keeps a copy of its name"
    " for sorting brings it up to date now.",
)
