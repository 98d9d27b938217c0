"""Figures: SVG drawings that anybody may have written, made safe to stand inside a page.

A figure is drawn inline, so that its words can be read aloud, selected, translated and shown in a dark scheme (the
classes `fig-…` take their colours from our tokens). That is safe because only the elements and attributes below
pass: nothing that runs, links, loads or styles. Whatever else a file holds is a fault for its author, never a silent
change.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
NARROW = 400  # units: a drawing up to this width is legible on a phone without scrolling
LARGEST = 300_000  # bytes; the drawings that come with the platform have 4,000
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
ELEMENTS = {"svg", "g", "text", "tspan", *SHAPES}
ATTRIBUTES = {
    "class", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width",
    "height", "viewBox", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "opacity", "font-size", "font-weight", "font-style",
    "text-anchor", "dominant-baseline", "xml:space",
}  # fmt: skip
VALUE = re.compile(r"[\w\s.,#%()+/-]*")
CLASS = re.compile(r"(fig-[a-z0-9-]+(\s+|\Z))*")
VIEW_BOX = re.compile(r"\s*(?:-?\d+(?:\.\d+)?[\s,]+){2}\d+(?:\.\d+)?[\s,]+\d+(?:\.\d+)?\s*")
DEEPEST = 20


class FigureFault(ValueError):  # noqa: N818 - a fault, as in all course files
    """A drawing that cannot be shown; the text says why, in a sentence for its author."""


def clean_svg(source: bytes, *, label: str = "") -> str:
    """Return a drawing as markup to stand in a page, with a text alternative. Raises FigureFault.

    >>> clean_svg(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>', label="A line")
    '<svg viewBox="0 0 9 9" class="lms-narrow" role="img" aria-label="A line"><path d="M0 0h9"/></svg>'
    """
    root = _read(source)
    if root.tag != f"{SVG}svg":
        raise FigureFault(_("The figure is not an SVG drawing. Its first element must be <svg>."))
    if not VIEW_BOX.fullmatch(root.get("viewBox", "")):
        raise FigureFault(_("The figure needs a viewBox with four numbers, so that it fits any screen."))
    for name in ("width", "height", "x", "y", "class"):
        root.attrib.pop(name, None)
    width = float(re.split(r"[\s,]+", root.get("viewBox", "").strip())[2])
    narrow = ' class="lms-narrow"' if width <= NARROW else ""
    return _write(root, 0, f'{narrow} role="img" aria-label="{escape(label)}"')


def _read(source: bytes) -> Element:
    if len(source) > LARGEST:
        raise FigureFault(_("The figure is %(size)d kB. At most 300 kB can be shown.", size=len(source) // 1000))
    try:
        root: Element = fromstring(source, forbid_dtd=True)
    except DefusedXmlException:
        raise FigureFault(_("The figure declares a document type or entities. Delete these lines.")) from None
    except (ParseError, ValueError, LookupError) as error:
        raise FigureFault(_("The figure is not well-formed XML: %(reason)s.", reason=str(error))) from None
    return root


def _write(element: Element, depth: int, extra: str = "") -> str:
    if not str(element.tag).startswith(SVG):
        raise FigureFault(_("The figure holds an element from outside SVG. Delete it."))
    name = element.tag.removeprefix(SVG)
    if name not in ELEMENTS:
        raise FigureFault(_("<%(name)s> is not allowed in a figure. Draw with shapes and text only.", name=name[:40]))
    if depth > DEEPEST:
        raise FigureFault(_("The figure is nested too deeply."))
    attributes = "".join(_attribute(key, value) for key, value in element.attrib.items())
    inside = escape(element.text or "", quote=False) if name in {"text", "tspan"} else ""
    for child in element:
        inside += _write(child, depth + 1)
        if name in {"text", "tspan"}:
            inside += escape(child.tail or "", quote=False)
    return f"<{name}{attributes}{extra}>{inside}</{name}>" if inside else f"<{name}{attributes}{extra}/>"


def _attribute(key: str, value: str) -> str:
    name = key.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
    if name not in ATTRIBUTES:
        raise FigureFault(_("“%(name)s” is not allowed in a figure. Delete this attribute.", name=name[:40]))
    pattern = CLASS if name == "class" else VALUE
    if not pattern.fullmatch(value) or "url" in value.lower():
        raise FigureFault(_("“%(name)s” in the figure holds something that cannot be drawn here.", name=name))
    return f' {name}="{escape(value)}"'
