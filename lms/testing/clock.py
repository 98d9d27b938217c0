"""The clock in tests: it runs until a test moves it, and runs again after the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lms.kernel.clock import Clock, clock as the_clock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Give the clock of the product; a test may stop and move it.

    >>> def test_deadline(clock):
    ...     clock.move_to(datetime(2027, 1, 8, 22, 59, tzinfo=UTC))
    ...     clock.move_by(timedelta(minutes=1))
    """
    the_clock.release()
    yield the_clock
    the_clock.release()
