"""Whether a draft can be published: what is missing or wrong, in sentences for its authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.activities import kinds, troubles_in
from courses.authoring.rules import COURSE, FROM, MODULE, body_of
from lms.kernel.i18n import gettext as _, language_name
from lms.kernel.texts.inspection import lesson_links

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from courses.authoring.rules import DraftNode


@dataclass(frozen=True)
class Problem:
    """What keeps a node from being published, in a sentence for its author."""

    key: str
    text: str


def problems_in(nodes: Sequence[DraftNode]) -> list[Problem]:
    """Return everything that keeps a draft from being published."""
    course = next((node for node in nodes if node.kind == COURSE), None)
    if course is None:
        return [Problem("", _("The course has no description yet. Load it from its files."))]
    source = course.settings["source_language"]
    wanted = _("The text in %(language)s is missing. It is the source language.", language=language_name(source))
    found = [Problem(node.key, wanted) for node in nodes if not node.texts.get(source, {}).get("title")]
    activities = {node.key: node for node in nodes if node.kind not in {COURSE, MODULE}}
    if not activities:
        found.append(Problem(course.key, _("The course has no lesson yet. Add one.")))
    for node in activities.values():
        kind = kinds.get(node.kind)
        if kind is None:
            text = _("Nobody here knows the kind of activity “%(kind)s”.", kind=node.kind)
            found.append(Problem(node.key, text))
            continue
        found += [Problem(node.key, text) for text in kind.check(body_of(node))]
        if FROM not in node.settings:  # an included text may name what this course leaves out: it is no link then
            found += _dead_links(node, activities)
    settings = {node.key: (node.kind, node.settings) for node in activities.values()}
    return found + [Problem(trouble.key, trouble.text) for trouble in troubles_in(settings)]


def _dead_links(node: DraftNode, activities: Mapping[str, DraftNode]) -> list[Problem]:
    return [
        Problem(node.key, _("Line %(line)d links to “%(key)s”, which the course does not have.", line=line, key=key))
        for text in node.texts.values()
        for line, key in lesson_links(str(text.get("markdown", "")))
        if key not in activities
    ]
