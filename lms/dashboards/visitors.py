"""Pages for everybody: the start page, the courses, and the hub of one's country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from courses.catalogue.queries import course_by_slug, manifest_of, published_courses
from courses.learning.rules import content_language
from courses.programmes.queries import next_public_programmes
from lms.hubs.queries import countries_with_hubs, public_hubs
from lms.kernel.errors import NotFound
from lms.kernel.i18n import country_name, current_language, gettext as _, language_name
from lms.kernel.pages import Pages, current_viewer, redirect_to, render
from lms.kernel.permissions import PUBLIC
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from courses.catalogue.rules import Manifest

pages = Pages("visitors")
STEPS = 5
NEXT_PROGRAMMES = 6


def audiences() -> dict[str, tuple[str, str]]:
    """Return whom courses are for: label and icon by key."""
    return {
        "city-teams": (_("City teams"), "people"),
        "trainers": (_("Trainers"), "seal"),
        "councillors": (_("Mayors and councillors"), "flag"),
        "small-towns": (_("Small towns"), "home"),
        "staff": (_("Staff of one department"), "person"),
        "auditors": (_("Auditors"), "search"),
    }


@dataclass(frozen=True)
class Card:
    """A course in the catalogue. `steps` are 1 where the course teaches a step of the cycle, else 0."""

    slug: str
    language: str
    title: str
    summary: str
    manifest: Manifest
    audience: str
    icon: str
    steps: list[int]

    @property
    def elements(self) -> list[int]:
        """The two elements that run through all steps are in every course."""
        return [1, 1]


def _card(slug: str, manifest: Manifest, language: str) -> Card:
    code = content_language([language, current_language()], manifest.languages, manifest.source_language)
    told = manifest.told(code)
    audience, icon = audiences().get(manifest.audience, (manifest.audience, "people"))
    taught = {module.step for module in manifest.modules}
    steps = [int(step in taught) for step in range(1, STEPS + 1)]
    return Card(slug, code, told["title"], told["summary"], manifest, audience, icon, steps)


@pages.get("/", permission=PUBLIC)
def start() -> ResponseReturnValue:
    """Show visitors what there is; who has signed in goes to what is theirs."""
    if current_viewer().signed_in and not request.args:
        return redirect_to("dashboards.mine")
    return _catalogue(hero=True)


@pages.get("/courses", permission=PUBLIC)
def courses() -> ResponseReturnValue:
    """Show the courses to everybody."""
    return _catalogue(hero=False)


def _catalogue(*, hero: bool) -> str:
    language, audience = request.args.get("language", ""), request.args.get("audience", "")
    country = request.args.get("country", "")
    published = [(course.slug, manifest_of(course.current_edition_id or 0)) for course in published_courses()]
    cards = [
        _card(slug, manifest, language)
        for slug, manifest in published
        if language in ("", *manifest.languages) and audience in ("", manifest.audience)
    ]
    offered = {manifest.audience for _slug, manifest in published}
    codes = sorted({code for _slug, manifest in published for code in manifest.languages})
    countries = [(code, country_name(code)) for code in countries_with_hubs()]
    return render(
        "lms/dashboards/visitors/start.html",
        hero=hero,
        cards=cards,
        languages=[("", _("All languages")), *((code, language_name(code)) for code in codes)],
        language=language,
        audiences=[("", _("Anyone")), *((key, label) for key, (label, _icon) in audiences().items() if key in offered)],
        audience=audience,
        countries=[("", _("Choose a country")), *sorted(countries, key=lambda pair: sort_key(pair[1]))],
        country=country,
        hubs=public_hubs(country) if country else [],
        programmes=next_public_programmes(current_viewer(), most=NEXT_PROGRAMMES),
        titles={slug: manifest.title(current_language()) for slug, manifest in published},
    )


def _published(slugs: list[str]) -> list[tuple[str, str]]:
    """Return those courses that everybody can see, each with its title."""
    found = [course for course in published_courses() if course.slug in slugs]
    return [(one.slug, manifest_of(one.current_edition_id or 0).title(current_language())) for one in found]


@pages.get("/courses/<slug>", permission=PUBLIC)
def course(slug: str) -> ResponseReturnValue:
    """Show everybody what a course teaches, and where one can take it."""
    found = course_by_slug(slug)
    if found.current_edition_id is None:
        raise NotFound(_("There is no such course."))
    manifest = manifest_of(found.current_edition_id)
    card = _card(slug, manifest, request.args.get("content", ""))
    return render(
        "lms/dashboards/visitors/course.html",
        card=card,
        manifest=manifest,
        told=manifest.told(card.language),
        whole=_published(manifest.taken_from),
        programmes=next_public_programmes(current_viewer(), course_id=found.id, most=NEXT_PROGRAMMES),
    )
