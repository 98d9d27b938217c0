"""Which passwords are too easy, and where one may be sent."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from lms.site.common_passwords import MARK, _marks
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
        ("q1w2e3r4t5", "common"),
        ("Strawberry", "common"),
        ("manchester!1", "common"),
        ("1basketball99", "common"),
        ("tinker bell", "common"),
        ("MarjaLehto1", "personal"),
        ("lehto marja 1975", "personal"),
        ("rivermouth2026!", "personal"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, fault: str) -> None:
    assert password_fault(password, ["Marja Lehto", "marja@rivermouth.example"]) == fault


def test_the_list_of_common_passwords_is_as_long_as_the_standard_asks() -> None:
    """ASVS 5.0, 6.2.4: at least the first 3,000 that the other rules would let through."""
    marks = _marks()
    assert len(marks) > 15_000
    assert all(len(mark) == MARK for mark in marks)


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
