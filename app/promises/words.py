"""The words of promises, expected dates and disputes, as columns hold them and as people read them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from components.format import day


class PromiseState(StrEnum):
    """A promise is active until its day and one working day have passed, or something supersedes it; one that was noted
    by mistake is withdrawn and counts for nothing."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class DateSource(StrEnum):
    """Who set the expected payment date."""

    CUSTOMER = "customer"
    CONTROLLER = "controller"
    XERO = "xero"


class Push(StrEnum):
    """Whether Xero has been told of an expected payment date; `none` where it came from there."""

    PENDING = "pending"
    PUSHED = "pushed"
    REFUSED = "refused"
    NONE = "none"


class Said(StrEnum):
    """How the customer said it: in the portal nobody was there to ask, on the phone and in a reply a member was."""

    PORTAL = "portal"
    PHONE = "phone"
    REPLY = "reply"


class DisputeReason(StrEnum):
    WRONG_AMOUNT = "wrong_amount"
    NOT_RECEIVED = "not_received"
    NOT_AS_AGREED = "not_as_agreed"
    DUPLICATE = "duplicate"
    NO_ORDER_NUMBER = "no_order_number"
    ALREADY_PAID = "already_paid"
    OTHER = "other"


class Outcome(StrEnum):
    """How a dispute ends."""

    CREDIT_AGREED = "credit_agreed"
    CUSTOMER_PAYS = "customer_pays"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    OTHER = "other"


OUTCOMES: dict[Outcome, str] = {
    Outcome.CREDIT_AGREED: "We credit it",
    Outcome.CUSTOMER_PAYS: "They pay it after all",
    Outcome.WITHDRAWN: "It was a misunderstanding",
    Outcome.REPLACED: "They get a new invoice",
    Outcome.OTHER: "Something else",
}

REASONS: dict[DisputeReason, str] = {
    DisputeReason.WRONG_AMOUNT: "The amount is wrong",
    DisputeReason.NOT_RECEIVED: "We have not received what it is for",
    DisputeReason.NOT_AS_AGREED: "What we received is not what we agreed",
    DisputeReason.DUPLICATE: "We have this invoice twice",
    DisputeReason.NO_ORDER_NUMBER: "Our order number is missing or wrong",
    DisputeReason.ALREADY_PAID: "We paid it in another way",
    DisputeReason.OTHER: "Something else",
}

PLACES: dict[Said, str] = {Said.PORTAL: "in the portal", Said.PHONE: "by phone", Said.REPLY: "in a reply"}


def say_reason(reason: str) -> str:
    """The reason in words; one we no longer know as it was stored."""
    return REASONS[DisputeReason(reason)] if reason in set(DisputeReason) else reason


def say_outcome(outcome: str) -> str:
    """The outcome in words; none for none."""
    return OUTCOMES[Outcome(outcome)] if outcome in set(Outcome) else outcome


def listed(names: Sequence[str]) -> str:
    """INV-1 · INV-1 and INV-2 · INV-1, INV-2 and INV-3 · INV-1, INV-2 and 7 more."""
    if len(names) > 4:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def say_expected(number: str, on: date | None, today: date, by: str) -> str:
    if on is None:
        return f"{by} cleared the expected payment date of {number}"
    verb = "expect" if by == "You" else "expects"
    return f"{by} {verb} {number} to be paid on {day(on, today)}"


def say_promise(numbers: Sequence[str], on: date, today: date, said: Said, who: str = "") -> str:
    return f"{who or 'The customer'} promised {PLACES[said]} to pay {listed(numbers)} on {day(on, today)}"


def say_told_paid(number: str, said: Said, who: str = "") -> str:
    place = "" if said is Said.PORTAL else f" {PLACES[said]}"
    return f"{who or 'The customer'} says{place} that {number} is paid"


def say_query(part: str, reason: str, said: Said, who: str = "") -> str:
    return f"{who or 'The customer'} queried {part} {PLACES[said]}: {say_reason(reason)}"


def say_record(kept: int, broken: int) -> str:
    """As in "Kept 3 of 4 promises"; nothing before one has ended."""
    ended = kept + broken
    return f"Kept {kept} of {ended} promise{'' if ended == 1 else 's'}" if ended else ""
