"""`make bench`: measure our pages beside the bare limit, and what else performance aims at.

    python -m tests.bench [--quick] [--only W4,W7] [--sizes 100,1000] [--postgresql] [--out FILE]

Works: W1 to W8 are requests (see `works.py`), W9 is the export, W10 are certificates, `figures` are start, memory,
bytes and loading. Only one benchmark runs at a time on a machine; a second one waits.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import platform
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import data, measure, report as reports
from tests.bench.report import Report
from tests.bench.server import free_port, running, serve_bare, serve_site
from tests.bench.works import WORKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.server import Server

LOCK = Path(tempfile.gettempdir()) / "lms-bench.lock"
SIZES = (100, 1_000, 10_000, 100_000)
POSTGRESQL_SIZES = (100, 1_000, 10_000)
QUICK_SIZES = (100, 1_000)
MAIN_SIZE = 1_000
PAGES = ("/sign-in", "/my", "/programmes/{ref}/course", "/programmes/{ref}/lessons/page-1", "/attempts/{attempt}")
STAFF_PAGES = ("/dashboard?programme={ref}", "/dashboard/{ref}/people")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


def say(text: str) -> None:
    """Tell what is being done, beside the report."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the report."""
    asked = _parser().parse_args(arguments)
    only = frozenset(asked.only.split(",")) if asked.only else frozenset()
    sizes = [int(size) for size in asked.sizes.split(",")] if asked.sizes else []
    report = Report(machine=_machine())
    with one_at_a_time(), ExitStack() as stack:
        folder = Path(asked.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="lms-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        if not only or any(key != "W10" for key in only):
            bench = Bench(report, only, rounds=1 if asked.quick else asked.rounds, seconds=1.0 if asked.quick else 2.0)
            default = QUICK_SIZES if asked.quick else SIZES
            site = data.Site("sqlite", folder, "", f"sqlite:///{folder / 'bare.db'}")
            bench.measure(site, sizes or list(default))
            if asked.postgresql or not (asked.quick or only):
                with postgresql(folder) as (uri, bare_uri, pid):
                    site = data.Site("postgresql", folder, uri, bare_uri)
                    bench.measure(site, sizes or list(QUICK_SIZES if asked.quick else POSTGRESQL_SIZES), also=(pid,))
        if not only or "W10" in only:
            _certificates(report, count=20 if asked.quick else 100)
    text = report.text()
    sys.stdout.write(text)
    if asked.out:
        Path(asked.out).write_text(text, encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="works to measure, such as W4,W7,W9,W10,figures")
    parser.add_argument("--quick", action="store_true", help="small sizes, one short round")
    parser.add_argument("--sizes", default="", help="numbers of participants, such as 100,10000")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each work; the best counts")
    parser.add_argument("--postgresql", action="store_true", help="also on PostgreSQL where only a part is measured")
    parser.add_argument("--data", default="", help="folder whose data are kept for the next time")
    parser.add_argument("--out", default=os.environ.get("OUT", ""), help="file for the report, as Markdown")
    return parser


def _machine() -> str:
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; load before: {load}."


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other benchmark runs on this machine."""
    with LOCK.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another benchmark is running; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Run a PostgreSQL server that loses nothing: the addresses of two databases, and its process."""
    from lms.testing.postgres import PostgresServer  # noqa: PLC0415 - where it is needed only

    with tempfile.TemporaryDirectory(prefix="lms-bench-pg-") as place:
        Path(place).chmod(0o755)
        server = PostgresServer(Path(place), **DURABLE)
        server.start()
        try:
            yield server.create("ours"), server.create("bare"), server.pid
        finally:
            server.stop()
            (folder / "bench-postgresql.json").unlink(missing_ok=True)


class Bench:
    """Measures on one database after the other."""

    def __init__(self, report: Report, only: frozenset[str], *, rounds: int, seconds: float) -> None:
        """Remember what to measure, how often and for how long."""
        self.report, self.only, self.rounds, self.seconds = report, only, rounds, seconds

    def wants(self, key: str) -> bool:
        """Whether a work is to be measured."""
        return not self.only or key in self.only

    def measure(self, site: data.Site, sizes: list[int], also: tuple[int, ...] = ()) -> None:
        """Load the data and measure everything that is wanted."""
        data.make(site, sizes, say)
        if self.wants("figures"):
            self.report.loads(site)
        main = site.courses[MAIN_SIZE if MAIN_SIZE in sizes else sizes[0]]
        with ExitStack() as stack:
            ours = stack.enter_context(serve_site(site.environment(), also))
            data.enter(site, ours.port)
            environment = {
                "BARE_DATABASE": site.bare_uri,
                "BARE_SIZES": json.dumps(measure.page_sizes(site, ours, main)),
            }
            bare = stack.enter_context(serve_bare(environment, also))
            for work in WORKS:
                if self.wants(work.key):
                    say(f"{site.kind}: {work.key} {work.title}")
                    at = sizes if work.every_size else [main.size]
                    self.report.rows += measure.work_rows(work, site, ours, bare, at, self.rounds, self.seconds)
            if self.wants("W9"):
                say(f"{site.kind}: W9 export")
                self.report.exports += [measure.export(site, site.courses[size], ours, bare) for size in sizes]
            if self.wants("figures"):
                self._figures(site, main)

    def _figures(self, site: data.Site, course: data.Course) -> None:
        say(f"{site.kind}: start, memory, bytes")
        environment = site.environment()
        with serve_site(environment) as server:
            started = [server.started_in]
            memory = measure.memory_under_load(site, server, course, self.seconds)
            if site.kind == "sqlite":
                self._bytes(server, course)
        for _number in range(2 if self.rounds > 1 else 0):
            with serve_site(environment) as server:
                started.append(server.started_in)
        self.report.fact(f"{site.kind}: start of the web processes", min(started), "s", reports.START_SECONDS)
        self.report.fact(f"{site.kind}: two web processes under load", memory, "MiB", reports.MEMORY_MIB)
        if site.kind == "sqlite":
            self._whole_start(environment)

    def _whole_start(self, environment: dict[str, str]) -> None:
        """Measure `python -m lms.site serve`, as people start the site, the second time."""
        seconds = []
        for _number in range(3 if self.rounds > 1 else 2):
            port = free_port()
            command = ["lms.site", "serve", "--no-demo", "--port", str(port)]
            with running("site", command, port, "/sign-in", environment) as server:
                seconds.append(server.started_in)
        self.report.fact("the whole site, second start", min(seconds[1:]), "s", reports.START_SECONDS)

    def _bytes(self, server: Server, course: data.Course) -> None:
        person, staff = course.people[0], course.staff[0]
        for path, cookie in [*((p, person.cookie) for p in PAGES), *((p, staff.cookie) for p in STAFF_PAGES)]:
            address = path.format(ref=course.ref, attempt=person.attempt)
            page, more = measure.transferred(server, address, "" if path == "/sign-in" else cookie)
            name = f"bytes of {path} ({page / 1000:.1f} kB and {more / 1000:.1f} kB of styles and scripts)"
            self.report.fact(name, (page + more) / 1000, "kB", reports.PAGE_KB)


def _certificates(report: Report, count: int) -> None:
    say("W10 certificates")
    line = measure.certificates(count)
    rate = float(line.partition("process: ")[2].partition("/s")[0])
    report.facts.append((line, f"{rate:.1f}/s", f"≥ {reports.CERTIFICATES:g}/s", rate >= reports.CERTIFICATES))


if __name__ == "__main__":
    sys.exit(main())
