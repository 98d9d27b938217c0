"""Learning-management plugin for training courses on the Integrated Management System (IMS) for Sustainability.

`LMS` is the Flask extension, `Identity` what a host tells it of the person who is signed in, `create_app` the
standalone site. They are handed out when first asked for, so that importing one part loads nothing above it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lms.extension import LMS
    from lms.kernel.identity import Identity
    from lms.site.app import create_app

__all__ = ["LMS", "Identity", "create_app"]
_HOMES = {"Identity": "lms.kernel.identity", "LMS": "lms.extension", "create_app": "lms.site.app"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    message = f"module 'lms' has no attribute {name!r}"
    raise AttributeError(message)
