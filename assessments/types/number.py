"""Give a number. Where a numeric answer is marked: `Number.mark`, at the end of this file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, AnswerFault, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.decimals import (
    DECIMAL_DIGITS,
    WHOLE_DIGITS,
    UnreadableNumber,
    canonical,
    for_reading,
    for_typing,
    read_decimal,
)
from assessments.types.fields import raw_line, typed_line
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.specs import SpecReader, as_decimal
from assessments.types.texts import RIGHT, WRONG, TextChecker, feedback, line

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Near:
    """A typical wrong value, and the key of the feedback that helps whoever gives it."""

    value: Decimal
    feedback: str


@dataclass(frozen=True)
class NumberSpec:
    """`value` is right, and so is whatever is no further from it than `tolerance`, in the value's own unit.

    `percent` widens the tolerance to that share of the value (0 to 100). `units` are all writings of the unit
    that may be typed behind the number, in any language; `unit` is the one to show.
    """

    value: Decimal
    tolerance: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    unit: str = ""
    units: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()

    def is_near(self, given: Decimal, target: Decimal) -> bool:
        """Say whether a number is within the tolerance around another; the edges belong to it."""
        return abs(given - target) <= max(self.tolerance, abs(target) * self.percent / 100)


class Number(QuestionType[NumberSpec]):
    """All or nothing: within the tolerance is worth 1.

    The answer is the number as a string, such as "7.5".
    """

    name: ClassVar[str] = "number"
    template: ClassVar[str] = "lms/assessments/types/number.html"
    instruction: ClassVar[Sentence] = _("Give a number.")

    def parse_spec(self, raw: Mapping[str, object]) -> NumberSpec:
        """Read `value`, `tolerance` or `tolerance_percent`, `unit`, `units` and `near`."""
        reader = SpecReader(raw)
        value = reader.decimal("value")
        tolerance = reader.decimal("tolerance", Decimal(0))
        percent = reader.decimal("tolerance_percent", Decimal(0))
        unit = reader.string("unit")
        units = reader.strings("units") if reader.has("units") else ()
        near = _read_near(reader)
        if not can_be_typed(value):
            reader.fault("value", _("The value has more digits than can be typed as an answer."))
        if tolerance < 0 or percent < 0:
            reader.fault("tolerance", _("A tolerance cannot be below zero."))
        if tolerance and percent:
            reader.fault("tolerance", _("Give either “tolerance” or “tolerance_percent”, not both."))
        if percent and not value:
            reader.fault("tolerance_percent", _("A percentage of zero is zero. Use “tolerance” instead."))
        spec = NumberSpec(value, max(tolerance, Decimal(0)), max(percent, Decimal(0)), unit, units, near)
        for row in near:
            if spec.is_near(row.value, value):
                reader.fault("near", _("The near miss %(value)s is right already.", value=canonical(row.value)))
        reader.done()
        return spec

    def check_text(self, spec: NumberSpec, text: Text) -> list[Fault]:
        """Demand feedback for each near miss; `label` and `unit` may be given in this language."""
        checker = TextChecker(text)
        checker.line("label")
        checker.line("unit")
        checker.feedback([row.feedback for row in spec.near], allowed=[WRONG])
        return checker.done()

    def with_texts(self, spec: NumberSpec, texts: Mapping[str, Text]) -> NumberSpec:
        """Accept the unit as any language writes it."""
        units = {line(text, "unit") for text in texts.values()} - {"", *spec.units}
        return replace(spec, units=(*spec.units, *sorted(units)))

    def solution(self, spec: NumberSpec) -> Answer:
        """Return the value itself."""
        return canonical(spec.value)

    def wrong_answers(self, spec: NumberSpec) -> list[Answer]:
        """Return the near misses, and a number that is far off."""
        far = spec.value + 2 * max(spec.tolerance, abs(spec.value) * spec.percent / 100) + 1
        return [*(canonical(row.value) for row in spec.near), canonical(far)]

    def read_answer(self, spec: NumberSpec, form: Form, slot_name: str) -> Answer:
        """Read the field `q3`."""
        control = f"{slot_name}--answer"
        typed = typed_line(form, slot_name, control)
        if not typed:
            return None
        try:
            return canonical(read_decimal(typed, (*spec.units, spec.unit)))
        except UnreadableNumber as unreadable:
            raise AnswerFault(unreadable.sentence, slot_name, control) from None

    def form_of(self, spec: NumberSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the number as it would be typed in English."""
        del spec
        number = stored(answer)
        return {slot_name: ["" if number is None else for_typing(number, "en")]}

    def presentation(self, spec: NumberSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return the value in the way of the language, the label and the unit."""
        del seed
        number = stored(answer)
        return {
            **self.frame(text),
            "label": line(text, "label") or _("Your answer"),
            "unit": line(text, "unit", spec.unit),
            "value": "" if number is None else for_typing(number, language),
        }

    def with_fault(
        self, presentation: dict[str, Any], form: Form, slot_name: str, fault: AnswerFault
    ) -> dict[str, Any]:
        """Keep what was typed."""
        shown = super().with_fault(presentation, form, slot_name, fault)
        return {**shown, "value": raw_line(form, slot_name)}

    def explain(self, spec: NumberSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return one line: what was given and what is right."""
        number = stored(answer)
        mark = self.mark(spec, 0, answer)
        unit = line(text, "unit", spec.unit)
        return [
            Line(
                label="",
                chosen=number is not None,
                right=mark.fraction == 1,
                feedback=next((feedback(text, row.feedback) for row in spec.near if row.feedback in mark.feedback), ""),
                given="" if number is None else for_reading(number, unit, language),
                expected=self.right_answer(spec, text, language),
            )
        ]

    def right_answer(self, spec: NumberSpec, text: Text, language: str) -> str:
        """Return the value with its unit."""
        return for_reading(spec.value, line(text, "unit", spec.unit), language)

    def mark(self, spec: NumberSpec, seed: int, answer: Answer) -> Mark:
        """Compare with the value, then with the near misses in their order; the first that fits speaks."""
        del seed
        number = stored(answer)
        if number is None:
            return Mark(0.0)
        if spec.is_near(number, spec.value):
            return Mark(1.0, (RIGHT,))
        near = next((row.feedback for row in spec.near if spec.is_near(number, row.value)), WRONG)
        return Mark(0.0, (near,))


def stored(answer: Answer) -> Decimal | None:
    """Return the number in a stored answer; None if there is none."""
    return as_decimal(answer) if isinstance(answer, str) else None


def can_be_typed(number: Decimal) -> bool:
    """Say whether a number has few enough digits to be an answer."""
    whole, _point, part = canonical(abs(number)).partition(".")
    return len(whole) <= WHOLE_DIGITS and len(part) <= DECIMAL_DIGITS


def _read_near(reader: SpecReader) -> tuple[Near, ...]:
    """Read the list of near misses, each a table of `value` and `feedback`."""
    value = reader.value("near")
    if value is None:
        return ()
    if not isinstance(value, list):
        reader.fault("near", _("“near” must be a list of tables with “value” and “feedback”."))
        return ()
    rows = []
    for position, item in enumerate(value):
        inner = SpecReader(item)
        number = inner.decimal("value")
        key = inner.string("feedback")
        inner.check_key("feedback", key)
        inner.leave(reader, f"near.{position}")
        rows.append(Near(number, key))
    return tuple(rows)
