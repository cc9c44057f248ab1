"""Passwords that are tried first: common words, and the ways in which people pad them to the length that is asked for."""

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt")
"""Words by themselves; what is made of them is worked out here."""
_AS_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_WALKS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz", "1234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
    "qwertyuiopasdfghjklzxcvbnm", "zaq1xsw2cde3vfr4bgt5nhy6mju7",
)  # fmt: skip
_FEWEST_CHARACTERS = 5


@cache
def words() -> frozenset[str]:
    return frozenset(LIST.read_text(encoding="utf-8").split())


def is_common(password: str) -> bool:
    """A common word in any dress: `P@ssw0rd2026!`, `liverpool-arsenal`, `qwertyuiop123`, `abababababab`."""
    plain = password.lower()
    if len(set(plain)) < _FEWEST_CHARACTERS or plain.isdigit():
        return True
    return any(_is_known(core) for core in cores_of(plain))


def cores_of(plain: str) -> frozenset[str]:
    """What is left of a lower-case password without padding, with and without digits read as the letters they stand for."""
    bare = plain.strip("0123456789!?.$#@*&%+-_=~^ ,;:")
    read = plain.rstrip("!?.").translate(_AS_LETTERS)
    return frozenset(_without_joints(each) for each in (plain, bare, bare.translate(_AS_LETTERS), read))


def _without_joints(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _is_known(core: str) -> bool:
    return core in words() or is_walk(core) or _is_repeated(core) or _is_pair(core)


def is_walk(text: str) -> bool:
    """Neighbouring keys or letters, either way round, over and over; beginning anywhere."""
    lines = (line * (len(text) // len(line) + 2) for walk in _WALKS for line in (walk, walk[::-1]))
    return len(text) > 3 and any(text in line for line in lines)


def _is_repeated(core: str) -> bool:
    """`abcabcabc`: found in itself doubled, elsewhere than at its ends."""
    return len(core) > 1 and core in (core + core)[1:-1]


def _is_pair(core: str) -> bool:
    return any(core[:cut] in words() and core[cut:] in words() for cut in range(3, len(core) - 2))
