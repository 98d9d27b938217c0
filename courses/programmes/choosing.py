"""What was chosen in lists of cities and people, turned into ids; shared by the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.programmes.forms import NEW_CITY, NO_CITY
from lms.hubs.queries import city_by_ref

if TYPE_CHECKING:
    from courses.programmes.forms import PlaceForm


def chosen_city(form: PlaceForm) -> tuple[int | None, str]:
    """Return the city of the list that was chosen, or the name that was written; (None, "") for no city."""
    chosen = form.city.data or ""
    if chosen == NO_CITY:
        return None, ""
    if chosen in {"", NEW_CITY}:
        return None, form.city_name.data or ""
    return city_by_ref(chosen).id, ""


def city_id_of(ref: str) -> int | None:
    """Return the id of a city that was chosen in a list; None for "no city"."""
    return None if ref == NO_CITY else city_by_ref(ref).id
