"""How to reach a customer, out of the JSON that a sync left: phones that can be dialled, addresses in lines."""

from typing import Any

import msgspec
import phonenumbers
from msgspec import Struct

KINDS = {"default": "Phone", "ddi": "Direct line", "mobile": "Mobile", "fax": "Fax"}
PLACES = {"pobox": "Postal address", "street": "Street address", "delivery": "Delivery address"}


class Phone(Struct, frozen=True):
    """`dial` is the number for a tel: link; empty for a fax and for what is no number."""

    label: str
    number: str
    dial: str


class Address(Struct, frozen=True):
    label: str
    lines: tuple[str, ...]


def phones_of(column: str, country: str) -> tuple[Phone, ...]:
    """`country` is whose numbers are meant where no country code stands, as ISO 3166 letters."""
    return tuple(_phone(each, country) for each in _entries(column) if each.get("number"))


def addresses_of(column: str) -> tuple[Address, ...]:
    """Each address once, whatever it is called."""
    found = {_lines(each): each for each in reversed(_entries(column))}
    places = ((lines, str(each.get("kind", ""))) for lines, each in reversed(found.items()) if lines)
    return tuple(Address(PLACES.get(kind, "Address"), lines) for lines, kind in places)


def _entries(column: str) -> list[dict[str, Any]]:
    return msgspec.json.decode(column or "[]", type=list[dict[str, Any]])


def _phone(entry: dict[str, Any], country: str) -> Phone:
    kind, number = str(entry.get("kind", "")), str(entry["number"])
    dial, written = _numbers(number, country)
    return Phone(KINDS.get(kind, "Phone"), written, "" if kind == "fax" else dial)


def _numbers(number: str, country: str) -> tuple[str, str]:
    """To dial, and to read: as people at home write it, from elsewhere with +. Xero keeps "+44" and "020" side by side."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return "", number
    dial = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return dial, number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(country)
    kinds = phonenumbers.PhoneNumberFormat
    return dial, phonenumbers.format_number(parsed, kinds.NATIONAL if at_home else kinds.INTERNATIONAL)


def _lines(entry: dict[str, Any]) -> tuple[str, ...]:
    town = " ".join(filter(None, (entry.get("city"), entry.get("region"), entry.get("postal_code"))))
    return tuple(line for line in (*(entry.get("lines") or ()), town, entry.get("country")) if line)
