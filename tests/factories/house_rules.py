"""A folder of courses with house rules above it, for tests of the checks: everything in it is as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories.course_files import DE, EN, FIRST, SECOND, change, write, write_course

if TYPE_CHECKING:
    from pathlib import Path

COURSE = "small-course"
RULES = """[reading]
ease = [50, 100]
mean = [4, 12]
longest = 16

[lesson]
words = [12, 120]
summary = [1, 3]
self_test = [1, 2]

[spelling]
dictionary = "en_GB"
words = "words.txt"

[data]
file = "city.toml"
city = "Rivermouth"
modules = ["m1"]
known = [14001]

[questions]
pool = 3
alike = 80

[terms]
file = "library/glossary/glossary.toml"

[abbreviations]
known = ["EU"]

[shared]
words = 6
alike = 92
"""
DATA = """[city]
people = { value = 50000, unit = "people", says = "Inhabitants" }
homes = { value = 24000, unit = "homes", says = "Homes" }
a_home = { value = 2.08, unit = "people", of = "city.people / city.homes", says = "In each home" }
twice = { value = 96000, unit = "homes", of = "2 * (city.homes + city.homes)", says = "A sum" }
"""
GLOSSARY = """[[term]]
key = "coordinator"
[term.en]
term = "coordinator"
definition = "The person who holds the work together."
also = ["coordinators"]
avoid = ["project leader"]
[term.de]
term = "Koordination"
definition = "Wer die Arbeit zusammenhält."
"""
ITEM = """key = "glossary"
kind = "glossary"
audience = "everyone"
[en]
title = "Glossary"
summary = "Words that we use."
[de]
title = "Glossar"
summary = "Unsere Wörter."
"""
PROSE = """The city has [50,000](data:city.people) people in [24,000](data:city.homes) homes.
In winter they are cold.
The [coordinator](term:coordinator) asks each office for one number, and writes all of them down.
A table holds the answers and the name of who gave them to us.
Nobody in Rivermouth had ever seen the EMAS (Eco-Management and Audit Scheme) before that day.
With EMAS and ISO14001 in hand, the council voted in 2027 for the colourful plan.

::: try Ask once
Take the list to one office of your city.
:::
"""
PROSE_DE = """Die Stadt hat [50.000](data:city.people) Menschen und viele Häuser.
Die [Koordination](term:coordinator) fragt jede Stelle nach einer Zahl und schreibt sie auf.

::: try Fragen Sie
Nehmen Sie die Liste mit in ein Amt.
:::
"""
OTHER = """The second text says other things, in other words, to other people in the house.
It also has a little table of dates that the office can read.
It ends with a walk along the river, where the old mill stands.
There the group makes a plan for spring. Then they all go home and sleep.

::: try Walk there
Go to the river with a friend of yours.
:::
"""
OTHER_DE = """Der zweite Text sagt anderes, mit anderen Worten, für andere Menschen im Haus.

::: try Gehen Sie hin
Gehen Sie mit jemandem an den Fluss.
:::
"""
SOURCE = """
[[source]]
title = "A public paper"
"""
QUIZ = """key = "m1-quiz"
pass_percent = 70
minutes = 5
draw = 3

[en]
title = "Quiz"

[[question]]
key = "q-one"
type = "one-answer"
outcome = "m1-start"
options = ["a", "b"]
right = "a"
[question.en]
prompt = "Who asks each office for one number?"
rationale = "In Rivermouth it is her task."
[question.en.options]
a = "The coordinator"
b = "The mayor"
[question.en.feedback]
b = "The mayor has other work."

[[question]]
key = "q-two"
type = "number"
outcome = "m1-go-on"
value = 24000
data = "city.homes"
near = [{ value = 50000, feedback = "people" }]
[question.en]
prompt = "How many homes are there?"
rationale = "It stands in the first text."
[question.en.feedback]
people = "So many people live there."
wrong = "Read the first text again."

[[question]]
key = "q-three"
type = "true-false"
outcome = "m1"
right = true
[question.en]
prompt = "The old mill stands beside a river."
rationale = "That is where the walk ends."
[question.en.feedback]
wrong = "Go there and look."
"""
SELF_TEST = """[[question]]
key = "s-one"
type = "true-false"
right = false
[question.en]
prompt = "Winters are warm in all homes of this city."
rationale = "They are cold."
[question.en.feedback]
wrong = "They are cold."
"""
SELF_TEST_ALSO = """[[question]]
key = "s-first"
type = "several-answers"
options = ["table", "name", "song"]
right = ["table", "name"]
[question.en]
prompt = "What does she write down?"
rationale = "Nobody sings here."
[question.en.options]
table = "All answers"
name = "Who gave them"
song = "A song of old times"
[question.en.feedback]
table = "It holds them all."
name = "It stands there too."
song = "Nobody sings here."
"""
HANDIN = """key = "m1-handin"
by = "team"
minutes = 30

[en]
title = "Your list"
task = "Write a list."

[[criterion]]
key = "short"
[criterion.en]
title = "It is short."
help = "One page."

[[file]]
path = "form.en.md"
role = "form"
language = "en"
title = "Form"

[[file]]
path = "example.en.md"
role = "example"
language = "en"
title = "Example"
"""


def write_content(folder: Path) -> Path:
    """Write courses with house rules, figures, a glossary and our own words; return the folder."""
    course = write_course(folder)
    write(folder, "checks.toml", RULES)
    write(folder, "city.toml", DATA)
    write(folder, "words.txt", "# Names\nRivermouth\n")
    write(folder, "library/glossary/glossary.toml", GLOSSARY)
    write(folder, "library/glossary/item.toml", ITEM)
    write(course, f"{FIRST}/en.md", f"{PROSE}\n{EN}")
    write(course, f"{FIRST}/de.md", f"{PROSE_DE}\n{DE}")
    write(course, f"{SECOND}/en.md", OTHER)
    write(course, f"{SECOND}/de.md", OTHER_DE)
    for lesson in (FIRST, SECOND):
        change(course, f"{lesson}/lesson.toml", "minutes = 15\n", f"minutes = 15\n{SOURCE}")
    write(course, f"{SECOND}/self-test.toml", SELF_TEST)
    write(course, f"{FIRST}/self-test.toml", SELF_TEST_ALSO)
    write(course, "10-first/80-quiz/quiz.toml", QUIZ)
    write(course, "10-first/90-hand-in/handin.toml", HANDIN)
    for name in ("en", "form.en", "example.en"):
        write(
            course, f"10-first/90-hand-in/{name}.md", f"## Part of {name.partition('.')[0]}\n\nWrite the list here.\n"
        )
    return folder
