"""Who may do what: permissions, roles, and the viewer of a request.

A permission is a name `noun:verb`, declared by the feature that checks it. A role is a set of permissions, granted
to a person in a scope (one hub, one programme, the whole partnership). `Viewer` is the person of a request with all
current grants, loaded once. A misspelt permission raises, so that it can never mean "allowed".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lms.kernel.registry import Registry


@dataclass(frozen=True)
class Permission:
    """A thing that somebody may do.

    `doc` is a plain sentence for the README; `roles` are the roles that have it, in the scope of their grant.
    """

    name: str
    doc: str
    roles: frozenset[str] = frozenset()


PUBLIC = Permission("public", "Everybody, also without signing in.")
SIGNED_IN = Permission("signed-in", "Everybody who has signed in; the service asks a policy for the rest.")

# Kinds of scope that a role is granted in. The partnership is one; its scope id is 0.
PARTNERSHIP = "partnership"
HUB = "hub"
PROGRAMME = "programme"
WHOLE = (PARTNERSHIP, 0)

# The built-in roles.
OFFICE = "partnership-office"
MANAGER = "hub-manager"
TRAINER = "trainer"
AUTHOR = "author"


@dataclass(frozen=True)
class Role:
    """A role: its name in code, its label for people, and the kinds of scope that it can be granted in."""

    name: str
    label: object
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Grant:
    """One role of one person in one scope."""

    role: str
    scope_kind: str
    scope_id: int

    @property
    def scope(self) -> tuple[str, int]:
        """The scope as a pair."""
        return self.scope_kind, self.scope_id


permissions: Registry[Permission] = Registry("permission")
roles: Registry[Role] = Registry("role")


@dataclass(frozen=True)
class Viewer:
    """The person who looks, and what they may do, for one request.

    `person_id` is 0 for somebody who has not signed in.
    """

    person_id: int
    ref: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    time_zone: str = ""
    grants: tuple[Grant, ...] = field(default_factory=tuple)

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.person_id > 0

    def may(self, permission: str, *scopes: tuple[str, int]) -> bool:
        """Whether the viewer has a permission in one of the scopes, or in the whole partnership.

        Name all scopes that a thing lies in, the nearest first:

        >>> viewer.may("handin:grade", (PROGRAMME, 7), (HUB, 3))  # doctest: +SKIP
        True
        """
        holders = permissions[permission].roles
        return any(grant.role in holders and (grant.scope == WHOLE or grant.scope in scopes) for grant in self.grants)

    def may_anywhere(self, permission: str) -> bool:
        """Whether the viewer has a permission in any scope at all: who may open the page, not yet see the thing."""
        holders = permissions[permission].roles
        return any(grant.role in holders for grant in self.grants)

    def may_everywhere(self, permission: str) -> bool:
        """Whether the viewer has a permission in the whole partnership."""
        return self.may(permission)

    def scope_ids(self, permission: str, scope_kind: str) -> frozenset[int]:
        """Return the ids of the scopes of one kind in which the viewer has a permission, for SQL filters."""
        holders = permissions[permission].roles
        return frozenset(
            grant.scope_id for grant in self.grants if grant.scope_kind == scope_kind and grant.role in holders
        )


NOBODY = Viewer(0)
# The product itself: a job, a command, a listener. Policies let it pass by identity, never by a grant.
SYSTEM = Viewer(-1, name="system")
