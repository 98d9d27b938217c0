"""Reading a course for one person: one statement for all that a page needs, beside the edition that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, false, or_, select
from sqlalchemy.orm import aliased

from courses.catalogue.queries import content, manifest_of
from courses.learning.rules import content_language
from courses.programmes.models import Deadline, Enrolment, Programme
from courses.programmes.policies import staffed_programmes
from courses.programmes.queries import edition_in_force
from courses.progress.models import Bookmark, EnrolmentState
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import current_language, gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from courses.catalogue.rules import Activity, Manifest, Module
    from lms.kernel.permissions import Viewer


@dataclass(frozen=True)
class Place:
    """A course as one viewer has it in a programme. Staff without an enrolment look at it as participants would."""

    programme: Programme
    edition_id: int
    manifest: Manifest
    enrolment: Enrolment | None
    state: EnrolmentState | None

    @property
    def preview(self) -> bool:
        """Whether the viewer only looks, and nothing is recorded."""
        return self.enrolment is None

    @property
    def nodes(self) -> Mapping[str, Mapping[str, Any]]:
        """State per node."""
        return self.state.nodes if self.state else {}

    def state_of(self, key: str) -> str:
        """Return how an activity stands for the viewer, such as read or passed; "" where it was not begun."""
        return str(self.nodes.get(key, {}).get("state", ""))

    def language(self, asked: str = "") -> str:
        """Return the language of the texts: asked for, chosen before, the interface's, or the programme's."""
        chosen = self.enrolment.language if self.enrolment else ""
        wanted = [asked, chosen, current_language(), *self.programme.languages]
        return content_language(wanted, self.manifest.languages, self.manifest.source_language)


def _places(staffed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement of `place_for`: the programme, its edition in force, the viewer's enrolment and state."""
    own = aliased(Enrolment)
    mine = and_(own.programme_id == Programme.id, own.person_id == bindparam("viewer"), own.left_at.is_(None))
    return (
        select(Programme, edition_in_force(), own, EnrolmentState)
        .outerjoin(own, mine)
        .outerjoin(EnrolmentState, EnrolmentState.enrolment_id == own.id)
        .where(Programme.ref == bindparam("programme"), or_(own.id.is_not(None), staffed))
    )


@cache
def _place_statement() -> Select[*tuple[Any, ...]]:
    return _places(false())


def place_for(viewer: Viewer, ref: str) -> Place:
    """Return the course of a programme for a viewer who takes part or is staff. Raises NotFound."""
    # Most viewers hold no role; their statement is built once.
    statement = _place_statement() if viewer.signed_in and not viewer.grants else _places(staffed_programmes(viewer))
    row = db.session.execute(statement, {"viewer": viewer.person_id, "programme": ref}).one_or_none()
    if row is None or row[1] is None:
        raise NotFound(_("There is no such training programme, or you do not take part in it."))
    programme, edition_id, enrolment, state = row
    return Place(programme, edition_id, manifest_of(edition_id), enrolment, state)


def activity_in(place: Place, key: str, kind: str = "") -> tuple[Module, Activity]:
    """Return an activity of the course with its module. Raises NotFound, also for one of another kind."""
    module, activity = place.manifest.by_key.get(key, (None, None))
    if module is None or activity is None or (kind and activity.kind != kind):
        raise NotFound(_("There is no such lesson in this course. Go back to the course page."))
    return module, activity


def body_of(activity: Activity) -> dict[str, Any]:
    """Return the frozen content of an activity."""
    return content(activity.content)


def deadlines_of(programme_id: int) -> dict[str, date]:
    """Return the last days of a programme's activities, by node key."""
    rows = db.session.execute(_deadlines_statement(), {"programme": programme_id})
    return dict(rows.all())


@cache
def _deadlines_statement() -> Select[str, date]:
    return select(Deadline.node_key, Deadline.due_on).where(Deadline.programme_id == bindparam("programme"))


def bookmark_of(place: Place) -> Bookmark | None:
    """Return where the viewer stopped reading."""
    return db.session.get(Bookmark, place.enrolment.id) if place.enrolment else None
