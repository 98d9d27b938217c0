"""A registry: names to things, filled by features, where a duplicate name stops the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things of one kind.

    >>> colours = Registry[str]("colour")
    >>> colours.add("sea", "#0b5563")
    >>> colours["sea"]
    '#0b5563'
    """

    def __init__(self, kind: str) -> None:
        """Start empty; `kind` is used in error messages."""
        self.kind = kind
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> None:
        """Add a thing. Adding the very same again does nothing; another of the same name raises ValueError."""
        if name in self._items and self._items[name] != item:
            message = f"two different things are registered as {self.kind} {name!r}"
            raise ValueError(message)
        self._items[name] = item

    def __getitem__(self, name: str) -> T:
        """Return a thing; an unknown name raises LookupError that names the known ones."""
        try:
            return self._items[name]
        except KeyError:
            message = f"there is no {self.kind} {name!r}; known are {', '.join(sorted(self._items)) or 'none'}"
            raise LookupError(message) from None

    def get(self, name: str) -> T | None:
        """Return a thing, or None."""
        return self._items.get(name)

    def __contains__(self, name: object) -> bool:
        """Whether the name is known."""
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        """Go through the names in alphabetical order."""
        return iter(sorted(self._items))

    def values(self) -> list[T]:
        """Return the things in the order of their names."""
        return [self._items[name] for name in self]
