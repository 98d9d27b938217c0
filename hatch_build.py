"""Build hook: compile the translations, so that the package carries them ready for use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Translations(BuildHookInterface[Any]):
    """Compile every catalogue beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the files are gathered."""
        del version, build_data
        for source in Path(self.root, "lms", "translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as stream:
                catalog = read_po(stream, locale=source.parent.parent.name)
            with source.with_suffix(".mo").open("wb") as stream:
                write_mo(stream, catalog)
