"""Stopping in order: a process is told by SIGTERM or SIGINT, and ends what it has in hand first."""

from __future__ import annotations

import signal
import threading


def set_by_signals(stop: threading.Event) -> None:
    """Have SIGTERM and SIGINT set `stop`.

    A handler runs in the main thread, between any two steps of it: perhaps inside `stop.wait()`, which then holds the
    lock that `stop.set()` needs, and the process would wait for itself for ever. So another thread sets it.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_ignored: threading.Thread(target=stop.set).start())
