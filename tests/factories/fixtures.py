"""Fixtures around the factories.

>>> def test_it(commit, sign_in, client):  # doctest: +SKIP
...     hub = commit(make_hub, "Finland")
...     manager = commit(make_manager, hub.id)
...     sign_in(manager.id)
"""

from __future__ import annotations

import sys
import tomllib
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from lms.kernel.db import Base, db
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from flask import Flask

T = TypeVar("T")
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"


class Install(Protocol):
    """Installs a package of somebody else, as pip does: its files and what its entry points say."""

    def __call__(self, name: str, files: Mapping[str, str], project: str) -> None:
        """Write the package. `project` is what its `pyproject.toml` says: its entry points."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install packages for one test."""
    place = tmp_path / "strangers"
    names: list[str] = []

    def run(name: str, files: Mapping[str, str], project: str) -> None:
        groups = tomllib.loads(project)["project"]["entry-points"]
        lines = [
            f"[{group}]\n" + "".join(f"{key} = {to}\n" for key, to in each.items()) for group, each in groups.items()
        ]
        about = place / f"{name}-1.0.dist-info"
        written = {
            **{place / name / file: text for file, text in files.items()},
            about / "METADATA": METADATA.format(name=name),
            about / "entry_points.txt": "\n".join(lines),
        }
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        names.append(name)
        monkeypatch.syspath_prepend(place)

    yield run
    for module in [module for module in sys.modules if module.partition(".")[0] in names]:
        del sys.modules[module]


class Commit(Protocol):
    """Runs a factory (or any function) in a transaction of its own and commits."""

    def __call__(self, make: Callable[..., T], *args: Any, **values: Any) -> T:
        """Return what the function returns; a row comes back detached, with its columns loaded."""


@pytest.fixture
def commit(app: Flask) -> Commit:
    """Commit what a factory makes, for tests that go through pages."""

    def run(make: Callable[..., T], *args: Any, **values: Any) -> T:
        with app.test_request_context(), transaction():
            made = make(*args, **values)
            db.session.flush()
            for row in made if isinstance(made, (list, tuple)) else [made]:
                if isinstance(row, Base):
                    db.session.refresh(row)
                    db.session.expunge(row)
            return made

    return run
