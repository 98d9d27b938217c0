"""The import rules in pyproject.toml know every room."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FURNITURE = {"models.py", "rules.py", "policies.py", "queries.py", "services.py", "forms.py", "views.py"}
PACKAGES = ("lms", "courses", "assessments", "certificates")
# The kernel is the ground that rooms stand on: its models are of several kinds, in files of their own.
NO_ROOMS = {"lms.kernel", "lms.testing"}


def rooms() -> set[str]:
    return {
        f"{package}.{folder.name}"
        for package in PACKAGES
        for folder in (ROOT / package).iterdir()
        if folder.is_dir() and FURNITURE & {file.name for file in folder.iterdir()}
    } - NO_ROOMS


def contract(beginning: str) -> dict[str, list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [each for each in settings["tool"]["importlinter"]["contracts"] if each["name"].startswith(beginning)]
    assert len(found) == 1
    result: dict[str, list[str]] = found[0]
    return result


def test_the_furniture_rule_names_every_room() -> None:
    assert rooms() <= set(contract("Furniture")["containers"])


def test_the_rules_of_a_package_name_every_room() -> None:
    for package in ("courses", "assessments", "certificates"):
        layers = " ".join(contract(f"Rooms of {package}")["layers"])
        for room in rooms():
            if room.startswith(f"{package}."):
                assert f"({room.removeprefix(f'{package}.')})" in layers
