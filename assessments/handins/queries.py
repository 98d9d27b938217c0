"""Reading assignments and hand-ins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from assessments.handins import checklist, policies
from assessments.handins.models import Feedback, Handin, HandinDraft, HandinVersion
from assessments.handins.rules import TEAM, Assignment, Remark
from courses.catalogue.queries import content, manifest_of
from courses.programmes.models import Deadline, Enrolment, Programme, Team, TeamMember
from courses.programmes.queries import edition_in_force
from courses.progress.models import EnrolmentState
from courses.progress.rules import done_elsewhere
from lms.accounts.models import Person
from lms.hubs.models import City
from lms.kernel.blobs import Attachment
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.i18n import gettext as _
from lms.kernel.permissions import HUB, PROGRAMME

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime
    from typing import Any

    from sqlalchemy import Select

    from assessments.handins.checklist import Answers
    from courses.catalogue.rules import Activity, Manifest, Module
    from lms.kernel.permissions import Viewer

KIND = "handin"
DRAFT_FILES, VERSION_FILES = "handin_draft", "handin_version"
MOST_MEMBERS = 200


@dataclass(frozen=True)
class Place:
    """An assignment in a programme's edition."""

    programme: Programme
    edition_id: int
    manifest: Manifest
    module: Module
    activity: Activity
    assignment: Assignment


@dataclass(frozen=True)
class Owner:
    """Whose work it is: a city's team, or one person (also whoever has no city, for those are no team)."""

    team_id: int | None
    enrolment_id: int | None
    language: str
    """Language of the content that the viewer has chosen, or ""."""
    city: str
    elsewhere: datetime | None
    """When the viewer's work was accepted in another programme, where that counts here."""

    @property
    def is_team(self) -> bool:
        """Whether a city's team hands in."""
        return self.team_id is not None


@dataclass(frozen=True)
class Version:
    """A version with its files and what the trainer said."""

    row: HandinVersion
    files: tuple[Attachment, ...]
    feedback: Feedback | None

    @property
    def answers(self) -> Answers:
        """What was answered to the checklist."""
        return checklist.read(self.row.checks)

    @property
    def remarks(self) -> dict[str, Remark]:
        """The trainer's remarks per criterion."""
        return Remark.read(self.feedback.remarks) if self.feedback else {}


@dataclass(frozen=True)
class Work:
    """Everything about one hand-in; before anything was saved, `handin` is None."""

    handin: Handin | None
    draft: HandinDraft | None
    draft_files: tuple[Attachment, ...]
    versions: tuple[Version, ...]
    """The first one first."""

    @property
    def newest(self) -> Version | None:
        """The version that counts."""
        return self.versions[-1] if self.versions else None

    @property
    def answers(self) -> Answers:
        """The checklist as it stands: that of the draft, else that of the newest version, with which a draft begins."""
        if self.draft is not None and self.draft.checks is not None:
            return checklist.read(self.draft.checks)
        return self.newest.answers if self.newest else {}

    @property
    def draft_is_empty(self) -> bool:
        """Whether nothing was written, answered or added since the last version."""
        draft = self.draft
        return not self.draft_files and (draft is None or (not draft.text and draft.checks is None))

    @property
    def next_number(self) -> int:
        """Number of the version to come."""
        return self.versions[-1].row.number + 1 if self.versions else 1

    @property
    def state(self) -> str:
        """draft, waiting, revise or accepted."""
        return self.handin.state if self.handin else "draft"


NOTHING = Work(None, None, (), ())


@dataclass(frozen=True)
class Opened:
    """A hand-in as a trainer opens it; `place` is that of the edition of its newest version."""

    handin: Handin
    programme: Programme
    place: Place
    work: Work
    whose: str
    """Name of the city, or of the person."""
    may_answer: bool


def place_in(programme: Programme, edition_id: int, node_key: str) -> Place:
    """Return an assignment of an edition. Raises NotFound when the edition has no such hand-in."""
    manifest = manifest_of(edition_id)
    module, activity = manifest.by_key.get(node_key, (None, None))
    if module is None or activity is None or activity.kind != KIND:
        raise NotFound(_("There is no such hand-in in this course. Go back to the course page."))
    return Place(programme, edition_id, manifest, module, activity, Assignment.read(content(activity.content)))


