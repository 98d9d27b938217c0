"""Reading files that anybody may have written: whatever lies in the folder, a text or a fault.

Nothing outside the folder is ever read: a link (symlink) is refused wherever it points, names hold no slash, and
sizes are limited before a byte is read.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_TEXT = 400_000  # bytes of a TOML or Markdown file; a long lesson has 20,000
LARGEST_FILE = 5_000_000  # bytes of a figure or a form
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
KILO, MEGA = 1000, 1_000_000


def read_bytes(folder: Path, name: str, *, limit: int = LARGEST_FILE) -> tuple[bytes | None, list[Fault]]:
    """Read a file of a folder. `limit` is in bytes."""
    if not NAME.fullmatch(name) or ".." in name:
        return None, [
            Fault(name[:100], 1, _("A file name may hold letters, digits, dots, hyphens and underscores only."))
        ]
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None, [Fault(name, 1, _("The file is missing."))]
    except OSError:
        return None, [
            Fault(name, 1, _("The file cannot be read. It must be a file of its own, not a link to another one."))
        ]
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        return None, [Fault(name, 1, _("This is not a file. Put a file of that name here."))]
    with os.fdopen(descriptor, "rb") as file:
        if facts.st_size > limit:
            return None, [Fault(name, 1, _too_large(facts.st_size, limit))]
        return file.read(limit + 1)[:limit], []


def read_text(folder: Path, name: str, *, limit: int = LONGEST_TEXT) -> tuple[str | None, list[Fault]]:
    """Read a text file in UTF-8; every line ends as on Unix. `limit` is in bytes."""
    raw, faults = read_bytes(folder, name, limit=limit)
    if raw is None:
        return None, faults
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, [Fault(name, line, _("This is not UTF-8 text. Save the file in the encoding UTF-8."))]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := UNSEEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return None, [Fault(name, line, _("There is an invisible control character in this line. Delete it."))]
    return text, []


def read_document(folder: Path, name: str) -> tuple[str | None, list[Fault]]:
    """Read a text that people will read: like `read_text`, but an empty one is a fault."""
    text, faults = read_text(folder, name)
    if text is not None and not text.strip():
        faults = [Fault(name, 1, _("There is no text here. Write it."))]
    return text, faults


def is_plain_folder(path: Path) -> bool:
    """Whether a path is a folder of its own, not a link to another one."""
    return path.is_dir() and not path.is_symlink()


def _too_large(size: int, limit: int) -> str:
    if limit < MEGA:
        return _("The file is %(size)d kB. At most %(limit)d kB can be read.", size=size // KILO, limit=limit // KILO)
    return _("The file is %(size)d MB. At most %(limit)d MB can be read.", size=size // MEGA, limit=limit // MEGA)
