"""Measuring: ours and the bare limit in turn, several short rounds, the best of each."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tests.bench import machine
from tests.bench.load import CONNECTIONS, LOOPBACK, MS, run
from tests.bench.server import CHECKOUT, fetch
from tests.bench.works import WORKS, Work

if TYPE_CHECKING:
    from tests.bench.data import Course, Site
    from tests.bench.load import Batch
    from tests.bench.server import Server

WARM_SECONDS = 0.7
EXPORTS = 5
LINKS = re.compile(r'(?:<link[^>]*rel="stylesheet"[^>]*href|<script[^>]*src)="([^"]+)"')
IMPORTS = re.compile(r"""(?:^|[;\s])import[^;"']*["']([^"']+)["']""")


@dataclass
class Figures:
    """The best of several runs. `per_second` right answers, times in ms at the client, CPU in ms per answer."""

    per_second: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    cpu: float = 0.0
    size: float = 0.0
    """Mean bytes of a body."""
    others: float = 0.0
    """Cores that other work of the machine kept busy meanwhile, in the best run."""

    def take(self, other: Figures) -> None:
        """Keep what is better. CPU time is compared by itself, for it is disturbed the least."""
        cpu = min(self.cpu or other.cpu, other.cpu or self.cpu)
        if other.per_second > self.per_second:
            vars(self).update(vars(other))
        self.cpu = cpu


@dataclass
class Row:
    """A line of the report: one work at one size on one database."""

    work: Work
    size: int
    database: str
    ours: Figures
    bare: Figures


@dataclass
class Export:
    """One export as CSV: times in ms, growth of the largest process in MiB."""

    size: int
    database: str
    first: float
    total: float
    growth: float
    megabytes: float
    bare: float


def once(server: Server, batch: Batch, seconds: float) -> Figures:
    """Measure one run. Raises RuntimeError for answers that are not right."""
    pids = server.processes()
    cpu, busy = machine.cpu_seconds(pids), machine.busy_seconds()
    result = run(batch, server.port, seconds=seconds)
    cpu, busy = machine.cpu_seconds(pids) - cpu, machine.busy_seconds() - busy
    if result.wrong or not result.times:
        message = f"{server.name}: {result.wrong} wrong answers beside {len(result.times)}:\n{result.example}"
        raise RuntimeError(message)
    return Figures(
        per_second=result.per_second,
        p50=result.at(0.5),
        p99=result.at(0.99),
        cpu=cpu / len(result.times) * MS,
        size=result.body,
        others=max(0.0, (busy - cpu) / max(result.seconds, 0.001)),
    )


def work_rows(
    work: Work, site: Site, ours: Server, bare: Server, sizes: list[int], rounds: int, seconds: float
) -> list[Row]:
    """Measure one work at several sizes: in each round all sizes, ours and the bare limit in turn."""
    rows = [Row(work, size, site.kind, Figures(), Figures()) for size in sizes]
    for number in range(rounds):
        for row in rows:
            course = site.courses[row.size]
            batch = work.ours(site, course)
            limit = work.bare(course) if work.bare else None
            if number == 0 and not batch.once:
                run(batch, ours.port, seconds=WARM_SECONDS)
                if limit:
                    run(limit, bare.port, seconds=WARM_SECONDS)
            if batch.requests:
                row.ours.take(once(ours, batch, seconds))
            if limit and limit.requests:
                row.bare.take(once(bare, limit, seconds))
    return rows


def page_sizes(site: Site, server: Server, course: Course) -> dict[str, int]:
    """Return the bytes of our pages, by the names that the bare limit uses."""
    sizes = {}
    for work in WORKS:
        if work.page and work.page not in sizes:
            batch = work.ours(site, course)
            once_only = [batch.requests[0]]
            batch.requests = once_only
            batch.once = True
            result = run(batch, server.port, seconds=5, connections=1)
            sizes[work.page] = int(result.body)
    return sizes


def export(site: Site, course: Course, ours: Server, bare: Server, times: int = EXPORTS) -> Export:
    """Measure the export of all people of a programme, one at a time."""
    path, headers = f"/dashboard/{course.ref}/people.csv", {"Cookie": course.staff[0].cookie}
    _timed(ours.port, path, headers, course.size)
    before = {pid: machine.resident(pid) for pid in ours.web_processes()}
    for pid in before:
        machine.forget_peak(pid)
    runs, limits = [], []
    for _number in range(times):
        runs.append(_timed(ours.port, path, headers, course.size))
        limits.append(_timed(bare.port, f"/export/{course.course_id}", {}, course.size - 1)[1])
    growth = max(machine.peak(pid) - resident for pid, resident in before.items())
    first, total = min(one[0] for one in runs), min(one[1] for one in runs)
    return Export(course.size, site.kind, first * MS, total * MS, growth, runs[0][2] / 1e6, min(limits) * MS)


def _timed(port: int, path: str, headers: dict[str, str], lines: int) -> tuple[float, float, int]:
    """Get a file; return the seconds to its first byte and to its last, and its size. Checks the number of lines."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read(1)
    first = time.perf_counter() - began
    body += answer.read()
    total = time.perf_counter() - began
    connection.close()
    if answer.status != 200 or body.count(b"\r\n") < lines:
        message = f"{path} was answered with {answer.status} and {body.count(chr(10).encode())} lines"
        raise RuntimeError(message)
    return first, total, len(body)


def transferred(server: Server, path: str, cookie: str) -> tuple[int, int]:
    """Return the bytes of a page as a browser fetches it the first time: the page, then its styles and scripts."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Accept-Language": "en"}
    _status, _headers, body = fetch(server.port, path, headers)
    plain = fetch(server.port, path, {"Cookie": cookie, "Accept-Language": "en"})[2].decode()
    waiting, seen, total = LINKS.findall(plain), set(), 0
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        total += len(fetch(server.port, address, {"Accept-Encoding": "gzip"})[2])
        if address.endswith(".js"):
            text = fetch(server.port, address)[2].decode()
            waiting += [urljoin(address, name) for name in IMPORTS.findall(text)]
    return len(body), total


def memory_under_load(site: Site, server: Server, course: Course, seconds: float) -> float:
    """Return the memory of the web processes in MiB, after each work has run for a while on both of them."""
    largest = 0.0
    for work in WORKS:
        batch = work.ours(site, course)
        if batch.requests and not batch.once:
            run(batch, server.port, seconds=seconds, connections=CONNECTIONS)
            largest = max(largest, machine.pss(server.web_processes()))
    return largest


def certificates(count: int) -> str:
    """Return the line of the certificates' own benchmark, from a process of its own."""
    command = [sys.executable, str(CHECKOUT / "tests" / "bench" / "certificates.py"), str(count)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT).stdout.strip()
