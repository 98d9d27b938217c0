"""A Markdown text as a plain list of headings, paragraphs and tables: what office files are made of.

What a page would link becomes plain words here. Whatever an author typed, only letters come out that a file of an
office program may hold.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from markdown_it.tree import SyntaxTreeNode

from lms.kernel.i18n import gettext as _
from lms.kernel.text import composed
from lms.kernel.texts.markdown import parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Style = Literal["text", "bullet", "number", "quote", "code", "note"]

OUTSIDE = re.compile(r"https?://|mailto:", re.IGNORECASE)
LABEL = re.compile(r"([^:\n]{1,100}):\s+(?=\S)")
LEAVE_OUT = {"Cc", "Cf", "Cs", "Co"}
SHORT_LABEL = 40  # letters; a longer line that ends with a colon introduces what follows
DEEPEST = 3  # levels of lists that office styles have


@dataclass(frozen=True)
class Run:
    """Some words in one look."""

    text: str
    bold: bool = False
    italic: bool = False


Words = tuple[Run, ...]


def plain(words: Words) -> str:
    """Return words without their look."""
    return "".join(run.text for run in words).strip()


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the whole has level 1."""

    level: int
    words: Words


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or an item of a list. `gap` says that a place to write follows; then `words` ask for something."""

    words: Words
    style: Style = "text"
    depth: int = 1
    number: int = 0
    """Of an item in a numbered list, else 0."""
    label: Words = ()
    """What a filled field asks for; `words` are then what was filled in."""
    gap: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its header row; every row is as long as that. `heading` is the heading above."""

    heading: str
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]

    @property
    def is_form(self) -> bool:
        """Whether it is to be filled in: a row, a column or half of it is empty. Else an empty cell says "nothing"."""
        empty = [[not plain(cell) for cell in row] for row in self.rows]
        lines = [*empty, *zip(*empty, strict=True)]
        return any(all(line) for line in lines) or 2 * sum(map(sum, empty)) >= len(self.head) * max(len(empty), 1)

    def choices(self, column: int) -> list[str]:
        """Return the answers that a column offers, such as yes, no and pending; none where people write freely.

        A header of the form "Yes / no / pending" offers them.
        """
        parts = [part.strip() for part in plain(self.head[column]).split("/")]
        known = {(_("Yes"), _("No")), ("Yes", "No")}
        if len(parts) > 1 and (parts[0].lower(), parts[1].lower()) in {(a.lower(), b.lower()) for a, b in known}:
            return [part[:1].upper() + part[1:] for part in parts if part]
        return []


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Document:
    """A whole text: its title, and what comes after it."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> list[Table]:
        """Return the tables, in order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def is_form(self) -> bool:
        """Whether it asks to write anything."""
        return any(_asks_to_write(block) for block in self.blocks)


def read(markdown: str, title: str = "") -> Document:
    r"""Read a text. A heading of level 1 at its beginning is its title, unless another one is given.

    >>> read("# Our map\n\n- City:\n").title
    'Our map'
    """
    reader = _Reader()
    blocks = list(reader.blocks(SyntaxTreeNode(parser().parse(markdown)).children))
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title = title or plain(blocks[0].words)
        blocks = blocks[1:]
    return Document(_clean(title).strip(), tuple(_with_gaps(blocks)))


def _clean(text: str) -> str:
    """Leave out what is invisible or no letter at all; XML could not even hold some of it."""
    return "".join(
        letter
        for letter in composed(text).replace("\t", " ")
        if letter in "\n\u200d" or (unicodedata.category(letter) not in LEAVE_OUT and not _is_no_letter(ord(letter)))
    )


def _is_no_letter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - the noncharacters of Unicode


def _with_gaps(blocks: Sequence[Block]) -> Iterator[Block]:
    """Mark what asks for something and gets no answer; only in a form a question does, for a text may just ask."""
    is_form = any(_asks_to_write(block) for block in blocks)
    for at, block in enumerate(blocks):
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        if isinstance(block, Paragraph) and block.style == "text":
            is_last = after is None or isinstance(after, Heading)
            is_question = is_form and is_last and plain(block.words).endswith("?")
            yield replace(block, gap=is_question or (_is_label(block) and (is_last or _leaves_open(block, after))))
        else:
            yield block


