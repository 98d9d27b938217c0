"""The door of the learning room."""

from __future__ import annotations

from courses.learning.views import pages
from lms.kernel.feature import Feature

FEATURE = Feature(name="learning", package="courses.learning", pages=(pages,))
