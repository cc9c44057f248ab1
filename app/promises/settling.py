"""When a promise is kept and when it is broken. Source: Deciding whom to chase, rule 8."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.promises.words import PromiseState

WORKING_DAYS_OF_GRACE = 1

AddWorkingDays = Callable[[date, int], date]
"""ChaseCalendar.add_working_days: the n-th working day after a day."""


class PromisedInvoice(Struct, frozen=True, kw_only=True):
    """`paid_on` is Xero's date of full payment; `is_void` when the invoice was voided or deleted there."""

    promised_on: date
    outstanding: Decimal
    paid_on: date | None
    is_void: bool = False


def settled(promise: PromisedInvoice, today: date, add_working_days: AddWorkingDays) -> PromiseState:
    """Active while it can still be kept; a promise for an invoice that is void was replaced by that."""
    if promise.is_void:
        return PromiseState.REPLACED
    last_day = add_working_days(promise.promised_on, WORKING_DAYS_OF_GRACE)
    if promise.outstanding <= 0:
        return PromiseState.KEPT if (promise.paid_on or last_day) <= last_day else PromiseState.BROKEN
    return PromiseState.ACTIVE if today <= last_day else PromiseState.BROKEN
