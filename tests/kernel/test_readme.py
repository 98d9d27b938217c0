"""The example in the README is a feature of another package, with a page and an entry of the menu."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lms.kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories.fixtures import Install

README = (Path(lms.kernel.__path__[0]) / "README.md").read_text("utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    return str(found)


@pytest.fixture
def board(install: Install) -> None:
    files = {"__init__.py": "", "feature.py": block("python"), "templates/my_board/index.html": block("html")}
    install("my_board", files, block("toml"))


@pytest.fixture
def app(board: None, own_app: Flask) -> Flask:
    return own_app


def test_the_example_feature_is_found_and_shown(
    client: FlaskClient, sign_in: Callable[[int], None], make_person: Callable[..., int]
) -> None:
    assert client.get("/board").status_code == 303  # to the sign-in
    sign_in(make_person())
    page = client.get("/board").text
    assert "<p>Workshop on Thursday</p>" in page
    assert re.search(r'<a[^>]* href="/board"[^>]*>.*?Board', page, re.DOTALL)
