"""The import rules in pyproject.toml know every room."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
FURNITURE = {"models.py", "rules.py", "policies.py", "queries.py", "services.py", "forms.py", "views.py"}
PACKAGES = ("lms", "courses", "assessments", "certificates")
# The kernel is the ground that rooms stand on: its models are of several kinds, in files of their own.
NO_ROOMS = {"lms.kernel", "lms.testing"}

NOT_IMPORTED = {"argon2-cffi": "Flask-Security hashes passwords with it", "tzdata": "Python reads time zones there"}


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


def imported(files: Iterable[Path]) -> set[str]:
    """Return the names of the packages that code imports, as pip knows them."""
    names: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(str(node.module).partition(".")[0])
    known = packages_distributions()
    return {_plain(known[name][0]) for name in names - sys.stdlib_module_names - set(PACKAGES)}


def _plain(requirement: str) -> str:
    """Return the name of a package: "flask-wtf" of "Flask-WTF>=1.2"."""
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def test_the_package_asks_for_what_it_imports_and_for_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {_plain(item) for item in project["dependencies"]}
    files = {file for package in (*PACKAGES, "migrations") for file in (ROOT / package).rglob("*.py")}
    kit = {file for file in files if file.is_relative_to(ROOT / "lms" / "testing")}
    assert imported(files - kit) == asked - NOT_IMPORTED.keys()
    assert imported(kit) - asked <= {_plain(item) for item in project["optional-dependencies"]["testing"]}
