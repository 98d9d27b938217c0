"""Question types as another package might bring them, each with a fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Line, Mark, QuestionType
from assessments.types.fields import known_keys
from assessments.types.one_answer import OneAnswer
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader
from assessments.types.texts import TextChecker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.types.contract import Answer, Fault, Form, Text


class Twin(OneAnswer):
    """A type that takes a name which is in use."""

    name: ClassVar[str] = "number"


@dataclass(frozen=True)
class ScaleSpec:
    """The points of a scale; any of them is as right as another."""

    points: tuple[str, ...]


class Scale(QuestionType[ScaleSpec]):
    """A type that rewards an empty answer."""

    name: ClassVar[str] = "scale"
    template: ClassVar[str] = "lms/assessments/types/one_answer.html"
    instruction: ClassVar[Sentence] = _("Choose a point.")

    def parse_spec(self, raw: Mapping[str, object]) -> ScaleSpec:
        reader = SpecReader(raw)
        points = reader.keys("points", at_least=2)
        reader.done()
        return ScaleSpec(points)

    def check_text(self, spec: ScaleSpec, text: Text) -> list[Fault]:
        checker = TextChecker(text)
        checker.table("options", spec.points)
        return checker.done()

    def solution(self, spec: ScaleSpec) -> Answer:
        return [spec.points[0]]

    def read_answer(self, spec: ScaleSpec, form: Form, slot_name: str) -> Answer:
        return known_keys(form, slot_name, spec.points) or None

    def form_of(self, spec: ScaleSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        return {slot_name: list(answer)} if isinstance(answer, list) else {}

    def presentation(self, spec: ScaleSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        return {**self.frame(text), "options": [{"key": key, "label": key} for key in spec.points]}

    def mark(self, spec: ScaleSpec, seed: int, answer: Answer) -> Mark:
        return Mark(1.0)

    def explain(self, spec: ScaleSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        return [Line(key, chosen=True, right=True) for key in spec.points]

    def right_answer(self, spec: ScaleSpec, text: Text, language: str) -> str:
        return "any"
