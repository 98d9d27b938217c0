"""What is wrong with a question, in sentences for its author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.bank.pool import stored_in
from assessments.types.contract import SpecFaults
from assessments.types.question import read_question
from lms.kernel.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.types.contract import Fault


def faults_of(stored: Mapping[str, Any]) -> Sequence[Fault]:
    """Return why a stored question cannot be read, drawn or marked."""
    try:
        return read_question(stored).faults()
    except SpecFaults as error:
        return error.faults


def faults_in(content: Mapping[str, Any]) -> list[str]:
    """Return what keeps the questions of a content from being published."""
    return [f"{stored['key']}: {said(fault)}" for stored in stored_in(content) for fault in faults_of(stored)]


def said(fault: Fault) -> str:
    """Translate a type's sentence."""
    return _(fault.message, **fault.values)
