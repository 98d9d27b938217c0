"""A page of the house around a few lines of template, as a room would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import g, make_response, render_template_string, request

from lms.kernel.guard import with_headers
from lms.kernel.permissions import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from flask.typing import ResponseReturnValue

PARTS = {
    "cards": "after_lesson card next_step panel prose said",
    "charts": "bar_chart",
    "dates": "date_leaf dated day moment",
    "forms": "autosave button_form choice confirm csrf default_button error error_list error_summary field "
    "filters icon_button link_button once select submit",
    "icons": "icon",
    "nav": "crumbs filters_on pager tabs",
    "progress": "cycle heat_cell heat_key kpi kpis meter ring route small_stop stop",
    "scene": "hero",
    "status": "callout empty facts flash meta save_line tag verdict",
    "tables": "body exports head table table_head td th tr",
}
IMPORTS = "".join(
    f'{{% from "lms/components/{name}.html" import {", ".join(macros.split())} %}}' for name, macros in PARTS.items()
)
PAGE = (
    '{% extends "lms/base.html" %}'
    + IMPORTS
    + "{% block title %}A page{% endblock %}{% block head %}<h1>A page</h1>{% endblock %}"
    + "{% block content %}CONTENT{% endblock %}"
)
MARJA = Viewer(1, ref="abc", name="Marja Lehto")


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Give these tests an app of their own: they add routes."""
    return own_app


@pytest.fixture
def show(app: Flask) -> Callable[..., str]:
    """Give a function that puts a template at /look: `show("{{ tag('Accepted', 'ok') }}")` -> its address.

    `page=True`: the text is a whole page. Marja looks at it unless `viewer=None`. Other values go to the template.
    """
    shown: dict[str, Any] = {}

    def look() -> ResponseReturnValue:
        g.lms_viewer = shown["viewer"] or g.get("lms_viewer", Viewer(0))
        shown["sent"].append(request.form.to_dict(flat=False))
        return with_headers(make_response(render_template_string(shown["source"], **shown["values"])))

    app.add_url_rule("/look", "look", look, methods=["GET", "POST"])

    def put(source: str, *, page: bool = False, viewer: Viewer | None = MARJA, **values: object) -> str:
        source = source if page else PAGE.replace("CONTENT", source)
        shown.update(source=source, viewer=viewer, values=values, sent=[])
        return "/look"

    return put


@pytest.fixture
def draw(show: Callable[..., str], client: FlaskClient) -> Callable[..., str]:
    """Give a function that returns the page around a few lines of template as HTML."""

    def render(source: str, **values: object) -> str:
        answer = client.get(show(source, **values))
        assert answer.status_code == 200
        return answer.text

    return render
