"""A person with a browser without JavaScript: pages are read, links and buttons found by their words.

>>> marja = Browser(app.test_client(), "Marja")  # doctest: +SKIP
>>> marja.open("/").follow("Courses").follow("IMS for Sustainability")  # doctest: +SKIP
>>> marja.fill("Name", "Marja Lehto").press("Create account")  # doctest: +SKIP
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin, urlsplit

import tinyhtml5  # type: ignore[import-untyped]  # the library carries no types
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from werkzeug.test import TestResponse

CONTROLS = ("input", "select", "textarea")
HIDDEN = {"script", "style", "template", "head", "svg"}


class Client(Protocol):
    """What sends requests: Flask's test client, or one that goes over the network."""

    def get(self, path: str, **more: Any) -> TestResponse:
        """Get a page."""

    def post(self, path: str, **more: Any) -> TestResponse:
        """Send a form."""


class LostWay(AssertionError):  # noqa: N818 - it reads as what happened
    """What a person looked for is not on the page; the message shows the page."""


def words(node: Element) -> str:
    """Return the text of a part of a page as a person reads it."""
    parts: list[str] = []

    def take(each: Element) -> None:
        if each.tag in HIDDEN:
            return
        parts.append(each.text or "")
        for child in each:
            take(child)
            parts.append(child.tail or "")

    take(node)
    return as_seen("".join(parts))


def as_seen(text: str) -> str:
    """Return a text as a person sees it: any space is a space, and nobody sees a word joiner."""
    return " ".join(text.replace("\u2060", "").split())


@dataclass
class Upload:
    """A file that a person chooses."""

    name: str
    content: bytes

    def sent(self, field_name: str) -> FileStorage:
        """Return it as a form sends it."""
        return FileStorage(io.BytesIO(self.content), self.name, field_name, "application/octet-stream")


@dataclass
class Page:
    """A page that was loaded."""

    answer: TestResponse
    address: str
    root: Element = field(init=False)
    parents: dict[Element, Element] = field(init=False)
    by_id: dict[str, Element] = field(init=False)

    def __post_init__(self) -> None:
        """Read the HTML; a file has none."""
        html = self.answer.text if self.answer.mimetype == "text/html" else ""
        self.root = tinyhtml5.parse(html, namespace_html_elements=False)
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.by_id = {str(node.get("id")): node for node in self.root.iter() if node.get("id")}

    @property
    def text(self) -> str:
        """What stands on the page."""
        body = self.root.find("body")
        assert body is not None
        return words(body)

    def all(self, *tags: str) -> Iterator[Element]:
        """Return the elements of some kinds in the order of the page."""
        return (node for node in self.root.iter() if node.tag in tags)

    def above(self, node: Element, *tags: str) -> Element | None:
        """Return the nearest element of a kind around one."""
        around = self.parents.get(node)
        while around is not None and around.tag not in tags:
            around = self.parents.get(around)
        return around

    def label(self, control: Element) -> str:
        """Return the words that name a control."""
        named = " ".join(words(self.by_id[each]) for each in (control.get("aria-labelledby") or "").split())
        if named or control.get("aria-label"):
            return named or as_seen(str(control.get("aria-label")))
        own = [label for label in self.all("label") if control.get("id") and label.get("for") == control.get("id")]
        around = self.above(control, "label")
        return " ".join(words(label) for label in own or ([] if around is None else [around]))

    def group(self, control: Element) -> str:
        """Return the words of the group that a control stands in."""
        around = self.above(control, "fieldset")
        legend = None if around is None else around.find("legend")
        return "" if legend is None else words(legend)

    def groups(self, label: str) -> list[str]:
        """Return the words of the groups that hold a control of this label, in the order of the page."""
        found = [self.group(node) for node in self.all(*CONTROLS) if self.label(node) == label]
        return list(dict.fromkeys(found))

    def form_around(self, node: Element) -> Element | None:
        """Return the form that a control belongs to, if it belongs to one."""
        return self.by_id.get(str(node.get("form"))) if node.get("form") else self.above(node, "form")

    def form_of(self, node: Element) -> Element:
        """Return the form that a control belongs to."""
        form = self.form_around(node)
        if form is None:
            raise LostWay(f"{node.tag} {node.attrib} stands in no form\n{self.text}")
        return form


