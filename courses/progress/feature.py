"""The door of the progress room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.progress import listeners
from courses.progress.own_data import own_progress
from courses.progress.rebuild import rebuild
from courses.progress.services import REFRESH
from lms.kernel.feature import Feature

if TYPE_CHECKING:
    from flask import Flask


def _setup(app: Flask) -> None:
    del app
    listeners.connect()


FEATURE = Feature(
    name="progress",
    package="courses.progress",
    models=("courses.progress.models",),
    jobs={listeners.RECOUNT: listeners.recount, REFRESH: listeners.refresh_some},
    own_data={"progress": own_progress},
    rebuild={"progress": rebuild},
    setup=_setup,
)
