"""What a file really is, by its content: the kinds that people may hand in, and a plain sentence about all others.

Nothing is ever unpacked. Of a zip archive only the directory and one small part are read, each within limits that
are checked before a byte of it is touched.

>>> import io
>>> kind_of(io.BytesIO(b"%PDF-1.7 ..."), "plan.pdf").media_type
'application/pdf'
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from lms.kernel.errors import Invalid
from lms.kernel.i18n import gettext as _

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, and the ends of names that say so, the usual one first."""

    media_type: str
    suffixes: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """The usual end of a name."""
        return self.suffixes[0]


PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
TEXT = Kind("text/plain", (".txt", ".md"))
CSV = Kind("text/csv", (".csv",))
# The main part of an Office document, as [Content_Types].xml names it.
OFFICE = {
    f"{OOXML}.wordprocessingml.document.main+xml": Kind(f"{OOXML}.wordprocessingml.document", (".docx",)),
    f"{OOXML}.spreadsheetml.sheet.main+xml": Kind(f"{OOXML}.spreadsheetml.sheet", (".xlsx",)),
    f"{OOXML}.presentationml.presentation.main+xml": Kind(f"{OOXML}.presentationml.presentation", (".pptx",)),
}
# The content of the part "mimetype" of an OpenDocument file.
OPEN_DOCUMENT = {
    f"{ODF}.text": Kind(f"{ODF}.text", (".odt",)),
    f"{ODF}.spreadsheet": Kind(f"{ODF}.spreadsheet", (".ods",)),
    f"{ODF}.presentation": Kind(f"{ODF}.presentation", (".odp",)),
}
KINDS = (PDF, *OFFICE.values(), *OPEN_DOCUMENT.values(), PNG, JPEG, TEXT, CSV)

MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 2_000_000  # bytes of a zip archive's directory
LARGEST_UNPACKED = 400_000_000  # bytes that all parts would have together
LARGEST_RATIO = 200  # times that an archive grows when unpacked; text in a sheet reaches 50
SMALL = 10_000_000  # bytes: below, the ratio says nothing
LARGEST_PART = 1_000_000  # bytes of the one part that is read
END_RECORD = 22
LONGEST_COMMENT = 65_535
ZIP64_LOCATOR = 20
MACROS = re.compile(r"(^|/)(vbaProject|vbaData)[^/]*$|^Basic/|^Scripts/", re.IGNORECASE)
PROGRAMS = re.compile(
    r"\.(zip|rar|7z|gz|tar|jar|exe|dll|com|scr|msi|bat|cmd|ps1|vbs|js|hta|lnk|docm|xlsm|pptm)$", re.IGNORECASE
)
# Beginnings of text that a browser or a system would run.
MARKUP = re.compile(r"\s*(<!doctype|<html|<script|<svg|<\?xml|<\?php|#!|\{\\rtf)", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 512
# What reading a damaged archive may raise, from zipfile and below it.
DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
CHUNK = 1 << 16


def kind_of(file: BinaryIO, name: str) -> Kind:
    """Return the kind of a file, and leave it at its beginning. `name` only tells plain text from a table.

    Raises `Invalid` with a sentence that says what it is not and what to do.
    """
    file.seek(0)
    head = file.read(HEAD)
    try:
        if not head:
            raise Invalid(_("The file is empty. Open it, check that your work is in it, and save it again."))
        if head.startswith(b"%PDF-"):
            return PDF
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            return PNG
        if head.startswith(b"\xff\xd8\xff"):
            return JPEG
        if head.startswith(b"PK\x03\x04"):
            return _kind_of_zip(file, head)
        if head.startswith(OLD_OFFICE):
            raise _old()
        return _kind_of_text(file, name)
    finally:
        file.seek(0)


def unknown() -> Invalid:
    """Return the refusal of everything that is none of our kinds."""
    return Invalid(
        _("This kind of file cannot be used. Save your work as PDF, Word, Excel, PowerPoint or OpenDocument.")
    )


def _kind_of_zip(file: BinaryIO, head: bytes) -> Kind:
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist())
            names = {entry.filename for entry in archive.infolist()}
            if "[Content_Types].xml" in names:
                return _office(_part(archive, "[Content_Types].xml"))
            if head[30:38] == b"mimetype" and "mimetype" in names:
                return _open_document(archive, names)
    except DAMAGES as error:
        raise _damaged() from error
    raise unknown()


