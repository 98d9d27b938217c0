"""What the site's sign-in keeps about a person."""

from __future__ import annotations

from lms.site import queries


def account(person_id: int) -> object:
    """Return the account's data; of the password it keeps a hash only, which nobody can read back."""
    user = queries.user_of_person(person_id)
    if user is None:
        return None
    return {
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "made": user.created_at,
        "address_confirmed": user.confirmed_at,
        "privacy_notice_read": user.consented_at,
    }
