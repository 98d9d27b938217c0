"""Drawing an order from a seed."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def shuffled(keys: Iterable[str], seed: int) -> list[str]:
    """Return the keys in an order that depends on the seed and on the keys alone.

    Sorting by a hash, instead of the random module, keeps an order for ever: on every version of Python, and
    when an author lists the options in another order.

    >>> shuffled(["a", "b", "c"], 7) == shuffled(["c", "a", "b"], 7)
    True
    """
    return sorted(keys, key=lambda key: sha256(f"{seed}:{key}".encode()).digest())
