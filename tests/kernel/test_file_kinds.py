"""Files are known by their content: good ones of every kind pass, all others are refused with a sentence."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from lms.kernel import file_kinds
from lms.kernel.errors import Invalid
from lms.kernel.file_kinds import kind_of
from tests.kernel.office_files import OOXML, TYPES, office, open_document, zipped

PDF = b"%PDF-1.7\nrest"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDRrest"
GOOD = {
    "a.pdf": (PDF, ".pdf"),
    "a.png": (PNG, ".png"),
    "a.jpg": (b"\xff\xd8\xff\xe0rest", ".jpg"),
    "a.docx": (office("docx"), ".docx"),
    "a.xlsx": (office("xlsx"), ".xlsx"),
    "a.pptx": (office("pptx"), ".pptx"),
    "a.odt": (open_document("text"), ".odt"),
    "a.ods": (open_document("spreadsheet"), ".ods"),
    "a.odp": (open_document("presentation"), ".odp"),
    "a.txt": ("Grüße, 20 % mehr\n".encode(), ".txt"),
    "old.txt": ("Grüße".encode("cp1252"), ".txt"),
    "wide.txt": ("Grüße".encode("utf-16"), ".txt"),
    "marked.txt": ("Grüße".encode("utf-8-sig"), ".txt"),
    "form.md": (b"# Map\n\n| a | b |\n|---|---|\n", ".txt"),
    "a.csv": (b"city;state\nTurku;ok\n", ".csv"),
    "LETTER": (b"plain words", ".txt"),
}
BAD = {
    "empty": (b"", "a.pdf", "empty"),
    "program": (b"MZ\x90\x00\x03", "a.exe", "cannot be used"),
    "program with another name": (b"\x7fELF\x02\x01\x01\x00", "a.pdf", "cannot be used"),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "a.html", "cannot be used"),
    "page with another name": (b"  <html><script>alert(1)</script>", "a.txt", "cannot be used"),
    "drawing": (b"<svg onload='alert(1)'/>", "a.txt", "cannot be used"),
    "shell": (b"#!/bin/sh\nrm -rf /", "a.txt", "cannot be used"),
    "script": (b"alert(1)", "a.js", "cannot be used"),
    "gif": (b"GIF89a\x01\x00", "a.gif", "cannot be used"),
    "control letters": (b"text \x07 bell", "a.txt", "cannot be used"),
    "half a picture mark": (b"\x89PNG", "a.png", "cannot be used"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a.doc", "old Office format"),
    "other archive": (zipped({"a.txt": "x"}), "a.docx", "cannot be used"),
    "macros in Word": (
        office("docx", kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "a.docm",
        "macros",
    ),
    "hidden macros": (office("xlsx", {"xl/vbaProject.bin": b"x"}), "a.xlsx", "macros"),
    "macros in OpenDocument": (open_document("text", {"Basic/Standard/Module1.xml": "x"}), "a.odt", "macros"),
    "template": (office("docx", kind=f"{OOXML}.wordprocessingml.template.main+xml"), "a.dotx", "cannot be used"),
    "drawing of OpenDocument": (open_document("graphics"), "a.odg", "cannot be used"),
    "archive inside": (office("docx", {"word/embeddings/x.zip": b"PK"}), "a.docx", "another archive"),
    "program inside": (office("docx", {"word/embeddings/x.EXE": b"MZ"}), "a.docx", "program"),
    "password": (
        open_document("text", {"META-INF/manifest.xml": "<m:encryption-data/>"}),
        "a.odt",
        "password",
    ),
    "cut off": (office("docx")[:-40], "a.docx", "damaged"),
    "begins like an archive": (b"PK\x03\x04" + b"x" * 500, "a.docx", "damaged"),
    "no XML": (zipped({"[Content_Types].xml": "<Types"}), "a.docx", "damaged"),
    "entities": (
        zipped({"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "b">]><Types>&a;</Types>'}),
        "a.docx",
        "damaged",
    ),
    "great list of types": (zipped({"[Content_Types].xml": "<Types>" + " " * 1_100_000}), "a.docx", "far more"),
    "bomb": (office("docx", {"word/big.xml": b"0" * 30_000_000}), "a.docx", "far more"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_every_kind_is_taken(name: str) -> None:
    raw, suffix = GOOD[name]
    file = io.BytesIO(raw)
    assert kind_of(file, name).suffix == suffix
    assert file.tell() == 0, "whoever writes it begins at its beginning"


@pytest.mark.parametrize("case", BAD)
def test_anything_else_is_refused_in_words(case: str) -> None:
    raw, name, words = BAD[case]
    with pytest.raises(Invalid) as refused:
        kind_of(io.BytesIO(raw), name)
    assert words in refused.value.text


def test_too_many_parts_are_refused_before_they_are_read() -> None:
    many = office("docx", {f"word/{number}.xml": "" for number in range(5001)})
    with pytest.raises(Invalid, match="far more"):
        kind_of(io.BytesIO(many), "a.docx")


def test_a_directory_that_lies_about_its_length_costs_nothing() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    directory = (entry + b"a") * 300_000
    ending = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    raw = io.BytesIO(b"PK\x03\x04" + directory + ending)
    tracemalloc.start()
    with pytest.raises(Invalid):
        kind_of(raw, "a.docx")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_an_encrypted_part_is_refused() -> None:
    raw = bytearray(office("docx"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        raw[at + place] |= 1
    with pytest.raises(Invalid, match="password"):
        kind_of(io.BytesIO(bytes(raw)), "a.docx")


def test_types_in_an_odd_alphabet_are_no_crash() -> None:
    types = TYPES.format(part="x", kind="y").replace("?>", ' encoding="no-such"?>')
    with pytest.raises(Invalid):
        kind_of(io.BytesIO(zipped({"[Content_Types].xml": types})), "a.docx")


@given(st.binary(max_size=300), st.sampled_from(["a.pdf", "a.docx", "a.txt", "a", "a.csv"]))
@settings(max_examples=200, deadline=None)
def test_no_bytes_crash_it(raw: bytes, name: str) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-"):
        with suppress(Invalid):
            assert kind_of(io.BytesIO(start + raw), name) in file_kinds.KINDS


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_damage_to_an_office_file_crashes_it(data: st.DataObject) -> None:
    raw = bytearray(office("docx"))
    for _time in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Invalid):
        kind_of(io.BytesIO(bytes(raw)), "a.docx")


def test_the_kinds_are_what_zipfile_can_open() -> None:
    for suffix in ("docx", "xlsx", "pptx"):
        assert zipfile.is_zipfile(io.BytesIO(office(suffix)))
