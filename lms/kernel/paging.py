"""Long lists, cut into pages of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import func, select

from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Select

ROWS = 25
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number (from 1), the size of a page and the rows in all."""

    rows: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Number of the first row on this page; 0 when the list is empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row on this page."""
        return min(self.number * self.size, self.total)


def page_number(raw: str | None) -> int:
    """Read the number of a page from an address; anything odd means the first.

    >>> page_number("3"), page_number("-1"), page_number(None)
    (3, 1, 1)
    """
    return max(1, int(raw)) if raw and raw.isascii() and raw.isdigit() and len(raw) < 7 else 1  # noqa: PLR2004 - digits


def page_of(
    statement: Select[Any], number: int, *, size: int = ROWS, make: Callable[[Any], T] | None = None
) -> Page[T]:
    """Read one page of an ordered statement, in two queries: the number of rows, and the rows.

    A page past the end becomes the last one. `make` turns a result row into what the page shows; without it, a
    statement of one entity gives the entities.
    """
    total = int(db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0)
    number = min(number, max(1, -(-total // size)))
    found = db.session.execute(statement.limit(size).offset((number - 1) * size))
    rows: list[Any] = [make(row) for row in found] if make else list(found.scalars())
    return Page(rows, number, size, total)
