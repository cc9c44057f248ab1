"""The email that a statement goes with: what its template can say."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.email_templates.facts import Letter, LetterInvoice
from app.email_templates.signing import Business, LetterSender
from app.statements.account import CurrencyAccount, OpenInvoice, StatementAccount

Sums = list[tuple[str, Decimal]]


class Addressee(Struct, frozen=True):
    """Of the customer, what a letter's beginning says."""

    name: str
    first_name: str
    last_name: str
    account_number: str


def letter_of(
    account: StatementAccount, to: Addressee, business: Business, sender: LetterSender, portal_url: str, *, attached: bool
) -> Letter:
    """`attached`: the PDF goes with it, and no link leads to it."""
    today = account.as_of_on
    overdue = [line for each in account.currencies for line in each.invoices if line.due_on and line.due_on < today]
    return Letter(
        customer_name=to.name,
        first_name=to.first_name,
        last_name=to.last_name,
        account_number=to.account_number,
        invoices=[_line(each, today) for part in account.currencies for each in part.invoices],
        credits=_sums(account, "credit"),
        outstanding=_sums(account, "outstanding"),
        overdue=_sums(account, "overdue"),
        overdue_count=len(overdue),
        oldest_due_on=min((line.due_on for line in overdue if line.due_on), default=None),
        business=business,
        sender=sender,
        portal_url=portal_url,
        links_statement=not attached,
        today=today,
        answer_by_on=today,
        call_on=today,
        locale=account.letterhead.locale,
    )


def _line(invoice: OpenInvoice, today: date) -> LetterInvoice:
    return LetterInvoice(
        number=invoice.number,
        reference=invoice.reference,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on or invoice.issued_on or today,
        due=invoice.outstanding,
        total=invoice.total,
        currency=invoice.currency,
        is_disputed=bool(invoice.mark),
    )


def _sums(account: StatementAccount, what: str) -> Sums:
    def of(part: CurrencyAccount) -> Decimal:
        found: Decimal = getattr(part, what)
        return found

    return [(part.currency, of(part)) for part in account.currencies if of(part)]
