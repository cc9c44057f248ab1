"""How a business shows itself on paper and in the portal."""

import json
from typing import Any


def particulars(legal_name: str, registration_number: str, registered_office: str) -> str:
    """What the law wants on business letters: Borealis Ltd · registered number 01234567 · 1 High Street, London"""
    number = f"registered number {registration_number}" if registration_number else ""
    return " · ".join(filter(None, (legal_name, number, ", ".join(lines_of(registered_office)))))


def bank_lines(text: str) -> tuple[tuple[str, str], ...]:
    """ "Sort code: 20-00-00" as a pair; a line without a colon has no label."""
    return tuple(_pair(line) for line in lines_of(text))


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def postal_address(column: str) -> tuple[str, ...]:
    """The lines of a customer's postal address, else of the first that has any; from customer.addresses."""
    addresses: list[dict[str, Any]] = json.loads(column or "[]")
    by_preference = sorted(addresses, key=lambda each: str(each.get("kind", "")).upper() != "POBOX")
    return next((lines for each in by_preference if (lines := _lines(each))), ())


def _lines(address: dict[str, Any]) -> tuple[str, ...]:
    town = " ".join(filter(None, (address.get("city"), address.get("region"), address.get("postal_code"))))
    return tuple(line for line in (*address.get("lines", ()), town, address.get("country")) if line)


def _pair(line: str) -> tuple[str, str]:
    label, colon, value = line.partition(":")
    return (label.strip(), value.strip()) if colon and len(label) <= 40 else ("", line)
