"""What README says about mounting works as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from lms.kernel import migrations
from tests.mounted.conftest import close
from tests.mounted.host import add_account, make_host
from tests.mounted.test_databases import visitor

if TYPE_CHECKING:
    import pytest

README = Path(__file__).parents[2] / "README.md"


def snippet() -> str:
    """Return the Python of README's part about mounting."""
    part = README.read_text(encoding="utf-8").partition("\n## Mount it in your app\n")[2].partition("\n## ")[0]
    found = re.search(r"^```python\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    assert found, "README does not show how to mount"
    return found[1]


def test_readme_shows_it_in_under_fifteen_lines() -> None:
    assert len(snippet().splitlines()) < 15


def test_what_readme_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_host(tmp_path, mounted=False)
    add_account(app, "marja", "Marja Lehto")
    theirs = ModuleType("yourapp")
    theirs.app = app  # type: ignore[attr-defined]  # the app that README speaks of
    monkeypatch.setitem(sys.modules, "yourapp", theirs)
    exec(snippet(), {})  # noqa: S102 - the lines of our own README
    try:
        with app.app_context():
            migrations.upgrade()
        client = visitor(app)
        page = client.get("/learn/account")
        assert page.status_code == 200
        assert "RIVERMOUTH CITY NETWORK" in page.text
        assert 'value="Marja Lehto"' in page.text
        assert app.test_client().get("/learn/account").location.startswith("/login?next=")
    finally:
        close(app)
