"""The files that a design may read while it is drawn: its own folder, the shared one, and nothing else."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Relative addresses in templates and styles are resolved against this; no such host can exist (RFC 2606).
BASE = "https://design.invalid/"


class DesignFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers `BASE/name` from the first folder that has the file, and `data:`; refuses every other address.

    WeasyPrint goes on without what it could not get, so refusals are kept in `refused` for the renderer to raise.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        """Remember the folders, the design's own first."""
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.folders = [folder.resolve() for folder in folders]
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the file behind an address. Raises ValueError for all that lies elsewhere."""
        if url[:5].lower() == "data:":
            return super().fetch(url, headers)
        if url.startswith(BASE):
            name = unquote(urlsplit(url).path).lstrip("/")
            for folder in self.folders:
                path = (folder / name).resolve()
                if path.is_relative_to(folder) and path.is_file():
                    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                    return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        self.refused.append(url[:200])
        message = f"a certificate design may not read {url[:200]}"
        raise ValueError(message)
