"""Home of the participant, dashboards, reports and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from certificates.trainers import queries as trainees, texts
from certificates.trainers.rules import TRAINERS_COURSE, judge
from courses.programmes import request_queries, texts as programme_texts, workshop_queries
from courses.programmes.policies import may_manage
from lms.dashboards import partnership_figures, programme_figures as programme, report
from lms.dashboards.participant import home_of
from lms.dashboards.policies import HUB_OVERVIEW, PARTNERSHIP_OVERVIEW
from lms.kernel.clock import now
from lms.kernel.csv_export import csv_answer, csv_of_lines
from lms.kernel.i18n import gettext as _
from lms.kernel.pages import Pages, current_viewer, redirect_to, render
from lms.kernel.paging import page_number
from lms.kernel.permissions import SIGNED_IN
from lms.kernel.text import sort_key

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Pages("dashboards")
TEMPLATES = "lms/dashboards"
MOST_AHEAD = 3  # workshops and requests on a dashboard


@pages.get("/my", permission=SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Show the home of a participant; who takes part in nothing goes to where their work is."""
    viewer = current_viewer()
    home = home_of(viewer, request.args.get("programme", ""))
    if home is None:
        if viewer.may_anywhere(HUB_OVERVIEW.name):
            return redirect_to("dashboards.hub")
        if viewer.may_anywhere(PARTNERSHIP_OVERVIEW.name):
            return redirect_to("dashboards.partnership")
        return render(f"{TEMPLATES}/nothing_yet.html", waiting=request_queries.waiting_for(viewer))
    is_trainee = home.place.manifest.audience == TRAINERS_COURSE
    ways = trainees.own_ways(viewer) if is_trainee else []
    return render(f"{TEMPLATES}/mine.html", home=home, ways=ways, judge=judge, trainee_texts=texts)


@pages.get("/dashboard", permission=HUB_OVERVIEW)
def hub() -> ResponseReturnValue:
    """Show how the cities of a programme are doing: the one asked for, else the newest of the hub."""
    viewer = current_viewer()
    choice = programme.programmes_of_staff(viewer)
    ref = request.args.get("programme") or programme.newest_begun(choice)
    if not ref:
        return render(f"{TEMPLATES}/no_programme.html")
    picked = programme.chosen(viewer, ref, choice)
    counted = programme.figures(picked.programme)
    search = request.args.get("q", "").strip()
    grid, quietest = programme.grid(picked, counted, page_number(request.args.get("page")), search=sort_key(search))
    manages = may_manage(viewer, picked.programme)
    return render(
        f"{TEMPLATES}/hub.html",
        picked=picked,
        choice=choice,
        figures=counted,
        most_stalled=programme.MOST_STALLED,
        quiet_days=programme.QUIET.days,
        grid=grid,
        search=search,
        quietest=quietest,
        funnel=programme.funnel(picked, counted),
        now=now(),
        trainees=trainees.counts(viewer),
        trainee_states=texts.STATES,
        programme_texts=programme_texts,
        workshops=workshop_queries.upcoming_workshops([picked.programme.id], most=MOST_AHEAD),
        requests=request_queries.oldest_requests(viewer, picked.programme, MOST_AHEAD + 1) if manages else [],
        most_ahead=MOST_AHEAD,
        manages=manages,
        language=picked.programme.languages[0],
    )


@pages.get("/dashboard/<ref>/stalled", permission=HUB_OVERVIEW)
def stalled(ref: str) -> ResponseReturnValue:
    """Show all cities that stall, the quietest first."""
    picked = programme.chosen(current_viewer(), ref)
    page = programme.stalled(picked, page_number(request.args.get("page")))
    days = programme.QUIET.days
    return render(
        f"{TEMPLATES}/stalled.html", picked=picked, page=page, quiet_days=days, language=picked.programme.languages[0]
    )


@pages.get("/dashboard/<ref>/stalled.csv", permission=HUB_OVERVIEW)
def stalled_csv(ref: str) -> ResponseReturnValue:
    """Export all cities that stall."""
    picked = programme.chosen(current_viewer(), ref)
    codes = {module.key: module.code for module in picked.modules}
    head = [_("City"), _("Stands at"), _("Days quiet")]
    rows = [
        [row.city, codes.get(row.stands_at, ""), "" if row.quiet_days is None else row.quiet_days]
        for row in programme.stalled_export(picked)
    ]
    return csv_of_lines("stalled.csv", [head, *rows])


@pages.get("/dashboard/<ref>/cities.csv", permission=HUB_OVERVIEW)
def cities_csv(ref: str) -> ResponseReturnValue:
    """Export the cities × modules grid: what is done and how much there is, per module."""
    picked = programme.chosen(current_viewer(), ref)
    head = [_("City")]
    for module in picked.modules:
        head += [_("%(module)s done", module=module.code), _("%(module)s of", module=module.code)]
    nobody = _("Without a city")
    return csv_answer("cities.csv", head, programme.grid_export(picked), lambda row: [row[0] or nobody, *row[1:]])


@pages.get("/dashboard/<ref>/people", permission=HUB_OVERVIEW)
def people(ref: str) -> ResponseReturnValue:
    """Show who has done what, 25 people a page; the address narrows it down to the people behind a figure."""
    picked = programme.chosen(current_viewer(), ref)
    asked = report.Asked.of(picked, request.args)
    return render(
        f"{TEMPLATES}/people.html",
        picked=picked,
        report=report.report(picked, asked, page_number(request.args.get("page"))),
        asked=asked,
        language=picked.programme.languages[0],
    )


@pages.get("/dashboard/<ref>/people.csv", permission=HUB_OVERVIEW)
def people_csv(ref: str) -> ResponseReturnValue:
    """Export who has done what: the same people as on the page."""
    picked = programme.chosen(current_viewer(), ref)
    asked = report.Asked.of(picked, request.args)
    head, cells = report.export_cells(picked, asked)
    return csv_answer("progress.csv", head, report.export(picked, asked), cells)


@pages.get("/partnership", permission=PARTNERSHIP_OVERVIEW)
def partnership() -> ResponseReturnValue:
    """Show the totals of all hubs, without names of people."""
    rows = partnership_figures.totals()
    return render(
        f"{TEMPLATES}/partnership.html", rows=rows, countries=partnership_figures.cities_by_country(), sums=_sums(rows)
    )


@pages.get("/partnership/hubs.csv", permission=PARTNERSHIP_OVERVIEW)
def partnership_csv() -> ResponseReturnValue:
    """Export the totals of all hubs."""
    head = [
        _("Hub"),
        _("Member organisations"),
        _("Programmes"),
        _("Cities"),
        _("People"),
        _("Finished"),
        _("Done of all modules, per cent"),
        _("Certified trainers"),
    ]
    lines = [
        [
            row.hub.name,
            row.organisations,
            row.programmes,
            row.cities,
            row.people,
            row.finished,
            round(row.share_done * 100),
            row.trainers,
        ]
        for row in partnership_figures.totals()
    ]
    return csv_of_lines("hubs.csv", [head, *lines])


def _sums(rows: list[partnership_figures.HubTotals]) -> dict[str, int]:
    names = ("organisations", "programmes", "cities", "people", "finished", "trainers")
    return {name: sum(getattr(row, name) for row in rows) for name in names}
