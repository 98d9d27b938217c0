"""The self-test that may stand beside a lesson: a few questions that are marked and explained, and never recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.bank.faults import faults_in
from assessments.bank.files import PLACES, places_in, read_questions
from courses.activities import Beside
from lms.kernel.i18n import gettext as _, ngettext
from lms.kernel.texts.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from lms.kernel.texts.faults import Fault

FILE = "self-test.toml"


class SelfTest:
    """Self-tests as companions of a lesson; see `courses.activities.Companion`."""

    name = "self-test"

    def parse(self, folder: Path, languages: Collection[str]) -> tuple[Beside | None, list[Fault]]:
        """Read `self-test.toml`: questions only. It has no title and no languages of its own."""
        file, faults = read_toml(folder, FILE)
        if file is None:
            return None, faults
        root = file.root
        root.only("question")
        texts: dict[str, dict[str, Any]] = {code: {"questions": {}} for code in languages}
        for table in root.tables("question"):
            for name in PLACES:
                if table.has(name):
                    table.fault(_("A self-test belongs to the lesson in its folder. Delete “%(key)s”.", key=name), name)
        questions = read_questions(root, texts)
        if not questions:
            root.fault(_("A self-test needs at least one question. Add [[question]]."))
        return Beside({"questions": questions}, texts, places_in(root, FILE)), file.faults

    def check(self, content: Mapping[str, Any]) -> list[str]:
        """Return what keeps it from being published: a question that cannot be read, drawn or marked."""
        return faults_in(content)

    def words(self, content: Mapping[str, Any]) -> str:
        """Return the words of the link on the lesson's page."""
        count = len(content["settings"]["questions"])
        return ngettext("Check yourself: %(num)s quick question", "Check yourself: %(num)s quick questions", count)

    def open_endpoint(self) -> str:
        """Return the page with its questions."""
        return "selftests.selftest"


SELF_TEST = SelfTest()