def _fits(said: str, wanted: str) -> bool:
    return said == wanted or said.startswith(wanted)


class Browser:
    """Somebody who walks through the pages. Every method that loads a page returns the browser itself."""

    def __init__(self, client: Client, name: str = "") -> None:
        """Open a browser of one's own."""
        self.client = client
        self.name = name
        self.page: Page
        self.step = 0
        """The last step of an attempt that was acknowledged; our script keeps it likewise."""
        self._filled: dict[Element, object] = {}

    def open(self, address: str, status: int = 200) -> Browser:
        """Open an address; links in mails count too."""
        parts = urlsplit(address)
        return self._load(self.client.get(parts.path + (f"?{parts.query}" if parts.query else "")), address, status)

    def follow(self, text: str, *, within: str = "", nth: int = 0, status: int = 200) -> Browser:
        """Follow a link by its words; `within`: only in the part (row, item, section) that says so too."""
        found = [
            node
            for node in self.page.all("a")
            if node.get("href") and _fits(self._said(node), text) and self._is_within(node, within)
        ]
        exact = [node for node in found if self._said(node) == text]
        link = self._chosen(exact or found, nth, f"link “{text}”")
        return self.open(urljoin(self.page.address, str(link.get("href"))), status)

    def has_link(self, text: str) -> bool:
        """Whether there is a link with these words."""
        return any(_fits(self._said(node), text) for node in self.page.all("a"))

    def fill(self, label: str, value: object, *, group: str = "") -> Browser:
        """Fill in a field by its label: text, the words of an option, True for a box, an Upload for a file."""
        found = [
            node
            for node in self.page.all(*CONTROLS)
            if node.get("type") not in {"hidden", "submit"}
            and _fits(self.page.label(node), label)
            and self.page.group(node).find(group) >= 0
        ]
        exact = [node for node in found if self.page.label(node) == label]
        self._filled[self._chosen(exact or found, 0, f"field “{label}”")] = value
        return self

    def set(self, name: str, value: object) -> Browser:
        """Set a control by its name, for questions whose labels are long."""
        found = [node for node in self.page.all(*CONTROLS) if node.get("name") == name]
        if found and found[0].get("type") in {"radio", "checkbox"}:
            wanted = value if isinstance(value, (list, tuple, set)) else [value]
            for node in found:
                self._filled[node] = node.get("value") in wanted
            assert {node.get("value") for node in found} >= set(wanted), (name, value, self.page.text)
        else:
            self._filled[self._chosen(found, 0, f"field named {name}")] = value
        return self

    def press(self, text: str, *, within: str = "", nth: int = 0, status: int = 200) -> Browser:
        """Press a button by its words, and so send its form."""
        found = [
            node
            for node in self.page.all("button")
            if node.get("type") != "button" and _fits(self._said(node), text) and self._is_within(node, within)
        ]
        exact = [node for node in found if self._said(node) == text]
        button = self._chosen(exact or found, nth, f"button “{text}”")
        form = self.page.form_of(button)
        values: MultiDict[str, object] = MultiDict(self._values(form))
        if button.get("name"):
            values.add(str(button.get("name")), str(button.get("value") or ""))
        address = urljoin(self.page.address, button.get("formaction") or form.get("action") or self.page.address)
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if (form.get("method") or "get").lower() == "get":
            return self._load(self.client.get(parts.path, query_string=values), address, status)
        if form.get("enctype") != "multipart/form-data":  # then browsers send the name of a file only
            plain = [(name, getattr(value, "filename", value)) for name, value in values.items(multi=True)]
            return self._load(self.client.post(path, data=MultiDict(plain)), address, status)
        boundary, body = encode_multipart(values)
        kind = f"multipart/form-data; boundary={boundary}"
        return self._load(self.client.post(path, data=body, content_type=kind), address, status)

    def reads(self, *texts: str) -> Browser:
        """Make sure that the page says something."""
        for text in texts:
            if text not in self.page.text:
                raise self._lost(f"“{text}”")
        return self

    def misses(self, *texts: str) -> Browser:
        """Make sure that the page does not say something."""
        for text in texts:
            assert text not in self.page.text, f"{text!r} stands on {self.page.address}"
        return self

    def _load(self, answer: TestResponse, address: str, status: int) -> Browser:
        while answer.status_code in {301, 302, 303, 307, 308}:
            address = urljoin(address, answer.location)
            parts = urlsplit(address)
            answer = self.client.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        self._filled = {}
        self.page = Page(answer, address)
        if answer.status_code != status:
            raise self._lost(f"status {status} (it is {answer.status_code})")
        return self

    def _said(self, node: Element) -> str:
        return node.get("aria-label") or words(node)

    def _is_within(self, node: Element, text: str) -> bool:
        around: Element | None = node
        while text and around is not None and around.tag not in {"main", "body"}:
            if text in words(around):
                return True
            around = self.page.parents.get(around)
        return not text

    def _chosen(self, found: list[Element], nth: int, what: str) -> Element:
        if len(found) <= nth:
            raise self._lost(what)
        return found[nth]

    def _lost(self, what: str) -> LostWay:
        links = [words(node) for node in self.page.all("a")]
        buttons = [words(node) for node in self.page.all("button")]
        fields = [self.page.label(node) for node in self.page.all(*CONTROLS) if node.get("type") != "hidden"]
        return LostWay(
            f"{self.name} finds no {what} at {self.page.address}\n{self.page.text}\n"
            f"links: {links}\nbuttons: {buttons}\nfields: {fields}"
        )

    def _values(self, form: Element) -> Iterator[tuple[str, object]]:
        """Return what the form sends, as browsers do it."""
        for node in self.page.all(*CONTROLS):
            name = node.get("name")
            if not name or node.get("disabled") is not None or self.page.form_around(node) is not form:
                continue
            filled = self._filled.get(node)
            if node.tag == "select":
                yield from self._chosen_options(name, node, filled)
            elif node.tag == "textarea":
                yield name, (node.text or "").removeprefix("\n") if filled is None else filled
            elif node.get("type") in {"radio", "checkbox"}:
                yield from self._ticked(name, node, filled)
            elif node.get("type") == "file":
                files = filled if isinstance(filled, list) else [filled]
                yield from ((name, f.sent(name)) for f in files if isinstance(f, Upload))
            elif node.get("type") != "submit":
                yield name, str(node.get("value") or "") if filled is None else filled

    def _ticked(self, name: str, node: Element, filled: object) -> Iterator[tuple[str, object]]:
        same = [each for each in self._filled if each.get("name") == name and each.get("type") == "radio"]
        if node.get("type") == "radio" and same:
            on = bool(filled)
        else:
            on = node.get("checked") is not None if filled is None else bool(filled)
        if on:
            yield name, str(node.get("value") or "on")

    def _chosen_options(self, name: str, node: Element, filled: object) -> Iterator[tuple[str, object]]:
        options = list(node.iter("option"))
        if filled is None:
            chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        else:
            said = [each for each in options if words(each) == filled or each.get("value") == filled]
            chosen = said or [each for each in options if words(each).startswith(str(filled))]
            if not chosen:
                raise LostWay(f"no option {filled!r} among {[words(each) for each in options]}")
        value = chosen[0].get("value") if chosen else None
        if chosen:
            yield name, words(chosen[0]) if value is None else value
