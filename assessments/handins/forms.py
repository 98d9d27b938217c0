"""What the forms of this room send, read from the request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from assessments.handins.checklist import ANSWERS, Answer, Sent, mark_of
from assessments.handins.rules import Remark
from lms.kernel.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_NUMBER = 9  # digits
SAVED = re.compile(r"saved(-[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class SentWork:
    """The form of the team. `seen` is the number of the draft that it showed, `version` that of the version to come.

    `shown` is the mark of the text that it showed; `back_to` the place on the page whose button was pressed.
    """

    text: str
    shown: str
    checks: Sent | None
    worked_on: tuple[int, ...] | None
    seen: int
    version: int
    hands_in: bool
    remove: str
    again: str
    takes_text: bool
    back_to: str

    @property
    def text_is_new(self) -> bool:
        """Whether the text was changed; who only answers questions has not touched what others write."""
        return mark_of(clean_text(self.text)) != self.shown


def read_work(checks: Sequence[str]) -> SentWork:
    """Read the form of the team, with the questions of a checklist; anything odd counts as not said."""
    form = request.form
    people = tuple(_number(raw) for raw in form.getlist("who"))
    return SentWork(
        text=form.get("text", ""),
        shown=form.get("shown", ""),
        checks=_read_checks(checks) if checks else None,
        # The hidden field says that the boxes were on the page, also when nobody is ticked.
        worked_on=people if "who-asked" in form else None,
        seen=_number(form.get("seen", "")),
        version=_number(form.get("version", "")),
        hands_in="handin" in form,
        remove=form.get("remove", ""),
        again=form.get("again", ""),
        takes_text="take-text" in form,
        back_to=form["draft"] if SAVED.fullmatch(form.get("draft", "")) else "new",
    )


def _read_checks(keys: Sequence[str]) -> Sent:
    """Read the answers that the form has; questions that were not on it count as not sent."""
    form = request.form
    answers = {}
    for key in keys:
        if f"remark-{key}" in form:
            chosen = form.get(f"check-{key}", "")
            remark = clean_text(form.get(f"remark-{key}", ""))
            answers[key] = Answer(chosen if chosen in ANSWERS else "", remark)
    return Sent(answers, {key: form.get(f"shown-{key}", "") for key in answers})


@dataclass(frozen=True)
class SentFeedback:
    """The form of the trainer. `seen` is when the draft that it showed was kept."""

    version: int
    remarks: dict[str, Remark]
    next_step: str
    seen: str
    keeps: bool


def read_feedback(criteria: Sequence[str]) -> SentFeedback:
    """Read the form of the trainer."""
    form = request.form
    return SentFeedback(
        version=_number(form.get("version", "")),
        remarks={key: Remark(form.get(f"verdict-{key}", ""), form.get(f"remark-{key}", "")) for key in criteria},
        next_step=form.get("next-step", ""),
        seen=form.get("seen", ""),
        keeps="send" not in form,
    )


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= LONGEST_NUMBER else 0
