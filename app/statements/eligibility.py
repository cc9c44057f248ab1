"""Who gets a statement this month, and why somebody does not."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from components.format import day

STOPPED = {
    "insolvent": "is insolvent",
    "breathing_space": "is in breathing space",
    "solicitor": "is with the solicitor",
    "agency": "is with a collection agency",
    "direct_debit": "pays by direct debit",
    "payment_plan": "has a payment plan",
}


class Candidate(Struct, frozen=True, kw_only=True):
    """A customer with open invoices. `usable_addresses` counts those for statements and the normal ones; `owed` is what
    is open, in base currency."""

    id: int
    name: str
    chasing: bool
    stop: str
    stop_until_on: date | None = None
    paused_until_on: date | None
    wants_statements: bool
    usable_addresses: int
    has_it_already: bool
    owed: Decimal = Decimal(0)


class Minimum(Struct, frozen=True):
    """What must be open, in base currency, for a statement to go; `words` say it."""

    amount: Decimal
    words: str


NO_MINIMUM = Minimum(Decimal(0), "")


def left_out_because(candidate: Candidate, chasing_only: bool, today: date, minimum: Minimum = NO_MINIMUM) -> str:
    """A reason that goes on after the customer's name; empty for those who get one."""
    if candidate.has_it_already:
        return "has had this month's statement"
    if not candidate.wants_statements:
        return "gets no statements"
    if candidate.stop and (candidate.stop_until_on is None or today < candidate.stop_until_on):
        return STOPPED.get(candidate.stop, "is stopped")
    if candidate.paused_until_on and today < candidate.paused_until_on:
        return f"is paused until {day(candidate.paused_until_on, today)}"
    if chasing_only and not candidate.chasing:
        return "is not being chased"
    if candidate.owed < minimum.amount:
        return f"owes less than {minimum.words}"
    return "" if candidate.usable_addresses else "has no usable email address"


def halted_because(*, connected: bool, restored: bool, paused: bool, is_fresh: bool, has_sender: bool) -> str:
    """Why the organisation can send no statement at all, as a sentence; empty when it can."""
    grounds = (
        (restored, "This is a restored copy, and no owner has confirmed it yet."),
        (not connected, "Xero is disconnected, so nobody knows what is owed now."),
        (not is_fresh, "The last good sync with Xero is more than 24 hours ago: sync first."),
        (paused, "All chasing is paused."),
        (not has_sender, "No mailbox is set up to send from."),
    )
    return next((sentence for holds, sentence in grounds if holds), "")
