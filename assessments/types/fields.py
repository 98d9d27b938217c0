"""Reading form fields that anybody may have sent: whatever comes, a value or an AnswerFault."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from assessments.types.contract import AnswerFault, Form
from assessments.types.sentences import sentence as _

LONGEST_LINE = 200


def values(form: Form, field: str) -> list[str]:
    """Return all non-empty values of a field, trimmed."""
    sent: object = form.get(field)
    if isinstance(sent, str):
        sent = [sent]
    if not isinstance(sent, Sequence):
        return []
    return [value.strip() for value in sent if isinstance(value, str) and value.strip()]


def one_value(form: Form, field: str) -> str:
    """Return the value of a field that is sent once, or an empty string."""
    sent = values(form, field)
    if len(set(sent)) > 1:
        raise AnswerFault(_("This question takes one answer, but several were sent. Choose one."), field)
    return sent[0] if sent else ""


def known_keys(form: Form, field: str, allowed: Collection[str]) -> list[str]:
    """Return the keys chosen in a field, in the order of `allowed`, each once."""
    sent = set(values(form, field))
    if not sent <= set(allowed):
        raise not_offered(field)
    return [key for key in allowed if key in sent]


def one_key(form: Form, field: str, allowed: Collection[str]) -> str | None:
    """Return the key chosen in a field, or None."""
    sent = one_value(form, field)
    if sent and sent not in allowed:
        raise not_offered(field)
    return sent or None


def typed_line(form: Form, field: str, control: str) -> str:
    """Return a typed line in Unicode NFC with single spaces; refuse what cannot be stored or shown."""
    sent = one_value(form, field)
    if len(sent) > LONGEST_LINE:
        raise AnswerFault(
            _("The answer is too long. Write at most %(count)s characters.", count=LONGEST_LINE),
            field,
            control,
        )
    text = " ".join(unicodedata.normalize("NFC", sent).split())
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise AnswerFault(
            _("The answer holds a sign that cannot be used. Delete the answer and type it again."),
            field,
            control,
        )
    return text


def raw_line(form: Form, field: str) -> str:
    """Return what was sent in a field, made safe to be shown in it again."""
    text = " ".join(values(form, field))[: LONGEST_LINE + 1]
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cs"})


def not_offered(field: str) -> AnswerFault:
    """Return the fault of a key that the question does not have."""
    return AnswerFault(_("This answer is not among the choices. Load the page again and answer once more."), field)
