"""`python -m lms.site web`: the web processes of the site, and nothing else.

The site is loaded once and then forked into the web processes. They share what was loaded, so that two of them take
little more memory than one, and a process that died is there again at once. Any other WSGI server takes
`lms.site.wsgi:app` instead.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import sys
from typing import TYPE_CHECKING

from lms.site.serve import die_with_parent

if TYPE_CHECKING:
    from flask import Flask

THREADS = 4  # per web process
LONGEST_REQUEST = 10  # seconds that a request may take to end when the site is stopped
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of mallopt(3)
LARGE = 1 << 20  # bytes


def run_web(host: str, port: int, processes: int) -> None:
    """Load the site and answer requests until SIGTERM or SIGINT."""
    gc.disable()  # all that is loaded now stays: looking for garbage in it would be in vain
    from granian import Granian  # noqa: PLC0415 - the watching process stays small
    from granian.constants import Interfaces  # noqa: PLC0415 - as above
    from granian.log import LogLevels  # noqa: PLC0415 - as above

    from lms.kernel.db import db  # noqa: PLC0415 - as above
    from lms.site.app import create_app  # noqa: PLC0415 - as above

    _keep_little_memory()
    app = create_app()
    with app.app_context():
        db.engine.dispose()  # a connection belongs to one process
    gc.freeze()  # the pages of memory that hold the site are never written again, so they stay shared
    gc.enable()
    multiprocessing.set_start_method("fork")  # Python 3.14 chooses another one, which would load the site anew

    parent = os.getpid()

    def in_each_process() -> Flask:
        die_with_parent(parent)
        return app

    server = Granian(
        "lms.site.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        workers_kill_timeout=LONGEST_REQUEST,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=in_each_process, wrap_loader=False)


def _keep_little_memory() -> None:
    """Have the memory of a password's hash (19 MiB) returned at once, and all threads take from one heap (glibc).

    Python runs one thread at a time, so a heap for each of them would be of no use.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_ARENA_MAX, 1)
