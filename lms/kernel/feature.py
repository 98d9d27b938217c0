"""The door of a room: one `Feature` tells the house what the room brings.

Built-in rooms and third parties use the same door. A room has a `feature.py` with `FEATURE = Feature(...)`; the
extension loads it by its dotted name, third parties by the entry-point group `lms.features`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flask import Flask

    from lms.kernel.blobs import Attachment
    from lms.kernel.config import Setting
    from lms.kernel.mail import MailText
    from lms.kernel.pages import Pages
    from lms.kernel.permissions import Permission, Role, Viewer


@dataclass(frozen=True)
class MenuItem:
    """An entry of the main menu, the person's menu (`place="person"`) or the footer (`place="footer"`).

    `endpoint` is one of ours ("programmes.index") or, for entries of the host, `url` gives the address. `when`
    decides who sees it; it must not ask the database. `post` makes it a button, for sign-out. `rooms` names further
    rooms whose pages belong under this entry.
    """

    order: int
    label: object
    endpoint: str = ""
    url: Callable[[], str] | None = None
    when: Callable[[Viewer], bool] = lambda viewer: viewer.signed_in
    place: str = "main"
    post: bool = False
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feature:
    """What a room brings.

    name: the room, used in endpoints (`lms.<name>.<view>`) and in the names of jobs and mails.
    models: modules that declare tables; imported so that mappers and migrations know them.
    pages: route tables. permissions, roles, settings: declared here and documented in the README.
    jobs: name to handler; a handler gets the arguments of its row and must do nothing the second time.
    periodic: name to (hours between runs, handler without arguments).
    mails: kind to builder(args) -> MailText or None (nothing to tell any more).
    keeps: functions that return the hashes of bytes that the room names elsewhere than in a column with a foreign key.
    attachments: owner kind to predicate(viewer, attachment), deciding who may download.
    menu: entries. checks: functions for `flask lms check`, each returning sentences about what is wrong.
    rebuild: name to function(check, say) -> list of differences, for projections; `say` hears how far a long one is.
    own_data: heading to function(person_id) -> JSON with all that the room keeps about a person, for "My data".
    setup: called with the app at the end of `init_app`.
    """

    name: str
    package: str
    models: Sequence[str] = ()
    pages: Sequence[Pages] = ()
    permissions: Sequence[Permission] = ()
    roles: Sequence[Role] = ()
    settings: Sequence[Setting] = ()
    jobs: Mapping[str, Callable[[dict[str, Any]], None]] = field(default_factory=dict)
    periodic: Mapping[str, tuple[int, Callable[[], None]]] = field(default_factory=dict)
    mails: Mapping[str, Callable[[dict[str, Any]], MailText | None]] = field(default_factory=dict)
    keeps: Sequence[Callable[[], Iterable[str]]] = ()
    attachments: Mapping[str, Callable[[Viewer, Attachment], bool]] = field(default_factory=dict)
    menu: Sequence[MenuItem] = ()
    checks: Sequence[Callable[[], list[str]]] = ()
    rebuild: Mapping[str, Callable[..., list[str]]] = field(default_factory=dict)
    own_data: Mapping[str, Callable[[int], object]] = field(default_factory=dict)
    setup: Callable[[Flask], None] | None = None
