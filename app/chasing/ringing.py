"""Whom to ring: an invoice whose ladder is finished asks for a call, once, together with the others of its customer."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from app.promises.words import listed
from components.format import money


class FinishedInvoice(Struct, frozen=True):
    """An overdue invoice that has had every step of its schedule."""

    id: int
    number: str
    outstanding: Decimal
    currency: str


class RingTask(Struct, frozen=True):
    """A call that was asked for, and the invoices that it was about."""

    id: int
    invoice_ids: frozenset[int]
    is_open: bool
    sentence: str


def not_asked_for(finished: Iterable[FinishedInvoice], tasks: Iterable[RingTask]) -> tuple[FinishedInvoice, ...]:
    """Those for which nobody has been asked to ring before."""
    known = frozenset[int]().union(*(task.invoice_ids for task in tasks))
    return tuple(invoice for invoice in finished if invoice.id not in known)


def say_ring(customer: str, finished: Sequence[FinishedInvoice], locale: str) -> str:
    """As in "Ring Harbour Foods Ltd: INV-1 and INV-2, £640.00, have had every reminder"."""
    sums: dict[str, Decimal] = {}
    for invoice in finished:
        sums[invoice.currency] = sums.get(invoice.currency, Decimal(0)) + invoice.outstanding
    amounts = listed([money(total, currency, locale) for currency, total in sorted(sums.items())])
    have = "has" if len(finished) == 1 else "have"
    return f"Ring {customer}: {listed([each.number for each in finished])}, {amounts}, {have} had every reminder"
