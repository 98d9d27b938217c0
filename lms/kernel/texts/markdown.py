"""Lessons from Markdown to HTML, in three steps of which the last is paranoid.

1. markdown-it reads the text. Raw HTML is off; links may lead to http, https, mailto, footnotes and keys (`links`).
2. nh3 lets through a short list of elements, attributes and addresses, whatever step 1 did.
3. What we draw ourselves (figures, icons) is put in place of marks that no author can write.

The result depends on nothing but its input, so it is kept in the process. Links by key stay keys
(`href="lesson:m1-roles"`) until `Rendered.html` resolves them for the page in which they stand.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from lms.kernel.i18n import current_language, gettext as _
from lms.kernel.text import unbroken
from lms.kernel.texts.cards import as_cards
from lms.kernel.texts.emphasis import mark_terms
from lms.kernel.texts.kept import Kept
from lms.kernel.texts.links import DATA, is_link, keys_in, resolve
from lms.kernel.texts.paper import WHOLE, Paper, said, with_room
from lms.kernel.texts.tables import set_figures_right, wordy_as_cards

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

LABEL = re.compile(r' aria-label="[^"]*"')
CALLOUTS = {"try": ("info", "pen"), "mistake": ("warn", "alert"), "note": ("", "info"), "sign": ("", "")}
"""Kinds of callout: tone and icon. What is to be signed is a sheet of its own, see `_paper`."""
FIGURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.svg")
# No author can write these marks: raw HTML is off, so their "<" would be escaped.
FIGURE_MARK = re.compile(r'<figure data-figure="(\d+)">(.*?)</figure>', re.DOTALL)
PRINT_MARK = '<i data-print="page"></i>'
ICON_MARK = re.compile(r'<i data-icon="([a-z]+)"></i>')
TAGS = {
    "a", "aside", "blockquote", "br", "code", "col", "colgroup", "dfn", "div", "em", "figure", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "li", "ol", "p", "pre", "section", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
NAMED = {"id"}
ATTRIBUTES = {
    "a": {"href", "id", "aria-label"},
    "aside": {"data-tone", "aria-labelledby"},
    "div": {"tabindex", "role", "aria-label"},
    "figure": {"data-figure"},
    "i": {"data-icon", "data-print"},
    "li": NAMED,
    "ol": {"start"},
    "section": {"aria-label", "aria-labelledby"},
    "table": {"role"},
    "tbody": {"role"},
    "td": {"data-label", "role"},
    "th": {"data-label", "role", "scope"},
    "thead": {"role"},
    "tr": {"role"},
    **{f"h{level}": NAMED for level in range(2, 7)},
}
CLASSES = {
    "aside": {"lms-callout"},
    "col": {f"lms-w{share}" for share in range(1, WHOLE + 1)},
    "div": {"lms-scroll", "lms-part", "lms-part--wide", "lms-part--sheet"},
    "li": {"lms-blank"},
    "p": {"lms-gap", "lms-noprint", "lms-row"},
    "section": {"lms-footnotes", "lms-paper"},
    "table": {"lms-table", "lms-table--cards", "lms-table--form"},
    "td": {"lms-num", "lms-mid", "lms-room"},
    "th": {"lms-num", "lms-mid"},
    "tr": {"lms-open"},
}
ALIGNED = {"text-align:right": "lms-num", "text-align:center": "lms-mid"}
kept = Kept(512)
"""What was rendered, by all that it depends on."""


@dataclass(frozen=True)
class Figure:
    """A figure as the lesson shows it: safe markup, and everything it says in words."""

    svg: str
    long: str


@dataclass(frozen=True)
class Rendered:
    """A text as HTML, links by key still keys; `headings` are (anchor, level, text)."""

    body: str
    headings: tuple[tuple[str, int, str], ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The keys of the terms that the text asks to have explained, in order."""
        return keys_in(self.body, "term")

    @property
    def items(self) -> tuple[str, ...]:
        """The keys of the items of the library to which the text leads."""
        return keys_in(self.body, "library")

    def html(
        self, lesson: Callable[[str], str], *, items: Mapping[str, str] | None = None, terms: Container[str] = ()
    ) -> Markup:
        """Return the HTML for a page: `lesson` gives the address of a lesson, `items` those of items by their keys.

        Words that are among the `terms` become buttons; the page brings their explanations.
        """
        return Markup(resolve(self.body, lesson=lesson, items=items or {}, terms=terms))  # noqa: S704 - sanitised above


