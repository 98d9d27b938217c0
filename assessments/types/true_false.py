"""Say whether a statement is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import one_key
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader
from assessments.types.texts import RIGHT, WRONG, TextChecker

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = {"true": _("True"), "false": _("False")}


@dataclass(frozen=True)
class TrueFalseSpec:
    """`right` says whether the statement is true."""

    right: bool

    @property
    def key(self) -> str:
        """Return the right answer's key."""
        return "true" if self.right else "false"


class TrueFalse(QuestionType[TrueFalseSpec]):
    """All or nothing. The answer is "true" or "false"; the order on the page never changes."""

    name: ClassVar[str] = "true-false"
    template: ClassVar[str] = "lms/assessments/types/true_false.html"
    instruction: ClassVar[Sentence] = _("True or false?")

    def parse_spec(self, raw: Mapping[str, object]) -> TrueFalseSpec:
        """Read `right`."""
        reader = SpecReader(raw)
        if not reader.has("right"):
            reader.fault("right", _("“right” is missing: is the statement true or false?"))
        right = reader.flag("right", default=False)
        reader.done()
        return TrueFalseSpec(right)

    def check_text(self, spec: TrueFalseSpec, text: Text) -> list[Fault]:
        """Demand the statement as `prompt`; feedback may be `right` or `wrong`."""
        del spec
        checker = TextChecker(text)
        checker.feedback(allowed=[WRONG])
        return checker.done()

    def solution(self, spec: TrueFalseSpec) -> Answer:
        """Return the right key."""
        return spec.key

    def wrong_answers(self, spec: TrueFalseSpec) -> list[Answer]:
        """Return the other key."""
        return [key for key in LABELS if key != spec.key]

    def read_answer(self, spec: TrueFalseSpec, form: Form, slot_name: str) -> Answer:
        """Read the field `q3`."""
        del spec
        return one_key(form, slot_name, LABELS)

    def form_of(self, spec: TrueFalseSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the chosen radio button."""
        del spec
        return {slot_name: [answer]} if isinstance(answer, str) and answer in LABELS else {}

    def presentation(self, spec: TrueFalseSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return "true" and "false"."""
        del spec, seed, language
        options = [{"key": key, "label": label, "selected": key == answer} for key, label in LABELS.items()]
        return {**self.frame(text), "options": options}

    def mark(self, spec: TrueFalseSpec, seed: int, answer: Answer) -> Mark:
        """Compare the keys."""
        del seed
        if answer == spec.key:
            return Mark(1.0, (RIGHT,))
        return Mark(0.0, (WRONG,) if isinstance(answer, str) else ())

    def explain(self, spec: TrueFalseSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return a line for each of the two."""
        del text, language
        return [Line(label, chosen=key == answer, right=key == spec.key) for key, label in LABELS.items()]

    def right_answer(self, spec: TrueFalseSpec, text: Text, language: str) -> str:
        """Return "True" or "False", still to be translated."""
        del text, language
        return LABELS[spec.key]
