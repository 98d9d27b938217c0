"""The site's app: its secret, its headers, and honest answers where no page has one."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from lms.site.app import create_app, kept_key

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.site.conftest import NewAccount, Visitor

PAGES = ("/sign-in", "/register", "/reset", "/confirm", "/mail-sent", "/privacy", "/help", "/accessibility")
OWN_PAGES = ("/account", "/account/security", "/account/password", "/account/email", "/account/data", "/account/erase")


def test_the_secret_is_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    first = create_app(LMS_DATA_DIR=str(tmp_path)).secret_key
    assert create_app(LMS_DATA_DIR=str(tmp_path)).secret_key == first
    assert isinstance(first, str)
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".secret*")] == []


def test_starters_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(kept_key, [tmp_path] * 32))) == 1


def test_a_given_secret_is_used_and_none_is_written(tmp_path: Path) -> None:
    app = create_app(LMS_DATA_DIR=str(tmp_path), LMS_SECRET_KEY="given")
    assert app.secret_key == "given"
    assert not (tmp_path / "secret-key").exists()


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LMS_SITE_NAME", "Hubs of the North")
    monkeypatch.setenv("LMS_SIGN_IN_TRIES", "3")
    app = create_app()
    assert app.config["LMS_SITE_NAME"] == "Hubs of the North"
    assert app.config["LMS_SIGN_IN_TRIES"] == 3


def test_two_sites_live_in_one_process(tmp_path: Path) -> None:
    one, two = (create_app(LMS_DATA_DIR=str(tmp_path / name), LMS_SITE_NAME=name) for name in ("one", "two"))
    assert "one" in one.test_client().get("/help").text
    assert "two" in two.test_client().get("/help").text


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES])
def test_every_page_has_one_heading_and_strict_headers(visitor: Visitor, marja: NewAccount, path: str) -> None:
    if path in PAGES:
        visitor.send("/account", action="/sign-out")
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


def test_an_address_that_leads_nowhere_is_answered_in_the_layout(visitor: Visitor) -> None:
    answer = visitor.get("/nowhere/at/all")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert visitor.client.delete("/sign-in").status_code == 405


class TestUploads:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LMS_MAX_UPLOAD_MB": 0}

    def test_what_is_too_large_is_refused_in_words(self, visitor: Visitor) -> None:
        answer = visitor.client.post("/sign-in", data={"email": "x" * 2_000_000})
        assert answer.status_code == 413
        assert "What you sent is too large" in answer.text


def test_a_mistake_of_ours_shows_nothing_of_the_inside(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(rest: str) -> str:
        del rest
        message = "the inside"
        raise ZeroDivisionError(message)

    app.add_url_rule("/broken/<rest>", view_func=broken)
    app.testing = False
    answer = visitor.get("/broken/a%0AERROR forged")
    assert answer.status_code == 500
    assert "The site made a mistake" in answer.text
    assert "the inside" not in answer.text
    assert "GET '/broken/a\\nERROR forged' failed" in caplog.text
    assert "ZeroDivisionError: the inside" in caplog.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


class TestBehindAProxy:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LMS_TRUSTED_PROXIES": 1}

    def test_the_proxy_names_host_and_scheme(self, app: Flask) -> None:
        headers = {"X-Forwarded-Host": "hubs.example", "X-Forwarded-Proto": "https"}
        answer = app.test_client().get("/account", headers=headers)
        assert answer.status_code == 303


def test_no_proxy_is_believed_unless_told(app: Flask, visitor: Visitor) -> None:
    assert "evil.example" not in visitor.client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"}).text


@pytest.mark.parametrize(
    "path", ["/join/a%00b", "/check/%00", "/files/a%00b", "/courses/%00", "/courses?q=%00&%00=1", "/sign-in?next=%00"]
)
def test_a_nul_byte_in_an_address_finds_nothing_and_breaks_nothing(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == (200 if "?" in path else 404)


def test_a_nul_byte_in_a_form_is_left_out(visitor: Visitor, marja: NewAccount) -> None:
    form = {"name": "Marja\x00 Lehto-Salo", "language": "en", "time_zone": "\x00", "lms_once\x00": "\x00"}
    assert visitor.send("/account", **form).status_code == 303
    assert "Marja Lehto-Salo" in visitor.get("/account").text
