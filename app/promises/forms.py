"""What a controller notes about an invoice. Errors are values: one sentence each, by field."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from msgspec import Struct

from app.promises.words import DisputeReason, Outcome, Said
from components.format import money

LONGEST_TEXT = 2000
LONGEST_NAME = 120
FARTHEST = timedelta(days=3 * 366)
"""2062 written for 2026 would hold an invoice back for good."""
Errors = dict[str, str]


class DisputeForm(Struct, frozen=True):
    """`amount` None: all of the invoice."""

    reason: DisputeReason
    amount: Decimal | None
    text: str


class SaidForm(Struct, frozen=True):
    """How it was said, and who at the customer said it."""

    source: Said
    said_by: str


class Handling(Struct, frozen=True):
    """Who answers a dispute by when."""

    owner: int | None
    answer_by_on: date | None


class ResolutionForm(Struct, frozen=True):
    outcome: Outcome
    resolution: str


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
    return _to_come(on, today, "promised_on")


def read_expected_on(given: Mapping[str, str], today: date) -> tuple[date | None, Errors]:
    """An empty field clears it."""
    on, errors = read_day(given, "expected_on")
    return (None, errors) if on is None else _to_come(on, today, "expected_on")


def _to_come(on: date, today: date, name: str) -> tuple[date | None, Errors]:
    if on < today:
        return None, {name: "That day has passed: give today or a later one"}
    if on > today + FARTHEST:
        return None, {name: "That is more than three years away: look at the year again"}
    return on, {}


def read_dispute_form(given: Mapping[str, str], invoice: WhatIsOpen) -> tuple[DisputeForm | None, Errors]:
    errors: Errors = {}
    reason, text = given.get("reason", ""), given.get("text", "").strip()
    if reason not in set(DisputeReason):
        errors["reason"] = "Say what is wrong"
    if len(text) > LONGEST_TEXT:
        errors["text"] = f"Keep it under {LONGEST_TEXT:,} characters"
    amount = read_part(given.get("amount", ""), invoice, errors)
    return (None, errors) if errors else (DisputeForm(DisputeReason(reason), amount, text), {})


def read_said(given: Mapping[str, str]) -> SaidForm:
    """A member notes it, so that it was said on the phone unless they say otherwise."""
    source = Said.REPLY if given.get("source") == Said.REPLY else Said.PHONE
    return SaidForm(source, " ".join(given.get("said_by", "").split())[:LONGEST_NAME])


def read_handling(given: Mapping[str, str], members: Iterable[int]) -> tuple[Handling, Errors]:
    """`members`: the ids of those who may be asked; nobody may be, too."""
    on, errors = read_day(given, "answer_by_on")
    asked, known = given.get("owner", ""), {str(each): each for each in members}
    if asked and asked not in known:
        errors["owner"] = "Choose a colleague, or nobody yet"
    return Handling(known.get(asked), on), errors


def read_resolution(given: Mapping[str, str]) -> tuple[ResolutionForm | None, Errors]:
    outcome, text = given.get("outcome", ""), given.get("resolution", "").strip()[:LONGEST_TEXT]
    if outcome not in set(Outcome):
        return None, {"outcome": "Say how it was resolved"}
    if outcome == Outcome.OTHER and not text:
        return None, {"resolution": "Say in a few words what was agreed"}
    return ResolutionForm(Outcome(outcome), text), {}


def ticked(given: Mapping[str, str], ids: Iterable[int]) -> list[int]:
    """Those of the ids whose box "invoice_<id>" is ticked."""
    return [each for each in ids if given.get(f"invoice_{each}")]


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
