"""A stored question, read: its type, its spec and its texts together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.types.contract import Fault, QuestionType, SpecFaults, Text
from assessments.types.registry import QuestionTypes, question_types
from assessments.types.sentences import sentence as _, shortened


@dataclass(frozen=True)
class Question:
    """One question, ready to be drawn and marked: `q.type.mark(q.spec, seed, answer)`."""

    key: str
    type: QuestionType[Any]
    spec: Any
    texts: Mapping[str, Text]

    def text(self, *languages: str) -> tuple[str, Text]:
        """Return the first language of these that the question has, or else any that it has, and its text."""
        language = next((code for code in languages if code in self.texts), next(iter(self.texts)))
        return language, self.texts[language]

    def faults(self) -> list[Fault]:
        """Return what is wrong in the texts; `where` begins with the language."""
        return [
            Fault(f"{language}.{fault.where}", fault)
            for language, text in self.texts.items()
            for fault in self.type.check_text(self.spec, text)
        ]


def read_question(stored: Mapping[str, Any], types: QuestionTypes | None = None) -> Question:
    """Read a question as it is stored: `{"key", "type", "version", "spec", "texts": {language: text}}`.

    Raises SpecFaults if the type is not installed, the spec has faults or there is no text at all. Faults in
    texts are no hindrance here; `faults` lists them.
    """
    known = types or question_types()
    name = str(stored.get("type", ""))
    kind = known.get(name)
    if kind is None:
        message = _(
            "There is no question type “%(name)s”. Known are: %(known)s.",
            name=shortened(name),
            known=", ".join(known),
        )
        raise SpecFaults([Fault("type", message)])
    texts = stored.get("texts")
    if not isinstance(texts, Mapping) or not texts:
        raise SpecFaults([Fault("texts", _("The question has no text in any language."))])
    raw = kind.upgrade_spec(stored.get("spec", {}), stored.get("version", 1))
    return Question(str(stored.get("key", "")), kind, kind.with_texts(kind.parse_spec(raw), texts), texts)
