"""What `flask lms courses check` says about questions: keys, feedback, outcomes, figures, and questions too alike.

Faults of a single file's format are told where it is read (`files`); these checks look at what the questions are worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

from assessments.bank.files import PLACING
from assessments.types.contract import SpecFaults
from assessments.types.question import Question, read_question
from assessments.types.registry import question_types
from assessments.types.texts import feedback, line
from courses.checking.content import whole
from courses.checking.data import data_file, entries_of, plain, shows
from courses.checking.extra import library
from lms.kernel.i18n import gettext as _
from lms.kernel.texts.faults import Fault
from lms.kernel.texts.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assessments.types.contract import Text
    from courses.checking.content import Content, Document
    from lms.kernel.texts.toml_file import Table

FILES = ("quiz.toml", "self-test.toml")
SEEDS = range(5)  # marking must not depend on the order in which things are drawn
LANGUAGE = "en"


@dataclass(frozen=True)
class Asked:
    """A question in a file: its table, and the question itself."""

    document: Document
    table: Table
    question: Question

    @property
    def name(self) -> str:
        """Return its key."""
        return self.question.key

    def fault(self, text: str, *keys: str) -> Fault:
        """Return a fault at a place in the question, such as ("en", "feedback")."""
        return Fault(self.document.file, line_of(self.table.file.lines, *self.table.place, *keys), text)


def _rules(content: Content) -> Table:
    rules = content.rule("questions")
    rules.only("pool", "alike")
    return rules


def asked_in(content: Content) -> list[Asked]:
    """Return all questions that can be read."""
    found = []
    for document in content.documents.values():
        if document.name not in FILES or document.toml is None:
            continue
        for table in document.toml.root.tables("question"):
            question = _question(table)
            if question is not None:
                found.append(Asked(document, table, question))
    return found


def _question(table: Table) -> Question | None:
    kind = question_types().get(str(table.data.get("type", "")))
    languages = table.languages()
    spec = {name: value for name, value in table.data.items() if name not in PLACING and name not in languages}
    stored: dict[str, Any] = {
        "key": table.data.get("key", ""),
        "type": table.data.get("type", ""),
        "version": kind.version if kind else 1,
        "spec": spec,
        "texts": {code: inner.data for code, inner in languages.items()},
    }
    try:
        return read_question(stored)
    except SpecFaults:
        return None


def check_keys(content: Content) -> Iterator[Fault]:
    """Name questions whose right answer does not mark full, or a wrong one does, and wrong answers without feedback."""
    for asked in asked_in(content):
        question = asked.question
        for seed in SEEDS:
            if question.type.mark(question.spec, seed, question.type.solution(question.spec)).fraction < 1:
                yield asked.fault(_("The right answer of “%(key)s” does not mark full.", key=asked.name), "key")
                break
        for answer in question.type.wrong_answers(question.spec):
            if any(question.type.mark(question.spec, seed, answer).fraction >= 1 for seed in SEEDS):
                said = _("The wrong answer %(answer)s to “%(key)s” marks full.", answer=answer, key=asked.name)
                yield asked.fault(said, "key")
        yield from _silent(asked)
        yield from _same_words(asked)


def _silent(asked: Asked) -> Iterator[Fault]:
    """Find wrong answers to which the question says nothing of their own."""
    question = asked.question
    slips = {
        key: None
        for answer in question.type.wrong_answers(question.spec)
        for key in question.type.mark(question.spec, 1, answer).feedback
    }
    for language, text in question.texts.items():
        for key in slips:
            if not feedback(text, key):
                said = _("“%(key)s” has no feedback for “%(slip)s” in “%(language)s”. Say why it is wrong.",
                         key=asked.name, slip=key, language=language)  # fmt: skip
                yield asked.fault(said, language, "feedback")


def _same_words(asked: Asked) -> Iterator[Fault]:
    """Find two options that read the same: whoever knows the answer could still choose the wrong one."""
    for language, text in asked.question.texts.items():
        for name, labels in _tables(text):
            seen: dict[str, str] = {}
            for key, label in labels.items():
                other = seen.setdefault(" ".join(str(label).lower().split()), key)
                if other != key:
                    said = _("“%(key)s” and “%(other)s” read the same. Change one of them.", key=key, other=other)
                    yield asked.fault(said, language, name, key)


def _tables(text: Text) -> list[tuple[str, Mapping[str, object]]]:
    """Return the tables of labels in a text: what there is to choose from."""
    found = ((name, text.get(name)) for name in ("options", "items", "choices"))
    return [(name, table) for name, table in found if isinstance(table, dict)]


def check_outcomes(content: Content) -> Iterator[Fault]:
    """Name lessons and modules whose outcome no question of the module's quiz checks, and pools too small to draw."""
    pool_size = _rules(content).integer("pool", 1, 1000, default=1)
    asked = asked_in(content)
    for module in content.documents.values():
        if module.name != "module.toml" or module.toml is None:
            continue
        pool = [one for one in asked if one.document.name == FILES[0] and _lies_in(one.document, module)]
        if not pool:
            continue
        outcomes = {one.table.data.get("outcome") for one in pool}
        for document in [module, *_lessons(content, module)]:
            key = document.toml.data.get("key") if document.toml else ""
            if key not in outcomes:
                said = _("No question in the quiz of this module checks the outcome of “%(key)s”. Write one.", key=key)
                yield Fault(document.file, 1, said)
        quiz = pool[0].document
        if quiz.toml and "draw" in quiz.toml.data and len(pool) < pool_size:
            said = _("The quiz draws from %(count)d questions; %(least)d are wanted.", count=len(pool), least=pool_size)
            yield Fault(quiz.file, quiz.toml.root.line_of("draw"), said)


