"""Expected payment dates between here and Xero: which side's date holds, and what is written. Pure."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Reconciled(StrEnum):
    """What a date read from Xero means for the one kept here."""

    SAME = "same"
    """Xero has ours: it is pushed."""
    OURS = "ours"
    """Ours was set later and still has to be pushed."""
    XEROS = "xeros"
    """Somebody changed it in Xero after ours was set."""


class Kept(msgspec.Struct, frozen=True):
    """The date kept here."""

    expected_on: date | None
    push: str
    set_at: datetime | None


def reconciled(kept: Kept | None, in_xero: date | None, changed_in_xero_at: datetime | None) -> Reconciled:
    """The later change wins. Asked only when Xero's date differs from the one that Xero had before: a date that Xero
    refused stays, therefore, until somebody changes it there."""
    if kept is None:
        return Reconciled.XEROS
    if kept.expected_on == in_xero:
        return Reconciled.SAME
    is_later = kept.set_at is not None and (changed_in_xero_at is None or kept.set_at > changed_in_xero_at)
    return Reconciled.OURS if kept.push == "pending" and is_later else Reconciled.XEROS


def sparse_body(invoice_id: str, expected_on: date | None) -> dict[str, list[dict[str, str]]]:
    """Only the date, never the whole object: Xero refuses that on part-paid invoices (Xero-NetStandard#84). An empty
    ExpectedPaymentDateString clears it; an empty ExpectedPaymentDate does nothing (xero-node#476)."""
    day = {"ExpectedPaymentDate": expected_on.isoformat()} if expected_on else {"ExpectedPaymentDateString": ""}
    return {"Invoices": [{"InvoiceID": invoice_id, **day}]}


def refusal_sentence(number: str, expected_on: date | None, reason: str) -> str:
    """`reason` in Xero's words, a whole sentence."""
    if expected_on is None:
        return f"Xero does not let go of the expected payment date of {number}: {reason} It stays cleared here."
    return f"Xero does not take the expected payment date of {number}: {reason} The date stays here."


class Sums(msgspec.Struct, frozen=True):
    """Ten-thousandths."""

    total: int
    outstanding: int
    paid: int
    credited: int


def has_moved(before: Sums, after: Sums) -> bool:
    """A write of a date must move no money; Xero has recomputed discounts on such writes (Xero-OpenAPI#713). A payment
    that came in between is no such move."""
    settled = (after.paid + after.credited) - (before.paid + before.credited)
    return after.total != before.total or after.outstanding != before.outstanding - settled
