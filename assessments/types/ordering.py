"""Put steps in order, without dragging: a place select for each step, and buttons that move it up or down."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from assessments.types.contract import Answer, AnswerFault, Fault, Form, Line, Mark, QuestionType, Text
from assessments.types.fields import not_offered, one_value, values
from assessments.types.sentences import Sentence, sentence as _
from assessments.types.shuffle import shuffled
from assessments.types.specs import SpecReader
from assessments.types.texts import RIGHT, WRONG, TextChecker, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOVE = "move"
"""The name of the buttons; their value is "q3:<key>:up" or "q3:<key>:down"."""
STEPS = {"up": -1, "down": 1}

Places = list[str | None]
"""For each place, from the first on, the key that stands there; None where it is still open."""


@dataclass(frozen=True)
class OrderingSpec:
    """`order` holds the keys in the right order."""

    order: tuple[str, ...]


class Ordering(QuestionType[OrderingSpec]):
    """Full marks for the exact order only. The answer is a list of keys, null for a place that is still open.

    Otherwise we count the fewest steps that somebody would have to take out and put back to mend the order
    (all steps but the longest run that is right among itself). Of n steps, n - 1 such moves put right even
    the worst order; each move costs *two* shares of them:

        fraction = 1 - 2 x moves / (n - 1), never below 0

    Why not count the steps that stand at their right place? Whoever puts the last step first has one thing
    wrong, yet no step at its place. Why two shares? A blind order of five still has about three steps in line
    by luck; so one slip in five keeps half, and guessing earns next to nothing.
    """

    name: ClassVar[str] = "ordering"
    template: ClassVar[str] = "lms/assessments/types/ordering.html"
    instruction: ClassVar[Sentence] = _("Put in order.")

    def parse_spec(self, raw: Mapping[str, object]) -> OrderingSpec:
        """Read `order`."""
        reader = SpecReader(raw)
        order = reader.keys("order", at_least=2)
        reader.done()
        return OrderingSpec(order)

    def check_text(self, spec: OrderingSpec, text: Text) -> list[Fault]:
        """Demand a label for each step; feedback may be `right` or `wrong`."""
        checker = TextChecker(text)
        checker.table("options", spec.order)
        checker.feedback(allowed=[WRONG])
        return checker.done()

    def solution(self, spec: OrderingSpec) -> Answer:
        """Return the right order."""
        return list(spec.order)

    def wrong_answers(self, spec: OrderingSpec) -> list[Answer]:
        """Return the order with two neighbours swapped, each two in turn."""
        return [
            [*spec.order[:at], spec.order[at + 1], spec.order[at], *spec.order[at + 2 :]]
            for at in range(len(spec.order) - 1)
        ]

    def read_answer(self, spec: OrderingSpec, form: Form, slot_name: str) -> Answer:
        """Read the places in `q3-<key>`, the order on the page in `q3`, and a button that was pressed."""
        shown = _shown(spec, form, slot_name)
        wanted = {key: _place(form, f"{slot_name}-{key}", len(shown)) for key in spec.order}
        places = _settle(shown, wanted, slot_name)
        for move in values(form, MOVE):
            slot, _colon, rest = move.partition(":")
            if slot == slot_name:
                places = _moved(_filled(places, shown), rest, slot_name)
        return places if any(places) else None

    def form_of(self, spec: OrderingSpec, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the order on the page, and the place of each step."""
        places = _stored(spec, answer)
        form = {slot_name: [str(key) for key in _filled(places, spec.order)]}
        for key in spec.order:
            form[f"{slot_name}-{key}"] = [str(places.index(key) + 1) if key in places else ""]
        return form

    def presentation(self, spec: OrderingSpec, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return the steps as they stand: placed ones at their places, the others in drawn order between.

        A step has a `place` only once it was given one. So the drawn order is never saved as an answer by
        somebody who only saves the page.
        """
        del language
        places = _stored(spec, answer)
        order = _filled(places, drawn_order(spec, seed))
        items = [
            {"key": key, "label": label(text, "options", str(key)), "place": place if key in places else None}
            for place, key in enumerate(order, 1)
        ]
        return {**self.frame(text), "items": items, "places": list(range(1, len(items) + 1)), "move": MOVE}

    def with_fault(
        self, presentation: dict[str, Any], form: Form, slot_name: str, fault: AnswerFault
    ) -> dict[str, Any]:
        """Keep the places that were chosen, also those that cannot all be true."""
        shown = super().with_fault(presentation, form, slot_name, fault)
        known = {str(place): place for place in shown["places"]}
        for item in shown["items"]:
            sent = values(form, f"{slot_name}-{item['key']}")
            item["place"] = known.get(sent[0]) if sent else None
        return shown

    def mark(self, spec: OrderingSpec, seed: int, answer: Answer) -> Mark:
        """Count the moves that would mend the order."""
        del seed
        places = _stored(spec, answer)
        if not any(places):
            return Mark(0.0)
        if places == list(spec.order):
            return Mark(1.0, (RIGHT,))
        moves = len(places) - longest_run(spec.order.index(key) for key in places if key)
        return Mark(max(0.0, 1 - 2 * moves / (len(places) - 1)), (WRONG,))

    def explain(self, spec: OrderingSpec, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return a line for each place."""
        del language
        return [
            Line(
                label=str(place),
                chosen=given is not None,
                right=given == expected,
                given=label(text, "options", given) if given else "",
                expected=label(text, "options", expected),
            )
            for place, (given, expected) in enumerate(zip(_stored(spec, answer), spec.order, strict=True), 1)
        ]

    def right_answer(self, spec: OrderingSpec, text: Text, language: str) -> str:
        """Return the steps in the right order."""
        del language
        return " → ".join(label(text, "options", key) for key in spec.order)

    def is_answered(self, answer: Answer) -> bool:
        """Say whether every place is taken."""
        return isinstance(answer, list) and bool(answer) and all(answer)


def drawn_order(spec: OrderingSpec, seed: int) -> list[str]:
    """Return the order in which the steps are first shown; never the right one, which would be a gift."""
    order = shuffled(spec.order, seed)
    return order if tuple(order) != spec.order else [*order[1:], order[0]]


def longest_run(numbers: Iterable[int]) -> int:
    """Return how many of these different numbers can stay, at most, so that those that stay go up.

    >>> longest_run([0, 2, 1, 3, 4]), longest_run([4, 0, 1, 2, 3]), longest_run([2, 1, 0])
    (4, 4, 1)
    """
    # ends[i] is the smallest number that a rising row of i + 1 numbers can end with.
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)


