"""How fast certificates are drawn: one warm process, one core, PDF/UA-1 with a QR code each, nothing stored.

    python tests/bench/certificates.py [number of certificates]

Prints one row: certificates per second, milliseconds of CPU each (median and best), size, and the time of the first.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from certificates.designs.render import render
from certificates.designs.sample import sample_facts

NAMES = ("Žofia Šimůnková", "Ελένη Παπαδάκη", "Иван Димитров", "Győző Űrhegyi", "Radu Ionescu")
WARM = 5


def draw(number: int) -> tuple[float, int]:
    """Draw one certificate that no other equals; return the CPU time in seconds and the size in bytes."""
    started = time.process_time()
    facts = sample_facts(
        number=f"TH-RO-2026-{number:05}",
        holder_name=NAMES[number % len(NAMES)],
        check_url=f"https://hubs.example/check/{number * 7919:016d}",
    )
    size = len(render(facts, "trainer"))
    return time.process_time() - started, size


def main(count: int = 100) -> None:
    """Measure and print the row."""
    first, _ = draw(0)
    for number in range(1, WARM):
        draw(number)
    wall = time.perf_counter()
    drawn = [draw(number) for number in range(WARM, WARM + count)]
    wall = time.perf_counter() - wall
    times = [seconds * 1000 for seconds, _ in drawn]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"W10 certificates, 1 process: {count / wall:.1f}/s, CPU p50 {statistics.median(times):.0f} ms, "
        f"best {min(times):.0f} ms, first {first * 1000:.0f} ms, "
        f"{statistics.mean(size for _, size in drawn) / 1024:.1f} kB each, peak RSS {memory:.0f} MiB\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
