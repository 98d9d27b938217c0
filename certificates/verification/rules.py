"""Finding out which certificate a file claims to be, without trusting a byte of it; pure."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.issuing.rules import read_code

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGINNING = b"%PDF-"
BEGINNING_WITHIN = 1024  # where readers look for it
MOST_CODES = 8
MOST_STREAMS = 2_000
LARGEST_STREAM = 4_000_000  # bytes, unpacked
LARGEST_WHOLE = 64_000_000  # bytes, all streams packed and unpacked
PIECE = 4096
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_CODE = re.compile(rb"(?:[2-9A-HJ-KM-NP-Z]{4}-){3}[2-9A-HJ-KM-NP-Z]{4}")


@dataclass(frozen=True)
class Claim:
    """What a file says of itself. `digest` is its SHA-256; `codes` are codes of certificates found in it."""

    digest: str
    size: int
    is_pdf: bool
    codes: tuple[str, ...] = ()


def looks_like_pdf(data: bytes) -> bool:
    """Whether a file begins as a PDF does."""
    return BEGINNING in data[:BEGINNING_WITHIN]


def codes_in(data: bytes) -> tuple[str, ...]:
    """Return the first codes that stand in a PDF, readable or packed, each once; most files have none or one.

    A code is secret, so a file that holds one was made from the certificate or by somebody who has it. The number is
    no secret and counts for nothing here. Packed streams are unpacked within limits; broken ones are passed over.
    """
    found: dict[str, None] = {}
    for text in _readable(data):
        for match in _CODE.finditer(text):
            code = read_code(match[0].decode("ascii"))
            if code is not None:
                found[code] = None
            if len(found) == MOST_CODES:
                return tuple(found)
    return tuple(found)


def _readable(data: bytes) -> Iterator[bytes]:
    yield data
    view, left = memoryview(data), LARGEST_WHOLE
    for count, match in enumerate(_STREAM.finditer(data)):
        if count == MOST_STREAMS or left <= 0:
            return
        text, used = _unpacked(view[match.end() :], min(left, LARGEST_STREAM))
        left -= len(text) + used
        yield text


def _unpacked(data: memoryview, most: int) -> tuple[bytes, int]:
    """Unpack a stream as far as it is whole, within a limit for what goes in and what comes out.

    Returns the text, and how many bytes were read for it.
    """
    unpacker, pieces, size, start = zlib.decompressobj(), [b""], 0, 0
    try:
        while not unpacker.eof and size < most and start < min(len(data), most):
            pieces.append(unpacker.decompress(data[start : start + PIECE], most - size))
            size += len(pieces[-1])
            start += PIECE
    except zlib.error:
        pass
    return b"".join(pieces), start
