"""What the authors' pages show, worked out for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from courses.activities import all_beside, draft_pages
from courses.authoring import queries, rules, services
from courses.authoring.lesson import LESSON
from courses.authoring.policies import may_edit
from courses.authoring.readiness import Problem, problems_in
from courses.authoring.routes import newer
from courses.authoring.segments import Block, blocks
from courses.catalogue.lessons import Lesson, lesson_in
from courses.catalogue.queries import editions_of, manifest_of
from lms.accounts.queries import names_of
from lms.kernel.i18n import EU_LANGUAGES, gettext as _
from lms.kernel.pages import url
from lms.kernel.permissions import SYSTEM
from lms.kernel.texts.inspection import Finding, figures_in, inspect, links_to
from lms.library.presenting import Shown, shown
from lms.library.queries import References, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.authoring.rules import DraftNode, Size
    from courses.catalogue.models import Course, Edition, Node, TextRevision
    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class CourseRow:
    """A course in the list."""

    course: Course
    title: str
    edition: Edition | None
    changed: bool
    behind: bool
    """Whether texts that it includes are newer in their own course."""


def course_rows(viewer: Viewer) -> list[CourseRow]:
    """Show the courses that a viewer may edit."""
    rows = []
    for course in queries.courses_of(viewer):
        edition = queries.newest_edition(course.id)
        manifest = manifest_of(edition.id) if edition else None
        nodes = queries.draft_nodes(course.id)
        changed = any(state != "published" for state in rules.standing(nodes, manifest).values())
        behind = bool(newer(nodes, queries.sources_of(nodes)))
        rows.append(CourseRow(course, course_title(course), edition, changed, behind))
    return rows


def course_title(course: Course) -> str:
    """Return the title of a draft in the source language."""
    text = _text_of(course, course.slug, course.source_language)
    return str(text.body.get("title") or course.slug) if text else course.slug


def _text_of(course: Course, key: str, language: str) -> TextRevision | None:
    return queries.newest_text(queries.node_of(course, key).id, language)


@dataclass(frozen=True)
class Part:
    """An activity in the outline; `stale` are languages whose translation is behind."""

    node: DraftNode
    title: str
    standing: str
    problems: list[str]
    stale: list[str]

    @property
    def page(self) -> str:
        """The endpoint of the page that shows it to authors; "": its files do."""
        return draft_pages.get(self.node.kind) or ""

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What stands beside a lesson: the words of its link, and the endpoint that shows it to authors, or ""."""
        content = {"settings": self.node.settings, "texts": self.node.texts}
        return [
            (companion.words(inner), draft_pages.get(companion.name) or "") for companion, inner in all_beside(content)
        ]


@dataclass(frozen=True)
class Outline:
    """The draft of a course."""

    title: str
    modules: list[tuple[DraftNode, str, list[Part]]]
    newest: Edition | None
    problems: list[tuple[str, str, str]]
    """Key (or ""), title and sentence."""
    usage: queries.Usage | None
    languages: list[str]
    newer: list[tuple[str, list[str]]]
    """Courses that have published newer texts than this one includes: their title, and the titles of these texts."""


def outline_view(course: Course) -> Outline:
    """Show the draft of a course with everything that it still needs."""
    nodes = queries.draft_nodes(course.id)
    newest = queries.newest_edition(course.id)
    standing = rules.standing(nodes, manifest_of(newest.id) if newest else None)
    problems = problems_in(nodes)
    behind: dict[str, list[str]] = {}
    for translation in queries.translations(course):
        if not translation.state.up_to_date:
            behind.setdefault(translation.key, []).append(translation.language)
    source = course.source_language
    titles = {node.key: node.title(source) for node in nodes}
    modules = [
        (
            module,
            titles[module.key],
            [
                Part(
                    node,
                    titles[node.key],
                    standing.get(node.key, "new"),
                    [problem.text for problem in problems if problem.key == node.key],
                    behind.get(node.key, []),
                )
                for node in activities
            ],
        )
        for module, activities in rules.activities_in(nodes)
    ]
    return Outline(
        title=course_title(course),
        modules=modules,
        newest=newest,
        problems=_named(problems, nodes, source),
        usage=queries.usage(course.id).get(newest.id) if newest else None,
        languages=_languages(nodes),
        newer=_newer(nodes, source),
    )


