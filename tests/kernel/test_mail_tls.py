"""Mail on its way: to the server that we mean, or not at all."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from lms.kernel.mail import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from lms.testing.smtp import SmtpSink

# Made for this test, by itself, for 127.0.0.1; it opens nothing.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBplqboYjC9/VLzlO
ENy0CKLx+eBlDJLsPIu/4Tt3BVihRANCAAT8HhIQqP4bqDc0anbm2ja7ExhcdzOZ
eWvuLUeNIH9RQ5SBWQ1j4EKUViGodv9qqSvQioU+RouScFA4PFI4oBOn
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUVCQ6VTm6Wl5AjE9/iZ4eISyGOscwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODIxMTQ1MVoYDzIxMjYxMTA0
MjExNDUxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT8HhIQqP4bqDc0anbm2ja7ExhcdzOZeWvuLUeNIH9RQ5SBWQ1j4EKU
ViGodv9qqSvQioU+RouScFA4PFI4oBOno28wbTAdBgNVHQ4EFgQUyyPCsxyjRQk3
iHKYoJRj+C+gRncwHwYDVR0jBBgwFoAUyyPCsxyjRQk3iHKYoJRj+C+gRncwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSAAwRQIhAJRlC+rQh2ThPyV0KdyIjlxZWR1dphEI5tP588+dmQzqAiAc
p4B2PBhe+1LO2VVrsd1u3x/Y/JX1s4iMntCGj8Ia5A==
-----END CERTIFICATE-----
"""


@pytest.fixture
def letter(own_app: Flask, smtp: SmtpSink, tmp_path: Path) -> EmailMessage:
    smtp.certificate = tmp_path / "server.pem"
    smtp.certificate.write_text(CERTIFICATE)
    own_app.config.update({**smtp.settings, "LMS_SMTP_TLS": True})
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hub@example.org", "marja@example.org", "Hello"
    return message


def test_a_server_that_nobody_vouches_for_gets_no_mail(own_app: Flask, smtp: SmtpSink, letter: EmailMessage) -> None:
    with own_app.app_context(), pytest.raises(ssl.SSLCertVerificationError):
        deliver(letter)
    assert smtp.received == []


def test_a_server_without_tls_gets_no_mail(own_app: Flask, smtp: SmtpSink, letter: EmailMessage) -> None:
    smtp.certificate = None
    with own_app.app_context(), pytest.raises(smtplib.SMTPNotSupportedError):
        deliver(letter)
    assert smtp.received == []


def test_the_server_that_we_trust_gets_it_over_tls(
    own_app: Flask, smtp: SmtpSink, letter: EmailMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(smtp.certificate))  # as on a machine whose store has this authority
    with own_app.app_context():
        deliver(letter)
    assert smtp.wait_for(1)[0]["Subject"] == "Hello"