def _lies_in(document: Document, module: Document) -> bool:
    return document.folder.startswith(f"{module.folder}/")


def _lessons(content: Content, module: Document) -> list[Document]:
    return [one for one in content.documents.values() if one.name == "lesson.toml" and _lies_in(one, module)]


def check_alike(content: Content) -> Iterator[Fault]:
    """Name questions of a course that ask almost the same as an earlier one, in quizzes and self-tests."""
    alike = _rules(content).number("alike", 0, 100, default=100)
    ratio = library("rapidfuzz.fuzz").token_sort_ratio
    courses: dict[str, list[tuple[Asked, str]]] = {}
    for asked in asked_in(content):
        words = _words(asked.question)
        if words:
            courses.setdefault(asked.document.folder.partition("/")[0], []).append((asked, words))
    for questions in courses.values():
        for (first, first_words), (second, second_words) in combinations(questions, 2):
            score = ratio(first_words, second_words, score_cutoff=alike)
            if score >= alike:
                said = _("“%(key)s” asks almost what “%(other)s” asks in %(file)s (%(score).0f %%). Ask another thing.",
                         key=second.name, other=first.name, file=first.document.file, score=score)  # fmt: skip
                yield second.fault(said, "key")


def _words(question: Question) -> str:
    """Return what a question says before it is answered."""
    text = question.texts.get(LANGUAGE, {})
    labels = [str(label) for _name, table in _tables(text) for label in table.values()]
    return " ".join([line(text, "prompt"), *labels]).lower()


def check_figures(content: Content) -> Iterator[Fault]:
    """Name number questions whose value is not the figure that they name by `data`."""
    figures = data_file(content)
    if figures is None:
        return
    entries = entries_of(figures)
    for asked in asked_in(content):
        name, value = asked.table.data.get("data"), asked.table.data.get("value")
        if name is None:
            continue
        if name not in entries:
            yield asked.fault(_("There is no figure “%(path)s” in the data file.", path=name), "data")
        elif whole(value) and not _is(value, entries[name].value):
            said = _("The value of “%(key)s” is not the figure “%(path)s”: it is %(value)s.",
                     key=asked.name, path=name, value=plain(entries[name].value))  # fmt: skip
            yield asked.fault(said, "value")


def _is(value: object, figure: Decimal) -> bool:
    number = Decimal(str(value))
    return shows(number, max(0, -int(number.as_tuple().exponent)), figure)
