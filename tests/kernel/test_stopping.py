"""A process that is told to stop does so, at whatever step it is told."""

from __future__ import annotations

import subprocess
import sys

TOLD_WHILE_IT_LOOKS = """
import signal, threading
from lms.kernel.stopping import set_by_signals
stop = threading.Event()
set_by_signals(stop)
with stop._cond:  # as inside stop.wait()
    signal.raise_signal(signal.SIGTERM)
print(stop.wait(10))
"""


def test_a_signal_that_comes_while_the_process_looks_whether_to_stop_is_heard() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD_WHILE_IT_LOOKS], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "True\n"
