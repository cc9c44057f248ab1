"""What is different between two versions of a text, line by line."""

from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct


class Change(Struct, frozen=True):
    kind: Literal["same", "gone", "new"]
    text: str


def changes_between(before: str, after: str) -> tuple[Change, ...]:
    """The lines of both, in order; what is gone stands before what came in its place."""
    old, new = before.rstrip("\n").split("\n"), after.rstrip("\n").split("\n")
    found = list[Change]()
    for _, i1, i2, j1, j2 in (code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if old[i1:i2] == new[j1:j2]:
            found += [Change("same", line) for line in old[i1:i2]]
        else:
            found += [Change("gone", line) for line in old[i1:i2]] + [Change("new", line) for line in new[j1:j2]]
    return tuple(found)
