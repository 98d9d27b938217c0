from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from wtforms import (  # type: ignore[attr-defined]  # the stubs do not know SelectChoice yet
    BooleanField,
    DateField,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from lms.kernel.forms import Form
from lms.kernel.templating import STATIC
from lms.kernel.texts.markdown import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from lms.testing.browser import OpenPage

    Show = Callable[..., str]  # the fixtures `show` and `draw`
    HtmlFaults = Callable[[Mapping[str, str]], list[str]]
    PageFaults = Callable[[Page], list[str]]

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
MOST_BYTES = 60_000
LESSON = """A **term** and

::: try Your city
Write it down.
:::

| A | B |
|---|--:|
| 1 | 2 |
"""


def choices(*labels: str) -> list[SelectChoice]:
    return [SelectChoice(str(number), label) for number, label in enumerate(labels, 1)]


class Place(Form):
    city = StringField("City", [InputRequired("Write the city.")])


class Workshop(Form):
    title = StringField("Title", [InputRequired("Write a title.")], description="What it is about.")
    note = TextAreaField("Note", [Optional()])
    lead = SelectField("Lead", choices=choices("Claudia Weiss", "Radu <Ionescu>"))
    kind = RadioField("Kind", [InputRequired("Choose a kind.")], choices=choices("In a room", "Online"))
    days = SelectMultipleField(
        "Days",
        choices=choices("Monday", "Tuesday"),
        widget=widgets.ListWidget(),
        option_widget=widgets.CheckboxInput(),
    )
    seats = IntegerField("Seats", [NumberRange(1, 5, "Choose from 1 to 5.")])
    day = DateField("Day", [Optional()])
    plan = FileField("Plan")
    agreed = BooleanField("The hall is booked")
    place = FormField(Place, "Place")
    links = FieldList(StringField("Link", [InputRequired("Write the address.")]), "Links", min_entries=1)
    key = HiddenField()


class Pages:
    """Page 3 of 9, as `page_of` returns it."""

    page, pages, has_prev, has_next = 3, 9, True, True

    def iter_pages(self) -> Iterator[int | None]:
        yield from [1, None, 2, 3, 4, None, 9]


@pytest.fixture
def gallery(app: Flask, show: Show) -> str:
    with app.test_request_context():
        text = render(
            "A **term** and\n\n::: try Your city\nWrite it down.\n:::\n\n| A | B |\n|---|--:|\n| 1 | 2 |"
        ).html(str)
    return show(
        GALLERY,
        rows=Pages(),
        text=text,
        date=date(2026, 11, 27),
        start=datetime(2027, 1, 14, 7, 0, tzinfo=UTC),
    )


def refused(app: Flask) -> Workshop:
    with app.test_request_context(method="POST", data={"seats": "9", "lead": "2"}):
        form = Workshop.read()
        assert not form.validate()
        return form


WORKSHOP = """<form class="lms-form" method="post" novalidate>{{ csrf() }}{{ once() }}{{ default_button("Save") }}
{{ error_summary(form) }}{% for f in form %}{{ field(f) }}{% endfor %}<p>{{ submit("Save the workshop") }}</p></form>"""


def test_the_day_of_an_instant_is_the_day_where_its_time_is_told(draw: Show) -> None:
    at = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)  # half an hour after midnight in Brussels
    page = draw('{% from "lms/components/dates.html" import day, moment %}{{ day(at) }}; {{ moment(at) }}', at=at)
    assert "29 November 2026</time>;" in page
    assert "29 November 2026, 00:30" in page


def test_every_error_of_a_form_leads_to_its_field(app: Flask, draw: Show) -> None:
    html = draw(WORKSHOP, form=refused(app))
    summary = html[html.index('class="lms-errors"') : html.index('class="lms-field"')]
    links = re.findall(r'href="#([^"]+)"', summary)
    assert links == ["title", "kind-0", "seats", "place-city", "links-0"]
    for target in links:
        assert html.count(f'id="{target}"') == 1
    assert "<title>Error: A page" in html


