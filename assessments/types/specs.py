"""Reading specs: takes values out of a raw table and collects a plain sentence for each fault."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from assessments.types.contract import Fault, SpecFaults
from assessments.types.sentences import Sentence, sentence as _, shortened

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
"""Keys are lower-case letters and digits with single hyphens inside, for form field names."""
LONGEST_KEY = 60
RESERVED = frozenset({"right", "wrong", "default"})
"""These name feedback on an answer as a whole, so that no option may be called so."""
LARGEST_POWER = 30
"""Beyond ten to this power a number is taken for a slip, and arithmetic with it would be slow or fail."""


def is_key(value: object) -> bool:
    """Say whether a value can be a key.

    >>> is_key("action-plan"), is_key("Action plan"), is_key("-a")
    (True, False, False)
    """
    return isinstance(value, str) and len(value) <= LONGEST_KEY and KEY.match(value) is not None


class SpecReader:
    """Reads one raw spec. Call `done` last: it raises SpecFaults if anything was wrong or is left over."""

    def __init__(self, raw: object) -> None:
        """Begin to read."""
        self.faults: list[Fault] = []
        self._known: set[str] = set()
        self._raw: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}

    def fault(self, where: str, sentence: Sentence) -> None:
        """Note a fault and go on reading."""
        self.faults.append(Fault(where, sentence))

    def has(self, name: str) -> bool:
        """Say whether the spec gives this value."""
        return name in self._raw

    def value(self, name: str) -> object:
        """Take a value as it is."""
        self._known.add(name)
        return self._raw.get(name)

    def strings(self, name: str, *, at_least: int = 1) -> tuple[str, ...]:
        """Take a list of different, non-empty strings."""
        value = self.value(name)
        if (
            not isinstance(value, Sequence)
            or isinstance(value, str)
            or not all(isinstance(item, str) for item in value)
        ):
            self.fault(name, _("“%(name)s” must be a list of texts.", name=name))
            return ()
        items = tuple(str(item) for item in value)
        if len(items) < at_least:
            self.fault(name, _("“%(name)s” needs at least %(count)s entries.", name=name, count=at_least))
        if not all(item.strip() for item in items):
            self.fault(name, _("“%(name)s” has an empty entry.", name=name))
        for item in sorted({item for item in items if items.count(item) > 1}):
            self.fault(name, _("“%(item)s” stands twice in “%(name)s”.", item=shortened(item), name=name))
        return items

    def keys(self, name: str, *, at_least: int = 1) -> tuple[str, ...]:
        """Take a list of different keys."""
        items = self.strings(name, at_least=at_least)
        for item in items:
            self.check_key(name, item)
        return items

    def check_key(self, where: str, key: str) -> None:
        """Note a fault unless a string can be a key."""
        if key in RESERVED:
            self.fault(where, _("“%(key)s” has a meaning of its own. Choose another key.", key=key))
        if not is_key(key):
            self.fault(
                where,
                _(
                    "“%(key)s” cannot be a key. Use small letters, digits and hyphens: “action-plan”.",
                    key=shortened(key),
                ),
            )

    def key_among(self, name: str, allowed: Collection[str]) -> str:
        """Take one key that must be among others."""
        value = self.value(name)
        if isinstance(value, str) and value in allowed:
            return value
        self.fault(name, _("“%(name)s” must be one of: %(keys)s.", name=name, keys=", ".join(allowed)))
        return ""

    def flag(self, name: str, *, default: bool) -> bool:
        """Take true or false."""
        if not self.has(name):
            self._known.add(name)
            return default
        value = self.value(name)
        if isinstance(value, bool):
            return value
        self.fault(name, _("“%(name)s” must be true or false.", name=name))
        return default

    def string(self, name: str, default: str = "") -> str:
        """Take an optional text."""
        value = self.value(name)
        if value is None:
            return default
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fault(name, _("“%(name)s” must be a text.", name=name))
        return default

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """Take a number; without a default it must be there."""
        value = self.value(name)
        if value is None and default is not None:
            return default
        number = as_decimal(value)
        if number is None:
            self.fault(name, _("“%(name)s” must be a number.", name=name))
            return Decimal(0)
        return number

    def leave(self, outer: SpecReader, where: str) -> None:
        """Hand all faults, unknown names among them, to the reader of the spec around this one."""
        self._left_over()
        for fault in self.faults:
            outer.fault(f"{where}.{fault.where}", fault)

    def done(self) -> None:
        """Raise SpecFaults if there are faults, unknown names among them."""
        self._left_over()
        if self.faults:
            raise SpecFaults(self.faults)

    def _left_over(self) -> None:
        for name in self._raw:
            if name not in self._known:
                known = ", ".join(sorted(self._known))
                self.fault(
                    str(name),
                    _(
                        "“%(name)s” is not known here. Known are: %(known)s.",
                        name=shortened(str(name)),
                        known=known,
                    ),
                )


def as_decimal(value: object) -> Decimal | None:
    """Turn a number from TOML or JSON into a Decimal; None if it is none, not finite or absurdly large.

    A float goes by its shortest writing: 0.1 means one tenth, not the nearest binary fraction.

    >>> as_decimal(0.1), as_decimal("2.50"), as_decimal(True), as_decimal(float("nan"))
    (Decimal('0.1'), Decimal('2.50'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= LARGEST_POWER else None
