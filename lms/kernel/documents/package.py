"""What Word files and spreadsheets share: the same bytes for the same input, languages by their full code, fixed dates.

Both are zip archives whose parts carry times; here every part gets the same one.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lms.kernel.i18n import EU_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

FIXED = datetime(2020, 1, 1, tzinfo=UTC)
"""When every file says that it was made: the same input always gives the same bytes."""
TIME_IN_ZIP = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
# Where a language is spoken when its code alone does not say so.
COUNTRIES = {"cs": "CZ", "da": "DK", "el": "GR", "en": "GB", "et": "EE", "ga": "IE", "sl": "SI", "sv": "SE"}


def full_code(language: str) -> str:
    """Return a language's code as office programs want it.

    >>> full_code("en"), full_code("fi")
    ('en-GB', 'fi-FI')
    """
    if language not in EU_LANGUAGES:
        return "en-GB"
    return f"{language}-{COUNTRIES.get(language, language.upper())}"


def same_bytes(raw: bytes, change: Callable[[str, bytes], bytes] = lambda _name, part: part) -> bytes:
    """Pack an office file anew, so that no part carries the time of its making; `change` may change parts by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():  # in the order of the library: the list of parts comes first
            part = zipfile.ZipInfo(name, TIME_IN_ZIP)
            part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            new.writestr(part, change(name, old.read(name)))
    return packed.getvalue()
