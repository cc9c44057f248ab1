"""The states of a message, which of them may follow which, and how long a refused one waits."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    PLANNED = "planned"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    REMINDER = "reminder"
    THANK_YOU = "thank_you"
    STATEMENT = "statement"
    CHASE_NOW = "chase_now"
    ANSWER = "answer"
    SYSTEM = "system"


# A person alone leads out of unknown, or out of failed back to approved.
LEGAL: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.APPROVED, State.SENDING, State.CANCELLED}),
    State.APPROVED: frozenset({State.PLANNED, State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.UNKNOWN, State.PLANNED, State.APPROVED, State.CANCELLED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.APPROVED}),
    State.UNKNOWN: frozenset({State.SENT, State.APPROVED}),
    State.CANCELLED: frozenset(),
}

WAITING: Final = frozenset({State.PLANNED, State.APPROVED})
DONE: Final = frozenset({State.SENDING, State.SENT, State.UNKNOWN})
"""These count as done and for the gap."""
FREED: Final = frozenset({State.FAILED, State.CANCELLED})
"""These give their unique key back: what they were about may be planned again."""

MEANING: Final[dict[State, str]] = {
    State.PLANNED: "Waits for its time",
    State.APPROVED: "Approved, waits for its time",
    State.SENDING: "Being sent just now",
    State.SENT: "Sent",
    State.FAILED: "Not sent: it was refused",
    State.UNKNOWN: "Nobody can tell whether it went: the connection ended before the mail server answered",
    State.CANCELLED: "Not sent: cancelled",
}

CLAIM_OUTLIVES: Final = timedelta(minutes=5)
"""A claim older than this belongs to nobody: delivery of one message is broken off long before."""

_WAITS = (1, 2, 5, 10, 20, 30)


def may_follow(before: State, after: State) -> bool:
    return after in LEGAL[before]


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts that the mail server put off: 1, 2, 5, 10, 20, then 30 minutes."""
    return timedelta(minutes=_WAITS[min(max(attempts, 1), len(_WAITS)) - 1])
