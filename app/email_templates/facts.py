"""The values of all placeholders, from plain facts about a customer, its invoices, the business and the sender."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape, unescape

from msgspec import Struct

from app.email_templates.cleaning import cleaned_signature
from app.email_templates.formats import full_date, listed, money, short_date, sums
from app.email_templates.rendering import Block, Facts, Link
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


class Business(Struct, frozen=True, kw_only=True):
    """Whose letter it is. The registered particulars stand under the signature: companies must show them."""

    name: str
    legal_name: str = ""
    registration_number: str = ""
    registered_office: str = ""
    bank_details: str = ""
    logo: str = ""
    """The name of its picture, organisation.logo; empty: none."""


class LetterSender(Struct, frozen=True, kw_only=True):
    name: str
    email: str
    phone: str = ""
    signature_html: str = ""


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


def facts_of(letter: Letter) -> Facts:
    """A value for every placeholder of placeholders.PLACEHOLDERS."""
    return {**_people(letter), **_invoices(letter), **_account(letter), **_links(letter), **_dates(letter)}


def _people(letter: Letter) -> Facts:
    business, sender = letter.business, letter.sender
    first = letter.first_name.strip()
    return {
        "customer_name": letter.customer_name,
        "contact_first_name": first,
        "contact_last_name": letter.last_name.strip(),
        "contact_full_name": f"{first} {letter.last_name.strip()}".strip(),
        "greeting": f"Hello {first}" if first else "Hello",
        "account_number": letter.account_number,
        "my_company_name": business.name,
        "logo": _logo(business),
        "sender_name": sender.name,
        "sender_email": sender.email,
        "sender_phone": sender.phone,
        "signature": signature(sender, business),
        "bank_details": business.bank_details.strip(),
    }


def _logo(business: Business) -> Block | None:
    """The picture travels with the email; where there are only words, the name stands for it."""
    if not business.logo:
        return None
    return Block(business.name, f'<img src="cid:logo-{business.logo}.png" alt="{escape(business.name)}" height="48">')


def _invoices(letter: Letter) -> Facts:
    found, locale = letter.invoices, letter.locale
    issued = [invoice.issued_on for invoice in found if invoice.issued_on]
    expected = [invoice.expected_on for invoice in found if invoice.expected_on]
    due_on = min((invoice.due_on for invoice in found), default=None)
    late = (letter.today - due_on).days if due_on else 0
    return {
        "invoice_number": _several([invoice.number for invoice in found]),
        "invoice_reference": _several([invoice.reference for invoice in found if invoice.reference]),
        "issue_date": full_date(min(issued), locale) if issued else "",
        "due_date": full_date(due_on, locale) if due_on else "",
        "days_overdue": max(late, 0),
        "days_until_due": max(-late, 0),
        "invoice_total": sums(((i.currency, i.total) for i in found), locale),
        "amount_paid": sums(((i.currency, i.paid) for i in found), locale),
        "amount_due": sums(((i.currency, i.due) for i in found), locale),
        "currency": listed(dict.fromkeys(invoice.currency for invoice in found)),
        "expected_payment_date": full_date(max(expected), locale) if expected else "",
        "invoice_table": one_after_another(
            invoice_table(found, letter), invoice_table(letter.not_overdue, letter, "Not overdue yet")
        ),
        "overdue_list": invoice_table(letter.also_overdue, letter),
        "upcoming_list": invoice_table(letter.coming_up, letter),
        "invoice_count": len(found),
    }


def _account(letter: Letter) -> Facts:
    locale = letter.locale
    owed = dict(letter.overdue)
    covered = dict(letter.credits)
    net = [(currency, max(amount - covered.get(currency, ZERO), ZERO)) for currency, amount in owed.items()]
    return {
        "overdue_count": letter.overdue_count,
        "total_outstanding": sums(letter.outstanding, locale),
        "total_overdue": sums(letter.overdue, locale),
        "unallocated_credit": sums(letter.credits, locale),
        "net_overdue": sums(net, locale),
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


def _dates(letter: Letter) -> Facts:
    locale, last = letter.locale, letter.last_contact_on
    return {
        "today": full_date(letter.today, locale),
        "last_contact_date": full_date(last, locale) if last else "",
        "reminder_number": letter.reminder_number,
        "answer_by_date": full_date(letter.answer_by_on, locale),
        "call_date": full_date(letter.call_on, locale),
    }


def invoice_table(invoices: Sequence[LetterInvoice], letter: Letter, head: str = "Invoice") -> Block:
    """Number, the customer's reference where any has one, due date, amount; a total per currency where there are several."""
    has_reference = any(invoice.reference for invoice in invoices)
    heads = [head, *(["Your reference"] if has_reference else []), "Due", "To pay"]
    rows = [_row(invoice, letter, has_reference) for invoice in invoices]
    currencies = dict.fromkeys(invoice.currency for invoice in invoices)
    totals = [sums(((i.currency, i.due) for i in invoices if i.currency == each), letter.locale) for each in currencies]
    feet = [["Total", *[""] * (len(heads) - 2), total] for total in totals] if len(invoices) > 1 else []
    return table(heads, rows, feet) if rows else Block("", "")


def _row(invoice: LetterInvoice, letter: Letter, has_reference: bool) -> list[Cell]:
    note = " (in question)" if invoice.is_disputed else ""
    cells = [Cell(invoice.number + note, invoice.online_url)]
    if has_reference:
        cells.append(Cell(invoice.reference))
    return [*cells, Cell(short_date(invoice.due_on, letter.locale)), Cell(money(invoice.due, invoice.currency, letter.locale))]


def signature(sender: LetterSender, business: Business) -> Block:
    """The sender's own, exactly, else name, business and phone; beneath it the business's registered particulars.

    A picture says nothing in plain text: where one's own has no words, name, business and phone stand there.
    """
    own = cleaned_signature(sender.signature_html) if sender.signature_html.strip() else ""
    plain = [_words(own)] if own and _words(own) else [sender.name, business.name, sender.phone]
    html = own or "<br>".join(escape(line) for line in plain if line)
    particulars = _particulars(business)
    if particulars and particulars not in html:
        html += f'<br><span style="font-size:12px">{escape(particulars)}</span>'
        plain.append(particulars)
    return Block("\n".join(line for line in plain if line), f"<div>{html}</div>")


def _particulars(business: Business) -> str:
    if not business.registration_number:
        return ""
    office = ", ".join(" ".join(line.split()).rstrip(",") for line in business.registered_office.splitlines() if line.strip())
    named = f"{business.legal_name or business.name}, registered number {business.registration_number}"
    return f"{named}, registered office {office}" if office else named


def _words(html: str) -> str:
    """The text of cleaned HTML, a line for each of its lines."""
    lined = html.replace("<br>", "\n").replace("</p>", "\n").replace("</div>", "\n").replace("</tr>", "\n")
    return "\n".join(line.strip() for line in _plain(lined).split("\n") if line.strip())


def _plain(html: str) -> str:
    kept, inside = list[str](), False
    for letter in html:
        inside = letter == "<" or (inside and letter != ">")
        if not inside and letter != ">":
            kept.append(letter)
    return unescape("".join(kept))


def _several(words: Sequence[str]) -> str:
    """A, B and C; from the sixth on they are counted."""
    found = list(dict.fromkeys(words))
    return listed(found) if len(found) <= 5 else f"{', '.join(found[:4])} and {len(found) - 4} others"
