"""Each module can be the first that a process imports, and the ground floor brings nothing from above.

No module needs, while it is loaded, one that needs it: then the order never matters. That is read from the sources
of all modules; a few of each room are also really imported, each the first in a process of its own.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "courses", "assessments", "certificates")
# These start something when they are imported, or are run instead.
RUN = {"lms.site.wsgi", "lms.site.__main__"}
DOORS = {"feature", "cli", "app"}
# One process has loaded the libraries, nothing of ours; it splits for each module, so that each is the first.
EACH_FIRST = """
import importlib, json, os, sys, traceback
import alembic.command, argon2, babel, flask_security, flask_sqlalchemy, flask_wtf, granian, nh3, pytest, sqlalchemy.orm
from markdown_it import MarkdownIt
names, faults = json.load(sys.stdin), {}
assert not [name for name in sys.modules if name.partition(".")[0] in {"lms", "courses", "assessments", "certificates"}]
for name in names:
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            importlib.import_module(name)
        except BaseException:
            os.write(writing, traceback.format_exc().encode()[-4000:])
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if text:
        faults[name] = text
json.dump(faults, sys.stdout)
"""


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def needed(statements: list[ast.stmt]) -> Iterator[str]:
    """Name what the statements of a module import while it is loaded: not in functions, not for types alone."""
    for each in statements:
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            yield str(each.module)
            yield from (f"{each.module}.{alias.name}" for alias in each.names)
        elif isinstance(each, ast.If) and ast.unparse(each.test) == "TYPE_CHECKING":
            yield from needed(each.orelse)
        elif not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from needed([child for child in ast.iter_child_nodes(each) if isinstance(child, ast.stmt)])


def python(code: str, *, sent: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], input=sent, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_module_needs_while_loading_one_that_needs_it() -> None:
    known = modules()
    graph = {
        name: {other for other in needed(ast.parse(file.read_text(encoding="utf-8")).body) if other in known} - {name}
        for name, file in known.items()
    }
    assert sum(map(len, graph.values())) > 500
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" needs ".join(error.args[1])) from None


def test_the_doors_of_each_room_can_be_imported_first() -> None:
    names = [name for name in modules() if name.rpartition(".")[2] in DOORS and name not in RUN]
    assert len(names) > 10
    assert json.loads(python(EACH_FIRST, sent=json.dumps(names))) == {}


def test_the_kernel_loads_nothing_above_it() -> None:
    kernel = [name for name in modules() if name.startswith("lms.kernel")]
    code = (
        f"import importlib, sys\nfor name in {kernel!r}: importlib.import_module(name)\n"
        f"print(*[n for n in sys.modules if n.partition('.')[0] in {PACKAGES!r}])\n"
        "import lms\nassert [getattr(lms, name).__name__ for name in lms.__all__] == lms.__all__"
    )
    above = [name for name in python(code).split() if name != "lms" and not name.startswith("lms.kernel")]
    assert above == []


def test_the_package_itself_loads_nothing() -> None:
    ours = python(f"import lms, sys\nprint(*[n for n in sys.modules if n.partition('.')[0] in {PACKAGES!r}])")
    assert ours.split() == ["lms"]
