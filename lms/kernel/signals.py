"""Signals: news that goes up the house, from a room to those above it, without the room knowing them.

A room declares its signals in its own `signals.py` with the sender, the arguments and the moment of sending.
Signals are sent inside the transaction; only our own features listen there. Third parties hear the same news after
the commit, by `heard_after_commit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blinker import Namespace, Signal

from lms.kernel.transaction import after_commit

if TYPE_CHECKING:
    from collections.abc import Callable

_namespace = Namespace()


def signal(name: str, doc: str) -> Signal:
    """Declare a signal; `doc` says who sends it, when, and with which arguments."""
    return _namespace.signal(name, doc=doc)


def heard_after_commit(news: Signal, listener: Callable[..., None]) -> Callable[..., None]:
    """Connect a third party's listener so that it is called only once the change is in the database.

    The listener gets the sender and the arguments of the signal. An error in it cannot undo anything. Returns what to
    give to `news.disconnect`.
    """

    def wait(sender: Any, **arguments: Any) -> None:
        after_commit(lambda: listener(sender, **arguments))

    news.connect(wait, weak=False)
    return wait
