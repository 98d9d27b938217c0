"""Texts of courses and of the library as pages show them: links by key resolved, and the words that are explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.kernel.pages import current_viewer, url
from lms.library import queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from lms.kernel.texts.markdown import Rendered
    from lms.library.rules import Word


@dataclass(frozen=True)
class Shown:
    """A text for a page, and the words that its buttons explain: `lms/components/words.html` draws these, once."""

    html: Markup
    words: tuple[Word, ...] = ()


def shown(text: Rendered, language: str, lesson: Callable[[str], str]) -> Shown:
    """Resolve the links of a text: `lesson` gives the address of a lesson, the rest is in the library.

    A text without such links costs nothing, any other one statement.
    """
    if not text.terms and not text.items:
        return Shown(text.html(lesson))
    found = queries.references(current_viewer(), text.items)
    explained = [key for key in text.terms if found.glossary is not None and key in found.glossary]
    return Shown(
        html=text.html(
            lesson,
            items={key: url("library.item", ref=ref) for key, ref in found.items.items()},
            terms=explained,
        ),
        words=tuple(found.glossary.word(key, language) for key in explained) if found.glossary else (),
    )
