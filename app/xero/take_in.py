"""A page of Xero's answer, read and sorted: what can be used, and what is put aside with its reason. Pure."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from app.xero.decide import (
    STATUSES,
    CreditFacts,
    InvoiceFacts,
    PaymentFacts,
    applied,
    credit_facts,
    invoice_facts,
    label_of,
)
from app.xero.listing import Broken, Page, Resource
from app.xero.people import CustomerFacts, RecipientFacts, customer_facts, recipients_of
from app.xero.values import Unusable, line
from app.xero.wire import Contact, ContactRef, Credit, Invoice

Record = TypeVar("Record")


class UnknownStatus(Unusable):
    """Told, for an invoice that is not chased any more must not disappear in silence; its facts are kept all the same."""

    def __init__(self, status: str) -> None:
        super().__init__(f"Its status {status!r} is not known here, so it is not chased.")


class Invoices(msgspec.Struct, frozen=True):
    usable: list[InvoiceFacts]
    applied: list[PaymentFacts]
    names: dict[str, str]
    """Names of contacts, by Xero's id."""
    broken: tuple[Broken, ...]


class Credits(msgspec.Struct, frozen=True):
    usable: list[CreditFacts]
    names: dict[str, str]
    broken: tuple[Broken, ...]


class Contacts(msgspec.Struct, frozen=True):
    usable: list[CustomerFacts]
    recipients: list[RecipientFacts]
    broken: tuple[Broken, ...]


def sort_invoices(page: Page[Invoice], base: str) -> Invoices:
    """`base`: the organisation's currency, which an invoice without one is in."""
    result = Invoices([], [], {}, ())
    broken = list(page.broken)
    for wire in page.records:
        try:
            facts = invoice_facts(wire, base=base, served_at=page.served_at)
            payments = applied(wire, facts.currency) if facts else []
        except Unusable as reason:
            broken.append(_aside(wire, wire.invoice_id, label_of(wire), reason))
            continue
        if facts:
            result.usable.append(facts)
            result.applied.extend(payments)
            _name(result.names, facts.customer_xero_id, wire.contact)
            if facts.status not in STATUSES:
                broken.append(_aside(wire, wire.invoice_id, label_of(wire), UnknownStatus(facts.status)))
    return msgspec.structs.replace(result, broken=tuple(broken))


def sort_credits(page: Page[Credit], resource: Resource[Credit], base: str) -> Credits:
    result = Credits([], {}, ())
    broken = list(page.broken)
    for wire in page.records:
        try:
            facts = credit_facts(wire, resource, base=base, served_at=page.served_at)
        except Unusable as reason:
            key = wire.credit_note_id or wire.prepayment_id or wire.overpayment_id
            broken.append(_aside(wire, key, label_of(wire), reason))
            continue
        if facts:
            result.usable.append(facts)
            _name(result.names, facts.customer_xero_id, wire.contact)
    return msgspec.structs.replace(result, broken=tuple(broken))


def sort_contacts(page: Page[Contact]) -> Contacts:
    result = Contacts([], [], ())
    broken = list(page.broken)
    for wire in page.records:
        try:
            result.usable.append(customer_facts(wire, served_at=page.served_at))
            result.recipients.extend(recipients_of(wire))
        except Unusable as reason:
            broken.append(_aside(wire, wire.contact_id, line(wire.name, 255), reason))
    return msgspec.structs.replace(result, broken=tuple(broken))


def _name(names: dict[str, str], xero_id: str, contact: ContactRef | None) -> None:
    if contact is not None and xero_id not in names:
        names[xero_id] = line(contact.name, 500)


def _aside(wire: object, xero_id: str | None, label: str, reason: Unusable) -> Broken:
    return Broken(line(xero_id, 36).lower(), label, str(reason), msgspec.json.encode(wire).decode()[:20_000])


def keys_of(page: Page[Record], id_of: Callable[[Record], str | None]) -> set[int]:
    """What tells the page's records apart, so that a list can be counted: 64-bit fingerprints of their ids."""
    keys = {hash(_usable_id(id_of(record)) or repr(record)) for record in page.records}
    return keys | {hash(_usable_id(each.xero_id) or each.record) for each in page.broken}


def _usable_id(value: str | None) -> str:
    return value if value and len(value) <= 36 else ""
