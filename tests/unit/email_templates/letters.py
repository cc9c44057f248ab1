"""A letter that tests vary."""

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from app.email_templates.facts import Letter, LetterInvoice
from app.email_templates.sample import sample_letter
from app.email_templates.signing import Business, LetterSender

TODAY = date(2026, 12, 1)
BUSINESS = Business(
    name="Borealis Studio",
    legal_name="Borealis Studio Ltd",
    registration_number="01234567",
    registered_office="1 High Street, London N1 1AA",
    bank_details="Sort code 20-00-00\nAccount 12345678",
)
SENDER = LetterSender(name="Anna Berg", email="accounts@borealis.example", phone="020 7946 0321")


def an_invoice(number: str = "INV-1", due: str = "120.00", **facts: Any) -> LetterInvoice:
    standard = {"due_on": date(2026, 11, 24), "total": Decimal(due), "currency": "GBP", "paid": Decimal(20)}
    return LetterInvoice(number=number, due=Decimal(due), **{**standard, **facts})


def a_letter(offset: int = 7, **changes: Any) -> Letter:
    return replace(sample_letter(BUSINESS, SENDER, TODAY, "en_GB", "GBP", offset), **changes)
