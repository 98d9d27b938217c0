"""Our pages inside a host's layout: the host keeps its look, and its block names never meet ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response
from jinja2 import DictLoader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    Show = Callable[..., str]

HOST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{% block title %}Network{% endblock %} – Rivermouth</title>
{% block head %}<link rel="icon" href="data:,">{% endblock %}
<link rel="stylesheet" href="/rude.css"></head>
<body><header><a href="/">Rivermouth</a></header>
<main id="content">{% block content %}{% endblock %}</main>
<footer><p id="hosts-own">Imprint</p>{% block scripts %}{% endblock %}</footer></body></html>"""
# Rules as hosts write them: without layers, for bare elements and by id, after our sheet.
RUDE = """* {box-sizing: content-box} a {color: #a0004d; font-style: italic} label {display: none}
#content h1, h2 {text-transform: uppercase; font-family: monospace}
button, input {background: #a0004d; padding: 1em 2em}
table {width: auto; border: 5px ridge #999} p {text-indent: 2em} #hosts-own {color: rgb(1, 2, 3)}"""
PART = (
    """<p id="ours"><a href="/x">A link</a></p><label for="a" id="label">City</label><input id="a" class="lms-input">"""
)
STYLES = """(ids) => ids.map((id) => {
  const style = getComputedStyle(document.getElementById(id));
  return [style.display, style.color, style.textIndent, style.backgroundColor, style.padding, style.boxSizing].join();
})"""


@pytest.fixture
def mounted(app: Flask) -> Flask:
    """The same app, with a host's layout around our pages."""
    app.config.update(LMS_HOST_TEMPLATE="rude.html", LMS_HOST_BLOCK="content")
    app.jinja_loader = DictLoader({"rude.html": HOST})
    app.add_url_rule("/rude.css", "rude", lambda: Response(RUDE, mimetype="text/css"))
    return app


def test_a_page_fills_the_hosts_block_and_title_and_nothing_else(
    mounted: Flask, client: FlaskClient, show: Show, html_faults: Callable[[Mapping[str, str]], list[str]]
) -> None:
    html = client.get(show(PART)).text
    assert "<title>A page – Rivermouth</title>" in html
    assert html.count("<h1>") == 1
    assert 'aria-label="About these pages"' in html  # what stands in the footer of a site of our own
    assert (
        html.index('<main id="content">')
        < html.index('class="lms lms-mounted"')
        < html.index("<h1>")
        < html.index("</main>")
    )
    assert "lms-masthead" not in html
    assert "lms-foot" not in html
    assert html_faults({"mounted": html}) == []


def test_a_misspelt_block_stops_with_its_name(mounted: Flask, show: Show) -> None:
    mounted.config["LMS_HOST_BLOCK"] = "main content"
    with pytest.raises(RuntimeError, match="main content"):
        mounted.test_client().get(show(PART))


def test_rude_rules_of_a_host_do_not_reach_our_parts(mounted: Flask, page: Page, live_url: str, show: Show) -> None:
    address = live_url + show(PART)
    page.goto(address)
    with_host = page.evaluate(STYLES, ["ours", "label", "a"])
    assert page.evaluate("getComputedStyle(document.getElementById('hosts-own')).color") == "rgb(1, 2, 3)"
    page.evaluate("for (const sheet of document.styleSheets) sheet.disabled = sheet.href.endsWith('rude.css')")
    assert page.evaluate(STYLES, ["ours", "label", "a"]) == with_host
