"""Records of erased customers, with everything personal taken out before anything else here sees them. Pure."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from app.xero.listing import Broken, Page
from app.xero.wire import Contact, ContactRef, Credit, Invoice

Record = TypeVar("Record")
KEPT_OF_A_CONTACT = ("contact_id", "contact_status", "merged_to_contact_id", "updated_date_utc")


def name_of_erased(customer_id: int) -> str:
    return f"Erased customer {customer_id}"


def withheld(page: Page[Record], erased: Mapping[str, str]) -> Page[Record]:
    """`erased`: the names they go by now, by Xero's id in lower case. Numbers, days and amounts are left."""
    if not erased:
        return page
    records = [_without_person(each, erased) for each in page.records]
    broken = tuple(_told_apart(each, erased) for each in page.broken)
    return msgspec.structs.replace(page, records=records, broken=broken)


def _without_person(record: Record, erased: Mapping[str, str]) -> Record:
    if isinstance(record, Contact) and (name := erased.get((record.contact_id or "").lower())):
        kept = {field: getattr(record, field) for field in KEPT_OF_A_CONTACT}
        return Contact(name=name, **kept)  # type: ignore[return-value]
    contact = record.contact if isinstance(record, Invoice | Credit) else None
    if contact is not None and (name := erased.get((contact.contact_id or "").lower())):
        record.contact, record.reference = ContactRef(contact.contact_id, name), None  # type: ignore[attr-defined]
    return record


def _told_apart(broken: Broken, erased: Mapping[str, str]) -> Broken:
    """A record that cannot be read may hold anything: of an erased customer only its id and the reason are kept."""
    record = broken.record.lower()
    whose = next((name for xero_id, name in erased.items() if xero_id in record), "")
    return Broken(broken.xero_id, whose, broken.reason, "") if whose else broken
