"""The shape of the code: short files, short functions, reasons where a rule is broken, templates without tricks."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "courses", "assessments", "certificates", "tests", "migrations")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# A revision is as long as its list of tables.
AS_LONG_AS_NEEDED = ROOT / "migrations" / "versions"
SUPPRESSION = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|noqa|type: ignore\[[^\]]*\]|type: ignore|fmt: skip)(?P<reason>.*)")
# Where a text counts as HTML already: rendered and sanitised, or made by our own code.
SAFE = {
    "lms/templates/lms/components/cards.html": "A lesson, sanitised before: only the address of our icons is put in",
}
# Texts for translation are collected from calls of these, but not from calls inside f-strings.
TRANSLATED = ("_", "_l", "gettext", "lazy_gettext", "ngettext")
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)
# Mail programmes know no style sheets; certificates are drawn on paper, not shown by a browser.
NO_PAGES = ("lms/templates/lms/mail.html", "certificates/designs/")


def files(pattern: str, packages: Sequence[str]) -> list[Path]:
    """Return the files of a shape; each package must have some, so that no test looks at nothing."""
    found: list[Path] = []
    for package in packages:
        inside = [file for file in sorted((ROOT / package).rglob(pattern)) if file.is_file()]
        assert inside, f"{package} has no {pattern}"
        found += inside
    return [file for file in found if "node_modules" not in file.parts]


def python_files() -> list[Path]:
    return files("*.py", PACKAGES)


def templates() -> list[tuple[str, str]]:
    comment = re.compile(r"\{#.*?#\}", re.DOTALL)
    return [
        (file.relative_to(ROOT).as_posix(), comment.sub("", file.read_text(encoding="utf-8")))
        for file in files("templates/**/*", PACKAGES[:4])
    ]


def pages() -> list[tuple[str, str]]:
    return [(name, text) for name, text in templates() if not name.startswith(NO_PAGES)]


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {}
    for file in python_files():
        length = len(file.read_text(encoding="utf-8").splitlines())
        if length > LONGEST_FILE and not file.is_relative_to(AS_LONG_AS_NEEDED):
            long[str(file.relative_to(ROOT))] = length
    assert long == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = {}
    for file in python_files():
        if file.is_relative_to(AS_LONG_AS_NEEDED):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] = length
    assert long == {}


def test_nothing_is_left_to_do_later() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [str(file.relative_to(ROOT)) for file in python_files() if words.search(_comments(file))]
    found += [name for name, text in templates() if words.search(text)]
    assert found == []


def test_every_broken_rule_has_its_reason() -> None:
    bare = []
    for file in python_files():
        with file.open("rb") as stream:
            for token in tokenize.tokenize(stream.readline):
                if token.type == tokenize.COMMENT:
                    bare += [
                        f"{file.relative_to(ROOT)}:{token.start[0]} {match[0]}"
                        for match in SUPPRESSION.finditer(token.string)
                        if "fmt: skip" not in match[0] and not re.search(r"\w{3}", match["reason"])
                    ]
    assert bare == []


def _comments(file: Path) -> str:
    with file.open("rb") as stream:
        return "\n".join(token.string for token in tokenize.tokenize(stream.readline) if token.type == tokenize.COMMENT)


def test_no_page_holds_styles_scripts_or_handlers_of_its_own() -> None:
    found = []
    for name, text in pages():
        found += [f"{name}: style" for _ in re.findall(r"<style|\sstyle\s*=", text)]
        found += [f"{name}: script" for _ in INLINE_SCRIPT.findall(text)]
        found += [f"{name}: handler" for _ in HANDLER.findall(text)]
        found += [f"{name}: javascript:" for _ in re.findall(r"javascript:", text)]
    assert found == []


def test_texts_count_as_html_only_where_it_is_listed() -> None:
    found = {name for name, text in templates() if re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)}
    assert sorted(found - SAFE.keys()) == []
    assert sorted(SAFE.keys() - found) == []


def test_templates_import_what_they_use() -> None:
    made: dict[str, str] = {}
    used: set[str] = set()
    for name, text in templates():
        tree = Environment(autoescape=True).parse(text)
        imported = dict(
            (part, part) if isinstance(part, str) else (part[1], part[0])
            for line in tree.find_all(nodes.FromImport)
            for part in line.names
        )
        loaded = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"}
        assert imported.keys() <= loaded, name
        used |= loaded | set(imported.values())
        made |= {macro.name: name for macro in tree.find_all(nodes.Macro)}
    assert {macro: name for macro, name in made.items() if macro not in used} == {}, "no page draws these"


def test_no_text_for_translation_hides_inside_an_f_string() -> None:
    hidden = []
    for file in python_files():
        tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        inside = (node for joined in tree if isinstance(joined, ast.JoinedStr) for node in ast.walk(joined))
        calls = [node for node in inside if isinstance(node, ast.Call)]
        hidden += [f"{file.name}:{call.lineno}" for call in calls if ast.unparse(call.func) in TRANSLATED]
    assert hidden == []


def test_templates_call_our_own_names_only() -> None:
    """A host's `_`, `url_for` or `gettext` in a template of ours would be another thing in each host."""
    foreign = re.compile(r"\{[{%][^}]*?(?<![\w.])(_|gettext|ngettext|url_for|current_user|config|csrf_token)\(")
    found = [f"{name}: {match[1]}" for name, text in templates() for match in foreign.finditer(text)]
    assert found == []
