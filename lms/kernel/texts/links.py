"""Links by key: where a text names a thing, and what stands in a page instead.

| In the text | In the page |
|---|---|
| `[roles](lesson:m2-roles)` | a link to the lesson |
| `[stakeholder matrix](library:stakeholder-matrix)` | a link to the item of the library; its words if there is none |
| `[coordinator](term:coordinator)` | a button that explains the word; the word alone where nobody explains it |
| `[34,000](data:own.target_2030)` | the number alone: such a link is for the checker |

A button stands on a line as one block. A term of several words would therefore not break between them; so each word
is a button of its own, and only the first is for the keyboard and for screen readers, under the name of the whole. A
short word goes with the next one: alone it would be hard to hit. A line may end before and after a block, so marks that
cling to the word are bound to it.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

DATA = "data:"
IS_LINK = re.compile(
    r"(?i:https?://|mailto:)|#fn|(?:lesson|library|term):[a-z0-9-]+\Z|data:[a-z0-9_]+(?:\.[a-z0-9_]+)+\Z"
)
KEYED = re.compile(r'<a href="(lesson|library|term):([a-z0-9-]+)">(.*?)</a>', re.DOTALL)
WITH_MARKS = re.compile(rf"([(“‘„]*){KEYED.pattern}((?:’s\b|[.,:;!?)”’“‘…])*)", re.DOTALL)
"""A link by key with the marks that cling to it."""
BETWEEN = re.compile(r"(?<=\S{4}) (?=\S{4}|\S{1,3} )")
"""A space at which a term is cut: not after a short word, nor before the last if that is short."""
EXPLANATION = "word-"
"""What the id of an explanation begins with; the key of the term follows."""


def is_link(address: str) -> bool:
    """Whether a link in a text may lead there."""
    return bool(IS_LINK.match(address))


def keys_in(html: str, scheme: str) -> tuple[str, ...]:
    """Return the keys of one kind of link in HTML that is not resolved yet, each once, in order.

    >>> keys_in('<a href="term:swot">SWOT</a> <a href="lesson:m1">one</a> <a href="term:swot">again</a>', "term")
    ('swot',)
    """
    return tuple(dict.fromkeys(key for found, key, _words in KEYED.findall(html) if found == scheme))


def resolve(html: str, *, lesson: Callable[[str], str], items: Mapping[str, str], terms: Container[str]) -> str:
    """Put what a page shows in place of every link by key.

    >>> resolve('a <a href="term:swot">SWOT</a>', lesson=str, items={}, terms=())
    'a SWOT'
    """

    def shown(found: re.Match[str]) -> str:
        before, scheme, key, words, after = found.groups()
        if scheme == "term" and key in terms:
            return _button(key, words, before, after)
        address = lesson(key) if scheme == "lesson" else items.get(key, "") if scheme == "library" else ""
        link = f'<a href="{escape(address)}">{words}</a>' if address else words
        return f"{before}{link}{after}"

    return WITH_MARKS.sub(shown, html)


def _button(key: str, words: str, before: str, after: str) -> str:
    begin = f'<button type="button" popovertarget="{EXPLANATION}{key}"'
    first, *rest = [words] if "<" in words else BETWEEN.split(" ".join(words.split()))
    whole = " ".join((first, *rest)).replace('"', "&quot;")  # the rest is escaped already
    named = f' aria-label="{whole}"' if rest else ""
    buttons = [f"{begin}{named}>{first}</button>"]
    buttons += [f'{begin} tabindex="-1" aria-hidden="true">{word}</button>' for word in rest]
    *others, last = buttons
    begun = f'<span class="lms-term">{" ".join(others)} </span>' if others else ""
    end = f'<span class="lms-term">{last}</span>'
    if others:
        begun, before = before + begun, ""
    return f'{begun}<span class="lms-bound">{before}{end}{after}</span>' if before or after else f"{begun}{end}"
