"""Who is meant by "@Tom" in a note."""

import re
from collections.abc import Mapping

MOST = 160
"""Letters of a note that a task repeats; the whole is on the timeline."""
_AT = re.compile(r"(?<![\w@.])@(?=\w)")


def mentioned(text: str, names: Mapping[int, str]) -> tuple[int, ...]:
    """The members named after an @, by full name, or by a first name that only one of them has; each once, in order."""
    callable_by = _callable(names)
    found = (_whom(text[match.end() :].casefold(), callable_by) for match in _AT.finditer(text))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _callable(names: Mapping[int, str]) -> list[tuple[str, int]]:
    """Names and whom they mean, the longest first, so that "Anna Berg" is not "Anna"."""
    full = [(" ".join(name.split()).casefold(), member) for member, name in names.items() if name.strip()]
    firsts = [(name.split()[0], member) for name, member in full]
    alone = [(name, member) for name, member in firsts if sum(name == other for other, _ in firsts) == 1]
    return sorted({*full, *alone}, key=lambda each: -len(each[0]))


def _whom(rest: str, callable_by: list[tuple[str, int]]) -> int | None:
    """The name with which the text goes on, as a whole word."""
    for name, member in callable_by:
        if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
            return member
    return None


def shortened(text: str) -> str:
    """On one line, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= MOST else line[: MOST - 1].rstrip() + '…'}”"