def _is_label(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.style == "text" and plain(block.words).endswith(":")


def _leaves_open(label: Paragraph, after: Block | None) -> bool:
    """Whether what follows a label cannot be its answer: another label; after a short one also fields, or a table."""
    is_field = isinstance(after, Table) or (isinstance(after, Paragraph) and after.style == "bullet" and after.gap)
    return _is_label(after) or (is_field and len(plain(label.words)) <= SHORT_LABEL)


def _asks_to_write(block: Block) -> bool:
    return block.is_form if isinstance(block, Table) else isinstance(block, Paragraph) and block.gap


class _Reader:
    """Goes through a text once and remembers the heading above."""

    def __init__(self) -> None:
        """Begin without a heading."""
        self.heading = ""

    def blocks(self, nodes: Sequence[SyntaxTreeNode], style: Style = "text", depth: int = 1) -> Iterator[Block]:
        """Turn nodes of the Markdown reader into blocks."""
        for node in nodes:
            if node.type == "heading":
                words = _inline(node.children)
                self.heading = plain(words)
                yield Heading(int(node.tag[1]), words)
            elif node.type == "paragraph":
                yield Paragraph(_inline(node.children), style, depth)
            elif node.type in {"bullet_list", "ordered_list"}:
                yield from self._items(node, depth)
            elif node.type == "table":
                yield self._table(node)
            elif node.type in {"fence", "code_block"}:
                yield Paragraph((Run(_clean(node.content.rstrip("\n"))),), "code", depth)
            elif node.type == "blockquote":
                yield from self.blocks(node.children, "quote", depth)
            elif node.type.startswith("container_"):
                kind, _space, title = node.info.strip().partition(" ")
                yield Paragraph((Run(_clean(title.strip() or kind), bold=True),), "note", depth)
                yield from self.blocks(node.children, "note", depth)
            elif node.type == "footnote_block":
                yield Heading(2, (Run(_("Notes")),))
                yield from self._notes(node)

    def _items(self, node: SyntaxTreeNode, depth: int) -> Iterator[Block]:
        style: Style = "bullet" if node.type == "bullet_list" else "number"
        number = int(node.attrs.get("start", 1)) if style == "number" else 0
        for item in node.children:
            rest = list(item.children)
            if rest and rest[0].type == "paragraph":
                first = rest.pop(0)
                item_words = _inline(first.children)
                yield _item(item_words, style, min(depth, DEEPEST), number, alone=not rest)
            yield from self.blocks(rest, "text", depth + 1)
            number += 1 if number else 0

    def _notes(self, node: SyntaxTreeNode) -> Iterator[Block]:
        for number, note in enumerate(node.children, 1):
            words = tuple(run for child in note.children for run in _inline(child.children))
            yield Paragraph(words, "number", number=number)

    def _table(self, node: SyntaxTreeNode) -> Table:
        rows = [
            tuple(_inline(cell.children) for cell in row.children) for part in node.children for row in part.children
        ]
        return Table(self.heading, rows[0], tuple(rows[1:]))


def _item(words: Words, style: Style, depth: int, number: int, *, alone: bool) -> Paragraph:
    """Read an item of a list: "Date:" is a field to fill in, if it stands `alone`, and "Date: 3 May" a filled one."""
    if alone and plain(words).endswith(":"):
        return Paragraph(words, style, depth, number, gap=True)
    found = LABEL.match(words[0].text) if words and style == "bullet" else None
    if found is None:
        return Paragraph(words, style, depth, number)
    value = replace(words[0], text=words[0].text[found.end() :])
    return Paragraph((value, *words[1:]), style, depth, number, label=(replace(words[0], text=found[1] + ":"),))


def _inline(nodes: Sequence[SyntaxTreeNode]) -> Words:
    """Return the words of a line; runs of one look are joined."""
    joined: list[Run] = []
    for run in _runs(nodes):
        if joined and (joined[-1].bold, joined[-1].italic) == (run.bold, run.italic):
            joined[-1] = replace(joined[-1], text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def _runs(nodes: Sequence[SyntaxTreeNode], *, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    for node in nodes:
        if node.type in {"text", "code_inline", "html_inline"}:
            yield Run(_clean(node.content), bold, italic)
        elif node.type == "softbreak":
            yield Run(" ", bold, italic)
        elif node.type == "hardbreak":
            yield Run("\n", bold, italic)
        elif node.type == "image":
            yield Run(_("Figure: %(words)s", words=_clean(node.content)), bold, italic=True)
        elif node.type == "footnote_ref":
            yield Run(f" [{int(node.meta['id']) + 1}]", bold, italic)
        else:
            inside = list(_runs(node.children, bold=bold or node.type == "strong", italic=italic or node.type == "em"))
            yield from inside
            address = _clean(str(node.attrs.get("href", ""))) if node.type == "link" else ""
            said = "".join(run.text for run in inside)
            if OUTSIDE.match(address) and address.removeprefix("mailto:") not in said:
                # On paper nobody can follow a link.
                yield Run(f" ({address.removeprefix('mailto:')})", bold, italic)