def _check_directory(file: BinaryIO) -> None:
    """Refuse an archive whose directory alone would cost much to read; says the record at its end."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - END_RECORD - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END_RECORD:
        raise _damaged()
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    is_huge = tail[max(0, at - ZIP64_LOCATOR) : at].startswith(b"PK\x06\x07")  # then the figures stand elsewhere
    if is_huge or entries > MOST_ENTRIES or directory > LARGEST_DIRECTORY:
        raise _too_much()


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED:
        raise _too_much()
    if unpacked > SMALL and unpacked > LARGEST_RATIO * packed:
        raise _too_much()
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise unknown()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(_("The file has a password. Save it without one, so that your trainer can open it."))
    if any(MACROS.search(entry.filename) for entry in entries):
        raise _macros()
    if any(PROGRAMS.search(entry.filename) for entry in entries):
        raise Invalid(_("There is a program or another archive inside this file. Take it out and save the file again."))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one part of an archive, never more than is promised."""
    with archive.open(name) as part:
        raw = part.read(LARGEST_PART + 1)
    if len(raw) > LARGEST_PART:
        raise _too_much()
    return raw


def _office(types: bytes) -> Kind:
    """Find the kind of an Office document in its list of content types."""
    try:
        root = fromstring(types, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _damaged() from error
    found = {element.get("ContentType", "") for element in root}
    if any("macroEnabled" in name or "vbaProject" in name for name in found):
        raise _macros()
    kinds = [kind for name, kind in OFFICE.items() if name in found]
    if len(kinds) != 1:
        raise unknown()
    return kinds[0]


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    kind = OPEN_DOCUMENT.get(_part(archive, "mimetype").decode("ascii", "replace").strip())
    if kind is None:
        raise unknown()
    if "META-INF/manifest.xml" in names and b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
        raise Invalid(_("The file has a password. Save it without one, so that your trainer can open it."))
    return kind


def _kind_of_text(file: BinaryIO, name: str) -> Kind:
    """Recognise plain text: in UTF-8, in UTF-16 with its mark, or in the alphabet of old Windows programs."""
    file.seek(0)
    start = file.read(CHUNK)
    for encoding in (_marked_encoding(start), "utf-8-sig", "cp1252"):
        if encoding and _is_text(file, encoding):
            break
    else:
        raise unknown()
    if MARKUP.match(start[:HEAD].decode(encoding, "replace").lstrip("\ufeff")):
        raise unknown()
    suffix = suffix_of(name)
    if suffix not in {"", *TEXT.suffixes, *CSV.suffixes}:
        raise unknown()
    return CSV if suffix in CSV.suffixes else TEXT


def _marked_encoding(start: bytes) -> str:
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _is_text(file: BinaryIO, encoding: str) -> bool:
    """Whether the whole file can be read in an encoding and holds no control characters."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if CONTROLS.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def suffix_of(name: str) -> str:
    """Return the end of a name from its last dot, in small letters: ".pdf"; "" where there is none.

    >>> suffix_of("Plan.PDF"), suffix_of("README")
    ('.pdf', '')
    """
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and stem and end else ""


def _old() -> Invalid:
    return Invalid(
        _("The file has an old Office format or a password. Save it as .docx, .xlsx or .pptx, without a password.")
    )


def _damaged() -> Invalid:
    return Invalid(_("The file is damaged or not complete. Open it on your computer, save it again and add it again."))


def _too_much() -> Invalid:
    return Invalid(_("The file holds far more than it seems to. Save it again with less in it, or as PDF."))


def _macros() -> Invalid:
    return Invalid(_("The file holds macros. Save it without macros, as .docx, .xlsx, .pptx or PDF."))
