"""What can be set, allowed, heard, run and added is described in a README, and no README names what is gone."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from blinker import Signal

from lms.cli import lms as commands
from lms.extension import load_features
from lms.kernel.permissions import permissions
from lms.site.app import create_app
from lms.site.feature import FEATURE as SITE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.kernel.config import Setting

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "courses", "assessments", "certificates")
CODE = re.compile(r"`([^`\n]+)`")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
FILE = re.compile(r"[\w./-]+\.(?:py|html|toml|css|js|md|svg|sh)")
PERMISSION = re.compile(r"[a-z]+:[a-z]+")
# Names of features, endpoints, entry-point groups and the like, which begin as modules do.
NO_MODULES = re.compile(r"lms\.(?:features|question_types|activity_types|certificate_designs|<\w+>)")


def readmes() -> dict[Path, str]:
    found = [ROOT / "README.md", *(file for package in PACKAGES for file in (ROOT / package).rglob("README.md"))]
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8") for file in found}


def settings() -> list[Setting]:
    return [item for feature in (*load_features(), SITE) for item in feature.settings]


def entry_point_groups() -> set[str]:
    found = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if "entry_points" in text:
                found |= set(re.findall(r'(?:group=|GROUP = )"(lms\.\w+)"', text))
    return found


def command_names(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


@pytest.fixture(scope="module", autouse=True)
def declared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Declare everything, as a start of the site does."""
    create_app(LMS_DATA_DIR=str(tmp_path_factory.mktemp("site")), LMS_PUBLIC_URL="http://localhost")


def test_every_setting_stands_in_readme_with_its_meaning() -> None:
    text = readmes()[Path("README.md")]
    missing = [item.key for item in settings() if not re.search(rf"`{item.key}`.*{re.escape(item.doc)}", text)]
    assert missing == []


def test_every_permission_stands_in_readme_with_its_meaning() -> None:
    text = readmes()[Path("README.md")]
    missing = [
        item.name for item in permissions.values() if not re.search(rf"`{item.name}`.*{re.escape(item.doc)}", text)
    ]
    assert missing == []


def test_every_command_stands_in_readme() -> None:
    text = " ".join(CODE.findall(readmes()[Path("README.md")]))
    assert [name for name in command_names(commands) if name not in text] == []


def test_every_entry_point_group_stands_in_readme() -> None:
    groups = entry_point_groups()
    assert len(groups) >= 4
    assert [name for name in sorted(groups) if f"`{name}`" not in readmes()[Path("README.md")]] == []


def test_every_signal_stands_in_the_readme_of_its_room() -> None:
    found = []
    for package in PACKAGES:
        for file in (ROOT / package).glob("*/signals.py"):
            module = importlib.import_module(f"{package}.{file.parent.name}.signals")
            found += [(file.parent, name) for name, value in vars(module).items() if isinstance(value, Signal)]
    assert len(found) > 5
    texts = readmes()
    assert [name for room, name in found if f"`{name}`" not in texts[room.relative_to(ROOT) / "README.md"]] == []


def test_every_setting_that_a_readme_names_is_there() -> None:
    known = {item.key for item in settings()} | {"LMS_TEST_DATABASE", "LMS_DEMO"}
    named = {(str(file), key) for file, text in readmes().items() for key in re.findall(r"\bLMS_[A-Z_]*[A-Z]\b", text)}
    assert sorted(pair for pair in named if pair[1] not in known) == []


def test_every_permission_that_a_readme_names_is_there() -> None:
    known = {item.name for item in permissions.values()}
    nouns = {name.partition(":")[0] for name in known}
    gone = []
    for file, text in readmes().items():
        named = {code for code in CODE.findall(text) if PERMISSION.fullmatch(code)}
        gone += [f"{file}: {name}" for name in named if name.partition(":")[0] in nouns and name not in known]
    assert gone == []


def test_every_file_that_a_readme_names_is_there() -> None:
    named = [(file, code) for file, text in readmes().items() for code in CODE.findall(text)]
    named = [(file, code) for file, code in named if FILE.fullmatch(code) and "/" in code and "my_" not in code]
    assert [f"{file}: {code}" for file, code in named if not _is_there(file, code)] == []


def _is_there(readme: Path, name: str) -> bool:
    places = (ROOT, ROOT / readme.parent, *((ROOT / package) for package in PACKAGES))
    return any((place / name).exists() for place in places) or any(ROOT.glob(f"*/**/{name}"))


def test_every_python_name_that_a_readme_names_is_there() -> None:
    jobs = {name for feature in (*load_features(), SITE) for name in (*feature.jobs, *feature.mails)}
    named = [(file, code.partition("(")[0]) for file, text in readmes().items() for code in CODE.findall(text)]
    named = [(file, name) for file, name in named if DOTTED.fullmatch(name) and not NO_MODULES.match(name)]
    assert [f"{file}: {name}" for file, name in named if name not in jobs and not _imports(name)] == []


def _imports(name: str) -> bool:
    """Whether a dotted name leads to a module or to something in one, or is that of an endpoint."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False
