"""Questions of the modules M1 and M2, as course files hold them: one or more of each kind."""

from __future__ import annotations

import tomllib
from typing import Any, NamedTuple

from assessments.types.registry import question_types

SOURCE = """
[m1-order]
type = "ordering"
[m1-order.spec]
order = ["baseline", "targets", "commitment", "implementation", "evaluation"]
[m1-order.en]
prompt = "Put the five steps of the cycle in order."
rationale = "Each step uses what the one before has brought."
[m1-order.en.options]
baseline = "Baseline review"
targets = "Target setting"
commitment = "Political commitment"
implementation = "Implementation and monitoring"
evaluation = "Evaluation and reporting"
[m1-order.en.feedback]
wrong = "Ask of each step what it needs to have in hand."

[m1-cross-cutting]
type = "several-answers"
[m1-cross-cutting.spec]
options = ["set-up", "involvement", "commitment"]
right = ["set-up", "involvement"]
[m1-cross-cutting.en]
prompt = "Which elements run through the whole cycle?"
rationale = "Two elements go with every step."
[m1-cross-cutting.en.options]
set-up = "Organisational set-up"
involvement = "Involvement and communication"
commitment = "Political commitment"
[m1-cross-cutting.en.feedback]
commitment = "Political commitment is step 3 of the cycle."
set-up = "Without a set-up nobody is entitled to act, in any step."

[m1-documents]
type = "matching"
[m1-documents.spec]
pairs = { targets = "programme", commitment = "resolution", evaluation = "report" }
extra = ["organisation-chart"]
[m1-documents.en]
prompt = "Which document comes out of which step?"
rationale = "Each step leaves a document that the next one uses."
[m1-documents.en.items]
targets = "Target setting"
commitment = "Political commitment"
evaluation = "Evaluation and reporting"
[m1-documents.en.choices]
programme = "Strategic programme"
resolution = "Council resolution"
report = "Sustainability report"
organisation-chart = "Organisation chart"
[m1-documents.en.feedback]
targets = "Targets are written down for the long term first."

[m1-replaces]
type = "true-false"
[m1-replaces.spec]
right = false
[m1-replaces.en]
prompt = "IMS replaces EMAS."
rationale = "It builds on EMAS and widens it to the whole city."

[m1-revision]
type = "number"
[m1-revision.spec]
value = 5
tolerance = 0
near = [{ value = 1, feedback = "yearly" }]
[m1-revision.en]
prompt = "At most how many years lie between two full revisions?"
rationale = "Three to five years are usual."
label = "Years"
unit = "years"
[m1-revision.en.feedback]
yearly = "The cycle repeats every year; a full revision comes less often."
[m1-revision.de]
prompt = "Wie viele Jahre liegen höchstens zwischen zwei vollständigen Überarbeitungen?"
rationale = "Üblich sind drei bis fünf Jahre."
unit = "Jahre"
[m1-revision.de.feedback]
yearly = "Der Zyklus wiederholt sich jedes Jahr; ganz überarbeitet wird seltener."

[m2-lead]
type = "one-answer"
[m2-lead.spec]
options = ["coordinator", "mayor", "consultant"]
right = "coordinator"
[m2-lead.en]
prompt = "Who leads the daily work?"
rationale = "The coordinator needs time and a mandate for it."
[m2-lead.en.options]
coordinator = "The coordinator"
mayor = "The mayor"
consultant = "A consultant"
[m2-lead.en.feedback]
mayor = "The mayor opens doors, but does not run the cycle."
default = "The knowledge would leave the house."

[m2-group]
type = "short-text"
[m2-group.spec]
accept = ["cross-sectoral working group", "ämterübergreifende Arbeitsgruppe"]
close = true
[m2-group.en]
prompt = "What do you call the group in which several departments do the content?"
rationale = "It is the cross-sectoral working group."
[m2-group.de]
prompt = "Wie heißt die Gruppe, in der mehrere Ämter die Inhalte erarbeiten?"
rationale = "Es ist die ämterübergreifende Arbeitsgruppe."
answer = "ämterübergreifende Arbeitsgruppe"
"""


class Example(NamedTuple):
    """A question with its type's object and its parsed spec."""

    kind: Any
    raw: dict[str, Any]
    spec: Any
    text: dict[str, Any]
    stored: dict[str, Any]


def _load() -> dict[str, Example]:
    examples = {}
    for key, table in tomllib.loads(SOURCE).items():
        name, raw, texts = table.pop("type"), table.pop("spec"), table
        kind = question_types()[name]
        stored = {"key": key, "type": name, "version": kind.version, "spec": raw, "texts": texts}
        examples[key] = Example(kind, raw, kind.parse_spec(raw), texts["en"], stored)
    return examples


EXAMPLES = _load()
