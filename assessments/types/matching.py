"""Choose one match for each item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from assessments.types.contract import Answer, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import one_key
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.shuffle import shuffled
from assessments.types.specs import SpecReader
from assessments.types.texts import RIGHT, TextChecker, feedback, label


@dataclass(frozen=True)
class MatchingSpec:
    """`pairs` are (item, right choice); `choices` are all that are offered, those that fit nothing too."""

    pairs: tuple[tuple[str, str], ...]
    choices: tuple[str, ...]


class Matching(QuestionType[MatchingSpec]):
    """The fraction is the share of items with their right choice. The answer maps item to choice or null.

    A wrong choice costs no more than an open one: every item has one place only, so nobody gains by choosing
    everything. Items keep the author's order, choices are shuffled.
    """

    name: ClassVar[str] = "matching"
    template: ClassVar[str] = "lms/assessments/types/matching.html"
    instruction: ClassVar[Sentence] = _("Choose one match for each line.")

    def parse_spec(self, raw: Mapping[str, object]) -> MatchingSpec:
        """Read `pairs` and `extra`."""
        reader = SpecReader(raw)
        value = reader.value("pairs")
        pairs: tuple[tuple[str, str], ...] = ()
        if isinstance(value, Mapping) and all(isinstance(part, str) for pair in value.items() for part in pair):
            pairs = tuple((str(item), str(choice)) for item, choice in value.items())
        else:
            reader.fault("pairs", _("“pairs” must be a table that gives each item the key of its choice."))
        for part in sorted({part for pair in pairs for part in pair}):
            reader.check_key("pairs", part)
        fitting = tuple(dict.fromkeys(choice for _item, choice in pairs))
        extra = reader.keys("extra", at_least=0) if reader.has("extra") else ()
        for key in extra:
            if key in fitting:
                reader.fault("extra", _("“%(key)s” is a right choice already.", key=key))
        if len(pairs) < 2 or len(fitting + extra) < 2:  # noqa: PLR2004 - with one there is nothing to match
            reader.fault("pairs", _("Matching needs at least two items and two choices."))
        reader.done()
        return MatchingSpec(pairs, (*fitting, *extra))

    def check_text(self, spec: MatchingSpec, text: Text) -> list[Fault]:
        """Demand the words of all items and choices; feedback may be given for each item."""
        checker = TextChecker(text)
        items = [item for item, _choice in spec.pairs]
        checker.table("items", items)
        checker.table("choices", spec.choices)
        checker.feedback(allowed=items)
        return checker.done()

    def solution(self, spec: MatchingSpec) -> Answer:
        """Return the right pairs."""
        return dict(spec.pairs)

    def wrong_answers(self, spec: MatchingSpec) -> list[Answer]:
        """Return the right pairs with one item at another choice, each in turn."""
        right = dict(spec.pairs)
        return [{**right, item: key} for item, choice in spec.pairs for key in spec.choices if key != choice]

    def read_answer(self, spec: MatchingSpec, form: Form, slot_name: str) -> Answer:
        """Read the fields `q3-<item>`; what is left open is None."""
        chosen = {item: one_key(form, f"{slot_name}-{item}", spec.choices) for item, _choice in spec.pairs}
        return chosen if any(chosen.values()) else None

    def form_of(self, spec: MatchingSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return all selects, the open ones empty."""
        chosen = _chosen(spec, answer)
        return {f"{slot_name}-{item}": [chosen.get(item, "")] for item, _choice in spec.pairs}

    def presentation(self, spec: MatchingSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return the items with what was chosen for each, and the choices in their drawn order."""
        del language
        chosen = _chosen(spec, answer)
        return {
            **self.frame(text),
            "items": [
                {"key": item, "label": label(text, "items", item), "chosen": chosen.get(item, "")}
                for item, _choice in spec.pairs
            ],
            "choices": [{"key": key, "label": label(text, "choices", key)} for key in shuffled(spec.choices, seed)],
        }

    def mark(self, spec: MatchingSpec, seed: int, answer: Answer) -> Mark:
        """Count the right pairs."""
        del seed
        chosen = _chosen(spec, answer)
        if not chosen:
            return Mark(0.0)
        slips = tuple(item for item, choice in spec.pairs if chosen.get(item) != choice)
        return Mark((len(spec.pairs) - len(slips)) / len(spec.pairs), slips or (RIGHT,))

    def explain(self, spec: MatchingSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return a line for each item."""
        del language
        chosen = _chosen(spec, answer)
        return [
            Line(
                label=label(text, "items", item),
                chosen=item in chosen,
                right=chosen.get(item) == choice,
                feedback="" if chosen.get(item) == choice else feedback(text, item),
                given=label(text, "choices", chosen[item]) if item in chosen else "",
                expected=label(text, "choices", choice),
            )
            for item, choice in spec.pairs
        ]

    def right_answer(self, spec: MatchingSpec, text: Text, language: str) -> str:
        """Return all pairs."""
        del language
        return "; ".join(
            f"{label(text, 'items', item)} → {label(text, 'choices', choice)}" for item, choice in spec.pairs
        )

    def is_answered(self, answer: Answer) -> bool:
        """Say whether every item has its choice."""
        return isinstance(answer, dict) and all(answer.values())


def _chosen(spec: MatchingSpec, answer: Answer) -> dict[str, str]:
    """Return the part of a stored answer that fits the spec."""
    if not isinstance(answer, dict):
        return {}
    return {item: answer[item] for item, _choice in spec.pairs if answer.get(item) in spec.choices}
