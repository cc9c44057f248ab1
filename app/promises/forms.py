"""What a controller notes about an invoice. Errors are values: one sentence each, by field."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from msgspec import Struct

from app.promises.words import DisputeReason
from components.format import money

LONGEST_TEXT = 2000
Errors = dict[str, str]


class DisputeForm(Struct, frozen=True):
    """`amount` None: all of the invoice."""

    reason: DisputeReason
    amount: Decimal | None
    text: str


class WhatIsOpen(Struct, frozen=True):
    """The invoice that a query is about."""

    outstanding: Decimal
    currency: str
    locale: str


def read_day(given: Mapping[str, str], name: str) -> tuple[date | None, Errors]:
    """An empty field is no date and no error."""
    text = given.get(name, "").strip()
    try:
        return (date.fromisoformat(text) if text else None), {}
    except ValueError:
        return None, {name: "Write the date as year, month and day, for example 2026-12-04"}


def read_promised_on(given: Mapping[str, str], today: date) -> tuple[date | None, Errors]:
    on, errors = read_day(given, "promised_on")
    if errors or on is None:
        return None, errors or {"promised_on": "Give the date on which they will pay"}
    return (on, {}) if on >= today else (None, {"promised_on": "That day has passed: give today or a later one"})


def read_dispute_form(given: Mapping[str, str], invoice: WhatIsOpen) -> tuple[DisputeForm | None, Errors]:
    errors: Errors = {}
    reason, text = given.get("reason", ""), given.get("text", "").strip()
    if reason not in set(DisputeReason):
        errors["reason"] = "Say what is wrong"
    if len(text) > LONGEST_TEXT:
        errors["text"] = f"Keep it under {LONGEST_TEXT:,} characters"
    amount = read_part(given.get("amount", ""), invoice, errors)
    return (None, errors) if errors else (DisputeForm(DisputeReason(reason), amount, text), {})


def read_part(text: str, invoice: WhatIsOpen, errors: Errors) -> Decimal | None:
    """The amount in question, None for all of it; what is wrong with it goes into `errors`."""
    written = text.strip().lstrip("£€$ ")
    if not written:
        return None
    amount = _decimal(written, invoice.locale)
    if amount is None:
        errors["amount"] = "Write the amount in figures, for example 120.50"
    elif not 0 < amount <= invoice.outstanding:
        most = money(invoice.outstanding, invoice.currency, invoice.locale)
        errors["amount"] = f"The amount in question is between nothing and {most}"
    return amount


def _decimal(text: str, locale: str) -> Decimal | None:
    """To four decimals at most; None for what is no number."""
    try:
        value = parse_decimal(text, locale=locale, strict=True)
    except NumberFormatError:
        return None
    exponent = value.as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -4 else None
