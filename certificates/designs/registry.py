"""Certificate designs by name: our own and those of third parties.

A design is a folder with `design.toml`, `template.html` and `style.css`. Third parties offer theirs by the entry-point
group `lms.certificate_designs`; an entry leads to the folder, as a `pathlib.Path`. The README shows how.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from certificates.designs.facts import KINDS
from lms.kernel.registry import Registry

GROUP = "lms.certificate_designs"
HOME = Path(__file__).parent
BUILT_IN = ("trainer", "completion")
FILES = ("design.toml", "template.html", "style.css")
KEYS = {"name", "kinds", "about"}


class DesignError(RuntimeError):
    """A design asks for a file that it may not read or that does not exist."""


@dataclass(frozen=True, slots=True)
class Design:
    """A way to lay out certificates: its name, what kinds of certificate it suits, a line about it, its folder."""

    name: str
    kinds: tuple[str, ...]
    about: str
    folder: Path

    @classmethod
    def read(cls, folder: Path) -> Design:
        """Read a design's folder. Raises ValueError that names the folder and what is wrong in it."""
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            message = f"the certificate design in {folder} lacks {', '.join(missing)}"
            raise ValueError(message)
        data = tomllib.loads((folder / "design.toml").read_text(encoding="utf-8"))
        if set(data) != KEYS:
            message = f"{folder / 'design.toml'}: needs the keys {', '.join(sorted(KEYS))} and no others"
            raise ValueError(message)
        kinds = tuple(data["kinds"])
        if not kinds or not set(kinds) <= set(KINDS):
            message = f"{folder / 'design.toml'}: kinds are some of {', '.join(KINDS)}"
            raise ValueError(message)
        return cls(str(data["name"]), kinds, str(data["about"]), folder.resolve())


@cache
def designs() -> Registry[Design]:
    """Return all designs by name. Two designs of one name raise ValueError, a broken folder too."""
    found = Registry[Design]("certificate design")
    for name in BUILT_IN:
        found.add(name, Design.read(HOME / name))
    for entry in entry_points(group=GROUP):
        design = Design.read(Path(entry.load()))
        found.add(design.name, design)
    return found
