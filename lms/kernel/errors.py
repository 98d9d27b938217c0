"""The four ways in which a request can be refused.

Raising one rolls everything back. The text is a whole, translated sentence for the person: what happened and
what to do now. One handler (`lms.kernel.pages`) turns it into a page or JSON with the right status.
"""

from __future__ import annotations


class LmsError(Exception):
    """A refusal with a sentence for the person."""

    status = 500

    def __init__(self, text: str) -> None:
        """Keep the translated sentence."""
        super().__init__(text)
        self.text = text


class NotFound(LmsError):
    """There is no such thing, or this person may not know of it."""

    status = 404


class Forbidden(LmsError):
    """The thing may be known, but this person may not do that."""

    status = 403


class Conflict(LmsError):
    """The thing has changed meanwhile, or was done already in another way."""

    status = 409


class Invalid(LmsError):
    """What was sent cannot be used. `field` names the form field, if there is one."""

    status = 422

    def __init__(self, text: str, field: str | None = None) -> None:
        """Keep the sentence and the field that it is about."""
        super().__init__(text)
        self.field = field


class Unavailable(LmsError):
    """The site cannot answer just now (database busy or away, disk full). Nothing was saved."""

    status = 503
