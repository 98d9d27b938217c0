"""Which design a certificate is issued in; that of another package comes in as the README of the designs says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from certificates.designs.registry import HOME, designs
from certificates.designs.render import render
from certificates.issuing.freezing import from_json
from lms.kernel.transaction import transaction
from lms.testing.apps import make_host
from tests.certificates.designs.reading import Reading
from tests.factories.certificates import make_completion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.factories.fixtures import Install

SEA = {
    "__init__.py": 'from pathlib import Path\nSEA = Path(__file__).parent / "sea"\n',
    "sea/design.toml": 'name = "sea"\nkinds = ["completion"]\nabout = "Blue"\n',
    "sea/template.html": '{% extends "certificate.html" %}{% block heading %}By the sea{% endblock %}',
    "sea/style.css": ".lms-certificate { color: navy }",
}


@pytest.fixture
def sea(install: Install) -> Iterator[None]:
    """A design of another package."""
    (project,) = re.findall(r"```toml\n(.*?)```", (HOME / "README.md").read_text("utf-8"), re.DOTALL)
    install("our_designs", SEA, project)
    designs.cache_clear()
    yield
    designs.cache_clear()


def test_a_strangers_design_is_issued_where_the_site_has_chosen_it(sea: None, app: Flask) -> None:
    with app.test_request_context(), transaction():
        assert make_completion("Ana Horvat").design == "completion"
        app.config["LMS_COMPLETION_CERTIFICATE_DESIGN"] = "sea"
        certificate = make_completion("Radu Ionescu")
        assert certificate.design == "sea"
        drawn = Reading.of(render(from_json(certificate.facts), certificate.design))
    assert drawn.pages == 1
    assert "By the sea" in drawn.text
    assert "Radu Ionescu" in drawn.text


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("see", LookupError, "no certificate design 'see'; known are completion, sea, trainer"),
        ("sea", ValueError, "LMS_TRAINER_CERTIFICATE_DESIGN: the design 'sea' is for completion, not trainer"),
    ],
)
def test_a_design_that_cannot_be_issued_stops_the_start(
    sea: None, tmp_path: Path, name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        make_host(tmp_path, LMS_TRAINER_CERTIFICATE_DESIGN=name)
