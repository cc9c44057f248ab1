"""The values of all placeholders, from plain facts about a customer, its invoices, the business and the sender."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape

from msgspec import Struct

from app.email_templates.formats import full_date, money, short_date, sums
from app.email_templates.rendering import Block, Facts, Link
from app.email_templates.signing import Business, LetterSender, signature
from app.email_templates.spoken import Spoken, spoken
from app.email_templates.tables_in_text import Cell, one_after_another, table

ZERO = Decimal(0)


class LetterInvoice(Struct, frozen=True, kw_only=True):
    """An invoice as a letter names it. `due` is what is left to pay; `portal_url` its own place in the portal."""

    number: str
    due_on: date
    due: Decimal
    total: Decimal
    currency: str
    reference: str = ""
    issued_on: date | None = None
    paid: Decimal = ZERO
    expected_on: date | None = None
    online_url: str = ""
    pay_url: str = ""
    is_disputed: bool = False


class Letter(Struct, frozen=True, kw_only=True):
    """Everything an email to a customer can say.

    invoices         those that the email is about: carried by a reminder, paid for a thank-you, open for a statement
    not_overdue      carried with overdue ones and named apart, for nobody is told that they are late
    also_overdue     other overdue ones; coming_up: those that fall due soon
    credits          unallocated, per currency; outstanding and overdue: all of the customer's, per currency
    portal_url       the customer's own page with its token; empty: none is linked
    links_statement  not where the statement itself goes with the email
    last_contact_on  when the last reminder about these invoices went; None: there was none
    """

    customer_name: str
    first_name: str = ""
    last_name: str = ""
    account_number: str = ""
    invoices: Sequence[LetterInvoice] = ()
    not_overdue: Sequence[LetterInvoice] = ()
    also_overdue: Sequence[LetterInvoice] = ()
    coming_up: Sequence[LetterInvoice] = ()
    credits: Sequence[tuple[str, Decimal]] = ()
    outstanding: Sequence[tuple[str, Decimal]] = ()
    overdue: Sequence[tuple[str, Decimal]] = ()
    overdue_count: int = 0
    oldest_due_on: date | None = None
    business: Business
    sender: LetterSender
    portal_url: str = ""
    links_statement: bool = True
    last_contact_on: date | None = None
    reminder_number: int = 1
    today: date
    answer_by_on: date
    call_on: date
    locale: str = "en_GB"


def facts_of(letter: Letter, language: str = "") -> Facts:
    """A value for every placeholder of placeholders.PLACEHOLDERS, in the language of the text they stand in."""
    say = spoken(language, letter.locale)
    owed = {**_invoices(letter, say), **_account(letter, say)}
    return {**_people(letter, say), **owed, **_links(letter), **_dates(letter, say.locale)}


def _people(letter: Letter, say: Spoken) -> Facts:
    business, sender = letter.business, letter.sender
    first = letter.first_name.strip()
    return {
        "customer_name": letter.customer_name,
        "contact_first_name": first,
        "contact_last_name": letter.last_name.strip(),
        "contact_full_name": f"{first} {letter.last_name.strip()}".strip(),
        "greeting": say("Hello {first_name}", first_name=first) if first else say("Hello"),
        "account_number": letter.account_number,
        "my_company_name": business.name,
        "logo": _logo(business),
        "sender_name": sender.name,
        "sender_email": sender.email,
        "sender_phone": sender.phone,
        "signature": signature(sender, business, say),
        "bank_details": business.bank_details.strip(),
    }


def _logo(business: Business) -> Block | None:
    """The picture travels with the email; where there are only words, the name stands for it."""
    if not business.logo:
        return None
    return Block(business.name, f'<img src="cid:logo-{business.logo}.png" alt="{escape(business.name)}" height="48">')


def _invoices(letter: Letter, say: Spoken) -> Facts:
    found, locale = letter.invoices, say.locale
    issued = [invoice.issued_on for invoice in found if invoice.issued_on]
    expected = [invoice.expected_on for invoice in found if invoice.expected_on]
    due_on = min((invoice.due_on for invoice in found), default=None)
    late = (letter.today - due_on).days if due_on else 0
    return {
        "invoice_number": _several([invoice.number for invoice in found], say),
        "invoice_reference": _several([invoice.reference for invoice in found if invoice.reference], say),
        "issue_date": full_date(min(issued), locale) if issued else "",
        "due_date": full_date(due_on, locale) if due_on else "",
        "days_overdue": max(late, 0),
        "days_until_due": max(-late, 0),
        "invoice_total": _sums(((i.currency, i.total) for i in found), say),
        "amount_paid": _sums(((i.currency, i.paid) for i in found), say),
        "amount_due": _sums(((i.currency, i.due) for i in found), say),
        "currency": say.listed(dict.fromkeys(invoice.currency for invoice in found)),
        "expected_payment_date": full_date(max(expected), locale) if expected else "",
        "invoice_table": one_after_another(
            invoice_table(found, say), invoice_table(letter.not_overdue, say, say("Not overdue yet"))
        ),
        "overdue_list": invoice_table(letter.also_overdue, say),
        "upcoming_list": invoice_table(letter.coming_up, say),
        "invoice_count": len(found),
    }


def _account(letter: Letter, say: Spoken) -> Facts:
    owed = dict(letter.overdue)
    covered = dict(letter.credits)
    net = [(currency, max(amount - covered.get(currency, ZERO), ZERO)) for currency, amount in owed.items()]
    return {
        "overdue_count": letter.overdue_count,
        "total_outstanding": _sums(letter.outstanding, say),
        "total_overdue": _sums(letter.overdue, say),
        "unallocated_credit": _sums(letter.credits, say),
        "net_overdue": _sums(net, say),
        "oldest_days_overdue": max((letter.today - letter.oldest_due_on).days, 0) if letter.oldest_due_on else 0,
    }


def _links(letter: Letter) -> Facts:
    portal = letter.portal_url
    only = letter.invoices[0] if len(letter.invoices) == 1 else None
    pay = (only.pay_url or only.online_url) if only else ""
    return {
        "portal_link": Link(portal),
        "invoice_link": Link((only.online_url if only else "") or portal),
        "pay_link": Link(pay or portal),
        "statement_link": Link(f"{portal}/statement.pdf" if portal and letter.links_statement else ""),
        "promise_link": Link(f"{portal}#promises" if portal else ""),
        "dispute_link": Link(f"{portal}#disputes" if portal else ""),
    }


def _dates(letter: Letter, locale: str) -> Facts:
    last = letter.last_contact_on
    return {
        "today": full_date(letter.today, locale),
        "last_contact_date": full_date(last, locale) if last else "",
        "reminder_number": letter.reminder_number,
        "answer_by_date": full_date(letter.answer_by_on, locale),
        "call_date": full_date(letter.call_on, locale),
    }


def invoice_table(invoices: Sequence[LetterInvoice], say: Spoken, head: str = "") -> Block:
    """Number, the customer's reference where any has one, due date, amount; a total per currency where there are several."""
    has_reference = any(invoice.reference for invoice in invoices)
    heads = [head or say("Invoice"), *([say("Your reference")] if has_reference else []), say("Due"), say("To pay")]
    rows = [_row(invoice, say, has_reference) for invoice in invoices]
    currencies = dict.fromkeys(invoice.currency for invoice in invoices)
    totals = [_sums(((i.currency, i.due) for i in invoices if i.currency == each), say) for each in currencies]
    feet = [[say("Total"), *[""] * (len(heads) - 2), total] for total in totals] if len(invoices) > 1 else []
    return table(heads, rows, feet) if rows else Block("", "")


def _row(invoice: LetterInvoice, say: Spoken, has_reference: bool) -> list[Cell]:
    cells = [Cell(invoice.number, invoice.online_url, say("(in question)") if invoice.is_disputed else "")]
    if has_reference:
        cells.append(Cell(invoice.reference))
    return [*cells, Cell(short_date(invoice.due_on, say.locale)), Cell(money(invoice.due, invoice.currency, say.locale))]


def _sums(amounts: Iterable[tuple[str, Decimal]], say: Spoken) -> str:
    return sums(amounts, say.locale, say.listed)


def _several(words: Sequence[str], say: Spoken) -> str:
    """A, B and C; from the sixth on they are counted."""
    found = list(dict.fromkeys(words))
    if len(found) <= 5:
        return say.listed(found)
    return say("{names} and {number} others", names=", ".join(found[:4]), number=len(found) - 4)
