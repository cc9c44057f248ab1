"""Letters to invented customers, for the preview of a template where no real one is chosen."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from app.email_templates.facts import Letter, LetterInvoice
from app.email_templates.signing import Business, LetterSender


def sample_letter(business: Business, sender: LetterSender, today: date, locale: str, currency: str, offset: int) -> Letter:
    """As it would be written on the `offset`-th day after (before: negative) the due date, after one earlier reminder
    once that is a week."""
    due_on = today - timedelta(days=offset)
    amount = Decimal("1240.00")
    invoice = LetterInvoice(
        number="INV-0231",
        reference="PO 4711",
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        due=amount,
        total=amount,
        paid=amount if offset == 0 else Decimal(0),
        currency=currency,
    )
    sums = ((currency, amount),)
    return Letter(
        customer_name="Harbour Foods Ltd",
        first_name="Maria",
        last_name="Lopez",
        account_number="HAR-014",
        invoices=(invoice,),
        outstanding=sums,
        overdue=sums if offset > 0 else (),
        overdue_count=1 if offset > 0 else 0,
        oldest_due_on=due_on if offset > 0 else None,
        business=business,
        sender=sender,
        portal_url="https://portal.example/p/the-customers-own-page",
        last_contact_on=today - timedelta(days=7) if offset >= 7 else None,
        reminder_number=2 if offset >= 7 else 1,
        today=today,
        answer_by_on=today + timedelta(days=3),
        call_on=today + timedelta(days=7),
        locale=locale,
    )


def worst_letter(business: Business, sender: LetterSender, today: date, locale: str, currency: str, offset: int) -> Letter:
    """Everything that makes a text read badly, at once: a name that is far too long, nobody to greet, neither account
    number nor reference, five currencies, twelve invoices, no page of their own, no bank details, no phone."""
    currencies = list(dict.fromkeys([currency, "EUR", "JPY", "USD", "PLN", "GBP"]))[:5]
    due_on = today - timedelta(days=offset)
    invoices = tuple(
        LetterInvoice(
            number=f"2026/HV-{1_000_007 * number}",
            issued_on=due_on - timedelta(days=30),
            due_on=due_on + timedelta(days=number if offset < 0 else -number),
            due=Decimal(1_234_567) if number % 5 else Decimal("0.05"),
            total=Decimal(1_234_567),
            paid=Decimal(1_234_567) if offset == 0 else Decimal(0),
            currency=currencies[number % 5],
            is_disputed=number == 7,
        )
        for number in range(12)
    )
    sums = tuple((each.currency, each.due) for each in invoices)
    return Letter(
        customer_name=WORST_NAME,
        invoices=invoices,
        also_overdue=invoices[:2] if offset > 0 else (),
        credits=((currencies[1], Decimal("99.95")),),
        outstanding=sums,
        overdue=sums if offset > 0 else (),
        overdue_count=12 if offset > 0 else 0,
        oldest_due_on=due_on - timedelta(days=11) if offset > 0 else None,
        business=msgspec.structs.replace(business, bank_details=""),
        sender=msgspec.structs.replace(sender, phone=""),
        today=today,
        answer_by_on=today + timedelta(days=3),
        call_on=today + timedelta(days=7),
        locale=locale,
    )


WORST_NAME = (
    "Gesellschaft für Elektro- & Gebäudetechnik Müller-Lüdenscheidt, O’Brien und Söhne <Beteiligungen> mbH & Co. KG, "
    "Zweigniederlassung Garmisch-Partenkirchen"
)
