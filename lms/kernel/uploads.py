"""Receiving files from a form: looked at, named harmlessly and written to the file store before any lock is taken.

A route names the function that receives: it runs after the sign-in and the permission were checked and before the
transaction of the view (`Pages.post(..., prepare=...)`).

>>> @pages.post("/hand-ins/<ref>", permission=SIGNED_IN, prepare=receive_files)  # doctest: +SKIP
... def save(ref):
...     for upload in received().files: keep(upload, owner=("handin_draft", 7), hub_id=3, actor=viewer)
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request

from lms.kernel import blobs
from lms.kernel.config import MEGABYTE, setting
from lms.kernel.errors import Invalid
from lms.kernel.file_kinds import KINDS, kind_of, suffix_of, unknown
from lms.kernel.i18n import format_number, gettext as _
from lms.kernel.problems import DISK_FULL
from lms.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from werkzeug.datastructures import FileStorage

    from lms.kernel.blobs import Attachment
    from lms.kernel.file_kinds import Kind
    from lms.kernel.permissions import Viewer

FIELD = "files"
KILO = 1000
LONGEST_NAME = 120  # letters
LONGEST_NAME_BYTES = 200  # file systems hold 255
MOST_AT_ONCE = 10
HARMFUL = re.compile(r'[<>:"|?*]')
# Names that Windows takes for devices, whatever follows the dot.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Upload:
    """A file that lies in the store; no row names it yet. `size` is in bytes."""

    name: str
    media_type: str
    digest: str
    size: int


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and the sentence that says why and what to do."""

    name: str
    text: str


@dataclass
class Received:
    """What came with a form."""

    files: list[Upload] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def received() -> Received:
    """Return what `receive_files` has put into the store in this request."""
    found: Received = g.get("lms_received") or Received()
    return found


def receive_files(**_arguments: Any) -> None:
    """Look at every file of the form and write the good ones; a `prepare` function for `Pages.post`.

    It takes the arguments of the view, and needs none. One bad file does not spoil the others.
    """
    g.lms_received = receive(request.files.getlist(FIELD))


def receive(sent: Collection[FileStorage], kinds: Collection[Kind] = KINDS) -> Received:
    """Take the files of the given kinds; what cannot be taken is refused with its reason."""
    result = Received()
    for item in sent:
        if not item.filename:
            continue  # what a browser sends when nothing was chosen
        name = safe_name(item.filename)
        if len(result.files) == MOST_AT_ONCE:
            text = _("At most %(num)s files can be sent at once. Send this one afterwards.", num=MOST_AT_ONCE)
            result.refused.append(Refused(name, text))
            continue
        try:
            result.files.append(_take(item, name, kinds))
        except Invalid as error:
            result.refused.append(Refused(name, error.text))
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            current_app.logger.error("the file store is full: %s", error)  # noqa: TRY400 - the trace says no more
            text = _("The site has no room left, so this file was not saved. Tell your hub, and try again later.")
            result.refused.append(Refused(name, text))
    return result


def _take(item: FileStorage, name: str, kinds: Collection[Kind]) -> Upload:
    size = item.stream.seek(0, io.SEEK_END)
    if size > largest():
        raise Invalid(too_large(size))
    kind = kind_of(item.stream, name)  # type: ignore[arg-type]  # a spooled file in everything that matters
    if kind not in kinds:
        raise unknown()
    digest, size = blobs.write(item.stream)  # type: ignore[arg-type]  # the same
    return Upload(fit_suffix(name, kind), kind.media_type, digest, size)


def keep(upload: Upload, *, owner: tuple[str, int], hub_id: int | None, actor: Viewer, name: str = "") -> Attachment:
    """Give a received file its rows, in the caller's transaction, so that it can be downloaded."""
    blobs.note(upload.digest, upload.size)
    return blobs.attach(
        upload.digest,
        owner=owner,
        name=name or upload.name,
        media_type=upload.media_type,
        hub_id=hub_id,
        actor=actor,
    )


def largest() -> int:
    """Return the size of the largest file that is taken, in bytes."""
    return int(setting("LMS_MAX_UPLOAD_MB")) * MEGABYTE


def too_large(size: int) -> str:
    """Say that a file is too large, with its own size and the limit."""
    megabytes = math.ceil(size / MEGABYTE * 10) / 10  # rounded up, so that it never seems to fit
    return _(
        "The file is %(size)s MB. Choose one up to %(limit)s MB.",
        size=format_number(int(megabytes) if megabytes.is_integer() else megabytes),
        limit=format_number(setting("LMS_MAX_UPLOAD_MB")),
    )


def size_words(size: int) -> str:
    """Write a size as people read it: "212 kB", "1.4 MB".

    >>> size_words(500)  # doctest: +SKIP
    '1 kB'
    """
    if size < MEGABYTE:
        return _("%(size)s kB", size=format_number(max(1, round(size / KILO))))
    return _("%(size)s MB", size=format_number(round(size / MEGABYTE, 1)))


def safe_name(raw: str) -> str:
    r"""Make a file name harmless and keep it readable: no paths, nothing invisible, no reserved names, not too long.

    >>> safe_name("../../etc/pass\x00wd.txt"), safe_name("C:\\temp\\CON.pdf"), safe_name(" Kartta ä .pdf ")
    ('passwd.txt', '_CON.pdf', 'Kartta ä.pdf')
    """
    last = re.split(r"[/\\]", raw.replace("\x00", ""))[-1]
    name = HARMFUL.sub("_", clean_line(last)).strip(" .")
    if not name:
        return _("file")
    if RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name, suffix_of(name))


def _shortened(name: str, suffix: str) -> str:
    """Cut the middle of a long name, never its end."""
    suffix = name[len(name) - len(suffix) :] if suffix and len(suffix) <= len(".markdown") else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    stem = stem[: LONGEST_NAME - len(suffix)]
    while len(f"{stem}{suffix}".encode()) > LONGEST_NAME_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .') or '_'}{suffix}"


def fit_suffix(name: str, kind: Kind) -> str:
    """Let a name end as its content says: a picture that calls itself a document is called a picture.

    >>> from lms.kernel.file_kinds import PNG
    >>> fit_suffix("photo.jpg", PNG), fit_suffix("bill.pdf.exe", PNG), fit_suffix("Map.PNG", PNG)
    ('photo.png', 'bill.pdf.exe.png', 'Map.PNG')
    """
    suffix = suffix_of(name)
    if suffix in kind.suffixes:
        return name
    known = {end for other in KINDS for end in other.suffixes}
    stem = name[: -len(suffix)] if suffix in known else name
    return _shortened(f"{stem}{kind.suffix}", kind.suffix)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken yet: "plan.pdf", then "plan (2).pdf".

    >>> free_name("plan.pdf", {"plan.pdf", "Plan (2).pdf"})
    'plan (3).pdf'
    """
    held = {other.casefold() for other in taken}
    suffix = suffix_of(name)
    stem = name[: len(name) - len(suffix)] if suffix else name
    candidate, number = name, 1
    while candidate.casefold() in held:
        number += 1
        candidate = f"{stem} ({number}){name[len(stem) :]}"
    return candidate
