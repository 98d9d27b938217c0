"""Names of files are harmless and readable; what cannot be stored says so."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from werkzeug.datastructures import FileStorage

from lms.kernel import blobs, uploads
from lms.kernel.db import db
from lms.kernel.file_kinds import PDF as PDF_KIND
from lms.kernel.transaction import transaction
from lms.kernel.uploads import fit_suffix, free_name, receive, safe_name, size_words, too_large

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PDF = b"%PDF-1.7\n" + b"x" * 2000
NAMES = {
    "../../etc/passwd.txt": "passwd.txt",
    "..\\..\\boot.ini.pdf": "boot.ini.pdf",
    "/etc/shadow": "shadow",
    "plan\x00.pdf.exe": "plan.pdf.exe",
    "CON": "_CON",
    "nul.pdf": "_nul.pdf",
    "com1.txt": "_com1.txt",
    "console.txt": "console.txt",
    "<img src=x onerror=alert(1)>.png": "_img src=x onerror=alert(1)_.png",
    "{{ 7*7 }}.pdf": "{{ 7_7 }}.pdf",
    "annexe\u202efdp.exe": "annexefdp.exe",
    "  Kartta   å .pdf ": "Kartta å.pdf",
    "line\nbreak.pdf": "line break.pdf",
    ".htaccess": "htaccess",
    "...": "file",
    "": "file",
    "a" * 300 + ".pdf": "a" * 116 + ".pdf",
    "ö" * 300 + ".docx": "ö" * 97 + ".docx",
    "Cafe\u0301.pdf": "Café.pdf",
    "Σχέδιο δράσης.odt": "Σχέδιο δράσης.odt",
    "=cmd|' /C calc'!A0.csv": "C calc'!A0.csv",
}


@pytest.mark.parametrize("raw", NAMES)
def test_a_hostile_name_is_made_harmless_and_stays_readable(raw: str) -> None:
    assert safe_name(raw) == NAMES[raw]


@given(st.text(max_size=400))
def test_no_name_does_harm(raw: str) -> None:
    name = safe_name(raw)
    assert 0 < len(name) <= 125
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\<>:"|?*\x00\n\r\t')
    assert name == name.strip(" .")
    assert safe_name(name) == name, "a harmless name stays as it is"


def test_a_name_ends_as_its_content_says() -> None:
    assert fit_suffix("photo.docx", PDF_KIND) == "photo.pdf"
    assert fit_suffix("a.pdf.exe", PDF_KIND) == "a.pdf.exe.pdf"
    assert fit_suffix("noend", PDF_KIND) == "noend.pdf"


def test_two_files_of_one_name_are_told_apart() -> None:
    assert free_name("a.pdf", {"A.PDF"}) == "a (2).pdf"
    assert free_name("a", {"a", "a (2)"}) == "a (3)"


@pytest.mark.usefixtures("database")
def test_sizes_are_said_in_words() -> None:
    assert too_large(34 * 1024 * 1024) == "The file is 34 MB. Choose one up to 20 MB."
    assert too_large(20 * 1024 * 1024 + 1) == "The file is 20.1 MB. Choose one up to 20 MB."
    assert [size_words(size) for size in (1, 212_000, 1_500_000)] == ["1 kB", "212 kB", "1.4 MB"]


def sent(*files: tuple[str, bytes]) -> list[FileStorage]:
    return [FileStorage(io.BytesIO(raw), name) for name, raw in files]


def test_one_bad_file_does_not_spoil_the_others(app: Flask) -> None:
    app.config["LMS_MAX_UPLOAD_MB"] = 1
    with app.test_request_context():
        found = receive(
            sent(("a.pdf", PDF), ("big.pdf", b"%PDF-" + b"x" * 1_100_000), ("b.exe", b"MZ\x00"), ("", b""), ("c", b""))
        )
        assert [item.name for item in found.files] == ["a.pdf"]
        assert [item.name for item in found.refused] == ["big.pdf", "b.exe", "c"]
        assert "Choose one up to 1 MB." in found.refused[0].text
        assert blobs.store_path(found.files[0].digest).read_bytes() == PDF


def test_bytes_lie_in_the_store_before_any_row_names_them(app: Flask) -> None:
    with app.test_request_context():
        found = receive(sent(("a.pdf", PDF)))
        digest = found.files[0].digest
        assert blobs.read(digest) == PDF
        with transaction():
            assert db.session.get(blobs.Blob, digest) is None
            blobs.note(digest, found.files[0].size)
            blobs.note(digest, found.files[0].size)
            assert db.session.get(blobs.Blob, digest) is not None


def test_more_files_than_fit_are_named(app: Flask) -> None:
    with app.test_request_context():
        found = receive(sent(*((f"{number}.pdf", PDF + bytes([number])) for number in range(12))))
    assert len(found.files) == uploads.MOST_AT_ONCE
    assert [item.name for item in found.refused] == ["10.pdf", "11.pdf"]


FULL = """
import io, resource, signal, sys
from pathlib import Path
from werkzeug.datastructures import FileStorage
from lms.kernel import uploads
from lms.testing.apps import make_host
app = make_host(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with app.test_request_context():
    sizes = {"big.pdf": 900_000, "small.pdf": 9}
    files = [FileStorage(io.BytesIO(b"%PDF-" + b"x" * size), name) for name, size in sizes.items()]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    found = uploads.receive(files)
    print([item.name for item in found.files], [(item.name, item.text) for item in found.refused])
    print(sorted(path.name[:5] for path in (Path(sys.argv[1]) / "blobs").rglob("*") if path.is_file()))
"""


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=os.getcwd(),  # noqa: PTH109 - the checkout, from which the modules come
    )
    first, second = run.stdout.strip().splitlines()
    assert first.startswith("['small.pdf'] [('big.pdf', 'The site has no room left")
    assert ".new-" not in second
    assert resource.getrlimit(resource.RLIMIT_FSIZE) != (100_000, 100_000)
