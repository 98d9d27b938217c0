"""What the extension keeps for one app: `app.extensions["lms"]`. Several apps may live in one process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app

from lms.kernel.permissions import NOBODY, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from lms.kernel.feature import Feature, MenuItem
    from lms.kernel.identity import Addressee, Identity
    from lms.kernel.jobs import WorkerThread

EXTENSION = "lms"


@dataclass
class LmsState:
    """The extension's memory of one app.

    `identity` is the host's door. `load_viewer` and `address_of` are supplied by the accounts room, which lies
    above the kernel.
    """

    url_prefix: str
    identity: Callable[[], Identity | None]
    features: list[Feature] = field(default_factory=list)
    load_viewer: Callable[[], Viewer] = lambda: NOBODY
    address_of: Callable[[int], Addressee | None] = lambda _person_id: None
    patterns: dict[tuple[str, ...], list[str] | None] = field(default_factory=dict)
    """Shapes of addresses that were built before; see `lms.kernel.pages.url`."""
    menus: dict[str, list[MenuItem]] = field(default_factory=dict)
    """Menu entries by place, in order."""
    worker: WorkerThread | None = None
    """The thread that runs jobs in this process, where `LMS_WORKER_THREAD` asks for it."""

    def feature_values(self, attribute: str) -> dict[str, object]:
        """Merge one mapping of all features, such as jobs; a duplicate name raises ValueError."""
        merged: dict[str, object] = {}
        for feature in self.features:
            for name, value in getattr(feature, attribute).items():
                if name in merged:
                    message = f"two features bring {attribute} {name!r}"
                    raise ValueError(message)
                merged[name] = value
        return merged


def state() -> LmsState:
    """Return the extension's memory of the current app."""
    return cast("LmsState", current_app.extensions[EXTENSION])
