"""Which passwords are refused: the ones that are tried first. No rule asks for kinds of characters."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.accounts.passwords import LONGEST, SHORTEST
from portal.core.errors import Invalid

# The passwords found most often in breaches, as zxcvbn ships them.
FREQUENT = frozenset(FREQUENCY_LISTS["passwords"])
# People build guessable passwords around these; a year, digits or marks round one make it no better.
WORDS = frozenset({
    "abc", "access", "admin", "administrator", "agent", "angel", "april", "august", "autumn", "baseball",
    "basketball", "batman", "bja", "bureau", "buster", "changeme", "charlie", "chief", "chocolate",
    "computer", "coordinator", "cookie", "county", "court", "daniel", "december", "default", "demo",
    "department", "detective", "diamond", "donald", "dragon", "eagle", "enforcement", "february", "federal",
    "flower", "football", "freedom", "friday", "ginger", "guest", "hannah", "harley", "hello", "hockey",
    "hunter", "hunting", "iloveyou", "internet", "january", "jasmine", "jennifer", "jessica", "jordan",
    "joshua", "july", "june", "justice", "killer", "law", "letmein", "librarian", "liberty", "login",
    "love", "loveme", "lovely", "magic", "maggie", "march", "master", "matthew", "member", "merlin",
    "michael", "michelle", "monday", "monkey", "mustang", "naruto", "november", "october", "office",
    "officer", "orange", "pass", "passphrase", "passcode", "passw", "passwd", "password", "passwort",
    "pepper", "pokemon", "police", "portal", "princess", "prosecutor", "qwerty", "ranger", "robert", "root",
    "samsung", "saturday", "secret", "secure", "security", "september", "shadow", "sheriff", "silver",
    "soccer", "spring", "starwars", "strong", "summer", "sunday", "sunshine", "superman", "superstar",
    "system", "taskforce", "temp", "temporary", "test", "tester", "testing", "thomas", "thursday", "tigger",
    "trafficking", "trustno", "tuesday", "user", "victim", "wednesday", "welcome", "whatever", "william",
    "winter", "yankees", "yellow",
})  # fmt: skip
ROWS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
)
SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "01234567890", *ROWS)
LOOKALIKES = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
RUN = 4
TOO_COMMON = (
    "This is one of the passwords that are tried first. Choose another, such as four unrelated words."
)
TOO_CLOSE = "This is too close to your name or address. Choose one that does not contain them."


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise ``Invalid`` for a password that may not be chosen; ``about``: the member's name and address."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise _refusal(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(plain):
        raise _refusal(TOO_COMMON)
    parts = _parts(about)
    if _is_made_of(plain, parts, most=len(parts)):
        raise _refusal(TOO_CLOSE)


def _refusal(sentence: str) -> Invalid:
    return Invalid("This password cannot be used.", {"password": sentence})


def _is_common(plain: str) -> bool:
    if plain in FREQUENT or len(set(plain)) < 5 or _is_repetition(plain):
        return True
    rest = _without_runs(plain)
    return _is_made_of(plain, WORDS) or len(rest) < 4 or _is_made_of(rest, WORDS)


def _is_repetition(plain: str) -> bool:
    """One piece again and again, whole or cut at the end: ``abcabcabc``, ``policepolice``."""
    return any(
        (plain[:size] * (len(plain) // size + 1)).startswith(plain) for size in range(1, len(plain) // 2 + 1)
    )


def _without_runs(plain: str) -> str:
    """What is left once runs along the alphabet, the digits or the keyboard are out, either way round."""
    left, position = [], 0
    while position < len(plain):
        length = _run_at(plain, position)
        if length < RUN:
            left.append(plain[position])
        position += length if length >= RUN else 1
    return "".join(left)


def _run_at(plain: str, position: int) -> int:
    for length in range(len(plain) - position, RUN - 1, -1):
        piece = plain[position : position + length]
        if any(piece in sequence or piece[::-1] in sequence for sequence in SEQUENCES):
            return length
    return 0


def _is_made_of(plain: str, words: Collection[str], *, most: int = 2) -> bool:
    """Whether it is ``most`` of the words or fewer, plain or with look-alikes, and little beside them."""
    if not words:
        return False
    longest_first = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    return any(_is_little_more(form, longest_first, most) for form in {plain, plain.translate(LOOKALIKES)})


def _is_little_more(form: str, words: re.Pattern[str], most: int) -> bool:
    """Digits and marks round a word add nothing, for guessers add them too."""
    found = set(words.findall(form))
    return 0 < len(found) <= most and len(re.sub(r"[\W\d_]", "", words.sub(" ", form))) < 4


def _parts(about: Iterable[str]) -> set[str]:
    pieces = (piece for value in about for piece in re.split(r"[\W_]+", value.casefold()))
    return {piece for piece in pieces if len(piece) >= 3}
