from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lms.testing.smtp import SmtpSink


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "hub@example.org"
    message["To"] = "marja@example.org"
    message["Subject"] = "Tervetuloa, Žofia"
    message.set_content("A first line.\n.A line that begins with a dot.\n")
    return message


def test_a_message_arrives_as_it_was_sent(smtp: SmtpSink) -> None:
    with smtplib.SMTP(smtp.host, smtp.port) as server:
        server.send_message(letter())
        server.send_message(letter(), to_addrs=["a@example.org", "b@example.org"])
    first = smtp.wait_for(2)[0]
    assert first["Subject"] == "Tervetuloa, Žofia"
    assert first.get_content() == "A first line.\n.A line that begins with a dot.\n"
    assert smtp.received[0].sender == "hub@example.org"
    assert smtp.received[1].recipients == ("a@example.org", "b@example.org")


def test_the_sink_can_refuse(smtp: SmtpSink) -> None:
    smtp.refuse_with = "451 try later"
    with smtplib.SMTP(smtp.host, smtp.port) as server, pytest.raises(smtplib.SMTPDataError):
        server.send_message(letter())
    assert smtp.received == []
