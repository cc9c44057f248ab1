"""The words of customers: kinds of recipients, reasons to stop, as columns hold them and as people read them."""

from enum import StrEnum


class RecipientKind(StrEnum):
    NORMAL = "normal"
    ESCALATED = "escalated"
    COPY = "copy"
    STATEMENTS = "statements"
    NONE = "none"


class Stop(StrEnum):
    """Why a customer is never chased."""

    INSOLVENT = "insolvent"
    BREATHING_SPACE = "breathing_space"
    SOLICITOR = "solicitor"
    AGENCY = "agency"
    DIRECT_DEBIT = "direct_debit"
    PAYMENT_PLAN = "payment_plan"


KINDS: dict[RecipientKind, str] = {
    RecipientKind.NORMAL: "Normal",
    RecipientKind.ESCALATED: "Escalated",
    RecipientKind.COPY: "Copy (CC)",
    RecipientKind.STATEMENTS: "Statements",
    RecipientKind.NONE: "None",
}

STOPS: dict[Stop, str] = {
    Stop.INSOLVENT: "Insolvent",
    Stop.BREATHING_SPACE: "Breathing space",
    Stop.SOLICITOR: "With our solicitor",
    Stop.AGENCY: "With a collection agency",
    Stop.DIRECT_DEBIT: "Pays by direct debit",
    Stop.PAYMENT_PLAN: "Has a payment plan",
}

HERE = "here"
"""The source of a recipient added in this product; only such a one can be removed here."""

SOURCES: dict[str, str] = {"xero_main": "Xero, main address", "xero_person": "Xero, contact person", HERE: "added here"}


def say_stop(stop: str) -> str:
    return STOPS[Stop(stop)] if stop in set(Stop) else stop
