"""Stored questions, read for use: from the frozen content of a quiz or a self-test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.types.contract import SpecFaults
from assessments.types.question import Question, read_question
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assessments.types.contract import Fault


def _stored(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the questions of a content, each with its words in all languages."""
    for stored in content["settings"]["questions"]:
        key = stored["key"]
        words = {
            code: text["questions"][key] for code, text in content["texts"].items() if key in text.get("questions", {})
        }
        yield {**stored, "texts": words}


def questions_in(content: Mapping[str, Any]) -> dict[str, Question]:
    """Return the questions of a content by their key, in the author's order."""
    return {stored["key"]: read_question(stored) for stored in _stored(content)}


def faults_in(content: Mapping[str, Any]) -> list[str]:
    """Return what keeps questions from being published: one that cannot be read, drawn or marked."""
    sentences = []
    for stored in _stored(content):
        try:
            faults = read_question(stored).faults()
        except SpecFaults as error:
            faults = list(error.faults)
        sentences += [f"{stored['key']}: {said(fault)}" for fault in faults]
    return sentences


def said(fault: Fault) -> str:
    """Translate a type's sentence."""
    return _(fault.message, **fault.values)
