"""From facts to the bytes of a PDF (PDF/UA-1: tagged, with title and language, readable by screen readers).

>>> from certificates.designs.render import render
>>> from certificates.designs.sample import sample_facts
>>> render(sample_facts(), "trainer")[:8]
b'%PDF-1.7'

The same facts, design and versions of the libraries give the same bytes. The first certificate in a process takes
half a second longer than the following. This module is light: WeasyPrint is loaded when the first one is drawn.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from certificates.designs.registry import Design, designs

if TYPE_CHECKING:
    from certificates.designs.facts import CertificateFacts
    from certificates.designs.press import Press


@cache
def _press(design: Design) -> Press:
    from certificates.designs.press import Press  # noqa: PLC0415 - WeasyPrint is slow to load; only workers draw

    return Press(design)


def render(facts: CertificateFacts, design: str) -> bytes:
    """Return the PDF of a certificate in a design, as bytes.

    Raises LookupError for an unknown design, ValueError for one that does not suit the kind of certificate, and
    DesignError when the design's files are not whole.
    """
    chosen = designs()[design]
    if facts.kind not in chosen.kinds:
        message = f"certificate design {design!r} is for {', '.join(chosen.kinds)}, not for {facts.kind}"
        raise ValueError(message)
    return _press(chosen).print(facts)
