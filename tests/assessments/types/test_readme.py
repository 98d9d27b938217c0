"""The example in the README is a question type that keeps the contract."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import assessments.types
from assessments.types.registry import question_types
from lms.testing.question_types import check_question_type

README = (Path(assessments.types.__path__[0]) / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def test_the_example_type_keeps_the_contract(tmp_path: Path) -> None:
    (tmp_path / "my_types").mkdir()
    (tmp_path / "my_types" / "year.html").write_text(blocks("html")[0], "utf-8")
    module = tmp_path / "year.py"
    module.write_text(blocks("python")[0], "utf-8")
    names = runpy.run_path(str(module), run_name="year")
    text = {"prompt": "When was the baseline taken?", "rationale": "See the first page."}
    check_question_type(names["Year"], {"year": 2026}, text, template_folders=[tmp_path])


@pytest.mark.parametrize("name", list(question_types()))
def test_every_type_stands_in_the_table(name: str) -> None:
    assert f"| `{name}` |" in README
