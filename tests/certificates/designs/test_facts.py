"""The facts of a certificate."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from certificates.designs.facts import AwardPart, CertificateFacts, Examiner, award_parts, clean
from certificates.designs.sample import sample_facts


@pytest.mark.parametrize("kind", ["trainer", "completion"])
def test_facts_come_back_from_json_as_they_went_in(kind: str) -> None:
    facts = sample_facts(kind=kind, holder_name="Ελένη Ünlü", eqf=5, demonstration=True)
    again = CertificateFacts.from_json(facts.to_json())
    assert again == facts
    assert again.to_json() == facts.to_json()
    assert again.fingerprint() == facts.fingerprint()


def test_the_fingerprint_changes_with_any_fact() -> None:
    assert sample_facts().fingerprint() != sample_facts(holder_name="Radu Ionesco").fingerprint()


def test_json_of_another_schema_or_shape_is_refused() -> None:
    data = json.loads(sample_facts().to_json())
    with pytest.raises(ValueError, match="schema"):
        CertificateFacts.from_json(json.dumps(data | {"schema": 2}))
    with pytest.raises(ValueError, match="colour"):
        CertificateFacts.from_json(json.dumps(data | {"colour": "red"}))
    del data["workload"]
    with pytest.raises(ValueError, match="workload"):
        CertificateFacts.from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"holder_name": " \x00 "}, "holder_name is empty"),
        ({"holder_name": "A" * 121}, "holder_name has 121 letters, 120 fit"),
        ({"kind": "auditor"}, "no kind 'auditor'"),
        ({"language": "tlh"}, "no language 'tlh'"),
        ({"eqf": 9}, "no level 9"),
        ({"eqf": 0}, "no level 0"),
        ({"outcomes": ()}, "no learning outcomes"),
        ({"outcomes": ("plan",) * 17}, "more than 16"),
        ({"outcomes": ("plan", "x" * 201)}, "outcome 2 has 201 letters"),
        ({"award": ()}, "award is empty"),
        ({"award": (AwardPart("x" * 601),)}, "award has 601 letters"),
        ({"examiner": Examiner("", "Adriatic hub")}, "examiner is empty"),
        ({"valid_until": date(2026, 10, 1)}, "ends before it begins"),
        ({"check_url": "javascript:alert(1)"}, "no web address"),
    ],
)
def test_facts_that_cannot_be_printed_are_refused_with_the_reason(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sample_facts(**changes)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"no kind.*no level"):
        sample_facts(kind="auditor", eqf=9)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Radu \n Ionescu\t", "Radu Ionescu"),
        ("Zoe\u0308", "Zoë"),
        ("Ra\x00du\x1b", "Radu"),
        ("\u202eucseno\u202c \ufeffRadu", "ucseno Radu"),
        ("\ud800x", "?x"),
        ("\u00a0", ""),
    ],
)
def test_typed_text_is_cleaned(typed: str, printed: str) -> None:
    assert clean(typed) == printed


def test_cleaning_keeps_the_spaces_between_the_pieces_of_the_award() -> None:
    facts = sample_facts(award=award_parts("took  the\ncourse %(course)s and passed.", course=" Cities "))
    assert facts.award_text == "took the course  Cities  and passed."
    assert [part.strong for part in facts.award] == [False, True, False]


def test_an_award_sentence_may_have_its_places_in_any_order() -> None:
    parts = award_parts("%(role)s: 100%% %(course)s", course="C", role="R")
    assert parts == (AwardPart("R", strong=True), AwardPart(": 100% "), AwardPart("C", strong=True))


def test_an_award_sentence_with_an_unknown_place_is_refused() -> None:
    with pytest.raises(KeyError):
        award_parts("completed %(course)s", role="R")
