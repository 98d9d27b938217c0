from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.i18n import force_language
from lms.kernel.identity import Addressee
from lms.kernel.mail import MailText, write_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

TEXT = MailText(
    "Revise the map",
    ["Add two groups & say how.", "By 27 November."],
    ("Open the hand-in", "http://localhost/h?a=1&b=2"),
)


def test_a_mail_says_the_same_as_text_and_as_html(
    app: Flask, html_faults: Callable[[Mapping[str, str]], list[str]]
) -> None:
    with app.test_request_context(), force_language("en"):
        message = write_message(
            TEXT, Addressee("Marja <Lehto>", "marja@example.org", "en", "Europe/Helsinki"), "<1@lms>", "en"
        )
    plain, html = (part.get_content() for part in message.iter_parts())
    assert plain.startswith("Hello Marja <Lehto>,\n\nAdd two groups & say how.\n\nBy 27 November.\n")
    assert "Open the hand-in:\nhttp://localhost/h?a=1&b=2\n" in plain
    assert "Hello Marja &lt;Lehto&gt;," in html
    assert "Add two groups &amp; say how." in html
    assert html_faults({"mail": html}) == []
