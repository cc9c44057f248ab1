"""Thank-yous: one for all invoices a customer was reminded of and has now paid in full.

It goes on the next working day after the payment, waits up to five working days where a statement or reminder takes the
day, and is dropped once the payment is over seven days old.
"""

from datetime import date

from msgspec import Struct

from app.chasing.book import BookCustomer, PaidInvoice
from app.chasing.holds import ORGANISATION_WIDE
from app.chasing.reminder import Address, addresses, digest
from app.chasing.sentences import thanks
from app.chasing.standing import RunDay

LATEST_DAYS_AFTER_PAYMENT = 7
WAITS_WORKING_DAYS = 5


class DueThankYou(Struct, frozen=True, kw_only=True):
    """In review mode it needs a person like everything else; its fingerprint then is what approvals are checked against."""

    customer_id: int
    customer: str
    invoices: tuple[PaidInvoice, ...]
    recipients: tuple[Address, ...]
    reason: str
    needs_approval: bool
    approved: bool
    fingerprint: str


def thank_you(customer: BookCustomer, day: RunDay) -> DueThankYou | None:
    """The thank-you that may go today, were no other email in its way."""
    if not customer.paid or not _may_be_thanked(customer, day):
        return None
    paid = tuple(sorted((p for p in customer.paid if _is_thankworthy(p, day)), key=lambda p: (p.paid_on, p.number, p.id)))
    recipients = addresses(("normal",), customer.recipients)
    if not paid or not recipients:
        return None
    texts = day.book.thank_you_texts
    text = f"text {customer.language}{texts[customer.language]}" if customer.language in texts else f"text {texts.get('', 1)}"
    fingerprint = digest(["thanks", text, *(f"to {email}" for email, _ in recipients), *(str(invoice.id) for invoice in paid)])
    return DueThankYou(
        customer_id=customer.id,
        customer=customer.name,
        invoices=paid,
        recipients=recipients,
        reason=f"Thank you: {thanks(paid, day.today)}",
        needs_approval=day.book.review_mode,
        approved=day.assume_approved or any(a.approved and a.fingerprint == fingerprint for a in customer.awaiting),
        fingerprint=fingerprint,
    )


def _may_be_thanked(customer: BookCustomer, day: RunDay) -> bool:
    held = any(reason.hold in ORGANISATION_WIDE for reason in day.organisation)
    paused = customer.paused_until is not None and day.today < customer.paused_until
    worked = day.calendar.is_working_day(day.today)
    return worked and customer.chasing and not held and not paused and not customer.is_stopped(day.today)


def _is_thankworthy(paid: PaidInvoice, day: RunDay) -> bool:
    if not paid.reminded or not paid.in_money or (day.today - paid.paid_on).days > LATEST_DAYS_AFTER_PAYMENT:
        return False
    first = first_day(paid, day)
    return first <= day.today <= day.calendar.add_working_days(first, WAITS_WORKING_DAYS)


def first_day(paid: PaidInvoice, day: RunDay) -> date:
    return day.calendar.add_working_days(paid.paid_on, 1)