@dataclass
class _Context:
    """What the renderer's functions share while one text is rendered."""

    headings: list[tuple[str, int, str]] = field(default_factory=list)
    callouts: int = 0
    paper: bool = False  # inside a sheet that is to be signed
    document: bool = False  # a form, an example, a template
    tables: Counter[str] = field(default_factory=Counter)  # by the heading above


def render(source: str, figures: Mapping[str, Figure] | None = None, *, document: Paper | None = None) -> Rendered:
    r"""Turn Markdown into HTML.

    In a `document` (a form, an example, a template; `lms.kernel.documents.pages` knows its needs) narrow screens show
    each row of a table as a card, and an item that ends with a colon gets a line to write on.

    >>> render("**Baseline:** see [roles](lesson:m2-roles) <script>").html(lambda key: f"/l/{key}")
    Markup('<p><strong>Baseline:</strong> see <a href="/l/m2-roles">roles</a> &lt;script&gt;</p>\n')
    """
    figures = figures or {}
    parts = (source, *(part for name, figure in sorted(figures.items()) for part in (name, figure.svg, figure.long)))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return kept.get((digest, document, current_language()), lambda: _render(source, figures, document=document))


def _render(source: str, figures: Mapping[str, Figure], *, document: Paper | None) -> Rendered:
    context = _Context(document=document is not None)
    names = list(figures)
    tokens = parser().parse(source)
    set_figures_right(tokens)
    if document is None:
        mark_terms(tokens)
        wordy_as_cards(tokens)
    else:
        as_cards(tokens, document.tables)
        tokens = with_room(tokens, document)
    html = parser().renderer.render(tokens, parser().options, {"figures": names, "context": context})
    html = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, link_rel=None,
        url_schemes={"http", "https", "mailto", "lesson", "library", "term"},
    )  # fmt: skip
    html = FIGURE_MARK.sub(lambda found: _figure(figures[names[int(found[1])]], found[2]), unbroken(html))
    html = ICON_MARK.sub(_icon, html.replace(PRINT_MARK, _print_button()))
    return Rendered(html, tuple(context.headings))


def _figure(figure: Figure, caption: str) -> str:
    words = "".join(f"<p>{escape(unbroken(part))}</p>" for part in figure.long.split("\n\n") if part.strip())
    summary = escape(_("The figure in words"))
    details = f"<details><summary>{summary}</summary>{words}</details>" if words else ""
    told = f"<p>{caption}</p>" if caption.strip() else ""
    label = LABEL.search(figure.svg)
    named = f' role="group"{label[0]}' if label else ""
    drawing = f'<div class="lms-drawing" tabindex="0"{named}>{figure.svg}</div>'  # scrolls by itself on a phone
    return f'<figure class="lms-figure">{drawing}<figcaption>{told}{details}</figcaption></figure>'


def _icon(found: re.Match[str]) -> str:
    return f'<svg class="lms-i" aria-hidden="true"><use href="#i-{found[1]}"></use></svg>'


def _print_button() -> str:
    """Return the button that print.js shows; without it the browser's own menu prints."""
    icon = '<svg class="lms-i" aria-hidden="true"><use href="#i-print"></use></svg>'
    words = escape(_("Print this page"))
    return f'<button class="lms-btn lms-btn--s" type="button" data-lms-print hidden>{icon}{words}</button>'


def parser() -> MarkdownIt:
    """Return the one reader of lesson texts: for pages, for checks and for segments."""
    return _parser


def _may_lead_to(address: str) -> bool:
    return is_link(address) or bool(FIGURE_NAME.fullmatch(address))


