"""From a Xero contact to a customer's row and its recipients. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from app.xero.values import line, updated, xero_id
from app.xero.wire import Address, Contact, Organisation, Phone

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+\.[^@\s<>,;:\"()\[\].]{2,}")
_SEPARATORS = re.compile(r"[;,\s]+")


class CustomerFacts(msgspec.Struct, frozen=True, gc=False):
    """Xero's columns of a Customer row, in the order in which they are written."""

    xero_id: str
    name: str
    account_number: str
    first_name: str
    last_name: str
    email: str
    phones: str
    addresses: str
    is_archived: bool
    merged_to_xero_id: str
    xero_updated_at: datetime | None


class RecipientFacts(msgspec.Struct, frozen=True, gc=False):
    """An address of a contact: the main one is normal, people included in emails are copied, others get none."""

    customer_xero_id: str
    email: str
    name: str
    kind: str
    source: str


def customer_facts(wire: Contact, *, served_at: int) -> CustomerFacts:
    """Raise values.Unusable with the reason."""
    emails = usable_addresses(wire.email_address)
    return CustomerFacts(
        xero_id(wire.contact_id, "identifier"),
        line(wire.name, 500) or "(no name in Xero)",
        line(wire.account_number, 50),
        line(wire.first_name, 255),
        line(wire.last_name, 255),
        emails[0] if emails else "",
        _json([phone for each in wire.phones or () if (phone := _phone(each))]),
        _json([address for each in wire.addresses or () if (address := _address(each))]),
        wire.contact_status in ("ARCHIVED", "GDPRREQUEST"),
        line(wire.merged_to_contact_id, 36).lower(),
        updated(wire.updated_date_utc, served_at)[0],
    )


def contact_change(before: CustomerFacts, now: CustomerFacts) -> str:
    """What a credit controller would want to know first of an edited contact."""
    if now.name != before.name:
        return f"{before.name} is called {now.name} in Xero now."
    if now.email != before.email:
        return f"{now.name} {_address_change(before.email, now.email)}."
    person = full_name(now.first_name, now.last_name)
    if person != full_name(before.first_name, before.last_name):
        return f"{now.name} was edited in Xero: emails greet {person or 'the company'} now."
    return f"{now.name} was edited in Xero."


def _address_change(before: str, now: str) -> str:
    if not now:
        return f"has no email address in Xero any more, before {before}"
    return f"is written to at {now} now, before {before}" if before else f"has an email address in Xero now: {now}"


def recipients_of(wire: Contact) -> Iterator[RecipientFacts]:
    """Each address once, whatever its case; the main one first."""
    customer, seen = (wire.contact_id or "").lower(), set[str]()
    for email, name, kind, source in _addresses(wire):
        if email.casefold() not in seen:
            seen.add(email.casefold())
            yield RecipientFacts(customer, email, line(name, 255), kind, source)


def _addresses(wire: Contact) -> Iterator[tuple[str, str, str, str]]:
    for email in usable_addresses(wire.email_address):
        yield email, full_name(wire.first_name, wire.last_name), "normal", "xero_main"
    for person in wire.contact_persons or ():
        if person is not None:
            kind = "copy" if person.include_in_emails else "none"
            for email in usable_addresses(person.email_address):
                yield email, full_name(person.first_name, person.last_name), kind, "xero_person"


def full_name(first: str | None, last: str | None) -> str:
    return " ".join(part.strip() for part in (first, last) if part and part.strip())


def usable_addresses(text: str | None) -> list[str]:
    """People put several into Xero's one field; what no mail server would take is left out."""
    parts = _SEPARATORS.split(text or "")
    return [part for part in parts if len(part) <= 255 and part.isprintable() and _ADDRESS.fullmatch(part)]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode().replace("\\u0000", "")


def _phone(wire: Phone | None) -> dict[str, str] | None:
    if wire is None or not wire.phone_number:
        return None
    country = f"+{wire.phone_country_code.lstrip('+')}" if wire.phone_country_code else ""
    number = " ".join(part for part in (country, wire.phone_area_code, wire.phone_number) if part)
    return {"kind": line(wire.phone_type, 20).lower(), "number": line(number, 60)}


def _address(wire: Address | None) -> dict[str, object] | None:
    if wire is None:
        return None
    lines = (wire.address_line1, wire.address_line2, wire.address_line3, wire.address_line4)
    parts = {
        "lines": [line(each, 500) for each in lines if each],
        "city": line(wire.city, 255),
        "region": line(wire.region, 255),
        "postal_code": line(wire.postal_code, 50),
        "country": line(wire.country, 50),
    }
    return {"kind": line(wire.address_type, 20).lower(), **parts} if any(parts.values()) else None


def office_of(wire: Organisation) -> str:
    """The organisation's address, one line each; what companies must show on business mail."""
    found = next((address for each in wire.addresses or () if (address := _address(each))), None)
    if not found:
        return ""
    lines = found["lines"] if isinstance(found["lines"], list) else []
    town = " ".join(str(found[part]) for part in ("city", "postal_code") if found[part])
    return "\n".join(part for part in (*lines, town, str(found["region"]), str(found["country"])) if part)


def phone_of(wire: Organisation) -> str:
    return next((phone["number"] for each in wire.phones or () if (phone := _phone(each))), "")
