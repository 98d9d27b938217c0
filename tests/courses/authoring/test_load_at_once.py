"""Two processes that start at the same instant load what comes with the product once, and neither of them fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.authoring.services import load_course
from lms.kernel.permissions import SYSTEM
from lms.library.services import load_library
from tests.courses.progress.test_at_once import at_once
from tests.factories.course_files import write_course
from tests.factories.library import write_item

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def test_both_load_and_one_writes(app: Flask, tmp_path: Path) -> None:
    write_item(tmp_path / "library", "matrix")
    course = write_course(tmp_path)
    items = at_once(app, *[lambda: load_library(actor=SYSTEM, folder=tmp_path / "library").changed] * 2)
    assert sorted(items, key=str) == [("matrix",), ()]
    written = at_once(app, *[lambda: load_course(actor=SYSTEM, folder=course).written] * 2)
    assert sorted(map(bool, written)) == [False, True]
