"""Mail: an outbox row in the caller's transaction, written out and sent by a worker in the reader's language.

At least once, with the same Message-ID, so that a mail programme shows a repeat only once. Rows hold ids only; the
names are looked up when the mail is written.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime as rfc_date, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, render_template
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.config import setting
from lms.kernel.db import Base, data_dir, db, new_ref
from lms.kernel.i18n import force_language, offered_languages
from lms.kernel.jobs import enqueue
from lms.kernel.state import state
from lms.kernel.transaction import transaction
from lms.kernel.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lms.kernel.identity import Addressee

SMTP_SECONDS = 30


@dataclass(frozen=True)
class MailText:
    """What a mail says: a subject, plain paragraphs, and at most one thing to do (label, address).

    `to` is another address of the same person than the one we know, such as a new one to be confirmed.
    `by_name=False` greets nobody by name: somebody else may have typed it, to have us send a stranger their words.
    """

    subject: str
    paragraphs: Sequence[str]
    action: tuple[str, str] | None = None
    to: str = ""
    by_name: bool = True


class Mail(Base):
    """A mail to a person, to be sent or sent."""

    __tablename__ = "lms_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(index=True)
    args: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def send_mail(*, kind: str, person_id: int, args: dict[str, Any], key: str) -> None:
    """Ask for a mail in the present transaction; the same key twice sends one mail.

    >>> send_mail(kind="handins.revise", person_id=7, args={"feedback_id": 3}, key="revise:3:7")  # doctest: +SKIP
    """
    row = {
        "key": key,
        "kind": kind,
        "person_id": person_id,
        "args": args,
        "message_id": f"<{new_ref()}@lms>",
        "created_at": now(),
    }
    if insert_new(Mail, [row], ["key"]):
        enqueue("kernel.mail", key=f"mail:{key}", args={"key": key})


def run_mail(args: dict[str, Any]) -> None:
    """Write out one mail and send it (a job)."""
    with transaction(writes=False):
        mail = db.session.scalar(select(Mail).where(Mail.key == args["key"]))
        if mail is None or mail.sent_at is not None:  # None: removed with a demonstration
            return
        message = _compose(mail)
        mail_id = mail.id
    if message is not None:
        deliver(message)
    with transaction():
        db.session.execute(update(Mail).where(Mail.id == mail_id).values(sent_at=now()))


def _compose(mail: Mail) -> EmailMessage | None:
    addressee = state().address_of(mail.person_id)
    if addressee is None or not addressee.email:
        return None
    builders = cast("dict[str, Callable[..., MailText | None]]", state().feature_values("mails"))
    language = addressee.language if addressee.language in offered_languages() else offered_languages()[0]
    with force_language(language):
        text = builders[mail.kind](mail.args)
        return None if text is None else write_message(text, addressee, mail.message_id, language)


def write_message(text: MailText, addressee: Addressee, message_id: str, language: str) -> EmailMessage:
    """Lay a text into our mail, as plain text and as HTML."""
    name, address = parseaddr(setting("LMS_MAIL_FROM"))
    message = EmailMessage()
    message["Subject"] = " ".join(text.subject.split())
    message["From"] = Address(name, addr_spec=address)
    user, _at, domain = (text.to or addressee.email).rpartition("@")
    message["To"] = Address(" ".join(addressee.name.split()), user, domain)
    message["Date"] = rfc_date(now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    context = {"text": text, "addressee": addressee, "language": language, "site": setting("LMS_SITE_NAME")}
    message.set_content(render_template("lms/mail.txt", **context))
    message.add_alternative(render_template("lms/mail.html", **context), subtype="html")
    message["Content-Language"] = language  # last: laying parts together moves the Content- headers into a part
    return message


class NotTaken(OSError):  # noqa: N818 - named as people say it
    """The mail server did not take a message. Says the code alone: the server's own words often hold the address."""


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Give a message to the mail server. Raises NotTaken.

    A refusal for good is tried again like any other: "550" also says that our own settings are wrong.
    """
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _words in error.recipients.values()})
        raise NotTaken(f"the mail server refused the address: {codes}") from None
    except smtplib.SMTPResponseException as error:
        raise NotTaken(f"the mail server refused the message: {error.smtp_code}") from None


def deliver(message: EmailMessage) -> None:
    """Send a message the way `LMS_MAIL` says. Raises OSError or SMTPException; the job then tries again."""
    way = setting("LMS_MAIL")
    if way == "smtp":
        with smtplib.SMTP(setting("LMS_SMTP_HOST"), setting("LMS_SMTP_PORT"), timeout=SMTP_SECONDS) as server:
            if setting("LMS_SMTP_TLS"):
                server.starttls(context=ssl.create_default_context())  # without it any certificate would do
            if setting("LMS_SMTP_USER"):
                server.login(setting("LMS_SMTP_USER"), setting("LMS_SMTP_PASSWORD"))
            _hand_over(server, message)
    elif way == "console":
        sys.stdout.write(f"{message}\n")
        sys.stdout.flush()
    else:
        folder = Path(setting("LMS_MAIL_FOLDER") or data_dir(current_app) / "mail")
        folder.mkdir(parents=True, exist_ok=True)
        stamp = now().strftime("%Y%m%dT%H%M%S")
        (folder / f"{stamp}-{message['Message-ID'].strip('<>').split('@')[0]}.eml").write_bytes(bytes(message))
