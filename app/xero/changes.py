"""What a sync changed, as the sentences that the timeline and the sync page show. Pure."""

from datetime import date

import msgspec

from app.money import amount
from app.xero.decide import CreditFacts, InvoiceFacts

KNOWN_INVOICE = (
    "id", "customer", "xero_id", "number", "reference", "status", "currency", "rate", "issued_on", "due_on", "total", "paid",
    "credited", "outstanding", "is_sent", "xero_expected_on", "xero_stamp",
)  # fmt: skip
_COMPARED = (
    "number", "reference", "status", "currency", "rate", "issued_on", "due_on", "total", "paid", "credited", "outstanding",
    "is_sent", "xero_expected_on", "xero_stamp",
)  # fmt: skip


class KnownInvoice(msgspec.Struct, frozen=True, gc=False):
    """What we held of an invoice before this sync."""

    id: int
    customer: int
    xero_id: str
    number: str
    reference: str
    status: str
    currency: str
    rate: str
    issued_on: date | None
    due_on: date | None
    total: int
    paid: int
    credited: int
    outstanding: int
    is_sent: bool
    xero_expected_on: date | None
    xero_stamp: int
    customer_xero_id: str


class Change(msgspec.Struct, frozen=True):
    """`kind` is the activity's; empty for a change that no timeline needs."""

    xero_id: str
    kind: str
    sentence: str


def is_same(known: KnownInvoice, facts: InvoiceFacts) -> bool:
    """Whether nothing that matters differs; Xero does not move its stamp for every change, so values count too."""
    same_customer = known.customer_xero_id == facts.customer_xero_id
    return same_customer and all(getattr(known, name) == getattr(facts, name) for name in _COMPARED)


def invoice_change(known: KnownInvoice | None, facts: InvoiceFacts, name: str) -> Change:
    kind, words = _what(known, facts)
    return Change(facts.xero_id, kind, f"{facts.number or 'An invoice without number'} ({name}) {words}.")


def _what(known: KnownInvoice | None, facts: InvoiceFacts) -> tuple[str, str]:
    """The most important change of an invoice; the order of these questions is their order of importance."""
    if known is None:
        due = f", due {written(facts.due_on)}" if facts.due_on else ", without a due date"
        return "invoice_new", f"came from Xero: {sum_of(facts.total, facts.currency)}{due}"
    if facts.status != known.status:
        return _status(facts)
    if facts.paid > known.paid:
        left = sum_of(facts.outstanding, facts.currency)
        return "payment", f"received {sum_of(facts.paid - known.paid, facts.currency)}; {left} is left"
    if facts.paid < known.paid:
        return "payment_removed", f"lost a payment of {sum_of(known.paid - facts.paid, facts.currency)}"
    return _terms(known, facts)


def _status(facts: InvoiceFacts) -> tuple[str, str]:
    words = {
        "PAID": ("paid", "is paid" if facts.paid else "is covered by credits"),
        "VOIDED": ("voided", "was voided in Xero"),
        "DELETED": ("voided", "was deleted in Xero"),
        "AUTHORISED": ("invoice_reopened", f"is open: {sum_of(facts.outstanding, facts.currency)} is due"),
    }
    return words.get(facts.status, ("status", f"is {facts.status} in Xero now"))


def _terms(known: KnownInvoice, facts: InvoiceFacts) -> tuple[str, str]:
    if facts.credited != known.credited:
        changed = sum_of(abs(facts.credited - known.credited), facts.currency)
        return "credit", f"was credited {changed}" if facts.credited > known.credited else f"lost a credit of {changed}"
    if facts.total != known.total:
        return "edited", f"now totals {sum_of(facts.total, facts.currency)}, before {sum_of(known.total, known.currency)}"
    if facts.due_on != known.due_on:
        return "edited", f"is due {written(facts.due_on)} now, before {written(known.due_on)}"
    if facts.xero_expected_on != known.xero_expected_on:
        return "", f"is expected to be paid {written(facts.xero_expected_on)}, says Xero"
    if facts.is_sent and not known.is_sent:
        return "", "was marked as sent"
    return "", "was edited in Xero"


def credit_change(facts: CreditFacts, name: str) -> Change:
    kind = facts.kind.replace("_", " ")
    return Change(facts.xero_id, "", f"{facts.number or kind.capitalize()} ({name}): {_left(facts, kind)}.")


def _left(facts: CreditFacts, kind: str) -> str:
    if facts.remaining:
        return f"{sum_of(facts.remaining, facts.currency)} of this {kind} is not used yet"
    ended = {"VOIDED": "was voided in Xero", "DELETED": "was deleted in Xero", "DRAFT": "is a draft in Xero"}
    return f"this {kind} {ended.get(facts.status, 'is used up')}"


def sum_of(stored: int, currency: str) -> str:
    """12345600, "GBP" → "GBP 1,234.56"."""
    return f"{currency} {amount(stored):,}"


def written(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "on no date"
