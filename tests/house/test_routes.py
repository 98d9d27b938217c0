"""Every address is closed unless it says otherwise, and every form wants the token of its own site."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lms.kernel.permissions import PUBLIC, SIGNED_IN, Permission, permissions
from lms.site.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

OWN_TOKEN = "The link's own secret decides, and the page shows nothing else"
ACCOUNT = "Whoever uses it has no account yet, or is not signed in"
WORDS = "A text for everybody"
# Every route that is open without signing in, and why.
OPEN = {
    "lms.account.confirm_email": OWN_TOKEN,
    "lms.account.confirm_email_now": OWN_TOKEN,
    "lms.accounts.accessibility": WORDS,
    "lms.accounts.help_page": WORDS,
    "lms.accounts.privacy": WORDS,
    "lms.invitations.invitation": OWN_TOKEN,
    "lms.kernel.download": "The policy of the file's owner decides; some files belong to public pages",
    "lms.kernel.health": "Read by machines that watch; it names no data",
    "lms.kernel.nowhere": "Says that there is no page",
    "lms.kernel.static": "Style sheets, scripts and icons",
    "lms.programmes.public": "The public page of a training programme",
    "lms.site.confirm": OWN_TOKEN,
    "lms.site.confirm_again": ACCOUNT,
    "lms.site.confirm_again_now": ACCOUNT,
    "lms.site.confirm_now": OWN_TOKEN,
    "lms.site.forgot": ACCOUNT,
    "lms.site.forgot_now": ACCOUNT,
    "lms.site.mail_sent": ACCOUNT,
    "lms.site.register": ACCOUNT,
    "lms.site.register_now": ACCOUNT,
    "lms.site.reset": OWN_TOKEN,
    "lms.site.reset_now": OWN_TOKEN,
    "lms.site.sign_in": ACCOUNT,
    "lms.site.sign_in_now": ACCOUNT,
    "lms.site.sign_out": "Signing out twice does no harm",
    "lms.library.glossary": "Its words stand on certificates and pages that people read before they have an account",
    "lms.verification.certificate": "Whoever holds the code may see what was certified",
    "lms.verification.check": "Finds the page of a code that somebody typed",
    "lms.verification.form": "Anybody may check a certificate",
    "lms.visitors.course": "What a course offers",
    "lms.visitors.courses": "The catalogue",
    "lms.visitors.start": "The first page",
}
# Forms that want no token, and why.
WITHOUT_TOKEN = {"lms.verification.check": "It changes nothing and only leads to the page of a code"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    return create_app(TESTING=True, LMS_DATA_DIR=str(folder), LMS_PUBLIC_URL="http://localhost")


def permission_of(site: Flask, rule: Rule) -> Permission | None:
    return getattr(site.view_functions[rule.endpoint], "lms_permission", None)


def address(site: Flask, rule: Rule, method: str) -> str:
    """Any value does for the arguments: refusals come before anybody looks for the thing."""
    values: dict[str, Any] = {name: 1 if name == "number" else "abcdefgh23456789" for name in rule.arguments}
    return site.url_map.bind("localhost").build(rule.endpoint, values, method, append_unknown=False)


def posts(site: Flask) -> Iterator[Rule]:
    return (
        rule
        for rule in site.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint != "lms.kernel.nowhere"
    )


def test_every_route_says_who_may_use_it(site: Flask) -> None:
    unsaid = [rule.rule for rule in site.url_map.iter_rules() if permission_of(site, rule) is None]
    assert unsaid == []


def test_every_permission_of_a_route_is_declared(site: Flask) -> None:
    used = {permission_of(site, rule) for rule in site.url_map.iter_rules()} - {PUBLIC, SIGNED_IN}
    undeclared = [each.name for each in used if each is not None and permissions[each.name] is not each]
    assert undeclared == []


def test_every_open_route_is_listed_with_its_reason(site: Flask) -> None:
    found = {rule.endpoint for rule in site.url_map.iter_rules() if permission_of(site, rule) is PUBLIC}
    assert sorted(found - OPEN.keys()) == [], "open, but nobody wrote down why"
    assert sorted(OPEN.keys() - found) == [], "listed, but not there or not open"


def test_every_form_without_its_token_is_refused(site: Flask) -> None:
    browser, open_forms = site.test_client(), {}
    for rule in posts(site):
        answer = browser.post(address(site, rule, "POST"))
        if answer.status_code != HTTPStatus.BAD_REQUEST:
            open_forms[rule.endpoint] = answer.status_code
    assert open_forms.keys() == WITHOUT_TOKEN.keys()


def test_every_form_that_another_site_sends_is_refused(site: Flask) -> None:
    browser, foreign, taken = site.test_client(), {"Sec-Fetch-Site": "cross-site"}, {}
    for rule in posts(site):
        answer = browser.post(address(site, rule, "POST"), headers=foreign)
        if answer.status_code != HTTPStatus.FORBIDDEN:
            taken[rule.endpoint] = answer.status_code
    assert taken == {}


def test_nobody_gets_further_than_sign_in_without_an_account(site: Flask) -> None:
    browser, seen = site.test_client(), {}
    for rule in site.url_map.iter_rules():
        if permission_of(site, rule) is PUBLIC or "GET" not in (rule.methods or ()):
            continue
        answer = browser.get(address(site, rule, "GET"))
        if (answer.status_code, urlsplit(answer.location or "").path) != (HTTPStatus.SEE_OTHER, "/sign-in"):
            seen[rule.endpoint] = answer.status_code
    assert seen == {}
