"""The benchmark itself runs: small data, few requests, no assertion on time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench import data, measure
from tests.bench.report import Report
from tests.bench.server import serve_bare, serve_site
from tests.bench.works import WORKS

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 12


@pytest.mark.slow
def test_every_work_gets_right_answers_from_our_pages_and_from_the_bare_limit(tmp_path: Path) -> None:
    site = data.Site("sqlite", tmp_path, "", f"sqlite:///{tmp_path / 'bare.db'}")
    data.make(site, [SIZE], lambda _text: None)
    course = site.courses[SIZE]
    report = Report(machine="here")
    environment = {"BARE_DATABASE": site.bare_uri}
    with (
        serve_site(site.environment()) as ours,
        serve_bare(environment) as bare,
    ):
        data.enter(site, ours.port)
        assert set(measure.page_sizes(site, ours, course)) >= {"course", "lesson", "attempt"}
        for work in WORKS:
            report.rows += measure.work_rows(work, site, ours, bare, [SIZE], rounds=1, seconds=0.1)
        report.exports.append(measure.export(site, course, ours, bare, times=1))
        page, more = measure.transferred(ours, f"/programmes/{course.ref}/course", course.people[0].cookie)
    report.loads(site)
    assert page > 1000
    assert more > 1000
    assert site.differences == 0
    text = report.text()
    assert all(f"| {work.key} {work.title}" in text for work in WORKS)
