"""How an exception of a background task is told to admins: its kind, its first line and where it came from. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from traceback import extract_tb
from typing import Any

from msgspec import Struct

LONGEST = 300
_ADDRESS = re.compile(r"[^\s<>\"'()=,;]+@[^\s<>\"'(),;]+")
_TOKEN = re.compile(r"[A-Za-z0-9_\-+/=.]{24,}")
_LETTERS = re.compile(r"[A-Za-z_.]+")
"""Names of code are long as well, and no secrets."""


class Failure(Struct, frozen=True):
    """A task that went wrong. `arguments`: JSON of what it was called with."""

    job: str
    arguments: str
    key: str
    error: str
    place: str


def failure_of(job: str, args: Sequence[Any], error: BaseException) -> Failure:
    arguments = json.dumps(list(args), default=str)
    return Failure(job, arguments, key_of(job, args), told(error), place_of(error))


def key_of(job: str, args: Sequence[Any]) -> str:
    return hashlib.sha256(f"{job} {json.dumps(list(args), default=str)}".encode()).hexdigest()


def told(error: BaseException) -> str:
    """ "TimeoutError: the mail server did not answer". Only the first line, as databases put whole rows into the second;
    addresses of people and whatever may be a token are left out."""
    lines = str(error).strip().splitlines()
    words = _TOKEN.sub(_without_token, _ADDRESS.sub("…@…", lines[0] if lines else ""))
    kind = type(error).__name__
    return f"{kind}: {words}"[:LONGEST] if words else kind


def _without_token(found: re.Match[str]) -> str:
    return found[0] if _LETTERS.fullmatch(found[0]) else "…"


def place_of(error: BaseException) -> str:
    """ "app/mail/actions.py:52 deliver": the innermost line that is ours."""
    ours = [each for each in extract_tb(error.__traceback__) if _short(each.filename)]
    return f"{_short(ours[-1].filename)}:{ours[-1].lineno} {ours[-1].name}"[:200] if ours else ""


def _short(filename: str) -> str:
    """The path from the top of the product; empty for libraries."""
    found = re.search(r"(?:^|/)((?:app|workers|components)/(?!.*site-packages).+)$", filename)
    return found[1] if found and "site-packages" not in filename else ""


def as_call(arguments: str) -> Sequence[Any]:
    found = json.loads(arguments)
    return found if isinstance(found, list) else []


def counted(facts: Mapping[str, int]) -> str:
    """ "workers.mail.sweep (3)" of each kind of work."""
    return ", ".join(f"{job} ({times})" if times > 1 else job for job, times in sorted(facts.items()))
