"""Making and changing the partnership, hubs, organisations and cities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from lms.hubs import policies
from lms.hubs.models import City, Hub, HubCity, HubMembership, Organisation, Partnership
from lms.hubs.signals import city_changed
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import Base, db, new_ref
from lms.kernel.errors import Conflict, Forbidden, Invalid
from lms.kernel.i18n import gettext as _
from lms.kernel.text import clean_line, sort_key
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.hubs.rules import CityDetails, HubDetails, OrganisationDetails
    from lms.kernel.permissions import Viewer

    Details = HubDetails | CityDetails | OrganisationDetails

R = TypeVar("R", bound=Base)


def make_partnership(*, actor: Viewer, name: str, contact_email: str = "") -> Partnership:
    """Make the partnership's one row. Raises Conflict when it is there already."""
    _require_office(actor)
    row = {"id": 1, "name": clean_line(name), "contact_email": clean_line(contact_email), "created_at": now()}
    if not row["name"]:
        raise Invalid(_("Give the partnership a name."), "name")
    if not insert_new(Partnership, [row], ["id"]):
        raise Conflict(_("The partnership was set up before. Nothing was changed."))
    audit.record(actor=actor, what=policies.PARTNERSHIP_MANAGE.name, on=("partnership", 1), after={"made": True})
    return db.session.get_one(Partnership, 1)


def make_hub(*, actor: Viewer, details: HubDetails) -> Hub:
    """Make a hub. Raises Invalid for unusable details, and Conflict when name or code are taken."""
    _require_office(actor)
    _check(details)
    _check_hub_is_free(details, None)
    hub = _add(Hub(ref=new_ref(), created_at=now(), sort_key=sort_key(details.name), **details.columns()), _hub_taken())
    audit.record(actor=actor, what=policies.PARTNERSHIP_MANAGE.name, on=("hub", hub.id), after=details.columns())
    return hub


def change_hub(*, actor: Viewer, hub: Hub, details: HubDetails) -> None:
    """Change what is said about a hub. Raises as `make_hub` does."""
    _require_office(actor)
    _check(details)
    _check_hub_is_free(details, hub.id)
    _change(actor, hub, "hub", {**details.columns(), "sort_key": sort_key(details.name)}, _hub_taken())


def make_organisation(*, actor: Viewer, details: OrganisationDetails) -> Organisation:
    """Make an organisation. Raises Invalid."""
    _require_office(actor)
    _check(details)
    organisation = Organisation(ref=new_ref(), created_at=now(), sort_key=sort_key(details.name), **details.columns())
    db.session.add(organisation)
    db.session.flush()
    audit.record(
        actor=actor,
        what=policies.PARTNERSHIP_MANAGE.name,
        on=("organisation", organisation.id),
        after=details.columns(),
    )
    return organisation


def change_organisation(*, actor: Viewer, organisation: Organisation, details: OrganisationDetails) -> None:
    """Change an organisation. Raises Invalid."""
    _require_office(actor)
    _check(details)
    _change(actor, organisation, "organisation", {**details.columns(), "sort_key": sort_key(details.name)}, "")


def add_member(*, actor: Viewer, hub: Hub, organisation: Organisation) -> None:
    """Let an organisation belong to a hub from now on; belonging to it already changes nothing."""
    _require_office(actor)
    if organisation.kind != "member":
        raise Invalid(_("A partner organisation stays outside the hubs. Change its kind to “member” first."), "member")
    _begin(
        actor,
        HubMembership,
        {"hub_id": hub.id, "organisation_id": organisation.id},
        what=(policies.PARTNERSHIP_MANAGE.name, "hub", hub.id, "organisation"),
    )


def end_member(*, actor: Viewer, hub: Hub, organisation: Organisation) -> None:
    """End an organisation's membership in a hub, from now on."""
    _require_office(actor)
    _end(
        actor,
        HubMembership,
        {"hub_id": hub.id, "organisation_id": organisation.id},
        what=(policies.PARTNERSHIP_MANAGE.name, "hub", hub.id, "organisation"),
    )


def make_city(*, actor: Viewer, details: CityDetails) -> City:
    """Add a city to the list that all hubs share. Raises Invalid, and Conflict when it is in the list."""
    if not policies.may_add_city(actor):
        raise Forbidden(_("Only hub managers and the partnership office can add cities."))
    _check(details)
    _check_city_is_free(details, None)
    city = _add(
        City(ref=new_ref(), created_at=now(), sort_key=sort_key(details.name), **details.columns()), _city_taken()
    )
    audit.record(actor=actor, what=policies.HUB_MANAGE.name, on=("city", city.id), after=details.columns())
    return city


