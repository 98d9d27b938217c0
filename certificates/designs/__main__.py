"""Draw a sample certificate, to look at a design: `python -m certificates.designs --help`."""

from __future__ import annotations

import argparse
from pathlib import Path

from certificates.designs.registry import designs
from certificates.designs.render import render
from certificates.designs.sample import sample_facts
from lms.kernel.i18n import EU_LANGUAGES


def main(arguments: list[str] | None = None) -> None:
    """Write a sample in the design and language asked for."""
    parser = argparse.ArgumentParser(prog="python -m certificates.designs", description="Draw a sample certificate.")
    parser.add_argument("--design", default="trainer", choices=list(designs()), help="default: trainer")
    parser.add_argument("--language", default="en", choices=list(EU_LANGUAGES), help="of the printed labels")
    parser.add_argument("--name", default="Radu Ionescu", help="the holder's name")
    parser.add_argument("--demonstration", action="store_true", help="say that it is not a real certificate")
    parser.add_argument("--out", type=Path, default=Path("sample.pdf"), help="the file to write")
    asked = parser.parse_args(arguments)
    facts = sample_facts(
        kind=designs()[asked.design].kinds[0],
        language=asked.language,
        holder_name=asked.name,
        demonstration=asked.demonstration,
    )
    asked.out.write_bytes(render(facts, asked.design))


if __name__ == "__main__":
    main()
