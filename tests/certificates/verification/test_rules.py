"""Which certificate a file claims to be, whatever somebody did to it."""

from __future__ import annotations

import time
import zlib

import pytest

from certificates.designs.render import render
from certificates.designs.sample import sample_facts
from certificates.verification.rules import codes_in, looks_like_pdf

CODE = "K7QX-4M2P-9TWD-HB6R"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(sample_facts(), "trainer")


def test_the_code_is_found_in_a_certificate_and_after_most_changes(pdf: bytes) -> None:
    assert looks_like_pdf(pdf)
    assert codes_in(pdf) == (CODE,)
    flipped = [pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :] for place in range(40, len(pdf), 997)]
    found = [codes_in(data) for data in flipped]
    assert set(found) <= {(CODE,), ()}  # never another code
    assert found.count((CODE,)) > len(found) * 0.8


def test_a_code_in_plain_text_counts_and_a_number_does_not() -> None:
    assert codes_in(b"%PDF-1.7 (K7QX-4M2P-9TWD-HB6R) (TH-RO-2026-00047)") == (CODE,)
    assert codes_in(b"%PDF-1.7 (TH-RO-2026-00047)") == ()


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-", b"stream\n", b"stream\r\n\x00\x01", b"%PDF-1.7 stream\nendstream" * 50]
)
def test_broken_files_have_no_code(data: bytes) -> None:
    assert codes_in(data) == ()


def test_a_file_that_unpacks_to_gigabytes_costs_little() -> None:
    bomb = zlib.compress(b"\x00" * 60_000_000, 9)
    data = b"%PDF-1.7\n" + b"".join(b"stream\n" + bomb + b"\nendstream\n" for _each in range(40))
    began = time.process_time()
    assert codes_in(data) == ()
    assert time.process_time() - began < 5


def test_only_files_that_begin_like_a_pdf_are_taken_for_one() -> None:
    assert looks_like_pdf(b"\xef\xbb\xbf%PDF-1.4")
    assert not looks_like_pdf(b"PK\x03\x04 %PD")
    assert not looks_like_pdf(b" " * 2000 + b"%PDF-1.4")


def test_a_file_full_of_codes_is_read_no_further_than_needed() -> None:
    codes = [f"K7QX-4M2P-9TWD-HB{a}{b}" for a in "23456789" for b in "23456789"]
    assert codes_in(f"%PDF-1.7 {' '.join(codes)}".encode()) == tuple(codes[:8])
