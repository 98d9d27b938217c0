"""The libraries of the extra "checks", loaded when a check needs them: a site that only shows courses does without."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from lms.kernel.errors import Conflict

INSTALL = "pip install 'ims-lms[checks]'"


@cache
def library(name: str) -> Any:
    """Return a library; raise Conflict with the line to type where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Conflict(f"The checks need the library {name} ({error}). Install it: {INSTALL}") from error
