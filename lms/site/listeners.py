"""What the site does when it hears news of the accounts room."""

from __future__ import annotations

from flask import current_app

from lms.site import services

SECURITY = "security"


def person_changed(_sender: object, *, person_id: int, name: str, language: str) -> None:
    """Keep the account's name and language the same as the person's."""
    if SECURITY in current_app.extensions:  # another app in this process may be a mounted one
        services.follow_person(person_id=person_id, name=name, language=language)


def person_erased(_sender: object, *, person_id: int) -> None:
    """Remove the account of an erased person; its sessions end with it."""
    if SECURITY in current_app.extensions:
        services.remove_account(person_id=person_id)