def _stored(spec: OrderingSpec, answer: Answer) -> Places:
    """Return a stored answer if it fits the spec, else all places open."""
    if isinstance(answer, list) and len(answer) == len(spec.order):
        placed = [key for key in answer if key is not None]
        if all(placed.count(key) == 1 and key in spec.order for key in placed):
            return list(answer)
    return [None] * len(spec.order)


def _filled(places: Places, others: Sequence[str]) -> Places:
    """Put the steps that have no place into the open places, in the order in which they come."""
    waiting = iter([key for key in others if key not in places])
    return [key if key is not None else next(waiting) for key in places]


def _shown(spec: OrderingSpec, form: Form, slot_name: str) -> list[str]:
    """Return the order in which the page showed the steps: it says which places were changed."""
    sent = values(form, slot_name)
    return sent if sorted(sent) == sorted(spec.order) else list(spec.order)


def _place(form: Form, field: str, count: int) -> int | None:
    sent = one_value(form, field)
    if not sent:
        return None
    if sent not in {str(place) for place in range(1, count + 1)}:
        raise not_offered(field)
    return int(sent)


def _settle(shown: list[str], wanted: dict[str, int | None], slot_name: str) -> Places:
    """Turn the wanted places into an order.

    Where two steps want one place, the one whose place was changed gets it, and the steps that were left
    alone close up around it: so changing one select moves one step. Two changed steps at one place are a
    fault.
    """
    taken = [place for place in wanted.values() if place]
    places: Places = [None] * len(shown)
    moved = [key for at, key in enumerate(shown, 1) if wanted[key] and wanted[key] != at]
    clash = len(set(taken)) < len(taken)
    for key in moved if clash else shown:
        place = wanted[key]
        if place and places[place - 1] is not None:
            raise _same_place(place, f"{slot_name}-{key}")
        if place:
            places[place - 1] = key
    if clash and len(taken) < len(shown):
        twice = next(key for key in moved if taken.count(wanted[key] or 0) > 1)
        raise _same_place(wanted[twice] or 0, f"{slot_name}-{twice}")
    return _filled(places, shown) if clash else places


def _same_place(place: int, field: str) -> AnswerFault:
    return AnswerFault(_("Two of these have place %(place)s. Give each a place of its own.", place=place), field)


def _moved(places: Places, command: str, slot_name: str) -> Places:
    """Swap a step with its neighbour; at the edge it stays."""
    key, _colon, direction = command.rpartition(":")
    if key not in places or direction not in STEPS:
        raise not_offered(slot_name)
    at = places.index(key)
    to = min(max(at + STEPS[direction], 0), len(places) - 1)
    places = list(places)
    places[at], places[to] = places[to], places[at]
    return places
