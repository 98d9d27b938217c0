"""Who a request comes from, worked out from plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.kernel.permissions import WHOLE, Grant, roles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def mapped_grants(host_roles: Iterable[str], role_map: Mapping[str, str]) -> tuple[Grant, ...]:
    """Translate a host's roles into ours, in the whole partnership, for this request only.

    A host's role that the map does not name counts for nothing. Raises LookupError for a role of ours that does
    not exist, so that a misspelt map cannot go unnoticed.
    """
    return tuple(Grant(roles[role_map[name]].name, *WHOLE) for name in host_roles if name in role_map)
