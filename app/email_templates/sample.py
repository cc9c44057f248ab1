"""A letter to an invented customer, for the preview of a template where no real one is chosen."""

from datetime import date, timedelta
from decimal import Decimal

from app.email_templates.facts import Business, Letter, LetterInvoice, LetterSender


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