def change_city(*, actor: Viewer, city: City, details: CityDetails) -> None:
    """Change what is known of a city, and send `city_changed`. Raises as `make_city` does."""
    _require_office(actor)
    _check(details)
    _check_city_is_free(details, city.id)
    _change(actor, city, "city", {**details.columns(), "sort_key": sort_key(details.name)}, _city_taken())
    city_changed.send(None, city_id=city.id)


def add_client(*, actor: Viewer, hub: Hub, city: City) -> None:
    """Make a city the client of a hub from now on; being one already changes nothing."""
    _require_manager(actor, hub)
    _begin(
        actor, HubCity, {"hub_id": hub.id, "city_id": city.id}, what=(policies.HUB_MANAGE.name, "hub", hub.id, "city")
    )


def end_client(*, actor: Viewer, hub: Hub, city: City) -> None:
    """End that a city is the client of a hub, from now on. Its teams in training programmes stay."""
    _require_manager(actor, hub)
    _end(actor, HubCity, {"hub_id": hub.id, "city_id": city.id}, what=(policies.HUB_MANAGE.name, "hub", hub.id, "city"))


def _require_office(actor: Viewer) -> None:
    if not policies.may_manage_partnership(actor):
        raise Forbidden(_("Only the partnership office can do this."))


def _require_manager(actor: Viewer, hub: Hub) -> None:
    if not policies.may_manage(actor, hub):
        raise Forbidden(_("Only the managers of this hub can do this."))


def _check(details: Details) -> None:
    """Say in a sentence what is wrong with details."""
    problem = details.problem()
    if problem is None:
        return
    texts = {
        "name-missing": ("name", _("Write a name.")),
        "code": ("code", _("Use two to eight capital letters from A to Z, such as FI.")),
        "country": ("countries" if hasattr(details, "countries") else "country", _("Choose a country from the list.")),
        "language": ("languages", _("Choose at least one language.")),
        "zone": ("time_zone", _("Choose a time zone from the list.")),
        "kind": ("kind", _("Choose a kind from the list.")),
        "population": ("population", _("Write the number of people as a whole number above 0, or leave it empty.")),
    }
    field, text = texts[problem]
    raise Invalid(text, field)


def _hub_taken() -> str:
    return _("Another hub has this name or this code. Choose another one.")


def _city_taken() -> str:
    return _("This city is in the list already. Search for it instead of adding it again.")


def _check_hub_is_free(details: HubDetails, own_id: int | None) -> None:
    rows = db.session.execute(
        select(Hub.id, Hub.name, Hub.code).where((Hub.name == details.name) | (Hub.code == details.code))
    )
    for row in rows:
        if row.id != own_id and row.name == details.name:
            raise Invalid(_("Another hub has this name. Choose another one."), "name")
        if row.id != own_id:
            raise Invalid(_("Another hub has this code. Choose another one."), "code")


def _check_city_is_free(details: CityDetails, own_id: int | None) -> None:
    same = select(City.id).where(
        City.sort_key == sort_key(details.name), City.country == details.country, City.kind == details.kind
    )
    if any(city_id != own_id for city_id in db.session.scalars(same)):
        raise Invalid(_city_taken(), "name")


def _add(row: R, taken: str) -> R:
    """Add a row with unique columns; who loses a race is told so, and the transaction lives on."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict(taken) from error
    return row


def _change(actor: Viewer, row: Hub | City | Organisation, kind: str, values: Mapping[str, Any], taken: str) -> None:
    """Change columns of a row, and write down what changed."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return
    try:
        with db.session.begin_nested():
            for name in before:
                setattr(row, name, values[name])
            db.session.flush()
    except IntegrityError as error:
        raise Conflict(taken) from error
    after = {name: values[name] for name in before}
    audit.record(actor=actor, what=policies.PARTNERSHIP_MANAGE.name, on=(kind, row.id), before=before, after=after)


def _begin(
    actor: Viewer, model: type[HubMembership | HubCity], ids: Mapping[str, int], *, what: tuple[str, str, int, str]
) -> None:
    """Begin a relation over time between a hub and something, unless it holds already."""
    row = {**ids, "from_at": now(), "until_at": None}
    if insert_new(model, [row], list(ids), index_where=text("until_at IS NULL")):
        permission, kind, kind_id, other = what
        audit.record(actor=actor, what=permission, on=(kind, kind_id), after={f"{other}_added": ids[f"{other}_id"]})


def _end(
    actor: Viewer, model: type[HubMembership | HubCity], ids: Mapping[str, int], *, what: tuple[str, str, int, str]
) -> None:
    """End a relation over time; where it does not hold any more, nothing happens."""
    held = list(db.session.scalars(select(model.id).filter_by(**ids).where(model.until_at.is_(None))))
    if not held:
        return
    db.session.execute(update(model).where(model.id.in_(held)).values(until_at=now()))
    permission, kind, kind_id, other = what
    audit.record(actor=actor, what=permission, on=(kind, kind_id), before={f"{other}_ended": ids[f"{other}_id"]})
