"""A small course in files, for tests of reading, loading and publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """key = "{key}"
audience = "city-teams"
source_language = "en"
languages = ["en", "de"]
hours = 1
eqf = ""
"""
ABOUT = """
title = "{title}"
summary = "A small course."
description = "One module with two lessons."
outcomes = ["Explain the cycle"]
workload = "1 hour"
assessment = "Reading"
participation = "Online"
quality = "Checked by the hub"
"""
LESSON = """kind = "lesson"
key = "{key}"
minutes = 15

[en]
title = "{title}"
outcome = "You can explain it."
summary = "In short."

[de]
title = "{title} (DE)"
outcome = "Sie können es erklären."
summary = "Kurz gesagt."
"""
FIGURE = """
[[figure]]
file = "figure-one.svg"
[figure.en]
alt = "A line."
long = "A line from left to right."
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path class="fig-1" d="M0 0h9"/></svg>'
MODULE = """key = "m1"
code = "M1"
step = 0
hours = 1
state = "complete"

[en]
title = "First module"
outcome = "You can begin."

[de]
title = "Erstes Modul"
outcome = "Sie können beginnen."
"""
FIRST = "10-first/10-start"
SECOND = "10-first/20-go-on"
EN = """Intro with a **term**.

## Part one

Text of part one.

![The line](figure-one.svg)

See [next](lesson:m1-go-on).
"""
DE = """Einleitung mit einem **Begriff**.

## Teil eins

Text von Teil eins.

Weiter.

Siehe [weiter](lesson:m1-go-on).
"""


def write_course(folder: Path, *, key: str = "small-course") -> Path:
    """Write a course without faults: one module, two lessons, in English and German; return its folder."""
    course = folder / key
    head = HEAD.format(key=key)
    english, german = ABOUT.format(title="Small course"), ABOUT.format(title="Kleiner Kurs")
    write(course, "course.toml", f"{head}[en]{english}[de]{german}")
    write(course, "10-first/module.toml", MODULE)
    start = LESSON.format(key="m1-start", title="Start") + FIGURE
    write(course, f"{FIRST}/lesson.toml", start)
    write(course, f"{FIRST}/en.md", EN)
    write(course, f"{FIRST}/de.md", DE)
    write(course, f"{FIRST}/figure-one.svg", SVG)
    write(course, f"{SECOND}/lesson.toml", LESSON.format(key="m1-go-on", title="Go on"))
    write(course, f"{SECOND}/en.md", "## Heading\n\nMore text.\n")
    write(course, f"{SECOND}/de.md", "## Überschrift\n\nMehr Text.\n")
    return course


ROUTE_MODULE = """key = "r1"
code = "R1"
step = 0
hours = 0.2
state = "complete"

[en]
title = "The route"
outcome = "You can promise."

[[include]]
course = "small-course"
key = "m1-start"
short = true
[[include]]
course = "small-course"
key = "m1-go-on"
position = 20
"""


def write_route(folder: Path, *, key: str = "small-route") -> Path:
    """Write a route beside `write_course`'s course: a short lesson, one of its own, a whole one; return its folder."""
    route = folder / key
    head = HEAD.format(key=key).replace("city-teams", "councillors").replace('["en", "de"]', '["en"]')
    write(route, "course.toml", f"{head}[en]{ABOUT.format(title='Small route')}")
    write(route, "10-first/module.toml", ROUTE_MODULE)
    lesson = LESSON.format(key="own-promise", title="Your promise").partition("[de]")[0]
    write(route, "10-first/10-promise/lesson.toml", lesson)
    write(route, "10-first/10-promise/en.md", "## Promise\n\n::: sign Our promise\nWe promise.\n\n- Name:\n:::\n")
    return route


def write(folder: Path, name: str, text: str) -> None:
    """Write one file of a course, folders included."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file of a course."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