def routes_behind(viewer: Viewer, course: Course) -> list[str]:
    """Return the titles of the courses of this author that may take newer texts over from a course."""
    drafts = {route: queries.draft_nodes(route.id) for route in queries.routes_from(viewer, course)}
    return [
        course_title(route)
        for route, nodes in drafts.items()
        if any(node.settings[rules.FROM] == course.slug for node in newer(nodes, queries.sources_of(nodes)))
    ]


def _newer(nodes: list[DraftNode], language: str) -> list[tuple[str, list[str]]]:
    sources = queries.sources_of(nodes)
    found: dict[str, list[str]] = {}
    for node in newer(nodes, sources):
        found.setdefault(sources[node.settings[rules.FROM]].title, []).append(node.title(language))
    return list(found.items())


def _named(problems: list[Problem], nodes: list[DraftNode], source: str) -> list[tuple[str, str, str]]:
    by_key = {node.key: node for node in nodes}
    return [
        (
            problem.key if problem.key in by_key and by_key[problem.key].kind == LESSON.name else "",
            by_key[problem.key].title(source) if problem.key in by_key else "",
            problem.text,
        )
        for problem in problems
    ]


def _languages(nodes: list[DraftNode]) -> list[str]:
    course = next((node for node in nodes if node.kind == rules.COURSE), None)
    return list(course.settings.get("languages", [])) if course else []


@dataclass(frozen=True)
class LessonPage:
    """A lesson to edit, in one language. `number` is its newest revision (0: none); `source` the source text."""

    course: Course
    course_title: str
    node: Node
    language: str
    languages: list[str]
    body: dict[str, Any]
    number: int
    saved_by: str
    saved: TextRevision | None
    source: dict[str, Any]
    figures: list[str]
    findings: list[Finding]
    stale: list[Block]
    missing: list[Block]

    @property
    def title(self) -> str:
        """The title in this language, else in the source language."""
        return str(self.body.get("title") or self.source.get("title") or self.node.key)

    @property
    def is_translation(self) -> bool:
        """Whether this is not the source language."""
        return self.language != self.course.source_language


def lesson_page(course: Course, node: Node, language: str) -> LessonPage:
    """Gather what the page of a lesson needs."""
    about = queries.node_of(course, course.slug)
    languages = [code for code in about.settings.get("languages", [course.source_language]) if code in EU_LANGUAGES]
    language = language if language in languages else course.source_language
    text = queries.newest_text(node.id, language)
    source = queries.newest_text(node.id, course.source_language)
    body = dict(text.body) if text else {}
    state = next(
        (found.state for found in queries.translations(course) if (found.key, found.language) == (node.key, language)),
        None,
    )
    made = blocks(str(body.get("markdown", "")))
    return LessonPage(
        course=course,
        course_title=course_title(course),
        node=node,
        language=language,
        languages=languages,
        body=body,
        number=text.number if text else 0,
        saved_by=names_of({text.by_id}).get(text.by_id, "") if text else "",
        saved=text,
        source=dict(source.body) if source else {},
        figures=_figures(node, body),
        findings=sorted([*findings_in(body), *_dead_ends(course, body)], key=lambda finding: finding.line),
        stale=[made[place] for place in state.stale if place < len(made)] if state else [],
        missing=list(state.missing) if state else [],
    )


def _figures(node: Node, body: Mapping[str, Any]) -> list[str]:
    """Return the figures of a lesson that this language shows or describes."""
    concerned = {*figures_in(str(body.get("markdown", ""))), *body.get("figures", {})}
    return sorted(concerned & set(node.settings.get("files", {})))


def findings_in(body: Mapping[str, Any]) -> list[Finding]:
    """Return what an author should put right in a text before it is published."""
    said = body.get("figures", {})
    described = {name for name, words in said.items() if words.get("alt") and words.get("long")}
    return inspect(str(body.get("markdown", "")), described)