def test_a_field_is_tied_to_its_hint_and_its_error(app: Flask, draw: Show) -> None:
    html = draw("{{ field(form.title) }}", form=refused(app))
    assert '<label for="title">Title</label>' in html
    assert 'aria-describedby="title-hint title-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="title-hint">What it is about.<' in html
    assert "Write a title." in html
    assert " required" not in html[html.index("<input aria") :][:200]


def test_a_field_without_hint_and_error_describes_nothing(app: Flask, draw: Show) -> None:
    html = draw("{{ field(form.note) }}", form=refused(app))
    assert "aria-describedby" not in html
    assert "data-error" not in html
    assert "(optional)" in html


def test_what_people_typed_is_escaped(app: Flask, draw: Show) -> None:
    html = draw(
        "{{ field(form.lead) }}{{ tag(evil, 'ok') }}{{ facts([(evil, evil)]) }}{{ crumbs([(evil, '/')], evil) }}"
        "{{ bar_chart(evil, evil, [(evil, 1)], [evil, evil]) }}{{ meter(1, 2, evil, evil) }}"
        "{% call callout(evil) %}{% endcall %}",
        form=refused(app),
        evil="<script>alert('x')</script>\"",
    )
    assert "<script>alert" not in html
    assert "Radu &lt;Ionescu&gt;" in html


def test_a_form_that_creates_carries_both_tokens(app: Flask, draw: Show) -> None:
    html = draw(WORKSHOP, form=refused(app))
    assert re.search(r'name="lms_csrf" value="[^"]{20,}"', html)
    assert re.search(r'name="lms_once" value="[^"]{16}"', html)


def test_a_ring_shows_how_much_of_each_step_is_done(draw: Show) -> None:
    html = draw("{{ ring([0.4, 1, 0, 0, 0], [0, 0.25]) }}")
    assert html.count("lms-ring__bg") == 7
    assert html.count("lms-ring__fg") == 2
    assert 'stroke-dasharray="40.0 200"' in html
    assert 'stroke-dasharray="25.0 200"' in html


@pytest.mark.parametrize(
    ("percent", "level"),
    [(None, 0), (0, 0), (1, 1), (24, 1), (25, 2), (49, 2), (50, 3), (75, 4), (99, 4), (100, 5)],
)
def test_a_heat_cell_is_as_dark_as_its_key_says(draw: Show, percent: int | None, level: int) -> None:
    assert f'data-h="{level}"' in draw("<table><tr>{{ heat_cell(percent) }}</tr></table>", percent=percent)


def test_sorting_again_turns_the_order_round(draw: Show, client: FlaskClient, show: Show) -> None:
    columns = "[('City', 'name'), ('Days', 'days', 'num')]"
    source = f"{{% call table('T') %}}{{{{ head({columns}, request.args.get('sort', '')) }}}}{{% endcall %}}"
    address = show(source)
    assert 'href="/look?sort=name"' in client.get(address).text
    html = client.get(f"{address}?sort=name&page=4&team=7").text
    assert 'href="/look?team=7&amp;sort=-name"' in html
    assert 'aria-sort="ascending"' in html
    assert 'aria-sort="descending"' in client.get(f"{address}?sort=-name").text


def test_the_pager_keeps_the_filters(client: FlaskClient, show: Show) -> None:
    html = client.get(show("{{ pager(rows) }}", rows=Pages()) + "?team=7&page=3").text
    assert 'href="/look?team=7&amp;page=4" rel="next"' in html
    assert html.count('aria-current="page"') == 1


