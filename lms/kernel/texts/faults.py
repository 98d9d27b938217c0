"""What is wrong in a file that somebody wrote: where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something wrong in a file: where, and a plain sentence that says what to do."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """Write it as compilers do, so that editors can jump there."""
        return f"{self.file}:{self.line}: {self.text}"
