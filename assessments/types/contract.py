"""What a question type must answer.

A question is one language-neutral *spec* (option keys, the right key, tolerances, accepted answers of all
languages) plus a *text* for each language (prompt, labels, feedback). An *answer* holds keys or what was
typed, never a label or a position on the screen, so that the language may change in mid-attempt. Nothing here
knows requests, sessions, databases or the current language; sentences are translated by whoever shows them
(`sentences.Sentence`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Self, TypeAlias, TypeVar

from assessments.types.sentences import Sentence, sentence as _
from lms.kernel.text import unbroken

S = TypeVar("S")

Answer: TypeAlias = object
"""A JSON value: None, a string, a list or an object. None always means "nothing given"."""

Text: TypeAlias = Mapping[str, object]
"""The words of a question in one language: `prompt`, `rationale`, `hint`, tables such as `options`."""

Form: TypeAlias = Mapping[str, Sequence[str]]
"""Form fields as sent: each name with all its values (`request.form.to_dict(flat=False)`)."""


@dataclass(frozen=True)
class Mark:
    """What an answer is worth.

    `fraction` runs from 0.0 (nothing) to 1.0 (all right). `feedback` holds keys of the text's feedback table:
    "right" or "wrong" for the answer as a whole, or the keys of what went wrong. `needs_human` says
    that a trainer has to mark; no quiz reads it yet: the fraction counts.
    """

    fraction: float
    feedback: tuple[str, ...] = ()
    needs_human: bool = False

    def __post_init__(self) -> None:
        """Refuse a fraction outside 0 to 1 with ValueError: it would falsify every sum above it."""
        if not 0.0 <= self.fraction <= 1.0:
            message = f"a mark lies between 0 and 1, not at {self.fraction}"
            raise ValueError(message)


class Fault(Sentence):
    """A plain sentence about what is wrong in a spec or text.

    `where` is the dotted path to it: "options.mayor".
    """

    __slots__ = ("where",)

    where: str

    def __new__(cls, where: str, sentence: Sentence) -> Self:
        """Put a sentence to a place."""
        fault = super().__new__(cls, sentence.message, **sentence.values)
        fault.where = where
        return fault

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, object]]:
        """Say how to make a copy."""
        return (self.where, Sentence(self.message, **self.values)), {}


class SpecFaults(ValueError):  # noqa: N818 - named as authors say it: the faults of a spec
    """A spec cannot be used. `faults` holds all that was found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults."""
        super().__init__("\n".join(f"{fault.where}: {fault}" for fault in faults))
        self.faults = tuple(faults)


class AnswerFault(ValueError):  # noqa: N818 - named as people say it: the answer has a fault
    """What was sent cannot be read as an answer.

    `sentence` tells the person what happened and what to do; `field` is the name of the form field; `control`
    is the id of the element that an error summary links to.
    """

    def __init__(self, sentence: Sentence, field: str, control: str | None = None) -> None:
        """Keep sentence and field; the control's id is the field's name unless another is given."""
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field
        self.control = control or field


@dataclass(frozen=True)
class Line:
    """One line of a result.

    Two shapes. An *option* line is about something that could be chosen: `chosen` says whether it was,
    `right` whether it belongs to the right answer, `expected` is empty. A *given* line is about something to
    fill in: `chosen` says whether anything was given, `right` whether that is right, `given` and `expected`
    are both in words; `label` is the item or place, empty where a question has only one field. Words may be
    `Sentence`s still to be translated.
    """

    label: str
    chosen: bool
    right: bool
    feedback: str = ""
    given: str = ""
    expected: str = ""

    @property
    def state(self) -> Literal["right", "wrong", "missed", "spared"]:
        """Say in one word how to draw it; "spared" is a wrong option that was rightly left alone."""
        if self.expected:
            return "right" if self.right else "wrong" if self.chosen else "missed"
        if self.chosen:
            return "right" if self.right else "wrong"
        return "missed" if self.right else "spared"


class QuestionType(ABC, Generic[S]):
    """One kind of question. Instances hold no state: one object serves all questions of its kind.

    `S` is the type's own spec, a frozen dataclass. Every method gives the same result for the same arguments.
    README.md in this folder has a complete example.
    """

    name: ClassVar[str]
    """The name in course files and in the database, such as "one-answer". It never changes."""
    version: ClassVar[int] = 1
    """The version of the spec's format.

    Raise it when the format changes, and teach `upgrade_spec` the old one.
    """
    template: ClassVar[str]
    """The fragment that draws the controls inside an open fieldset; it gets `q`, `name` and `disabled`."""
    instruction: ClassVar[Sentence]
    """What to do, in a few words, such as "Choose one."; shown beside the question's number."""
    empty_answer: ClassVar[Answer] = None
    """The answer of somebody who has not answered."""
    own_words: ClassVar[bool] = False
    """Whether people answer in words of their own: such answers are deleted with the person who gave them."""

    @abstractmethod
    def parse_spec(self, raw: Mapping[str, object]) -> S:
        """Read the language-neutral part of a question; raise SpecFaults with all that is wrong."""

    def upgrade_spec(self, raw: Mapping[str, object], version: int) -> Mapping[str, object]:
        """Turn a spec of an older version into today's; raise SpecFaults for one from the future."""
        if version != self.version:
            raise SpecFaults([Fault("version", _("This question was written for another version of this software."))])
        return raw

    @abstractmethod
    def check_text(self, spec: S, text: Text) -> list[Fault]:
        """Return what is missing, empty or left over in the text of one language."""

    def with_texts(self, spec: S, texts: Mapping[str, Text]) -> S:
        """Return the spec enriched by what the texts of all languages say; most types need nothing of it."""
        del texts
        return spec

    @abstractmethod
    def solution(self, spec: S) -> Answer:
        """Return an answer that is all right; `mark` gives it 1.0."""

    def wrong_answers(self, spec: S) -> list[Answer]:
        """Return answers with one thing wrong: `mark` gives each less than 1.0, and each should get its feedback.

        Course files are checked with them. A type of which none are known is checked by its solution alone.
        """
        del spec
        return []

    @abstractmethod
    def read_answer(self, spec: S, form: Form, slot_name: str) -> Answer:
        """Read the answer to the question drawn under `slot_name` (such as "q3"), or raise AnswerFault.

        Fields of this slot are called `slot_name` or `slot_name-<key>`. Other fields belong to others.
        Whatever is sent, no other exception leaves here.
        """

    @abstractmethod
    def form_of(self, spec: S, answer: Answer, slot_name: str) -> dict[str, list[str]]:
        """Return the fields that a browser sends for an answer: the reverse of `read_answer`."""

    @abstractmethod
    def presentation(self, spec: S, text: Text, seed: int, answer: Answer, language: str) -> dict[str, Any]:
        """Return what the template draws, with the answer filled in. The same seed gives the same order.

        Give each slot of an attempt a seed of its own and store it: the order must be the same after a
        reload.
        """

    def with_fault(
        self, presentation: dict[str, Any], form: Form, slot_name: str, fault: AnswerFault
    ) -> dict[str, Any]:
        """Return a presentation that shows a fault, and what was sent, so that nobody types a thing twice."""
        del form, slot_name  # nothing is typed where one only chooses
        return {**presentation, "fault": fault.sentence, "fault_field": fault.field}

    @abstractmethod
    def mark(self, spec: S, seed: int, answer: Answer) -> Mark:
        """Say what an answer is worth.

        An answer that does not fit the spec is worth nothing; nothing is raised.
        """

    @abstractmethod
    def explain(self, spec: S, text: Text, answer: Answer, language: str) -> list[Line]:
        """Return the lines of the result page."""

    @abstractmethod
    def right_answer(self, spec: S, text: Text, language: str) -> str:
        """Return the right answer in words."""

    def is_answered(self, answer: Answer) -> bool:
        """Say whether an answer is complete, so that nothing is left to do."""
        return answer not in (None, "", [], {})

    def frame(self, text: Text) -> dict[str, Any]:
        """Return what every presentation begins with."""
        return {
            "type": self.name,
            "template": self.template,
            "instruction": self.instruction,
            "prompt": unbroken(str(text.get("prompt", ""))),
            "hint": unbroken(str(text.get("hint", ""))),
            "fault": "",
            "fault_field": "",
        }
