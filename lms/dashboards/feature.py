"""The door of the dashboards room."""

from __future__ import annotations

from lms.kernel.feature import Feature

FEATURE = Feature(name="dashboards", package="lms.dashboards", models=())
