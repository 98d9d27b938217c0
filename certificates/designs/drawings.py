"""Drawings of certificates that cost little: those that are the same each time, and the QR code.

WeasyPrint keeps images in a dictionary that its caller may hand over, by address, and asks each to draw itself. So
that it does not read and draw the same SVG file anew for each certificate, `Drawings` keeps what the first drawing
wrote. The QR code, which is another each time, is written straight as strokes of the PDF.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint.images import SVGImage

if TYPE_CHECKING:
    from certificates.designs.qr import Qr

# How SVG says "not transparent" in a PDF; any other name in a drawing stands for something outside of it.
OPAQUE = frozenset({b"/a1 gs", b"/A1 gs", b"/a1.0 gs", b"/A1.0 gs"})
PAPER = b"1 1 1 rg"
INK = b"0.024 0.165 0.2 RG"


class Drawings(dict[str, Any]):
    """The images of a press, by address; SVG drawings are kept ready."""

    def __setitem__(self, address: str, image: Any) -> None:
        """Keep an image."""
        super().__setitem__(address, KeptDrawing(image) if type(image) is SVGImage else image)


class KeptDrawing:
    """An SVG image that is drawn once per size; after that, the same marks are written again.

    A drawing that needs more than lines, plain colours and areas (text, transparency, gradients, other images) is
    drawn anew each time, for it leans on things that are listed in each PDF by another name.
    """

    def __init__(self, image: SVGImage) -> None:
        """Remember the image."""
        self.image = image
        self.get_intrinsic_size = image.get_intrinsic_size
        self.marks: dict[tuple[float, float], bytes | None] = {}

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw on a stream of WeasyPrint."""
        size = (width, height)
        if size not in self.marks:
            self.marks[size] = self._marks(stream, width, height, style)
        marks = self.marks[size]
        if marks is None:
            self.image.draw(stream, width, height, style)
        else:
            write(stream, marks)

    def _marks(self, stream: Any, width: float, height: float, style: Any) -> bytes | None:
        """Return what the image draws; None when it cannot be repeated."""
        kinds = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")
        resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in kinds})
        draft = stream.clone(resources=resources, tags=None)
        self.image.draw(draft, width, height, style)
        marks = [item if isinstance(item, bytes) else str(item).encode() for item in draft.stream]
        marks = [item for item in marks if item not in OPAQUE]
        return None if any(b"/" in item for item in marks) else b"\n".join(marks)


class QrDrawing:
    """A QR code as an image: dark strokes on white."""

    def __init__(self, code: Qr) -> None:
        """Remember the code."""
        self.code = code

    def get_intrinsic_size(self, _resolution: Any, _font_size: Any) -> tuple[int, int, int]:
        """Return width, height and their ratio."""
        return self.code.size, self.code.size, 1

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        """Draw on a stream of WeasyPrint."""
        size = self.code.size
        strokes = b"\n".join(b"%d %d.5 m %d %d.5 l" % (x, y, x + length, y) for x, y, length in self.code.strokes)
        scale = f"{width / size:f} 0 0 {height / size:f} 0 0 cm".encode()
        write(stream, b"\n".join((scale, PAPER, b"0 0 %d %d re f" % (size, size), INK, b"1 w", strokes, b"S")))


def write(stream: Any, marks: bytes) -> None:
    """Write ready marks on a stream, opaque, and leave its state as it was."""
    with stream.stacked():
        stream.set_alpha(1)
        stream.set_alpha(1, stroke=True)
        stream.stream.append(marks)
