"""Valid HTML: many pages are saved and checked in one go, for the checker takes a second to start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lms.testing.node import run_node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@pytest.fixture
def html_faults(browser_tools: Path, tmp_path: Path) -> Callable[[Mapping[str, str]], list[str]]:
    """Give a function that names what is wrong in pages: `html_faults({"home": "<!doctype html>…"})`.

    A fault reads "home 12:3 element-required-attributes: <img> is missing required "src" attribute".
    """

    def check(pages: Mapping[str, str]) -> list[str]:
        folder = tmp_path / "pages"
        folder.mkdir(exist_ok=True)
        names = {}
        for number, (name, text) in enumerate(pages.items()):
            file = folder / f"{number}.html"
            file.write_text(text, encoding="utf-8")
            names[str(file)] = name
        tool = browser_tools / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
        settings = browser_tools / "htmlvalidate.json"
        report = tmp_path / "html-faults.json"  # a file, for what it writes to a pipe is cut off when it ends
        done = run_node(tool, "--config", settings, "--formatter", f"json={report}", *names, cwd=browser_tools)
        if not report.is_file():
            message = f"html-validate did not work: {done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return [
            f"{names[file['filePath']]} {fault['line']}:{fault['column']} {fault['ruleId']}: {fault['message']}"
            for file in json.loads(report.read_text(encoding="utf-8"))
            for fault in file["messages"]
        ]

    return check