def _dead_ends(course: Course, body: Mapping[str, Any]) -> list[Finding]:
    """Return the links by key that lead to no lesson, term or item; without a library there is nothing to compare."""
    markdown = str(body.get("markdown", ""))
    lessons, terms, items = (links_to(markdown, scheme) for scheme in ("lesson", "term", "library"))
    keys = queries.keys_of(course.id) if lessons else set()
    known = references(SYSTEM, {link.key for link in items}) if terms or items else References({}, None)
    found = [
        Finding(link.line, _("There is no lesson “%(key)s” in this course.", key=link.key))
        for link in lessons
        if link.key not in keys
    ]
    if (glossary := known.glossary) is None:
        return found
    found += [
        Finding(link.line, _("The glossary has no term “%(key)s”. Its words stay unexplained.", key=link.key))
        for link in terms
        if link.key not in glossary
    ]
    return found + [
        Finding(link.line, _("No item of the library has the key “%(key)s”. Correct the link.", key=link.key))
        for link in items
        if link.key not in known.items
    ]


def draft_lesson(page: LessonPage, body: Mapping[str, Any] | None = None, *, whole: bool = False) -> Lesson:
    """Show a lesson of the draft as participants would see it; `body` is a text that is not saved yet.

    `whole`: the whole text also of a lesson that a route has in its short version.
    """
    text = {**page.body, **(body or {})}
    content = LESSON.freeze(
        page.node.settings, {page.language: text} if text else {page.course.source_language: page.source}
    )
    return lesson_in(content, page.language, page.course.source_language, whole=whole)


def as_page(page: LessonPage, lesson: Lesson) -> Shown:
    """Return a lesson's text as pages show it; its links lead to previews of other lessons."""
    return shown(lesson.text, lesson.language, lambda key: preview_url(page.course, key))


def preview(page: LessonPage, body: Mapping[str, Any]) -> Shown:
    """Return a text that is not saved yet."""
    return as_page(page, draft_lesson(page, body))


def home_of(viewer: Viewer, node: Node) -> tuple[str, str]:
    """Return the course from which a node is included: its title, and the node's address there for its authors."""
    slug = str(node.settings.get(rules.FROM, ""))
    home = queries.course_named(slug)
    if home is None:
        return slug, ""
    return course_title(home), url("authoring.lesson", ref=home.ref, key=node.key) if may_edit(viewer, home) else ""


def preview_url(course: Course, key: str) -> str:
    """Return the address of a lesson's preview."""
    return url("authoring.preview", ref=course.ref, key=key)


@dataclass(frozen=True)
class PublishView:
    """What publishing would do. `number` by size of the edition; `changes` in words, by heading."""

    title: str
    newest: Edition | None
    numbers: dict[Size, str]
    problems: list[tuple[str, str, str]]
    changes: list[tuple[str, list[str]]]
    anything: bool
    may_be_minor: bool
    running: list[tuple[str, queries.Usage]]


def publish_view(course: Course) -> PublishView:
    """Show what publishing the draft would change, and for whom not."""
    outlook = services.outlook(course)
    nodes = queries.draft_nodes(course.id)
    source = course.source_language
    titles = {node.key: node.title(source) for node in nodes}
    newest = outlook.newest
    if newest:
        titles |= {
            key: activity.title(source)
            for key, (_m, activity) in manifest_of(newest.id).by_key.items()
            if key not in titles
        }
    found = outlook.changes
    last = (newest.major, newest.minor) if newest else None
    sizes: tuple[Size, ...] = ("major", "minor")
    numbers = {size: "{}.{}".format(*rules.next_number(last, size)) for size in sizes}
    used = queries.usage(course.id)
    editions = {edition.id: f"{edition.major}.{edition.minor}" for edition in editions_of(course.id)}
    groups = (
        [
            (_("New activities"), found.added),
            (_("Activities that are gone"), found.removed),
            (_("What people have to do is different"), found.duties),
            (_("Better words"), tuple(key for key in found.texts if key not in found.duties)),
        ]
        if found
        else []
    )
    return PublishView(
        title=course_title(course),
        newest=newest,
        numbers=numbers,
        problems=_named(outlook.problems, nodes, source),
        changes=[(heading, [titles.get(key, key) for key in keys]) for heading, keys in groups if keys],
        anything=found is not None and found.anything,
        may_be_minor=found is not None and found.may_be_minor and newest is not None,
        running=[(editions[edition_id], usage) for edition_id, usage in sorted(used.items())],
    )
