"""Long lists, cut into pages of rows, as the pager of `lms/components/nav.html` draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import func, select

from lms.kernel.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Select

ROWS = 25
MOST_TO_CHOOSE = 500  # rows of a list to choose from
LONGEST_NUMBER = 6  # digits
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number (from 1), the size of a page, and the rows of all pages."""

    items: Sequence[T]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Number of the first row on this page; 0 when the list is empty."""
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row on this page."""
        return min(self.page * self.per_page, self.total)

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.page < self.pages

    def iter_pages(self) -> Iterator[int | None]:
        """Go through the numbers that a pager shows: both ends and the neighbours, None where some are left out."""
        shown = {1, self.page - 1, self.page, self.page + 1, self.pages}
        before = 0
        for number in sorted(shown):
            if not 1 <= number <= self.pages:
                continue
            if number > before + 1:
                yield None
            yield number
            before = number


def page_number(raw: str | None) -> int:
    """Read the number of a page from an address; anything odd means the first.

    >>> page_number("3"), page_number("-1"), page_number(None)
    (3, 1, 1)
    """
    is_number = raw is not None and raw.isascii() and raw.isdigit() and len(raw) <= LONGEST_NUMBER
    return max(1, int(raw or 1)) if is_number else 1


def page_of(
    statement: Select[*tuple[Any, ...]], number: int, *, size: int = ROWS, make: Callable[[Any], T] | None = None
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
