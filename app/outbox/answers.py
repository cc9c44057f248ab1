"""What a mail server's answer means for the message, the address and the mailbox.

Codes are RFC 5321's, enhanced codes RFC 3463's. All or nothing: a message whose recipients are not all accepted is
broken off before its text is transmitted, so that no part of it has gone.
"""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Verb(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    HELLO = "hello"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


class Accepted(Struct, frozen=True):
    """The mail server took the message: 2xx after its last line."""

    answer: str


class PutOff(Struct, frozen=True):
    """Surely not taken, for now: 4xx, or the connection was lost before the text was transmitted."""

    answer: str
    ends_connection: bool = False


class RecipientRefused(Struct, frozen=True):
    """Surely not taken: the address is wrong, now and later."""

    address: str
    answer: str


class MailboxStopped(Struct, frozen=True):
    """Surely not taken, and the next message would not be either: credentials, policy, or a refusal of our own address."""

    answer: str


class Ambiguous(Struct, frozen=True):
    """The connection was lost after the text began: it may have been taken, and nobody can tell."""

    answer: str


Answer = Accepted | PutOff | RecipientRefused | MailboxStopped | Ambiguous

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_ABOUT_RECIPIENT: Final = frozenset({(2, 1)})
_ABOUT_SENDER: Final = frozenset({(1, 7), (1, 8)})
_POLICY = 7


def judge(verb: Verb, code: int, text: str, *, address: str = "") -> Answer:
    """The meaning of a complete answer. `address` is the one recipient it can be about; empty: it could be any of several."""
    said = f"{code} {_line(text)}".strip()[:500]
    if 200 <= code < 300:
        return Accepted(said)
    if code < 500:
        return PutOff(said, ends_connection=code == 421)
    if address and verb in (Verb.RCPT, Verb.DATA) and _is_about_recipient(code, text):
        return RecipientRefused(address, said)
    return MailboxStopped(said)


def lost(verb: Verb, text_began: bool, why: str) -> Answer:
    """The meaning of a connection that ended or stood still without an answer."""
    why = _line(why)
    if text_began:
        return Ambiguous(f"the connection was lost after the text had begun: {why}"[:500])
    if verb is Verb.CONNECT:
        return PutOff(f"it could not be reached: {why}"[:500], ends_connection=True)
    return PutOff(f"the connection was lost at {verb.value}: {why}"[:500], ends_connection=True)


def _line(text: str) -> str:
    """On one line, without what a database would refuse: servers answer NULs and half characters too, and whatever they
    answer must be recorded."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _is_about_recipient(code: int, text: str) -> bool:
    found = _ENHANCED.match(text)
    if found is None:
        return code == 550
    subject, detail = int(found[2]), int(found[3])
    if subject == _POLICY or (subject, detail) in _ABOUT_SENDER:
        return False
    return code == 550 or subject == 1 or (subject, detail) in _ABOUT_RECIPIENT
