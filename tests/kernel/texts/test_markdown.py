"""Lessons from Markdown: what authors may write is shown well; nothing that anybody writes ever runs."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies as st

from lms.kernel.texts.figures import FigureFault, clean_svg
from lms.kernel.texts.inspection import Link, inspect, lesson_links, links_to
from lms.kernel.texts.markdown import Figure, render

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path class="fig-1" d="M0 0h9"/></svg>'
FIGURE = Figure(clean_svg(SVG, label='A "line"'), "It goes from left <to> right.")


def html(source: str) -> str:
    text = render(source, {"figure-one.svg": FIGURE})
    return str(text.html(lambda key: f"/lessons/{key}", items={"a": "/lessons/a"}, terms={"swot"}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A **term** here", "<dfn>term</dfn>"),
        ("**Baseline review.** Where do we stand?", "<strong>Baseline review.</strong>"),
        ("**Hazard:** the river", "<strong>Hazard:</strong>"),
        ("**Ask first**, then look", "<strong>Ask first</strong>"),
        ("**[SWOT](term:swot)** sorts", '<dfn><span class="lms-term">'),
        ("the rule **who cuts the hours cuts the scope** holds", "<strong>who cuts"),
        ("> Say **no** today", "<strong>no</strong>"),
        ("| a |\n|---|\n| is **b** |", "<strong>b</strong>"),
        ("is [15](data:own.share) % and 3 × 4", "<p>is 15\u00a0% and 3\u00a0×\u00a04</p>"),
        ("## Part *one*", '<h2 id="part-1">Part <em>one</em></h2>'),
        ("[next](lesson:m1-roles)", '<a href="/lessons/m1-roles">next</a>'),
        ("[x](https://a.example/?b=1&c=2)", '<a href="https://a.example/?b=1&amp;c=2">x</a>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](JaVaScRiPt:alert)", "<p>[x](JaVaScRiPt:alert)</p>"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>"),
        ("[34,000](data:own.target_2030) MWh", "<p>34,000 MWh</p>"),
        ("[34,000](data:own) MWh", "<p>[34,000](data:own) MWh</p>"),
        ("[x](DATA:own.target)", "<p>[x](DATA:own.target)</p>"),
        ("a [matrix](term:matrix)", "<p>a matrix</p>"),
        ("the [matrix](library:matrix)", "<p>the matrix</p>"),
        ("[x](//evil.example)", "<p>[x](//evil.example)</p>"),
        ("[x](/admin)", "<p>[x](/admin)</p>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('<img src=x onerror="alert(1)">', "&lt;img"),
        ("![Words](figure-two.svg)", "<p>Words</p>"),
        ("Before ![Words](figure-one.svg) after", "<p>Before Words after</p>"),
        ("3. three\n4. four", '<ol start="3">'),
    ],
)
def test_what_authors_write_is_shown(source: str, expected: str) -> None:
    assert expected in html(source)


def test_a_word_that_is_explained_becomes_a_button_and_breaks_between_its_words() -> None:
    text = render('A [SWOT](term:swot), an [internal "auditor" & so](term:auditor), [*who*](term:who) [x](term:none).')
    assert text.terms == ("swot", "auditor", "who", "none")
    assert str(text.html(str, terms={"swot", "auditor", "who"})) == (
        '<p>A <span class="lms-bound"><span class="lms-term">'
        '<button type="button" popovertarget="word-swot">SWOT</button></span>,</span>'
        ' an <span class="lms-term"><button type="button" popovertarget="word-auditor"'
        ' aria-label="internal &quot;auditor&quot; &amp; so">internal</button>'
        ' <button type="button" popovertarget="word-auditor" tabindex="-1" aria-hidden="true">"auditor"</button> '
        '</span><span class="lms-bound"><span class="lms-term">'
        '<button type="button" popovertarget="word-auditor" tabindex="-1" aria-hidden="true">&amp; so</button></span>,'
        '</span> <span class="lms-term"><button type="button" popovertarget="word-who"><em>who</em></button></span>'
        " x.</p>\n"
    )
    marks = str(render("(“[SWOT](term:swot)”); [it](term:none).").html(str, terms={"swot"}))
    assert '<p><span class="lms-bound">(“<span class="lms-term"><button' in marks
    assert "</button></span>”);</span> it.</p>" in marks


def test_a_link_to_an_item_of_the_library_leads_to_its_page() -> None:
    text = render("the [*matrix*](library:matrix) or [that](library:gone)")
    assert text.items == ("matrix", "gone")
    assert str(text.html(str, items={"matrix": "/m/1?a&b"})) == (
        '<p>the <a href="/m/1?a&amp;b"><em>matrix</em></a> or that</p>\n'
    )


def test_links_by_key_are_told_with_line_and_words() -> None:
    text = "One [a](term:a).\nTwo [internal\n*auditor*](term:b) [x](lesson:m1).\n\n- [9](data:own.t)\n"
    assert links_to(text, "term") == [Link(1, "a", "a"), Link(2, "b", "internal auditor")]
    assert lesson_links(text) == [(3, "m1")]
    assert links_to(text, "data") == [Link(5, "own.t", "9")]


def test_a_figure_stands_with_caption_and_words() -> None:
    shown = html("![The **line**](figure-one.svg)")
    named = 'aria-label="A &quot;line&quot;"'
    assert f'<figure class="lms-figure"><div class="lms-drawing" tabindex="0" role="group" {named}>' in shown
    assert f'<svg viewBox="0 0 9 9" class="lms-narrow" role="img" {named}>' in shown
    assert "<figcaption><p>The line</p><details>" in shown
    assert "<p>It goes from left &lt;to&gt; right.</p></details></figcaption></figure>" in shown


def test_a_sheet_to_sign_has_lines_for_what_is_to_be_filled_in() -> None:
    shown = html(
        "- Before:\n\n::: sign Our <promise>\nWe promise:\n\n- to ask\n- Name:\n- Date and place:\n:::\n\n- After:\n"
    )
    assert '<section class="lms-paper" aria-labelledby="callout-1"><h2 id="callout-1">Our &lt;promise&gt;</h2>' in shown
    assert '<li>to ask</li>\n<li class="lms-blank"><div><div>Name:</div></div></li>\n<li class="lms-blank">' in shown
    assert "<li>Before:</li>" in shown
    assert "<li>After:</li>" in shown
    assert '<button class="lms-btn lms-btn--s" type="button" data-lms-print hidden>' in shown
    assert "Print this page, then sign." in shown
    assert inspect("::: sign Promise\n- Name:\n:::\n", ()) == []


def test_a_table_scrolls_in_a_named_region_and_has_heads() -> None:
    shown = html("## Costs\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<div class="lms-scroll" tabindex="0" role="region" aria-label="Table: Costs">' in shown
    assert '<th scope="col" class="lms-num">b</th>' in shown
    assert "style" not in shown


@pytest.mark.parametrize(("kind", "icon"), [("try", "pen"), ("mistake", "alert"), ("note", "info")])
def test_a_callout_is_named_by_its_title(kind: str, icon: str) -> None:
    shown = html(f"::: {kind} Look <here>\nText with **x**\n:::\n")
    assert 'aria-labelledby="callout-1"' in shown
    assert '<h2 id="callout-1">Look &lt;here&gt;</h2>' in shown
    assert f'href="#i-{icon}"' in shown


@pytest.mark.parametrize("kind", ["note", "sign"])
def test_no_heading_skips_a_level(kind: str) -> None:
    """The title of a callout stands below the headings of the text, and is one of them where there is none yet."""
    levels = re.findall(r"<h(\d)", html(f"::: {kind} One\nA.\n:::\n\n## Two\n\n::: {kind} Three\nB.\n:::\n"))
    assert levels == ["2", "2", "3"]


def test_footnotes_lead_there_and_back() -> None:
    shown = html("Text[^1].\n\n[^1]: The note.\n")
    assert 'href="#fn1" id="fnref1"' in shown
    assert '<li id="fn1">' in shown
    assert 'href="#fnref1"' in shown


def test_headings_are_told_with_their_anchors() -> None:
    found = render("## One\n\n### Two `code`\n").headings
    assert found == (("part-1", 2, "One"), ("part-2", 3, "Two code"))


def test_the_marks_for_our_own_drawings_cannot_be_written() -> None:
    shown = html('<figure data-figure="0"></figure> <i data-icon="pen"></i>')
    assert "<svg" not in shown


class Watch(HTMLParser):
    """Collects what must never come out."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "link",
            "meta",
            "base",
            "img",
            "math",
        }:
            self.bad.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith(("on", "hx-")) or name in {"style", "srcdoc", "formaction"}:
                self.bad.append(name)
            if name == "href" and not re.match(r"(https?:|mailto:|#|/lessons/)", address):
                self.bad.append(f"{name}={value}")


