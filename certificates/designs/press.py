"""The press: draws certificates in one design with WeasyPrint, as PDF/UA-1.

A press keeps the fonts, styles, drawings and template of its design from one certificate to the next.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Any

import pydyf
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from certificates.designs.drawings import Drawings, QrDrawing
from certificates.designs.files import BASE, DesignFiles
from certificates.designs.qr import qr_of
from certificates.designs.registry import HOME, Design, DesignError
from lms.kernel import i18n

if TYPE_CHECKING:
    from weasyprint.document import Document

    from certificates.designs.facts import CertificateFacts

SHARED = HOME / "shared"
SHEET = "certificate.css"
VARIANT = "pdf/ua-1"
QR = "qr"  # address of the QR code's image in a design
PRINT = 4
# How much room the texts take: 0 as designed, then in smaller letters; the style has a class for each.
ROOMS = (0, 1, 2)


class Press:
    """Draws certificates in one design; keeps what they have in common. One certificate at a time."""

    def __init__(self, design: Design) -> None:
        """Read the design's template, styles and fonts."""
        folders = (design.folder, SHARED)
        self.design = design
        self.files = DesignFiles(folders)
        self.fonts = FontConfiguration()
        self.drawings = Drawings()
        self.lock = threading.Lock()
        environment = SandboxedEnvironment(
            loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        environment.globals.update(lms_t=i18n.gettext, lms_date=i18n.format_date, lms_country=i18n.country_name)
        self.template = environment.get_template("template.html")
        self.styles = [self._style(SHARED / SHEET), self._style(design.folder / "style.css")]
        self._refuse_gaps()

    def print(self, facts: CertificateFacts) -> bytes:
        """Draw one certificate and return the bytes of its PDF."""
        with self.lock, i18n.force_language(facts.language):
            document = self._fitting(facts)
            self._refuse_gaps()
            identifier = self._identifier(facts)
            pdf = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier, finisher=_finish)
            return bytes(pdf)

    def _style(self, path: Any) -> CSS:
        text = path.read_text(encoding="utf-8")
        return CSS(string=text, base_url=BASE, url_fetcher=self.files, font_config=self.fonts)

    def _fitting(self, facts: CertificateFacts) -> Document:
        """Return the roomiest layout that fits on one page, else one with the outcomes on a second page."""
        code = qr_of(facts.check_url)
        self.drawings[BASE + QR] = QrDrawing(code)
        values = {"facts": facts, "qr": code, "document_title": document_title(facts)}
        for room in ROOMS:
            document = self._layout(values, room=room, outcomes_apart=False)
            if len(document.pages) == 1:
                return document
        return self._layout(values, room=ROOMS[-1], outcomes_apart=True)

    def _layout(self, values: dict[str, Any], *, room: int, outcomes_apart: bool) -> Document:
        text = self.template.render(values, room=room, outcomes_apart=outcomes_apart)
        known = len(self.drawings)
        document = self._render(text)
        # A file that was read just now is in this document as it was read; from now on it comes ready.
        return document if len(self.drawings) == known else self._render(text)

    def _render(self, text: str) -> Document:
        page = HTML(string=text, base_url=BASE, url_fetcher=self.files)
        return page.render(font_config=self.fonts, stylesheets=self.styles, cache=self.drawings, pdf_variant=VARIANT)

    def _identifier(self, facts: CertificateFacts) -> bytes:
        """Return the PDF's own identifier, which stays the same for the same facts and design."""
        return hashlib.sha256(f"{self.design.name}:{facts.fingerprint()}".encode()).hexdigest()[:32].encode()

    def _refuse_gaps(self) -> None:
        """Raise rather than print a certificate from which a drawing or a font is missing."""
        if self.files.refused:
            message = f"certificate design {self.design.name!r} may not read {', '.join(self.files.refused)}"
            self.files.refused.clear()
            raise DesignError(message)


class Settled(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """An object of a PDF whose bytes are ready: writing a PDF with an identifier asks for them twice."""

    data = b""

    def __init__(self, source: pydyf.Object) -> None:
        """Take over the object."""
        super().__init__()
        self.number, self.generation, self.free = source.number, source.generation, source.free
        self.stands_alone = not source.compressible
        self.data = source.data

    @property
    def compressible(self) -> bool:
        """Whether the object may lie in a stream of objects."""
        return not self.stands_alone


def _finish(_document: Document, pdf: Any) -> None:
    """Give links the "print" flag, without which paper and screen would count as different; settle all objects."""
    for place, thing in enumerate(pdf.objects):
        if isinstance(thing, dict) and thing.get("Subtype") == "/Link":
            thing["F"] = PRINT
        if thing.free != "f":
            pdf.objects[place] = Settled(thing)


def document_title(facts: CertificateFacts) -> str:
    """Return the PDF's title, which readers show and speak first, in the language of the texts around."""
    values = {"number": facts.number, "name": facts.holder_name, "title": facts.title}
    if facts.demonstration:
        return i18n.gettext("Demonstration, not a real certificate. %(number)s: %(name)s, %(title)s", **values)
    return i18n.gettext("Certificate %(number)s: %(name)s, %(title)s", **values)
