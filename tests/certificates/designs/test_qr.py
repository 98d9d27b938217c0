"""QR codes of certificates."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import segno

from certificates.designs.qr import MASK, QUIET, qr_of

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "https://hubs.example/check/K7QX-4M2P-9TWD-HB6R"


def test_the_strokes_cover_just_the_dark_modules() -> None:
    found = qr_of(ADDRESS)
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", found.path)
        for step in range(int(length))
    }
    code = segno.make_qr(ADDRESS, error="m", mask=MASK, boost_error=False)
    expected = {(x + QUIET, y + QUIET) for y, row in enumerate(code.matrix) for x, bit in enumerate(row) if bit}
    assert dark == expected
    assert found.size == len(code.matrix) + 2 * QUIET


def test_the_same_address_gives_the_same_path() -> None:
    assert qr_of(ADDRESS) == qr_of(ADDRESS)


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="needs a QR reader: apt install zbar-tools")
def test_a_reader_finds_the_address_whatever_its_length(tmp_path: Path) -> None:
    for number in range(12):
        address = f"https://hubs-{'x' * number * 9}.example/check/{number * 7919:016d}"
        code = segno.make_qr(address, error="m", mask=MASK, boost_error=False)
        image = tmp_path / f"{number}.png"
        code.save(str(image), scale=4)
        found = subprocess.run(["zbarimg", "-q", "--raw", image], capture_output=True, text=True, check=True)  # noqa: S607 - found on the PATH, as installed
        assert found.stdout.strip() == address
