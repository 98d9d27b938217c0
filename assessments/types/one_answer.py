"""Choose one of several options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import one_key
from assessments.types.options import draw_options, option_lines
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader
from assessments.types.texts import RIGHT, TextChecker, label

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class OneAnswerSpec:
    """`options` are keys, `right` is one of them; without `shuffle` they keep the author's order."""

    options: tuple[str, ...]
    right: str
    shuffle: bool = True


class OneAnswer(QuestionType[OneAnswerSpec]):
    """All or nothing: the right option is worth 1, any other 0. The answer is the key of an option."""

    name: ClassVar[str] = "one-answer"
    template: ClassVar[str] = "lms/assessments/types/one_answer.html"
    instruction: ClassVar[Sentence] = _("Choose one.")

    def parse_spec(self, raw: Mapping[str, object]) -> OneAnswerSpec:
        """Read `options`, `right` and `shuffle`."""
        reader = SpecReader(raw)
        options = reader.keys("options", at_least=2)
        right = reader.key_among("right", options)
        shuffle = reader.flag("shuffle", default=True)
        reader.done()
        return OneAnswerSpec(options, right, shuffle)

    def check_text(self, spec: OneAnswerSpec, text: Text) -> list[Fault]:
        """Demand a label for each option and feedback for each wrong one."""
        checker = TextChecker(text)
        checker.table("options", spec.options)
        checker.feedback([key for key in spec.options if key != spec.right])
        return checker.done()

    def solution(self, spec: OneAnswerSpec) -> Answer:
        """Return the right key."""
        return spec.right

    def wrong_answers(self, spec: OneAnswerSpec) -> list[Answer]:
        """Return every other key."""
        return [key for key in spec.options if key != spec.right]

    def read_answer(self, spec: OneAnswerSpec, form: Form, slot_name: str) -> Answer:
        """Read the field `q3`."""
        return one_key(form, slot_name, spec.options)

    def form_of(self, spec: OneAnswerSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the chosen radio button."""
        return {slot_name: [answer]} if isinstance(answer, str) and answer in spec.options else {}

    def presentation(self, spec: OneAnswerSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return the options in their drawn order."""
        del language
        return {
            **self.frame(text),
            "options": draw_options(spec.options, text, seed if spec.shuffle else None, [answer]),
        }

    def mark(self, spec: OneAnswerSpec, seed: int, answer: Answer) -> Mark:
        """Compare the keys."""
        del seed
        if answer == spec.right:
            return Mark(1.0, (RIGHT,))
        return Mark(0.0, (answer,) if isinstance(answer, str) and answer in spec.options else ())

    def explain(self, spec: OneAnswerSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return a line for each option."""
        del language
        return option_lines(spec.options, text, chosen=[answer], right=[spec.right])

    def right_answer(self, spec: OneAnswerSpec, text: Text, language: str) -> str:
        """Return the label of the right option."""
        del language
        return label(text, "options", spec.right)
