"""The one door through which a host says who is there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Identity:
    """What a host knows of the person who is signed in.

    `issuer` names the sign-in system and `subject` the account in it; together they are the person's key and never
    change. E-mail alone never links two accounts. `roles` are the host's, translated by `LMS_ROLE_MAP` for this
    request and never stored.

    >>> Identity(issuer="intranet", subject="4711", name="Marja Lehto", email="marja@example.org").roles
    ()
    """

    issuer: str
    subject: str
    name: str
    email: str = ""
    language: str = ""
    roles: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Addressee:
    """Where a mail goes, and in which language and time zone it is written."""

    name: str
    email: str
    language: str
    time_zone: str