def _taking_part(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Return the statement for programmes with the viewer's enrolment, team, city and state, where there are any."""
    return (
        select(Programme, edition_in_force(), Enrolment, Team, City.name, EnrolmentState.nodes)
        .outerjoin(
            Enrolment,
            and_(
                Enrolment.programme_id == Programme.id,
                Enrolment.person_id == viewer.person_id,
                Enrolment.left_at.is_(None),
            ),
        )
        .outerjoin(
            TeamMember,
            and_(
                TeamMember.programme_id == Programme.id,
                TeamMember.person_id == Enrolment.person_id,
                TeamMember.until_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == TeamMember.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(EnrolmentState, EnrolmentState.enrolment_id == Enrolment.id)
    )


def _owner(
    enrolment: Enrolment, team: Team | None, city: str | None, by: str, elsewhere: datetime | None = None
) -> Owner:
    if by == TEAM and team is not None and team.city_id is not None:
        return Owner(team.id, None, enrolment.language, city or "", elsewhere)
    return Owner(None, enrolment.id, enrolment.language, city or "", elsewhere)


def assignment_for(viewer: Viewer, programme_ref: str, node_key: str) -> tuple[Place, Owner | None]:
    """Return an assignment of a programme and whose work the viewer does there; None for staff, who only look.

    Raises NotFound for everybody else.
    """
    row = db.session.execute(_taking_part(viewer).where(Programme.ref == programme_ref)).first()
    is_staff = row is not None and viewer.may(policies.LIST.name, (PROGRAMME, row[0].id), (HUB, row[0].hub_id))
    if row is None or row[1] is None or (row[2] is None and not is_staff):
        raise NotFound(
            _("There is no such hand-in, or you do not take part in its programme. Ask your hub for a place.")
        )
    programme, edition_id, enrolment, team, city, nodes = row
    place = place_in(programme, edition_id, node_key)
    elsewhere = done_elsewhere(nodes or {}, node_key)
    return place, None if enrolment is None else _owner(enrolment, team, city, place.assignment.by, elsewhere)


def owned_by(owner: Owner, node_key: str) -> Select[Handin]:
    """Return the statement for the one hand-in of an owner at a node."""
    same = Handin.team_id == owner.team_id if owner.is_team else Handin.enrolment_id == owner.enrolment_id
    return select(Handin).where(same, Handin.node_key == node_key)


def work_of(owner: Owner, node_key: str) -> Work:
    """Return what an owner has done at a node so far."""
    handin = db.session.scalar(owned_by(owner, node_key))
    return NOTHING if handin is None else work_on(handin)


def work_on(handin: Handin) -> Work:
    """Return everything about a hand-in, in three queries."""
    rows = db.session.execute(
        select(HandinVersion, Feedback)
        .outerjoin(Feedback, Feedback.version_id == HandinVersion.id)
        .where(HandinVersion.handin_id == handin.id)
        .order_by(HandinVersion.number)
        .execution_options(populate_existing=True)
    ).all()
    files: dict[tuple[str, int], list[Attachment]] = defaultdict(list)
    of_versions = and_(Attachment.owner_kind == VERSION_FILES, Attachment.owner_id.in_([row[0].id for row in rows]))
    of_draft = and_(Attachment.owner_kind == DRAFT_FILES, Attachment.owner_id == handin.id)
    statement = select(Attachment).where(or_(of_versions, of_draft)).order_by(Attachment.id)
    for file in db.session.scalars(statement.execution_options(populate_existing=True)):
        files[file.owner_kind, file.owner_id].append(file)
    return Work(
        handin=handin,
        draft=db.session.scalar(
            select(HandinDraft).where(HandinDraft.handin_id == handin.id).execution_options(populate_existing=True)
        ),
        draft_files=tuple(files[DRAFT_FILES, handin.id]),
        versions=tuple(Version(row, tuple(files[VERSION_FILES, row.id]), feedback) for row, feedback in rows),
    )


def is_own(viewer: Viewer, handin_id: int) -> bool:
    """Whether the viewer works on a hand-in."""
    statement = select(Handin.id).where(Handin.id == handin_id, policies.own_handins(viewer))
    return db.session.scalar(statement) is not None


def was_own(viewer: Viewer, handin_id: int) -> bool:
    """Whether a hand-in is, or was, that of a team the viewer was in, or the viewer's own."""
    statement = select(Handin.id).where(Handin.id == handin_id, policies.once_own_handins(viewer))
    return db.session.scalar(statement) is not None


def opened_for(viewer: Viewer, ref: str, *, lock: bool = False) -> Opened:
    """Return a hand-in that the viewer reads as a trainer, or as one of its team. Raises NotFound."""
    statement = (
        select(Handin, Programme, City.name, Person.name)
        .join(Programme, Programme.id == Handin.programme_id)
        .outerjoin(Team, Team.id == Handin.team_id)
        .outerjoin(City, City.id == Team.city_id)
        .outerjoin(Enrolment, Enrolment.id == Handin.enrolment_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .where(Handin.ref == ref, policies.readable_handins(viewer))
    )
    if lock:
        statement = statement.with_for_update(of=Handin).execution_options(populate_existing=True)
    row = db.session.execute(statement).first()
    if row is None:
        raise no_handin()
    handin, programme, city, person = row
    work = work_on(handin)
    if work.newest is None:
        raise no_handin()
    place = place_in(programme, work.newest.row.edition_id, handin.node_key)
    may_answer = policies.may_answer(viewer, handin, was_member=was_own(viewer, handin.id))
    return Opened(handin, programme, place, work, city or person or _("somebody who has left"), may_answer)


def no_handin() -> NotFound:
    """Return the refusal of a hand-in that is not there, or not for this viewer."""
    return NotFound(_("There is no such hand-in, or it is not open to you."))


def members_of(owner: Owner) -> dict[int, str]:
    """Return the present members of the owner's team, names by id, in the order of names; nobody for one person."""
    if not owner.is_team:
        return {}
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.team_id == owner.team_id, TeamMember.until_at.is_(None))
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_MEMBERS)
    )
    return dict(rows.all())


def people_behind(handin: Handin) -> list[int]:
    """Return the persons whose work it is: all present members of the team, or the one person."""
    if handin.team_id is not None:
        team = select(TeamMember.person_id).where(TeamMember.team_id == handin.team_id, TeamMember.until_at.is_(None))
        return list(db.session.scalars(team.order_by(TeamMember.person_id)))
    person = select(Enrolment.person_id).where(Enrolment.id == handin.enrolment_id, Enrolment.left_at.is_(None))
    return list(db.session.scalars(person))


@dataclass(frozen=True)
class Line:
    """A hand-in of a programme in somebody's own list; `handin` is None when nothing was begun."""

    module: Module
    activity: Activity
    handin: Handin | None
    due_on: date | None
    elsewhere: datetime | None
    """When it was accepted in another programme, where that counts here."""


@dataclass(frozen=True)
class OwnProgramme:
    """A programme that the viewer takes part in, with its hand-ins in the order of the course."""

    programme: Programme
    owner: Owner
    lines: Sequence[Line]


def own_programmes(viewer: Viewer) -> list[OwnProgramme]:
    """Return the programmes that the viewer takes part in and how their hand-ins stand, the latest begun first."""
    rows = db.session.execute(
        _taking_part(viewer).where(Enrolment.id.is_not(None)).order_by(Programme.starts_on.desc(), Programme.id.desc())
    ).all()
    ids = [row[0].id for row in rows]
    due = _deadlines(ids)
    handins = list(db.session.scalars(select(Handin).where(Handin.programme_id.in_(ids), policies.own_handins(viewer))))
    found = []
    for programme, edition_id, enrolment, team, city, nodes in rows:
        if edition_id is None:
            continue
        lines = []
        for module, activity in manifest_of(edition_id).walk():
            if activity.kind != KIND:
                continue
            owner = _owner(enrolment, team, city, TEAM if activity.by_team else "person")
            mine = next(
                (
                    handin
                    for handin in handins
                    if handin.node_key == activity.key
                    and (handin.team_id, handin.enrolment_id) == (owner.team_id, owner.enrolment_id)
                ),
                None,
            )
            elsewhere = done_elsewhere(nodes or {}, activity.key)
            lines.append(Line(module, activity, mine, due.get((programme.id, activity.key)), elsewhere))
        found.append(OwnProgramme(programme, _owner(enrolment, team, city, TEAM), lines))
    return found


def _deadlines(programme_ids: Collection[int]) -> dict[tuple[int, str], date]:
    rows = db.session.scalars(select(Deadline).where(Deadline.programme_id.in_(programme_ids)))
    return {(row.programme_id, row.node_key): row.due_on for row in rows}


def handin_of_file(attachment: Attachment) -> Handin | None:
    """Return the hand-in that a file belongs to, in its draft or in one of its versions."""
    if attachment.owner_kind == DRAFT_FILES:
        return db.session.get(Handin, attachment.owner_id)
    return db.session.scalar(
        select(Handin)
        .join(HandinVersion, HandinVersion.handin_id == Handin.id)
        .where(HandinVersion.id == attachment.owner_id)
    )


def may_download_draft(viewer: Viewer, attachment: Attachment) -> bool:
    """Whether the viewer may have a file of a draft: only who works on it; trainers see nothing yet."""
    handin = handin_of_file(attachment)
    return handin is not None and is_own(viewer, handin.id)


def may_download_version(viewer: Viewer, attachment: Attachment) -> bool:
    """Whether the viewer may have a file of a version: who may read the hand-in."""
    handin = handin_of_file(attachment)
    return handin is not None and policies.may_read(viewer, handin, is_member=is_own(viewer, handin.id))
