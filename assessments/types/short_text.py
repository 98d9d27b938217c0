"""Write one or a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, AnswerFault, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import LONGEST_LINE, raw_line, typed_line
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader
from assessments.types.spelling import evened, is_close
from assessments.types.texts import RIGHT, WRONG, TextChecker, line

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ShortTextSpec:
    """`accept` holds the right answers of all languages; `close` forgives a slip of the pen in long words."""

    accept: tuple[str, ...]
    close: bool = False

    def accepts(self, typed: str) -> bool:
        """Say whether an answer is right."""
        given = evened(typed)
        models = [evened(model) for model in self.accept]
        return bool(given) and (given in models or (self.close and any(is_close(given, model) for model in models)))


class ShortText(QuestionType[ShortTextSpec]):
    """All or nothing. The answer is what was typed, in Unicode NFC with single spaces.

    Case, hyphens, dashes, spaces, quotation marks and a final stop do not count. An answer in any of the
    accepted languages is right, whatever language the page is in: what is tested is the idea.
    """

    name: ClassVar[str] = "short-text"
    template: ClassVar[str] = "lms/assessments/types/short_text.html"
    instruction: ClassVar[Sentence] = _("Write one word or a few.")
    own_words: ClassVar[bool] = True

    def parse_spec(self, raw: Mapping[str, object]) -> ShortTextSpec:
        """Read `accept` and `close`."""
        reader = SpecReader(raw)
        accept = reader.strings("accept")
        close = reader.flag("close", default=False)
        for model in accept:
            if not evened(model) or len(model) > LONGEST_LINE:
                reader.fault("accept", _("An accepted answer has 1 to %(count)s characters.", count=LONGEST_LINE))
        reader.done()
        return ShortTextSpec(accept, close)

    def check_text(self, spec: ShortTextSpec, text: Text) -> list[Fault]:
        """Allow `answer`, the model answer in this language, and `label`, the name of the field."""
        checker = TextChecker(text)
        checker.line("label")
        checker.line("answer")
        checker.feedback(allowed=[WRONG])
        model = line(text, "answer")
        if model and not spec.accepts(model):
            checker.fault("answer", _("The model answer is not among the accepted ones."))
        return checker.done()

    def solution(self, spec: ShortTextSpec) -> Answer:
        """Return the first accepted answer."""
        return " ".join(spec.accept[0].split())

    def wrong_answers(self, spec: ShortTextSpec) -> list[Answer]:
        """Return what nobody accepts: an accepted answer with another word before it."""
        return [answer for answer in (f"not {self.solution(spec)}",) if not spec.accepts(answer)]

    def read_answer(self, spec: ShortTextSpec, form: Form, slot_name: str) -> Answer:
        """Read the field `q3`."""
        del spec
        return typed_line(form, slot_name, f"{slot_name}--answer") or None

    def form_of(self, spec: ShortTextSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return what was typed."""
        del spec
        return {slot_name: [answer if isinstance(answer, str) else ""]}

    def presentation(self, spec: ShortTextSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return the label and what was typed."""
        del spec, seed, language
        return {
            **self.frame(text),
            "label": line(text, "label") or _("Your answer"),
            "value": answer if isinstance(answer, str) else "",
            "longest": LONGEST_LINE,
        }

    def with_fault(
        self, presentation: dict[str, Any], form: Form, slot_name: str, fault: AnswerFault
    ) -> dict[str, Any]:
        """Keep what was typed."""
        return {**super().with_fault(presentation, form, slot_name, fault), "value": raw_line(form, slot_name)}

    def mark(self, spec: ShortTextSpec, seed: int, answer: Answer) -> Mark:
        """Compare with the accepted answers."""
        del seed
        if not isinstance(answer, str) or not answer:
            return Mark(0.0)
        return Mark(1.0, (RIGHT,)) if spec.accepts(answer) else Mark(0.0, (WRONG,))

    def explain(self, spec: ShortTextSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return one line: what was typed and what is right."""
        given = answer if isinstance(answer, str) else ""
        expected = self.right_answer(spec, text, language)
        return [Line(label="", chosen=bool(given), right=spec.accepts(given), given=given, expected=expected)]

    def right_answer(self, spec: ShortTextSpec, text: Text, language: str) -> str:
        """Return the model answer of this language, or else the first accepted one."""
        del language
        return line(text, "answer", spec.accept[0])
