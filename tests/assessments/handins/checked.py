"""The scene with a checklist in its hand-in, and what people send."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from lms.kernel.blobs import put
from lms.kernel.transaction import transaction
from tests.assessments.handins.scene import Scene, make_scene
from tests.factories import courses

if TYPE_CHECKING:
    import pytest
    from flask import Flask

KEYS = ("scope", "deputy", "dates")
FORM = "# The audit of our city\n\n- City:\n\n## A. Plans\n\n| Plan | Owner |\n|---|---|\n|  |  |\n"
SAID = {
    "scope": {"question": "Is the scope *written* down?", "help": "Look at the order.", "section": "A. Set-up"},
    "deputy": {"question": "Has every role a deputy?", "help": "", "section": "A. Set-up"},
    "dates": {"question": "Do all dates hold | still?", "help": "", "section": "B. Action"},
}
ALL_YES = {f"{part}-{key}": value for key in KEYS for part, value in (("check", "yes"), ("remark", ""))}


def make_checked_scene(app: Flask, monkeypatch: pytest.MonkeyPatch, *, form: bool = True) -> Scene:
    """Make the scene; its hand-ins have a checklist of three questions, and a form unless told otherwise."""
    body = courses._handin()
    body["settings"] |= {"checks": list(KEYS), "documents": []}
    body["texts"]["en"]["checks"] = SAID
    if form:
        with app.test_request_context(), transaction():
            digest = put(FORM.encode())
        body["files"] = {"form.en.md": {"hash": digest, "size": len(FORM)}}
        body["settings"]["documents"] = [{"path": "form.en.md", "role": "form", "language": "en", "title": "Form"}]
    monkeypatch.setattr(courses, "_handin", lambda: body)
    return make_scene(app)


def answered(**answers: tuple[str, str]) -> dict[str, str]:
    """Return the fields of a form in which everything is answered yes, but for what is said here."""
    changed: dict[str, str] = {}
    for key, (answer, remark) in answers.items():
        changed |= {f"check-{key}": answer, f"remark-{key}": remark}
    return ALL_YES | changed


def fields_of(page: str) -> dict[str, Any]:
    """Return the answers and remarks that a page's form holds."""
    chosen = dict(re.findall(r'<input type="radio" name="(check-[a-z]+)" value="([a-z]+)"[^>]* checked', page))
    remarks = re.findall(r'<textarea [^>]*name="(remark-[a-z]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {**chosen, **{name: unescape(text) for name, text in remarks}}
