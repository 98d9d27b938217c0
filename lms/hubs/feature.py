"""The door of the hubs room."""

from __future__ import annotations

from lms.hubs.policies import HUB_MANAGE, HUB_STAFF, PARTNERSHIP_MANAGE
from lms.kernel.feature import Feature

FEATURE = Feature(
    name="hubs",
    package="lms.hubs",
    models=("lms.hubs.models",),
    permissions=(PARTNERSHIP_MANAGE, HUB_MANAGE, HUB_STAFF),
)
