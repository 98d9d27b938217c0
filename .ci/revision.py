"""Write a revision of the tables from what the models have and the migrations lack.

.venv/bin/python .ci/revision.py "teams have a colour"
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lms.kernel import migrations
from lms.kernel.db import db
from lms.testing.apps import make_host


def main(words: str) -> None:
    """Bring an empty database of its own up to date, compare it with the models, and write down the difference."""
    with TemporaryDirectory() as folder, make_host(Path(folder)).app_context():
        migrations.upgrade()
        file = migrations.write_revision(words)
        db.engine.dispose()
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", file], check=True)  # noqa: S603 - our own file
    sys.stdout.write("Read it, mend what could not be guessed, and run tests/house/test_migrations.py.\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():  # noqa: PLR2004 - the command and the words
        sys.exit('Say what changes, in a few words: make revision WORDS="teams have a colour"')
    main(sys.argv[1].strip())
