"""Certificates as PDF."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from certificates.designs.__main__ import main
from certificates.designs.facts import AwardPart
from certificates.designs.press import Press
from certificates.designs.registry import Design, DesignError
from certificates.designs.render import render
from certificates.designs.sample import sample_facts
from tests.certificates.designs.reading import Reading
from tests.certificates.designs.test_registry import write_design

if TYPE_CHECKING:
    from pathlib import Path

MICRO_CREDENTIAL = [
    "Radu Ionescu",
    "trainer in the Integrated Management System (IMS) for Sustainability",
    "Country of issuer Romania",
    "National Training Hub Romania Awarding body",
    "2 October 2026 Date of issue",
    "give feedback that names a criterion and a next step",
    "Workload 45 hours and one workshop",
    "Level (EQF) Not assigned",
    "Assessment Quiz, hand-ins, observation",
    "Form of participation Blended: online and on site",
    "Quality assurance Examiner from another hub",
]


def read(design: str = "trainer", **changes: Any) -> Reading:
    kind = "completion" if design == "completion" else "trainer"
    return Reading.of(render(sample_facts(kind=kind, **changes), design))


def test_a_certificate_is_one_page_with_all_eleven_elements_of_a_micro_credential() -> None:
    reading = read()
    assert reading.pages == 1
    assert [element for element in MICRO_CREDENTIAL if element not in reading.text] == []
    assert "Valid until 2 October 2030" in reading.text
    assert "Eleni Papadaki Examiner from another hub Adriatic and Ionian hub" in reading.text


def test_number_code_and_check_page_are_on_its_face_and_the_link_works() -> None:
    reading = read()
    assert "TH-RO-2026-00047 K7QX-4M2P-9TWD-HB6R" in reading.text
    assert "hubs.example/check" in reading.text
    assert reading.links == ["https://hubs.example/check/K7QX-4M2P-9TWD-HB6R"]


def test_it_never_passes_for_an_accreditation() -> None:
    for design in ("trainer", "completion"):
        text = read(design).text
        assert "Not an accreditation as environmental verifier under EMAS." in text
        assert text.count("EMAS") == 1


@pytest.mark.parametrize("design", ["trainer", "completion"])
def test_it_is_tagged_titled_and_has_a_language(design: str) -> None:
    reading = read(design, language="hu")
    assert 'pdfuaid:part="1"' in reading.xmp
    assert reading.title.startswith("Certificate TH-RO-2026-00047: Radu Ionescu, ")
    assert reading.author == "National Training Hub Romania"
    assert reading.language == "hu"
    assert reading.shows_title
    assert len(reading.tagged("H1")) == 1
    assert reading.tagged("H2") == ["Learning outcomes. The holder can", "Check this certificate"]
    assert len(reading.tagged("LBody")) == 6 + 6
    assert [figure.partition(" ")[0] for figure in reading.figures] == ["Seal:", "QR"]
    assert reading.artifacts
    assert reading.unmarked == []


def test_reading_order_is_name_award_outcomes_signatures_check() -> None:
    text = read().text
    order = [
        "This is to certify",
        "Radu",
        "has completed",
        "find out",
        "Workload",
        "Date of issue",
        "Check this",
        "TH-RO",
    ]
    assert sorted(order, key=text.index) == order


def test_completion_has_no_examiner_and_no_end_where_there_is_none() -> None:
    reading = read("completion")
    assert reading.tagged("H1") == ["Certificate of completion"]
    assert "Valid until" not in reading.text
    assert "Adriatic" not in reading.text


def test_a_title_that_the_award_sentence_does_not_name_is_printed_below_it() -> None:
    assert "Coach for cities" in read(title="Coach for cities").tagged("P")


def test_a_level_is_printed_where_one_is_assigned() -> None:
    assert "Level (EQF) Level 5" in read(eqf=5).text


def test_a_demonstration_says_so_in_text_title_and_seal() -> None:
    reading = read(demonstration=True)
    warning = "Demonstration. Not a real certificate."
    assert reading.lines[0] == ("P", warning)
    assert reading.text.count(warning) == 2
    assert reading.title.startswith("Demonstration, not a real certificate")
    assert "Demonstration 2026" in reading.tagged("P")
    assert "Certified IMS trainer" not in reading.text
    assert warning not in read().text


@pytest.mark.parametrize(
    "name",
    [
        "X",
        "Θεοδώρα Παπαδοπούλου-Κωνσταντινίδου",
        "Bartholomäus-Maximilian Freiherr von und zu Großenhausen",
        "Ж" * 120,
        " ".join(["Marija"] * 17),
        "<script>alert(1)</script><b>Radu",
        "{{ 7 * 7 }}{% raw %}",
        "Radu & Söhne &amp; \"Co\" 'x'",
        "=cmd|' /C calc'!A0",
    ],
)
def test_any_name_is_printed_as_text_on_one_page(name: str) -> None:
    reading = read(holder_name=name)
    assert reading.pages == 1
    assert any(text.replace(" ", "") == name.replace(" ", "") for text in reading.tagged("P"))


@pytest.mark.parametrize("name", ["Zoë 🌍 Green", "محمد الأمين", "山田太郎", "\U0010fffd"])
def test_letters_outside_our_fonts_do_not_stop_the_press(name: str) -> None:
    data = render(sample_facts(holder_name=name), "trainer")
    assert data.startswith(b"%PDF-1.7")


def test_long_texts_take_less_room_and_then_a_second_page_but_lose_nothing() -> None:
    outcomes = tuple(f"{n}: {'erarbeitet Maßnahmenkataloge, ' * 6}"[:190] for n in range(16))
    award = (AwardPart("hat teilgenommen an " + "Verwaltungszusammenarbeit " * 22),)
    reading = read(
        holder_name="Bartholomäus-Maximilian Freiherr von und zu Großenhausen",
        award=award, outcomes=outcomes, workload="w" * 80, participation="p " * 40, assessment="a " * 60,
        quality="q" * 120, awarding_body="b " * 60, signed_by="s" * 120, title="t " * 80, demonstration=True,
    )  # fmt: skip
    assert reading.pages == 2
    assert reading.lines.count(("P", "Demonstration. Not a real certificate.")) == 3  # on each page
    assert all(outcome.strip() in reading.text for outcome in outcomes)
    assert "The learning outcomes are on the next page." in reading.text
    assert reading.text.count("TH-RO-2026-00047") == 2


def test_a_somewhat_longer_certificate_stays_on_one_page() -> None:
    outcomes = tuple(f"{n}: can do something of middling length for cities and regions" for n in range(9))
    assert read(outcomes=outcomes, holder_name="Theodora Papadopoulou-Konstantinidou").pages == 1


def test_the_same_facts_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "here.pdf")])
    out = tmp_path / "there.pdf"
    subprocess.run([sys.executable, "-m", "certificates.designs", "--out", out], check=True)
    assert out.read_bytes() == (tmp_path / "here.pdf").read_bytes()
    assert render(sample_facts(), "trainer") == out.read_bytes()


def test_web_processes_do_not_load_weasyprint() -> None:
    code = "import sys, certificates.designs.render; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_other_certificates_in_between_do_not_change_the_bytes() -> None:
    first = render(sample_facts(), "trainer")
    render(sample_facts(holder_name="Ħaż-Żebbuġ", language="mt"), "trainer")
    assert render(sample_facts(), "trainer") == first


def test_threads_may_share_the_press() -> None:
    facts = [sample_facts(holder_name=f"Person {n}", language=language) for n, language in enumerate(["fi", "el"] * 2)]
    expected = [render(each, "trainer") for each in facts]
    got: dict[int, bytes] = {}
    threads = [Thread(target=lambda n=n: got.update({n: render(facts[n], "trainer")})) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[n] for n in range(4)] == expected


def test_a_design_of_the_wrong_kind_or_name_is_refused() -> None:
    with pytest.raises(ValueError, match="is for completion"):
        render(sample_facts(), "completion")
    with pytest.raises(LookupError):
        render(sample_facts(), "none")


def test_a_certificate_weighs_little() -> None:
    assert len(render(sample_facts(issued_on=date(2026, 1, 1)), "trainer")) < 40_000


@pytest.mark.parametrize(
    "address",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "../../facts.py",
        "%2e%2e/other/secret.svg",
        "none.svg",
    ],
)
def test_a_design_reads_nothing_outside_its_folder(tmp_path: Path, address: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.svg").write_text("<svg/>")
    folder = write_design(tmp_path / "sea")
    template = f'{{% extends "certificate.html" %}}{{% block heading %}}<img alt="x" src="{address}">{{% endblock %}}'
    (folder / "template.html").write_text(template)
    with pytest.raises(DesignError, match="may not read"):
        Press(Design.read(folder)).print(sample_facts())


def test_a_design_reads_its_own_drawings_before_the_shared_ones(tmp_path: Path) -> None:
    folder = write_design(tmp_path / "sea")
    (folder / "seal.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h8"/></svg>'
    )
    (folder / "template.html").write_text('{% extends "certificate.html" %}{% block heading %}Sea{% endblock %}')
    ours = Press(Design.read(folder)).print(sample_facts())
    assert Reading.of(ours).tagged("H1") == ["Sea"]
    assert len(ours) < len(render(sample_facts(), "trainer"))


def test_a_design_cannot_reach_into_python(tmp_path: Path) -> None:
    folder = write_design(tmp_path / "sea")
    template = '{% extends "certificate.html" %}{% block heading %}{{ facts.__class__.__mro__ }}{% endblock %}'
    (folder / "template.html").write_text(template)
    with pytest.raises(Exception, match="unsafe"):
        Press(Design.read(folder)).print(sample_facts())
