"""Certificate designs by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from certificates.designs.registry import BUILT_IN, HOME, Design, designs

if TYPE_CHECKING:
    from pathlib import Path

TOML = 'name = "sea"\nkinds = ["trainer", "completion"]\nabout = "Blue"\n'


def write_design(folder: Path, toml: str = TOML) -> Path:
    folder.mkdir()
    (folder / "design.toml").write_text(toml)
    (folder / "template.html").write_text('{% extends "certificate.html" %}')
    (folder / "style.css").write_text("")
    return folder


def test_our_designs_are_found_by_name_and_kind() -> None:
    assert [designs()[name].kinds for name in BUILT_IN] == [("trainer",), ("completion",)]


def test_an_unknown_name_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match="trainer"):
        designs()["sea"]


def test_two_designs_of_one_name_are_refused(tmp_path: Path) -> None:
    registry = designs()
    twin = Design.read(write_design(tmp_path / "twin", TOML.replace("sea", "trainer")))
    with pytest.raises(ValueError, match="trainer"):
        registry.add(twin.name, twin)
    registry.add("trainer", Design.read(HOME / "trainer"))  # the very same is no clash


def test_a_folder_of_a_third_party_is_read(tmp_path: Path) -> None:
    design = Design.read(write_design(tmp_path / "sea"))
    assert (design.name, design.kinds, design.about) == ("sea", ("trainer", "completion"), "Blue")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (TOML + 'colour = "red"\n', "no others"),
        ('name = "sea"\n', "needs the keys"),
        (TOML.replace('"trainer", "completion"', '"auditor"'), "kinds are some of"),
        (TOML.replace('["trainer", "completion"]', "[]"), "kinds are some of"),
    ],
)
def test_a_faulty_design_is_refused_with_the_reason(tmp_path: Path, toml: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Design.read(write_design(tmp_path / "sea", toml))


def test_a_folder_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    folder = write_design(tmp_path / "sea")
    (folder / "style.css").unlink()
    with pytest.raises(ValueError, match=r"lacks style\.css"):
        Design.read(folder)
