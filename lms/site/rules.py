"""Pure rules of the site: which password is too easy, and where one may be sent after sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from lms.site.common_passwords import fold, is_common

if TYPE_CHECKING:
    from collections.abc import Iterable

Fault = Literal["short", "long", "common", "personal"]
SHORTEST = 10
LONGEST = 128
FEWEST_LETTERS = 5  # different ones
FEWEST_LEFT = 5  # letters beside known words, rows of keys and one's own name
RUN = 4  # letters in a row, such as 1234
SHORTEST_NAME = 3

# Rows that fingers walk along, on keyboards of all EU languages.
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl",
        "qsdfghjklm", "yxcvbnm", "zxcvbnm", "wxcvbn", "1qaz2wsx3edc4rfv5tgb")  # fmt: skip
# Words that open many doors, in the languages around us, and the words of this site.
WORDS = (
    "password", "passwort", "passord", "losenord", "salasana", "kodeord", "wachtwoord", "motdepasse", "contrasena",
    "palavrapasse", "senha", "parola", "jelszo", "haslo", "heslo", "geslo", "lozinka", "slaptazodis", "parole",
    "parool", "kodikos", "welcome", "willkommen", "bienvenue", "benvenuto", "bienvenido", "tervetuloa", "valkommen",
    "welkom",
    "letmein", "iloveyou", "iloveu", "princess", "sunshine", "football", "baseball", "superman", "batman", "dragon",
    "monkey", "master", "shadow", "secret", "geheim", "hallo", "hello", "admin", "administrator", "login", "trustno",
    "starwars", "pokemon", "computer", "internet", "michael", "jennifer", "jordan", "ashley", "charlie", "liverpool",
    "chelsea", "juventus", "barcelona", "summer", "winter", "spring", "autumn", "sommer", "herbst", "january", "monday",
    "freedom", "whatever", "qwerty", "azerty", "qwertz", "changeme", "default", "guest", "user", "test", "temp", "demo",
    "sustainability", "sustainable", "training", "traininghubs", "hub", "partnership", "municipality", "city",
    "course",
)  # fmt: skip
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
)


def password_fault(password: str, personal: Iterable[str] = ()) -> Fault | None:
    """Say what is wrong with a password, or None.

    Length counts for most; beside it, what somebody would try first is refused. Nobody is made to mix signs.

    >>> password_fault("Password2026!")
    'common'
    >>> password_fault("nine quiet rivers") is None
    True
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = fold(password)
    if is_common(password) or len(set(plain)) < FEWEST_LETTERS or len(_block(plain)) < SHORTEST - 2:
        return "common"
    if min(_left(plain, WORDS), _left(plain.translate(_LEET), WORDS)) < FEWEST_LEFT:
        return "common"
    own = {part for text in personal for part in _parts(text) if len(part) >= SHORTEST_NAME}
    if own and _left(plain, (*own, *WORDS)) < FEWEST_LEFT:
        return "personal"
    return None


def _block(text: str) -> str:
    """Return the block that the text repeats: "abcd" of "abcdabcd"; the text itself when it does not."""
    return text[: (text + text).find(text, 1)]


def _parts(text: str) -> list[str]:
    """Cut a name or an address into its words; all of them together count as one more."""
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    return [fold(word) for word in words] + [fold(text)]


def _left(text: str, words: Iterable[str]) -> int:
    """Count the letters that are neither a known word nor a walk along the keys nor figures and signs at the end."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "\n")
    for row in ROWS:
        for keys in (row, row[::-1]):
            text = _without_run(text, keys)
    return sum(1 for letter in text if letter.isalpha())


def _without_run(text: str, keys: str) -> str:
    """Take out pieces of four or more neighbouring keys."""
    for length in range(len(keys), RUN - 1, -1):
        for start in range(len(keys) - length + 1):
            text = text.replace(keys[start : start + length], "\n")
    return text


def safe_next(address: str | None) -> str:
    """Return the page to go on to: a path on this site, else the home page.

    >>> safe_next("/programmes/ab12?tab=team"), safe_next("//elsewhere.example")
    ('/programmes/ab12?tab=team', '/')
    """
    address = address or ""
    if not address.startswith("/") or address.startswith("//") or len(address) > 2000:  # noqa: PLR2004 - longer than any of ours
        return "/"
    # Browsers read a backslash as a slash and drop tabs and line breaks.
    if any(letter == "\\" or ord(letter) < ord(" ") or letter == "\x7f" for letter in address):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or parts.path in {"/sign-in", "/sign-out"}:
        return "/"
    return address
