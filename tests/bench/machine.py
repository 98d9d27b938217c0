"""What /proc says of processes: CPU time and memory, over whole trees of them (Linux)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
RESET_PEAK = "5"  # written to clear_refs: the largest size so far is forgotten


def _after_name(pid: int) -> list[str]:
    """Return the columns of a process's line of figures, from its state on (the name before may hold spaces)."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def tree(roots: Iterable[int]) -> list[int]:
    """Return the processes with all their descendants that live."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                children.setdefault(int(_after_name(int(folder.name))[1]), []).append(int(folder.name))
            except OSError:  # ended meanwhile
                continue
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.append(pid)
            waiting += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU time that processes, and their children that have ended, used so far."""
    ticks = 0
    for pid in pids:
        try:
            ticks += sum(int(value) for value in _after_name(pid)[11:15])
        except OSError:
            continue
    return ticks / TICKS


def busy_seconds() -> float:
    """Return the CPU time that the whole machine used so far, all cores together."""
    values = [int(value) for value in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(values) - values[3] - values[4]) / TICKS


def _figure(pid: int, file: str, name: str) -> float:
    """Return a size in MiB from a file of a process."""
    try:
        found = re.search(rf"^{name}:\s+(\d+)", (PROC / str(pid) / file).read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def pss(pids: Iterable[int]) -> float:
    """Return the memory of processes in MiB; what several share counts once."""
    return sum(_figure(pid, "smaps_rollup", "Pss") for pid in pids)


def resident(pid: int) -> float:
    """Return the memory of one process in MiB, shared pages included."""
    return _figure(pid, "status", "VmRSS")


def peak(pid: int) -> float:
    """Return the largest memory of one process in MiB since `forget_peak`."""
    return _figure(pid, "status", "VmHWM")


def forget_peak(pid: int) -> None:
    """Begin to look for the largest memory anew."""
    (PROC / str(pid) / "clear_refs").write_text(RESET_PEAK)
