"""Choose all options that are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import known_keys
from assessments.types.options import draw_options, option_lines
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader
from assessments.types.texts import RIGHT, TextChecker, label

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class SeveralAnswersSpec:
    """`right` are some, not all, of the keys in `options`; without `shuffle` they keep the author's order."""

    options: tuple[str, ...]
    right: tuple[str, ...]
    shuffle: bool = True


class SeveralAnswers(QuestionType[SeveralAnswersSpec]):
    """Each right option counts, each wrong one takes as much away. The answer is a list of keys.

    The fraction is (right chosen - wrong chosen) / right options, and never below 0. A wrong choice must cost
    something, or whoever ticks every box would get full marks; it costs just what a right one brings, so that
    blind ticking gains nothing on average where half the options are right. An option left out costs its
    share.
    """

    name: ClassVar[str] = "several-answers"
    template: ClassVar[str] = "lms/assessments/types/several_answers.html"
    instruction: ClassVar[Sentence] = _("Choose all that are right.")

    def parse_spec(self, raw: Mapping[str, object]) -> SeveralAnswersSpec:
        """Read `options`, `right` and `shuffle`."""
        reader = SpecReader(raw)
        options = reader.keys("options", at_least=2)
        right = reader.keys("right")
        shuffle = reader.flag("shuffle", default=True)
        for key in right:
            if key not in options:
                reader.fault("right", _("“%(key)s” is not among the options.", key=key))
        if options and set(options) <= set(right):
            reader.fault("right", _("At least one option must be wrong."))
        reader.done()
        return SeveralAnswersSpec(options, tuple(key for key in options if key in right), shuffle)

    def check_text(self, spec: SeveralAnswersSpec, text: Text) -> list[Fault]:
        """Demand a label for each option and feedback for each wrong one; right ones may have it."""
        checker = TextChecker(text)
        checker.table("options", spec.options)
        checker.feedback([key for key in spec.options if key not in spec.right], allowed=spec.right)
        return checker.done()

    def solution(self, spec: SeveralAnswersSpec) -> Answer:
        """Return the right keys."""
        return list(spec.right)

    def wrong_answers(self, spec: SeveralAnswersSpec) -> list[Answer]:
        """Return the right keys with one too many or one too few."""
        slips = [[key for key in spec.options if (key in spec.right) != (key == slip)] for slip in spec.options]
        return [chosen for chosen in slips if chosen]

    def read_answer(self, spec: SeveralAnswersSpec, form: Form, slot_name: str) -> Answer:
        """Read the field `q3`, sent once for each box that is ticked."""
        return known_keys(form, slot_name, spec.options) or None

    def form_of(self, spec: SeveralAnswersSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the ticked boxes."""
        chosen = _chosen(spec, answer)
        return {slot_name: chosen} if chosen else {}

    def presentation(
        self, spec: SeveralAnswersSpec, text: Text, seed: int, answer: Answer, language: str
    ) -> dict[str, Any]:
        """Return the options in their drawn order."""
        del language
        drawn = draw_options(spec.options, text, seed if spec.shuffle else None, _chosen(spec, answer))
        return {**self.frame(text), "options": drawn}

    def mark(self, spec: SeveralAnswersSpec, seed: int, answer: Answer) -> Mark:
        """Count the right and the wrong choices."""
        del seed
        chosen = _chosen(spec, answer)
        if not chosen:
            return Mark(0.0)
        slips = tuple(key for key in spec.options if (key in chosen) != (key in spec.right))
        hits = sum(key in spec.right for key in chosen)
        fraction = max(0, hits - (len(chosen) - hits)) / len(spec.right)
        return Mark(fraction, slips or (RIGHT,))

    def explain(self, spec: SeveralAnswersSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return a line for each option."""
        del language
        return option_lines(spec.options, text, _chosen(spec, answer), spec.right)

    def right_answer(self, spec: SeveralAnswersSpec, text: Text, language: str) -> str:
        """Return the labels of the right options."""
        del language
        return "; ".join(label(text, "options", key) for key in spec.right)


def _chosen(spec: SeveralAnswersSpec, answer: Answer) -> list[str]:
    return [key for key in spec.options if key in answer] if isinstance(answer, list) else []