def watch(shown: str) -> list[str]:
    eye = Watch()
    eye.feed(shown)
    eye.close()
    return eye.bad


pieces = st.sampled_from(
    [
        "<script>",
        "</script>",
        "<svg onload=x>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>",
        "javascript:",
        "JAVASCRIPT&#58;alert(1)",
        "java\tscript:",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "[x](",
        "](term:swot)",
        "](library:a)",
        "](data:own.t)",
        ")",
        "](",
        "![",
        "[x]: ",
        "<",
        ">",
        '"',
        "'",
        "&lt;script&gt;",
        "&#x6a;avascript:x",
        "::: try ",
        ":::",
        "```",
        "`",
        "|",
        "\n",
        "\n\n",
        "**",
        "## ",
        "lesson:m1",
        'lesson:"onclick=x',
        'https://a.example/" onclick="x',
        "mailto:a@b?x=<script>",
        "[^1]",
        "\n[^1]: ",
        "<!--",
        "-->",
        "<![CDATA[",
        "style=",
        "hx-get=",
        "figure-one.svg",
        "\x00",
        "\u202e",
        "\\",
        "{{ 7*7 }}",
    ]
)
hostile = st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=25).map("".join)


@given(hostile)
@settings(max_examples=300, deadline=None)
def test_nothing_that_anybody_writes_ever_runs(source: str) -> None:
    assert watch(html(source)) == []


@given(st.sampled_from(["[x](%s)", "![x](%s)", "<%s>", "[x][r]\n\n[r]: %s", "[x](<%s>)"]), hostile)
@settings(max_examples=300, deadline=None)
def test_no_address_of_another_kind_comes_through(frame: str, address: str) -> None:
    assert watch(html(frame.replace("%s", address))) == []


@given(hostile)
@settings(max_examples=150, deadline=None)
def test_a_figure_runs_nothing_whatever_it_holds(inside: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}<text>{inside}</text></svg>'
    try:
        shown = clean_svg(drawing.encode("utf-8", "replace"), label=inside)
    except ValueError:
        return
    assert watch(shown) == []


def test_no_line_takes_long_to_look_at() -> None:
    """Patterns that try again and again would need half a minute for each of these, and years for longer ones."""
    start = time.process_time()
    with pytest.raises(FigureFault):
        clean_svg(SVG.replace(b"fig-1", b"fig-a" * 26 + b"!"))
    assert inspect("[](a" * 1000, ()) == []
    assert time.process_time() - start < 2
