"""What makes course texts good: each fault is named with file, line and a sentence, and sound texts are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.checking.check import check_content
from courses.checking.extra import library
from lms.kernel.errors import Conflict
from tests.factories.course_files import FIRST, SECOND, change, write, write_route
from tests.factories.house_rules import COURSE, write_content

ROOT = Path(__file__).parents[3]
CONTENT = ROOT / "courses" / "content"
START, ON, HANDIN = f"{COURSE}/{FIRST}", f"{COURSE}/{SECOND}", f"{COURSE}/10-first/90-hand-in"


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in check_content(folder)]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path)


def test_sound_content_has_no_faults(content: Path) -> None:
    assert found(content) == []


def test_the_reference_courses_have_no_faults() -> None:
    assert found(CONTENT) == []


FAULTS = {
    # reading ease and sentences
    "hard words": (
        f"{ON}/en.md",
        "It ends with a walk along the river, where the old mill stands.",
        "Interdepartmental coordination necessitates institutionalised participation.\n" * 4,
        f"{ON}/en.md:1: The reading ease is ",
    ),
    "short sentences": (
        f"{ON}/en.md",
        "It ends with",
        "Go on. Sit down. Look up. See it. Go out. Come in. Do it. " * 4,
        f"{ON}/en.md:1: A sentence has ",
    ),
    "a long sentence": (
        f"{ON}/en.md",
        "It also has a little table",
        "It also has a very nice and rather good little table",
        f"{ON}/en.md:2: The sentence “It also has a very nice …” has 18 words without a pause; at most 16.",
    ),
    "a long sentence in TOML": (
        f"{START}/lesson.toml",
        'summary = "In short."',
        'summary = "In short, they all went to the old mill and then they came home again by train."',
        f"{START}/lesson.toml:11: The sentence “In short, they all went to …” has 17 words",
    ),
    # abbreviations
    "an abbreviation": (
        f"{ON}/en.md",
        "the old mill",
        "the SWOT mill",
        f"{ON}/en.md:3: “SWOT” is not spelled out before it is used.",
    ),
    # terms
    "an avoided word": (
        f"{ON}/en.md",
        "the old mill",
        "the old project leader’s mill",
        f"{ON}/en.md:3: “project leader” has another name in this course: “coordinator”. Write that.",
    ),
    "a term without entry": (
        f"{START}/en.md",
        "term:coordinator",
        "term:mayor",
        f"{START}/en.md:3: The glossary has no term “mayor”. Correct it",
    ),
    "another word for a term": (
        f"{START}/en.md",
        "[coordinator](",
        "[colleague](",
        f"{START}/en.md:3: The glossary does not call it “colleague” but “coordinator”, “coordinators”.",
    ),
    "a term linked twice": (
        f"{START}/en.md",
        "Nobody in",
        "The [coordinator](term:coordinator) went home. Nobody in",
        f"{START}/en.md:5: “coordinator” is explained in line 3 already.",
    ),
    "a term linked late": (
        f"{START}/en.md",
        "In winter they are cold.",
        "In winter the coordinator is cold.",
        f"{START}/en.md:3: “coordinator” stands in line 2 already. Link it there, at its first use.",
    ),
    # structure
    "no source": (
        f"{ON}/lesson.toml",
        '[[source]]\ntitle = "A public paper"\n',
        "",
        f"{ON}/lesson.toml:1: The lesson names no source.",
    ),
    "nothing to do": (
        f"{ON}/de.md",
        "::: try",
        "::: note",
        f"{ON}/de.md:1: The lesson gives nothing to do in the reader’s own city.",
    ),
    "two things to do": (
        f"{ON}/en.md",
        "::: try Walk",
        "::: try Sit\nSit down first.\n:::\n\n::: try Walk",
        f"{ON}/en.md:9: The lesson has a “try” already.",
    ),
    "too few words": (
        f"{ON}/de.md",
        "Der zweite Text sagt anderes, mit anderen Worten, für andere Menschen im Haus.",
        "Kurz.",
        f"{ON}/de.md:1: The lesson has 11 words; 12 to 120 are wanted.",
    ),
    "no self-test": (
        "checks.toml",
        "self_test = [1, 2]",
        "self_test = [2, 3]",
        f"{ON}/self-test.toml:1: The self-test has 1 questions; 2 to 3 are wanted.",
    ),
    "a hard task": (
        f"{HANDIN}/en.md",
        "Write the list here.",
        "Interdepartmental coordination necessitates institutionalised participation.\n" * 6,
        f"{HANDIN}/en.md:1: The reading ease is",
    ),
    "a long summary": (
        f"{ON}/lesson.toml",
        '"In short."',
        '"In short. One thing. Two things. Three things."',
        f"{ON}/lesson.toml:11: The summary has 4 sentences; 1 to 3 are wanted.",
    ),
    "a description that adds nothing": (
        f"{START}/lesson.toml",
        "A line from left to right.",
        "A line.",
        f"{START}/lesson.toml:22: The long description says no more than “alt”.",
    ),
    "no criterion": (
        f"{HANDIN}/handin.toml",
        '[[criterion]]\nkey = "short"\n[criterion.en]\ntitle = "It is short."\nhelp = "One page."\n',
        "",
        f"{HANDIN}/handin.toml:1: The hand-in has no criterion.",
    ),
    "no example": (
        f"{HANDIN}/handin.toml",
        'role = "example"',
        'role = "form"',
        f"{HANDIN}/handin.toml:1: There is no file with role “example” in “en”.",
    ),
    # figures of the invented city
    "a wrong formula": (
        "city.toml",
        "2.08",
        "2.2",
        "city.toml:4: “city.a_home” is 2.2, but its formula gives 2.08333.",
    ),
    "a formula that calls a function": (
        "city.toml",
        "2 * (city.homes + city.homes)",
        "max(1, 2)",
        "city.toml:5: The formula of “city.twice” cannot be computed",
    ),
    "a number that is not the figure": (
        f"{START}/en.md",
        "[50,000]",
        "[50,500]",
        f"{START}/en.md:1: “50,500” is not the figure “city.people”: it is 50,000.",
    ),
    "a number in another language": (
        f"{START}/de.md",
        "[50.000]",
        "[50,000]",
        f"{START}/de.md:1: “50,000” is not the figure “city.people”",
    ),
    "a figure without entry": (
        f"{START}/en.md",
        "city.homes",
        "city.houses",
        f"{START}/en.md:1: There is no figure “city.houses”. Did you mean “city.homes”?",
    ),
    "a number that nobody knows": (
        f"{ON}/en.md",
        "the old mill",
        "the mill of 31,000 men",
        f"{ON}/en.md:3: 31,000 is no figure of the data file.",
    ),
    "a number in a drawing": (
        f"{START}/figure-one.svg",
        "</svg>",
        '<text x="1" y="1">4,700 homes</text></svg>',
        f"{START}/figure-one.svg:1: 4,700 is no figure of the data file.",
    ),
    "a number in a question on the city": (
        f"{COURSE}/10-first/80-quiz/quiz.toml",
        "it is her task.",
        "it is her task among 7,300.",
        f"{COURSE}/10-first/80-quiz/quiz.toml:17: 7,300 is no figure of the data file.",
    ),
    # spelling
    "an American word": (
        f"{START}/en.md",
        "colourful",
        "colorful",
        f"{START}/en.md:6: “colorful” is no word of the dictionary. Did you mean",
    ),
    "a slip in a drawing": (
        f"{START}/figure-one.svg",
        "</svg>",
        '<text x="1" y="1">Councill</text></svg>',
        f"{START}/figure-one.svg:1: “Councill” is no word of the dictionary.",
    ),
    "a slip in TOML": (
        f"{START}/lesson.toml",
        "You can explain it.",
        "You can explane it.",
        f"{START}/lesson.toml:10: “explane” is no word",
    ),
    # shared sentences
    "a shared sentence": (
        f"{ON}/en.md",
        "Then they all go home",
        "A table holds the answers and the name of who gave them to us. Then they all go home",
        f"{ON}/en.md:4: “A table holds the answers and …” stands in {START}/en.md:4 too.",
    ),
    "a sentence that is almost shared": (
        f"{ON}/en.md",
        "Then they all go home",
        "A table holds the answers and the names of who gave them to us. Then they all go home",
        f"{ON}/en.md:4: “A table holds the answers and …” is almost a sentence of {START}/en.md:4.",
    ),
    # links
    "an item that is not there": (
        f"{ON}/en.md",
        "the old mill",
        "the old [mill](library:mill)",
        f"{ON}/en.md:3: No item of the library has the key “mill”.",
    ),
    "a place in the page": (
        f"{ON}/en.md",
        "the old mill",
        "the old [mill](#fn-mill)",
        f"{ON}/en.md:3: “#fn-mill” leads to a place in the page that has no name.",
    ),
    "an item with a fault": (
        "library/glossary/item.toml",
        'kind = "glossary"',
        'kind = "list"',
        "library/glossary/item.toml:2: “kind” must be one of",
    ),
    "half an address": (
        f"{ON}/en.md",
        "the old mill",
        "the old [mill](https://mill)",
        f"{ON}/en.md:3: “https://mill” is no complete address.",
    ),
    # the house rules themselves
    "a misspelt table": (
        "checks.toml",
        "[shared]",
        "[shard]",
        "checks.toml:31: No check looks for “shard”. Correct the name, or delete it.",
    ),
    "a misspelt limit": (
        "checks.toml",
        "longest",
        "longst",
        "checks.toml:4: “longst” is not known here. Did you mean “longest”?",
    ),
    "a band of one number": (
        "checks.toml",
        "ease = [50, 100]",
        "ease = 50",
        "checks.toml:2: “ease” must be two numbers: [lowest, highest].",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "expected"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_named_with_its_line(content: Path, file: str, old: str, new: str, expected: str) -> None:
    change(content, file, old, new)
    assert any(line.startswith(expected) for line in found(content)), found(content)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{ON}/en.md", "the old mill", "the mill of 24,000 homes"),
        (f"{ON}/en.md", "the old mill", "the mill of 1999"),
        (f"{ON}/en.md", "the old mill", "the SWOT (strengths and weaknesses) mill"),
        (f"{ON}/en.md", "the old mill", "the city’s well-made mill, by `sqlx`"),
        (f"{START}/en.md", "[50,000]", "[0.05 million]"),
        (f"{START}/de.md", "Die [Koordination](", "Alle [Koordinationen]("),
        ("city.toml", "people = { value = 50000", "people = { value = 49990"),
        (f"{START}/en.md", "[24,000](data:city.homes) homes", "about [two](data:city.a_home) in each home"),
        (f"{COURSE}/10-first/80-quiz/quiz.toml", "beside a river", "beside a river of 7,300 towns"),
        (f"{COURSE}/10-first/80-quiz/quiz.toml", "The mayor has other work.", "The mayor has 7,300 hours of work."),
        (f"{START}/figure-one.svg", "</svg>", '<text x="1">Depart-</text><text x="1">ments</text></svg>'),
    ],
)
def test_what_is_right_is_left_alone(content: Path, file: str, old: str, new: str) -> None:
    change(content, file, old, new)
    assert found(content) == []


def test_a_number_is_excused_where_it_stands(content: Path) -> None:
    change(content, f"{ON}/en.md", "the old mill", "the mill of 31,000 men")
    change(content, f"{ON}/lesson.toml", "minutes = 15", "minutes = 15\nown_numbers = [31000]  # of another town")
    assert found(content) == []


def test_without_house_rules_only_the_format_is_checked(content: Path) -> None:
    change(content, f"{START}/en.md", "colourful", "colorful")
    (content / "checks.toml").unlink()
    assert found(content) == []


def test_a_folder_of_a_course_can_be_checked_alone(content: Path) -> None:
    change(content, f"{START}/en.md", "colourful", "colorful")
    change(content, f"{ON}/lesson.toml", "minutes = 15", "minutes = 0")
    assert [line.split(": ")[0] for line in found(content / START)] == ["en.md:6"]
    assert [line.split(": ")[0] for line in found(content / ON)] == ["lesson.toml:3"]


def test_what_a_route_includes_is_told_once(content: Path) -> None:
    route = write_route(content)
    write(
        route,
        "10-first/10-promise/en.md",
        "::: sign Here\n- Name:\n:::\n\n::: try Sign\nSign the paper, and hang it up for all to see.\n:::\n",
    )
    change(route, "10-first/10-promise/lesson.toml", "minutes = 15", 'minutes = 15\n[[source]]\ntitle = "A paper"\n')
    change(content, f"{START}/en.md", "colourful", "colorful")
    assert [line.split(": ")[0] for line in found(content)] == [f"{START}/en.md:6"]


def test_what_is_not_installed_is_said_in_a_line(content: Path) -> None:
    with pytest.raises(Conflict, match=r"Install it: pip install 'ims-lms\[checks\]'"):
        library("no_such_library")
    change(content, "checks.toml", "en_GB", "xx_XX")
    with pytest.raises(Conflict, match=r"The dictionary xx_XX is missing\. On Debian or Ubuntu: sudo apt-get install"):
        found(content)
