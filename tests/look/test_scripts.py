"""The scripts in Chromium, against a server that answers as the rooms do."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from playwright.sync_api import Dialog, Page

    Show = Callable[..., str]

QUIZ = """<form method="post" action="/save" {{ autosave("attempt-1") }}>
{{ csrf() }}{{ default_button("Save all") }}
<fieldset class="lms-q" id="q1" data-slot="1"><legend>One</legend>
<input type="hidden" name="seen-q1" value="{{ step }}" data-seen>
{{ choice("radio", "q1", "a", "Alpha", id="a") }}{{ choice("radio", "q1", "b", "Beta", id="b") }}
{% call save_line("Not answered yet") %}{{ submit("Save", name="save", value="1", kind="") }}{% endcall %}</fieldset>
<fieldset class="lms-q" id="q2" data-slot="2"><legend>Two</legend>
<input type="hidden" name="seen-q2" value="0" data-seen>
<label for="t">Your answer</label><input class="lms-input" id="t" name="q2">
{% call save_line("Not answered yet") %}{{ submit("Save", name="save", value="2", kind="") }}{% endcall %}</fieldset>
{{ submit("Go on", name="check", value="1") }}
</form><nav class="lms-qnav" aria-label="Questions"><a href="#q1">1<span class="lms-sr">, open</span></a></nav>
<script type="module" src="{{ lms_static('js/autosave.js') }}"></script>"""

ORDER = """<form method="post" action="/save" {{ autosave("attempt-2") }}>{{ csrf() }}
<fieldset class="lms-q" id="q1" data-slot="1"><legend>Order</legend>
<input type="hidden" name="seen-q1" value="0" data-seen>
<ol class="lms-order">{% for key in "abc" %}<li><input type="hidden" name="q1" value="{{ key }}">
<select name="q1-{{ key }}" aria-label="{{ key }}"><option value="">–</option>
{% for place in "123" %}<option>{{ place }}</option>{% endfor %}</select>
<span><button name="move" value="q1:{{ key }}:up" {{ "disabled" if loop.first }}>Up</button>
<button name="move" value="q1:{{ key }}:down" {{ "disabled" if loop.last }}>Down</button></span></li>{% endfor %}</ol>
{% call save_line("Not answered yet") %}{{ submit("Save", name="save", value="1", kind="") }}{% endcall %}
</fieldset></form>
<script type="module" src="{{ lms_static('js/ordering.js') }}"></script>
<script type="module" src="{{ lms_static('js/autosave.js') }}"></script>"""


@dataclass
class Room:
    """A room's save page, with its memory; `refuse` makes it answer something else."""

    got: list[dict[str, str]] = field(default_factory=list)
    refuse: Callable[[], ResponseReturnValue] | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    def save(self) -> ResponseReturnValue:
        """Answer as a quiz does."""
        self.got.append({**request.form.to_dict(), "asked_by": request.headers.get("X-Requested-With", "")})
        self.arrived.set()
        if self.refuse is not None:
            return self.refuse()
        text = f"Saved, number {len(self.got)}"
        return {"saved_at_text": text, "step": 10 + len(self.got), "answered": "" not in self.got[-1].values()}


@pytest.fixture
def room(app: Flask) -> Room:
    room = Room()
    app.add_url_rule("/save", "save", room.save, methods=["POST"])
    app.add_url_rule("/preview", "preview", lambda: "<p>Hello <em>Ilse</em></p>", methods=["POST"])
    return room


def line(page: Page, number: int) -> str:
    return f"#q{number} .lms-save"


def test_an_answer_is_saved_as_the_button_of_its_question_would(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    page.goto(live_url + show(QUIZ, step=4))
    page.check("#b")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=ok]")
    assert "Saved, number 1" in page.inner_text(line(page, 1))
    sent = room.got[0]
    assert (sent["q1"], sent["save"], sent["seen-q1"], sent["asked_by"]) == ("b", "1", "4", "fetch")
    assert "q2" not in sent
    assert len(sent["lms_csrf"]) > 20
    assert page.text_content(".lms-qnav a") == "1, answered"
    page.fill("#t", "legal register")
    page.wait_for_selector(f"{line(page, 2)}[data-tone=ok]")
    assert (room.got[1]["q2"], room.got[1]["save"], room.got[1]["seen-q2"]) == ("legal register", "2", "0")
    page.fill("#t", "legal inventory")
    page.wait_for_selector(f"{line(page, 2)} >> text=Saved, number 3")
    assert page.input_value("#q2 [data-seen]") == "13"
    assert room.got[2]["seen-q2"] == "12"


