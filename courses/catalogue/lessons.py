"""A lesson as people read it: its frozen content in one language, rendered and safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from courses.activities import text_in
from lms.kernel import blobs
from lms.kernel.i18n import current_language
from lms.kernel.text import unbroken
from lms.kernel.texts.figures import FigureFault, clean_svg
from lms.kernel.texts.markdown import Figure, Rendered, is_figure, kept, parser, render

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Source:
    """What a lesson rests on; `note` says what for."""

    title: str
    publisher: str
    note: str


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language. `language` is that of its text, which may be the source where there is no other.

    short: this is the short version, whose text holds the figures alone. whole_minutes: what the whole lesson takes
    where there is a short version; 0: there is none.
    """

    title: str
    outcome: str
    summary: str
    minutes: int
    language: str
    languages: tuple[str, ...]
    text: Rendered
    sources: tuple[Source, ...]
    short: bool = False
    whole_minutes: int = 0


def lesson_in(
    content: Mapping[str, Any], language: str, source: str, *, digest: str = "", whole: bool = False
) -> Lesson:
    """Return a lesson in a language, else in the source language, else in any; its short version where it has one.

    `digest` is the hash of a frozen content: its HTML is then kept in the process. A draft has none. `whole` asks for
    the whole text all the same.
    """
    texts: Mapping[str, Mapping[str, Any]] = content["texts"]
    found = next((code for code in (language, source, *texts) if code in texts), language)
    text = texts.get(found, {})
    settings = content.get("settings", {})
    whole_minutes = int(settings.get("whole_minutes") or 0)
    short = bool(settings.get("short")) and not whole

    def make() -> Rendered:
        markdown = str(text.get("markdown", ""))
        return render(_figures_alone(markdown) if short else markdown, _figures(text, content.get("files", {})))

    return Lesson(
        title=str(text.get("title", "")),
        outcome=unbroken(str(text.get("outcome", ""))),
        summary=unbroken(str(text.get("summary", ""))),
        minutes=whole_minutes if whole_minutes and not short else int(settings.get("minutes") or 0),
        language=found,
        languages=tuple(texts),
        text=kept.get(("lesson", digest, found, current_language(), short), make) if digest else make(),
        sources=tuple(_source(entry, found, source) for entry in settings.get("sources") or ()),
        short=short,
        whole_minutes=whole_minutes,
    )


def _figures_alone(markdown: str) -> str:
    r"""Return a text of which only the figures are left, as Markdown.

    >>> _figures_alone("Words.\n\n![The cycle](figure-cycle.svg)\n\nMore words.\n")
    '![The cycle](figure-cycle.svg)'
    """
    tokens = parser().parse(markdown)
    places = (at for at, token in enumerate(tokens) if token.type == "paragraph_open" and is_figure(tokens, at))
    return "\n\n".join(tokens[at + 1].content for at in places)


def _source(entry: Mapping[str, Any], language: str, source: str) -> Source:
    return Source(
        str(entry["title"]), str(entry.get("publisher", "")), str(text_in(entry.get("note", {}), language, source))
    )


def _figures(text: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures of a text; one that cannot be read or shown leaves its words in the text."""
    figures = {}
    for name, said in text.get("figures", {}).items():
        if name not in files:
            continue
        try:
            svg = clean_svg(blobs.read(str(files[name]["hash"])), label=str(said.get("alt", "")))
        except (FigureFault, OSError):
            continue
        figures[name] = Figure(svg, str(said.get("long", "")))
    return figures
