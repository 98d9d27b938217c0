"""Routes whose source has moved on: which included nodes are older than what their own course has published; pure.

An included node is a copy in the route's draft. It follows the draft of its own course only as far as that is
published, so that nothing half-written gets into a route.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from courses.authoring.lesson import short_settings
from courses.authoring.rules import FROM, LOADED, DraftNode, standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from courses.catalogue.rules import Manifest


@dataclass(frozen=True)
class Source:
    """A course from which a route takes nodes: its draft by key, and its newest edition."""

    title: str
    nodes: Mapping[str, DraftNode]
    newest: Manifest | None


def newer(nodes: Sequence[DraftNode], sources: Mapping[str, Source]) -> list[DraftNode]:
    """Return the included nodes of a route as they are published now in their own course, where that is something else.

    What is gone there, or changed and not published yet, stays as the route has it.
    """
    published = {
        name: {key for key, state in standing([*source.nodes.values()], source.newest).items() if state == "published"}
        for name, source in sources.items()
    }
    found = []
    for node in nodes:
        home = str(node.settings.get(FROM, ""))
        if node.key in published.get(home, ()):
            now = _included(sources[home].nodes[node.key], node)
            if now.fingerprint != node.fingerprint:
                found.append(now)
    return found


def _included(original: DraftNode, taken: DraftNode) -> DraftNode:
    """Return a node as a route takes it, at its place there, and in its short version where the route wants that."""
    settings = {name: value for name, value in original.settings.items() if name != LOADED}
    if taken.settings.get("short"):
        settings = short_settings(settings)
    kept = {name: taken.settings[name] for name in (FROM, LOADED) if name in taken.settings}
    return replace(taken, settings={**settings, **kept}, texts=original.texts)
