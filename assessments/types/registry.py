"""All question types by name: ours and, by the same door, those of other packages."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assessments.types.contract import QuestionType
from lms.kernel.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUP = "lms.question_types"
"""The entry-point group in which another package names its question types."""
BUILT_IN = tuple(
    EntryPoint(name, f"assessments.types.{place}", GROUP)
    for name, place in (
        ("one-answer", "one_answer:OneAnswer"),
        ("several-answers", "several_answers:SeveralAnswers"),
        ("true-false", "true_false:TrueFalse"),
        ("ordering", "ordering:Ordering"),
        ("matching", "matching:Matching"),
        ("number", "number:Number"),
        ("short-text", "short_text:ShortText"),
    )
)

QuestionTypes = Registry[QuestionType[Any]]


def load_question_types(points: Iterable[EntryPoint]) -> QuestionTypes:
    """Return a registry of what entry points name.

    TypeError says that one names no subclass of QuestionType, ValueError that two types have one name or that
    a type is called otherwise than its entry point.
    """
    types: QuestionTypes = Registry("question type")
    for point in points:
        found = point.load()
        if not (isinstance(found, type) and issubclass(found, QuestionType)):
            message = f"{point.value} is not a question type: it must be a subclass of QuestionType"
            raise TypeError(message)
        if found.name != point.name:
            message = f"{point.value} is called {found.name!r}, but its entry point says {point.name!r}"
            raise ValueError(message)
        types.add(found.name, found())
    return types


@lru_cache(maxsize=1)
def question_types() -> QuestionTypes:
    """Return all types that are installed, looked up once in the life of the process.

    >>> question_types()["number"].name
    'number'
    """
    return load_question_types((*BUILT_IN, *entry_points(group=GROUP)))


def template_folders() -> list[Path]:
    """Return the `templates` folders beside the modules of all types, where an app finds their fragments."""
    modules = (sys.modules[type(kind).__module__] for kind in question_types().values())
    folders = {Path(module.__file__).parent / "templates" for module in modules if module.__file__}
    return sorted(folder for folder in folders if folder.is_dir())
