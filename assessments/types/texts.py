"""Words of a question in one language: checking that all are there, and looking them up."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from assessments.types.contract import Fault, Mark, Text
from assessments.types.sentences import Sentence, sentence as _, shortened
from lms.kernel.text import unbroken

RIGHT = "right"
"""The feedback line for an answer that is all right."""
WRONG = "wrong"
"""The feedback line for any wrong answer, in types where single keys cannot be wrong."""
DEFAULT = "default"
"""The feedback line that stands in for those which are missing."""

STARRED = re.compile(r"(?<![\w*])\*+[^\s*][^*]*\*+(?![\w*])")
"""What would be emphasis in a lesson; a question is shown as it stands."""


class TextChecker:
    """Checks one text.

    It knows what every question has: `prompt`, `rationale`, perhaps `hint` and `feedback`.
    """

    def __init__(self, text: object) -> None:
        """Check the lines that every question has."""
        self._text: Text = text if isinstance(text, Mapping) else {}
        self._known: set[str] = set()
        self._faults: list[Fault] = []
        self.line("prompt", required=True)
        self.line("rationale", required=True)
        self.line("hint")

    def fault(self, where: str, sentence: Sentence) -> None:
        """Note a fault and go on."""
        self._faults.append(Fault(where, sentence))

    def line(self, name: str, *, required: bool = False) -> None:
        """Check a line of text."""
        self._known.add(name)
        value = self._text.get(name)
        if value is None:
            if required:
                self.fault(name, _("The text “%(name)s” is missing.", name=name))
        elif not isinstance(value, str) or not value.strip():
            self.fault(name, _("“%(name)s” must be a text that is not empty.", name=name))
        else:
            self._plain(name, value)

    def _plain(self, where: str, value: str) -> None:
        if STARRED.search(value):
            self.fault(where, _("“%(name)s” is shown as it stands. Take out the asterisks.", name=where))

    def table(self, name: str, needed: Collection[str], allowed: Collection[str] = ()) -> None:
        """Check a table of lines: all that are needed, none but those that are needed or allowed."""
        self._known.add(name)
        table = self._text.get(name, {})
        if not isinstance(table, Mapping):
            self.fault(name, _("“%(name)s” must be a table of texts.", name=name))
            return
        for key in needed:
            if key not in table:
                self.fault(f"{name}.{key}", _("“%(name)s” has no text for “%(key)s”.", name=name, key=key))
        for key, value in table.items():
            where = f"{name}.{key}"
            if key not in needed and key not in allowed:
                self.fault(
                    where,
                    _(
                        "“%(name)s” has a text for “%(key)s”, which does not exist.",
                        name=name,
                        key=shortened(str(key)),
                    ),
                )
            elif not isinstance(value, str) or not value.strip():
                self.fault(where, _("“%(name)s.%(key)s” must be a text that is not empty.", name=name, key=key))
            else:
                self._plain(where, value)

    def feedback(self, needed: Collection[str] = (), allowed: Collection[str] = ()) -> None:
        """Check the feedback lines.

        `right` is always allowed, and so is `default`, which stands in for all that are needed.
        """
        table = self._text.get("feedback", {})
        has_default = isinstance(table, Mapping) and DEFAULT in table
        self.table("feedback", () if has_default else needed, {RIGHT, DEFAULT, *needed, *allowed})

    def done(self) -> list[Fault]:
        """Return all faults, left-over names among them."""
        for name in self._text:
            if name not in self._known:
                self.fault(str(name), _("The text “%(name)s” is not known here.", name=shortened(str(name))))
        return self._faults


def line(text: Text, name: str, default: str = "") -> str:
    """Return a line of the text, or the default."""
    value = text.get(name)
    return unbroken(value) if isinstance(value, str) else default


def label(text: Text, table: str, key: str) -> str:
    """Return the words for a key; the key itself where they are missing, so that a page never breaks."""
    rows = text.get(table)
    value = rows.get(key) if isinstance(rows, Mapping) else None
    return unbroken(value) if isinstance(value, str) else key


def feedback(text: Text, key: str) -> str:
    """Return the feedback line of a key; empty if it has none of its own."""
    rows = text.get("feedback")
    value = rows.get(key) if isinstance(rows, Mapping) else None
    return unbroken(value) if isinstance(value, str) else ""


def remark(text: Text, mark: Mark) -> str:
    """Return what the text says about an answer as a whole: its line `right` or `wrong`, or else `default`.

    Lines about single options, items or near misses stand in the lines of `explain`. `default` speaks once,
    for all keys of the mark that have no line of their own; a right answer never gets it.
    """
    for key in (RIGHT, WRONG):
        if key in mark.feedback and feedback(text, key):
            return feedback(text, key)
    unexplained = [key for key in mark.feedback if key != RIGHT and not feedback(text, key)]
    return feedback(text, DEFAULT) if unexplained else ""
