"""Which passwords are too easy, and where one may be sent."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lms.site.rules import password_fault, safe_next


@pytest.mark.parametrize(
    "password",
    [
        "nine quiet rivers",
        "correct horse battery staple",
        "Tr0ub4dor&3-and-more",
        "pääkaupungin yö",
        "κρύα θάλασσα το πρωί",
        "xK9#vLq2!mZp",
        "my passport is blue",
    ],
)
def test_a_good_password_passes(password: str) -> None:
    assert password_fault(password, ["Marja Lehto", "marja@rivermouth.example"]) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "short"),
        ("ninerivers"[:9], "short"),
        ("a" * 129, "long"),
        ("aaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("1234567890", "common"),
        ("0987654321", "common"),
        ("qwertyuiop", "common"),
        ("qwertyuiop123", "common"),
        ("abcdefghijkl", "common"),
        ("password123", "common"),
        ("P@ssw0rd2026!", "common"),
        ("passwordpassword", "common"),
        ("Salasana2026", "common"),
        ("Sustainability1", "common"),
        ("iloveyou2026", "common"),
        ("19991999199919", "common"),
        ("MarjaLehto1", "personal"),
        ("lehto marja 1975", "personal"),
        ("rivermouth2026!", "personal"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, fault: str) -> None:
    assert password_fault(password, ["Marja Lehto", "marja@rivermouth.example"]) == fault


@given(st.text(), st.lists(st.text()))
def test_any_text_is_judged(password: str, personal: list[str]) -> None:
    assert password_fault(password, personal) in {None, "short", "long", "common", "personal"}


@given(st.text())
def test_one_is_always_sent_to_a_path_of_this_site(address: str) -> None:
    there = safe_next(address)
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\"))


@given(st.from_regex(r"/[a-z0-9/_-]*(\?[a-z0-9=&%]*)?", fullmatch=True))
def test_a_path_of_this_site_is_kept(address: str) -> None:
    assert safe_next(address) == ("/" if address.startswith("//") else address)
