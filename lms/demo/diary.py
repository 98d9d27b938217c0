"""What happens in the demonstration, and when: noted in any order, played in the order of time, as on a real site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lms.kernel.clock import clock

if TYPE_CHECKING:
    from collections.abc import Callable

SATURDAY = 5
BEGINS, HOURS = 8, 9  # the working day of officials, in universal time: early enough from Helsinki to Berlin


class Diary:
    """Collects what people do, and lets it happen with the clock put back."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._entries: list[tuple[datetime, int, Callable[[], object]]] = []

    def note(self, at: datetime, happens: Callable[[], object]) -> None:
        """Note what happens at an instant; of two at once, what was noted first comes first."""
        self._entries.append((at, len(self._entries), happens))

    def play(self) -> None:
        """Let everything happen, and begin anew."""
        for at, _number, happens in sorted(self._entries, key=lambda entry: entry[:2]):
            with clock.at(at):
                happens()
        self._entries.clear()


def at_work(moment: datetime) -> datetime:
    """Return an instant of the same day in working hours, of the Friday before for a weekend; the order stays.

    >>> from datetime import UTC
    >>> at_work(datetime(2026, 11, 29, 23, 0, tzinfo=UTC))  # a Sunday
    datetime.datetime(2026, 11, 27, 16, 52, 30, tzinfo=datetime.timezone.utc)
    """
    free = max(0, moment.weekday() - SATURDAY + 1)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    # Friday and the weekend behind it share one day's hours, each in its own part.
    parts = 3 if moment.weekday() >= SATURDAY - 1 else 1
    passed = (moment - midnight + free * timedelta(days=1)) / (parts * timedelta(days=1))
    return midnight - timedelta(days=free) + timedelta(hours=BEGINS) + passed * timedelta(hours=HOURS)
