"""Lines of keys in TOML: right for every way of writing, and never a crash on text that TOML accepts."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, strategies as st

from lms.kernel.texts.toml_lines import Place, key_lines, line_of

TEXT = '''a = 1
[en]
title = """
x [ not a table
""" # a comment
b = { c = "x", d = [1, { e = 2 }] }
[[question]]
key = "q"
[question.en]
prompt = 'x # ['
[[question]]
[[question.sub]]
"k.y" = [
 "a", # one
 "b",
]
x.y = """a"""""
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 1),
        (("en", "title"), 3),
        (("en", "b", "d", 1, "e"), 6),
        (("question", 0, "key"), 8),
        (("question", 0, "en", "prompt"), 10),
        (("question", 1), 11),
        (("question", 1, "sub", 0, "k.y"), 13),
        (("question", 1, "sub", 0, "k.y", 1), 15),
        (("question", 1, "sub", 0, "x", "y"), 17),
    ],
)
def test_each_key_has_its_line(place: Place, line: int) -> None:
    assert key_lines(TEXT)[place] == line


def test_a_missing_key_is_reported_at_its_table() -> None:
    assert line_of(key_lines(TEXT), "question", 0, "en", "rationale") == 9
    assert line_of(key_lines(TEXT), "nothing") == 1


keys = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
quoted = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
literal = st.text(st.sampled_from("ab[]{}#=,'\" \n"), max_size=8).map(
    lambda text: "'''\n" + text.replace("'''", "").strip("'") + "'''"
)
plain = st.one_of(st.integers().map(str), st.sampled_from(["true", "1.5", "2026-01-01"]), quoted, literal)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3).map(lambda all_: "[" + ", ".join(all_) + "]"))
lines = st.one_of(
    st.tuples(keys, values).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    keys.map(lambda key: f"[{key}]"),
    keys.map(lambda key: f"[[{key}]]"),
    st.just("# comment ["),
)


@given(st.lists(lines, max_size=12).map("\n".join))
def test_every_value_has_a_line_in_any_valid_text(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    where = key_lines(text)
    for place in places(data):
        assert place in where
        assert 1 <= where[place] <= text.count("\n") + 1


def places(value: Any, at: Place = ()) -> list[Place]:
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return [found for key, inner in pairs for found in [(*at, key), *places(inner, (*at, key))]]