def test_a_chart_holds_every_figure_in_a_table(draw: Show) -> None:
    html = draw("{{ bar_chart('T', 'F', [('Sep', 1, '10 %'), ('Oct', 2, '20 %')], ['Month', 'A', 'Of all']) }}")
    table = re.sub(r"<svg.*?</svg>", "", html[html.index('<table class="lms-bars">') : html.index("</table>")])
    assert re.findall(r"<t[hd][^>]*>([^<>]+)</t[hd]>", table) == [
        "Month", "A", "Of all", "Sep", "1", "10 %", "Oct", "2", "20 %",
    ]  # fmt: skip


def test_a_chart_without_figures_is_drawn_all_the_same(draw: Show) -> None:
    bars = "{{ bar_chart('T', 'F', rows, ['A', 'B']) }}"
    draw(bars, rows=[])
    draw(bars, rows=[("x", 0)])


def test_icons_of_a_lesson_come_from_our_sprite(client: FlaskClient, gallery: str) -> None:
    html = client.get(gallery).text
    assert 'href="#i-' not in html
    names = set(re.findall(r"icons\.svg#(i-[a-z]+)", html))
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    assert names - set(re.findall(r'id="(i-[a-z]+)"', sprite)) == set()


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([a-z]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    root = Path(__file__).parents[2]
    for path in [*root.glob("*/templates/**/*.html"), *root.glob("*/*/templates/**/*.html")]:
        named = set(re.findall(r'\bicon\("([a-z]+)"\)', path.read_text(encoding="utf-8")))
        assert named <= drawn, path


def test_pages_carry_no_script_and_no_style_of_their_own(app: Flask, client: FlaskClient, gallery: str) -> None:
    html = client.get(gallery).text
    assert not re.search(r'<[^>]+ (style|on[a-z]+)="', html)
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert "<style" not in html


def test_times_are_said_as_people_say_them(draw: Show) -> None:
    times = {
        2 / 60: "About 2 minutes",
        12 / 60: "About 12 minutes",
        51 / 60: "About 50 minutes",
        1.3: "About 80 minutes",
        2: "About 2 hours",
        2.75: "About 2¾ hours",
        159 / 60: "About 2¾ hours",
        3.5: "About 3½ hours",
        25: "About 25 hours",
    }
    macro = "{% from 'lms/components/status.html' import about %}"
    page = draw(macro + "{% for hours in times %}<p>{{ about(hours) }}</p>{% endfor %}", times=list(times))
    assert re.findall(r"<p>(About[^<]*)</p>", page) == list(times.values())


def test_a_page_with_all_it_needs_stays_small(client: FlaskClient, gallery: str) -> None:
    files = [STATIC / "lms.css", STATIC / "icons.svg", STATIC / "mark.svg", *STATIC.glob("js/*.js")]
    html = len(gzip.compress(client.get(gallery).data))
    assert html + sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) < MOST_BYTES


def test_all_parts_are_valid_html(
    app: Flask, client: FlaskClient, gallery: str, html_faults: Callable[[Mapping[str, str]], list[str]]
) -> None:
    assert html_faults({"gallery": client.get(gallery).text}) == []


def test_all_fields_are_valid_html(
    app: Flask, draw: Show, html_faults: Callable[[Mapping[str, str]], list[str]]
) -> None:
    assert html_faults({"form": draw(WORKSHOP, form=refused(app))}) == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False)])
def test_all_parts_are_for_everybody(
    open_page: OpenPage,
    live_url: str,
    gallery: str,
    accessibility_faults: PageFaults,
    width: int,
    dark: bool,
) -> None:
    page = open_page(width=width, dark=dark)
    page.goto(live_url + gallery)
    assert accessibility_faults(page) == []


def test_a_refused_form_is_for_everybody_and_begins_at_its_errors(
    app: Flask, page: Page, live_url: str, show: Show, accessibility_faults: PageFaults
) -> None:
    page.goto(live_url + show(WORKSHOP, form=refused(app)))
    assert page.evaluate("document.activeElement.className") == "lms-errors"
    assert accessibility_faults(page) == []