def test_an_answer_given_without_network_survives_a_reload_and_is_sent_later(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    page.goto(live_url + show(QUIZ, step=4))
    page.route("**/save", lambda route: route.abort())
    page.check("#a")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=bad] [role=alert]")
    assert "the connection was lost" in page.inner_text(line(page, 1))
    assert room.got == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/save")
    page.reload()
    page.wait_for_selector(f"{line(page, 1)}[data-tone=ok]")
    assert page.is_checked("#a")
    assert room.got[0]["q1"] == "a"
    assert page.evaluate("sessionStorage.length") == 0


def test_leaving_with_an_unsaved_answer_is_asked_about(page: Page, live_url: str, show: Show, room: Room) -> None:
    page.goto(live_url + show(QUIZ, step=4))
    page.route("**/save", lambda route: route.abort())
    page.check("#a")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=bad]")
    asked = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.goto(live_url + "/look")
    assert asked == ["beforeunload"]


def test_a_refusal_is_shown_in_the_words_of_the_server_and_not_repeated(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    room.refuse = lambda: ({"error": "Somebody else answered meanwhile."}, 409)
    page.goto(live_url + show(QUIZ, step=4))
    page.check("#a")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=bad]")
    assert "Somebody else answered meanwhile." in page.inner_text(line(page, 1))
    page.wait_for_timeout(2500)
    assert len(room.got) == 1


def test_after_signing_in_again_the_answer_goes_through_by_itself(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    room.refuse = lambda: ({"error": "You are signed out.", "csrf": "fresh"}, 401)
    page.goto(live_url + show(QUIZ, step=4))
    page.check("#a")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=bad]")
    room.refuse = None
    page.wait_for_selector(f"{line(page, 1)}[data-tone=ok]")
    assert room.got[-1]["lms_csrf"] == "fresh"


def test_enter_saves_the_question_and_stays_on_the_page(page: Page, live_url: str, show: Show, room: Room) -> None:
    address = live_url + show(QUIZ, step=4)
    page.goto(address)
    page.fill("#t", "register")
    page.press("#t", "Enter")
    page.wait_for_selector(f"{line(page, 2)}[data-tone=ok]")
    assert (page.url, page.evaluate("document.activeElement.id")) == (address, "t")
    assert (room.got[0]["q2"], room.got[0]["save"], room.got[0]["asked_by"]) == ("register", "2", "fetch")
    page.click("#q2 .lms-save button")
    page.wait_for_selector(f"{line(page, 2)} >> text=Saved, number 2")
    assert page.url == address