def _link_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Write a link; a figure's name is an address for images only, a number tied to the data shows as a number."""
    address = str(tokens[at].attrGet("href"))
    if address.startswith(DATA):
        next(token for token in tokens[at:] if token.type == "link_close").hidden = True
        return ""
    if not is_link(address):
        return "<a>"
    return str(self.renderToken(tokens, at, options, env))


def is_figure(tokens: Sequence[Token], at: int) -> bool:
    """Whether the paragraph that opens at a place holds one image and nothing else."""
    inline = tokens[at + 1]
    children = inline.children or []
    return len(children) == 1 and children[0].type == "image"


def _paragraph_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    if is_figure(tokens, at):
        image = (tokens[at + 1].children or [])[0]
        names = env.get("figures", [])
        source = str(image.attrGet("src"))
        if source in names:
            tokens[at + 2].meta["figure"] = True
            return f'<figure data-figure="{names.index(source)}">'
    return str(self.renderToken(tokens, at, options, env))


def _paragraph_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    if tokens[at].meta.get("figure"):
        return "</figure>\n"
    return str(self.renderToken(tokens, at, options, env))


def _image(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Show the words of an image; the drawing itself stands above them as a figure."""
    return escape(self.renderInlineAsText(tokens[at].children or [], options, env))


def _heading_open(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    context: _Context = env["context"]
    level = max(2, int(tokens[at].tag[1]))
    tokens[at + 2].tag = f"h{level}"
    anchor = f"part-{len(context.headings) + 1}"
    words = "".join(child.content for child in tokens[at + 1].children or [])
    context.headings.append((anchor, level, words))
    return f'<h{level} id="{anchor}">'


def _table_open(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    context: _Context = env["context"]
    above = context.headings[-1][2] if context.headings else ""
    context.tables[above] += 1
    number = context.tables[above]
    if number > 1:  # two regions of a page must not have the same name
        label = (
            _("Table %(number)s: %(heading)s", number=number, heading=above)
            if above
            else _("Table %(number)s", number=number)
        )
    else:
        label = _("Table: %(heading)s", heading=above) if above else _("Table")
    return f'<div class="lms-scroll" tabindex="0" role="region" aria-label="{escape(label)}">{_table(tokens[at])}'


def _table(token: Token) -> str:
    if not token.attrs:
        return '<table class="lms-table">'
    drawn = token.meta.get("drawn")
    form = " lms-table--form" if drawn and drawn.is_form else ""
    widths = "".join(f'<col class="lms-w{share}">' for share in drawn.shares) if drawn else ""
    columns = f"<colgroup>{widths}</colgroup>" if widths else ""
    return f'<table class="lms-table lms-table--cards{form}" role="table">{columns}'


def _table_close(_self: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _cell_open(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """Turn the alignment of a column into a class (a style would be refused) and give headers their scope."""
    token = tokens[at]
    name = f"{ALIGNED.get(str(token.attrGet('style') or ''), '')}{' lms-room' * ('room' in token.meta)}".strip()
    said = {"scope": "col" if token.tag == "th" else "", "role": "", "data-label": "", **token.attrs, "class": name}
    shown = "".join(f' {key}="{escape(str(value))}"' for key, value in said.items() if value and key != "style")
    # In a card a cell has one child, whatever is in it.
    return f"<{token.tag}{shown}>{'<div>' if token.attrGet('data-label') is not None else ''}"


def _cell_close(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    opened = next(token for token in reversed(tokens[:at]) if token.type == "td_open")
    return f"{'</div>' if opened.attrGet('data-label') is not None else ''}</{tokens[at].tag}>"


def _callout(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    token = tokens[at]
    if token.type.startswith("container_sign"):
        return _paper(token, env["context"])
    if token.nesting < 0:
        return "</div></aside>\n"
    kind, _space, title = token.info.strip().partition(" ")
    context: _Context = env["context"]
    context.callouts += 1
    tone, icon = CALLOUTS[kind]
    label = f"callout-{context.callouts}"
    toned = f' data-tone="{tone}"' if tone else ""
    heading = _own_heading(label, title.strip() or kind, context)
    return f'<aside class="lms-callout"{toned} aria-labelledby="{label}"><i data-icon="{icon}"></i><div>{heading}'


def _paper(token: Token, context: _Context) -> str:
    """Begin or end a sheet to print and sign: a page of its own on paper, with a word on printing before it."""
    context.paper = token.nesting > 0
    if not context.paper:
        return "</section>\n"
    context.callouts += 1
    label = f"callout-{context.callouts}"
    title = token.info.strip().partition(" ")[2].strip() or "sign"
    hint = escape(_("Print this page, then sign. What is to be signed comes on a sheet of its own."))
    before = f'<p class="lms-row lms-noprint">{hint} {PRINT_MARK}</p>\n'
    return f'{before}<section class="lms-paper" aria-labelledby="{label}">{_own_heading(label, title, context)}\n'


def _own_heading(label: str, title: str, context: _Context) -> str:
    """Write the heading of a callout or sheet: below the text's headings, or one of them where there is none yet."""
    level = 3 if context.headings else 2
    return f'<h{level} id="{label}">{escape(title)}</h{level}>'


def _item_open(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Begin an item of a list; on a sheet or in a document, one that ends in a colon gets a line to write on."""
    words = said(tokens[at + 2]) if at + 2 < len(tokens) else ""
    after = tokens[at + 4 : at + 5]
    ends = [token.type for token in after] == ["list_item_close"]
    if (env["context"].paper or env["context"].document) and ends and words.endswith(":"):
        after[0].meta["blank"] = True
        return '<li class="lms-blank"><div><div>'
    return str(self.renderToken(tokens, at, options, env))


def _item_close(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f"{'</div></div>' * ('blank' in tokens[at].meta)}{self.renderToken(tokens, at, options, env)}"


def _footnotes_open(_self: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    label = escape(_("Notes"))
    return f'<section class="lms-footnotes" aria-label="{label}"><ol>\n'


def _footnotes_close(_self: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</ol></section>\n"


def _footnote_open(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return f'<li id="fn{int(tokens[at].meta["id"]) + 1}">'


def _footnote_mark(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    number, again = int(tokens[at].meta["id"]) + 1, int(tokens[at].meta.get("subId", 0))
    mark = f"fnref{number}-{again}" if again else f"fnref{number}"
    label = escape(_("Note %(number)d", number=number))
    return f'<sup><a href="#fn{number}" id="{mark}" aria-label="{label}">{number}</a></sup>'


def _footnote_back(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    number, again = int(tokens[at].meta["id"]) + 1, int(tokens[at].meta.get("subId", 0))
    mark = f"fnref{number}-{again}" if again else f"fnref{number}"
    label = escape(_("Back to the text"))
    return f' <a href="#{mark}" aria-label="{label}">↩</a>'


def _make() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.validateLink = _may_lead_to  # type: ignore[method-assign, assignment]  # its documented way
    footnote_plugin(reader, inline=False)
    for kind in CALLOUTS:
        container_plugin(reader, kind)
        for end in ("open", "close"):
            reader.add_render_rule(f"container_{kind}_{end}", _callout)
    rules = {
        "paragraph_open": _paragraph_open, "paragraph_close": _paragraph_close, "image": _image,
        "link_open": _link_open, "list_item_open": _item_open, "list_item_close": _item_close,
        "heading_open": _heading_open,
        "table_open": _table_open, "table_close": _table_close, "th_open": _cell_open, "td_open": _cell_open,
        "td_close": _cell_close,
        "footnote_block_open": _footnotes_open, "footnote_block_close": _footnotes_close,
        "footnote_open": _footnote_open, "footnote_ref": _footnote_mark, "footnote_anchor": _footnote_back,
    }  # fmt: skip
    for name, rule in rules.items():
        reader.add_render_rule(name, rule)
    return reader


_parser = _make()
