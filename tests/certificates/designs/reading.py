"""Read a certificate as a screen reader does: by its tags, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

import pikepdf


@dataclass
class Reading:
    """What a PDF says: texts and figures in reading order, and the marks that make it accessible."""

    pages: int
    title: str
    author: str
    language: str
    shows_title: bool
    xmp: str
    lines: list[tuple[str, str]] = field(default_factory=list)  # (tag of the paragraph or figure, text)
    unmarked: list[str] = field(default_factory=list)  # drawing outside any mark
    artifacts: int = 0
    links: list[str] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """All texts, one space between lines, as a person reads them."""
        return " ".join(text for tag, text in self.lines if tag != "Figure")

    @property
    def figures(self) -> list[str]:
        """The descriptions of the drawings that mean something."""
        return [text for tag, text in self.lines if tag == "Figure"]

    def tagged(self, tag: str) -> list[str]:
        """Return the texts under a tag, such as "H1"."""
        return [text for found, text in self.lines if found == tag]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read the bytes of a PDF."""
        with pikepdf.open(BytesIO(data)) as pdf:
            info, root = pdf.docinfo, pdf.Root
            reading = cls(
                pages=len(pdf.pages),
                title=str(info["/Title"]),
                author=str(info["/Author"]),
                language=str(root.Lang),
                shows_title=bool(root.ViewerPreferences.DisplayDocTitle),
                xmp=root.Metadata.read_bytes().decode(),
            )
            marked: dict[tuple[Any, int], str] = {}
            for page in pdf.pages:
                marked |= {(page.objgen, mcid): text for mcid, text in reading.page_texts(page).items()}
                reading.links += [str(a.A.URI) for a in page.get("/Annots", []) if a.Subtype == "/Link"]
            reading.walk(root.StructTreeRoot, marked, [])
        return reading

    def page_texts(self, page: Any) -> dict[int, str]:
        """Return the text of each marked piece of a page, and note what is drawn outside of all marks."""
        tables = {}
        for name, font in page.Resources.Font.items():
            tables[name] = _letters(font.ToUnicode.read_bytes().decode())
            self.fonts.add(str(font.BaseFont).partition("+")[2])
        texts: dict[int, str] = {}
        marks: list[int | None] = []
        table: dict[int, str] = {}
        for instruction in pikepdf.parse_content_stream(page):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "BDC":
                    marks.append(int(operands[1].MCID))
                    texts.setdefault(int(operands[1].MCID), "")
                case "BMC":
                    marks.append(None)
                    self.artifacts += str(operands[0]) == "/Artifact"
                case "EMC":
                    marks.pop()
                case "Tf":
                    table = tables[str(operands[0])]
                case "TJ":
                    codes = b"".join(bytes(x) for x in operands[0] if isinstance(x, pikepdf.String))
                    shown = "".join(table[int.from_bytes(codes[i : i + 2])] for i in range(0, len(codes), 2))
                    if marks and marks[-1] is not None:
                        texts[marks[-1]] += shown
                    else:
                        self.unmarked.append(shown)
                case "f" | "f*" | "S" | "s" | "B" | "Do" | "sh" if not marks:
                    self.unmarked.append(str(instruction.operator))
        return texts

    def walk(self, node: Any, marked: dict[tuple[Any, int], str], above: list[str]) -> None:
        """Go through the tree of tags and write down each paragraph, heading, list item and figure."""
        block = {"P", "H1", "H2", "LBody", "Figure"}
        tag = str(node.get("/S", "/"))[1:]
        if tag in block:
            self.lines.append((tag, str(node.get("/Alt", ""))))
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                last, text = self.lines[-1]
                piece = "" if last == "Figure" else marked[node.Pg.objgen, kid]
                glue = "" if not text or text.endswith("-") or last == "Figure" else " "  # a new line
                self.lines[-1] = (last, re.sub(r"\s+", " ", text + glue + piece))
            elif kid.get("/Type") != "/OBJR":
                self.walk(kid, marked, [*above, tag])


def _letters(cmap: str) -> dict[int, str]:
    """Return what each glyph of a font stands for, from its ToUnicode table."""
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>\n", cmap)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