def test_a_button_that_leads_away_waits_for_what_is_not_saved(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    address = live_url + show(QUIZ, step=4)
    page.goto(address)
    page.route("**/save", lambda route: route.abort())
    page.check("#b")
    page.fill("#t", "register")
    page.click("text=Go on")
    page.wait_for_selector(f"{line(page, 2)}[data-tone=bad]")
    assert (page.url, page.evaluate("document.activeElement.value")) == (address, "1")
    assert room.got == []
    page.unroute("**/save")
    page.click("text=Go on")
    page.wait_for_url("**/save")
    assert [(sent.get("save", ""), sent["asked_by"]) for sent in room.got] == [("1", "fetch"), ("2", "fetch"), ("", "")]
    assert (room.got[-1]["q1"], room.got[-1]["q2"], room.got[-1]["check"]) == ("b", "register", "1")


def test_an_answer_that_was_taken_away_is_open_again(page: Page, live_url: str, show: Show, room: Room) -> None:
    page.goto(live_url + show(QUIZ.replace("#q1", "#q2"), step=4))
    for typed, state in (("register", "answered"), ("", "open")):
        page.fill("#t", typed)
        page.wait_for_selector(f".lms-qnav a >> text={state}")
    assert page.get_attribute(".lms-qnav a", "data-state") == "open"


def test_steps_are_moved_on_the_page_and_the_focus_goes_with_them(
    page: Page, live_url: str, show: Show, room: Room
) -> None:
    page.goto(live_url + show(ORDER, step=4))

    def order() -> list[str]:
        return [f"{one.get_attribute('name')}{one.input_value()}" for one in page.locator("ol select").all()]

    page.focus("button[value='q1:b:up']")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{line(page, 1)}[data-tone=ok]")
    assert order() == ["q1-b1", "q1-a2", "q1-c3"]
    assert (room.got[0]["q1-b"], room.got[0]["q1-c"], room.got[0]["asked_by"]) == ("1", "3", "fetch")
    # b is first now and cannot go further up, so the focus is on its other arrow
    assert page.evaluate("document.activeElement.value") == "q1:b:down"
    assert page.locator("ol button:disabled").evaluate_all("all => all.map((one) => one.value)") == [
        "q1:b:up",
        "q1:c:down",
    ]
    # a place that another step has: the one moves, the others close up
    page.focus("[name=q1-c]")
    page.select_option("[name=q1-c]", "1")
    page.wait_for_selector(f"{line(page, 1)} >> text=Saved, number 2")
    assert order() == ["q1-c1", "q1-b2", "q1-a3"]
    assert page.evaluate("document.activeElement.name") == "q1-c"
    assert [room.got[1][f"q1-{key}"] for key in "abc"] == ["3", "2", "1"]


def test_a_preview_follows_the_text(page: Page, live_url: str, show: Show, room: Room) -> None:
    page.goto(
        live_url
        + show(
            """<form method="post">{{ csrf() }}<div data-lms-preview="/preview" data-failed="No preview just now.">
            <label for="t">Text</label><textarea id="t" name="text"></textarea><div data-lms-pane></div></div></form>
            <script type="module" src="{{ lms_static('js/preview.js') }}"></script>"""
        )
    )
    page.fill("#t", "Hello *Ilse*")
    page.wait_for_selector("[data-lms-pane] em")
    assert page.inner_html("[data-lms-pane]") == "<p>Hello <em>Ilse</em></p>"
    page.route("**/preview", lambda route: route.abort())
    page.fill("#t", "Hello again")
    page.wait_for_selector("[data-lms-pane][data-stale]")
    assert page.inner_text("[data-lms-pane]") == "No preview just now."


def test_the_last_heading_that_was_reached_is_remembered(page: Page, live_url: str, show: Show, room: Room) -> None:
    page.goto(
        live_url
        + show(
            """<article data-lms-resume="/save" data-csrf="{{ lms_csrf_token() }}"><div class="lms-prose">
            {% for number in range(1, 5) %}<h2 id="part-{{ number }}">Part {{ number }}</h2>
            {% for _line in range(40) %}<p>Text</p>{% endfor %}{% endfor %}</div></article>
            <script type="module" src="{{ lms_static('js/resume.js') }}"></script>"""
        )
    )
    page.evaluate("document.querySelector('#part-3').scrollIntoView()")
    page.wait_for_timeout(300)
    page.goto("about:blank")
    assert room.arrived.wait(5)
    assert room.got[0]["heading"] == "part-3"
    assert len(room.got[0]["lms_csrf"]) > 20


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page, live_url: str, show: Show) -> None:
    page.goto(live_url + show("<p>Text</p>"))
    page.click("details.lms-drop summary")
    page.focus("details.lms-drop a")
    page.keyboard.press("Escape")
    assert page.evaluate("document.querySelector('details.lms-drop').open") is False
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_script_is_served_as_one(app: Flask, show: Show) -> None:
    client = app.test_client()
    page = client.get(show("<p>Text</p>")).text
    address = page.split('type="module" src="')[1].split('"')[0]
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
