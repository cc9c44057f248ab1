"""A letter to a real customer as a template's text would be written to it today: looked at, never sent to it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.chasing.letter_queries import Telling, business_of, invoices_told, letter_of, letter_sender, portal_at
from app.chasing.writing_queries import STAND_IN
from app.customers.queries import customer_for
from app.database import fetch
from app.email_templates.facts import Letter, LetterInvoice
from app.email_templates.sample import sample_letter, worst_letter
from app.invoices.tables import Invoice
from app.mail.tables import Sender
from app.money import units
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of

MOST_OFFERED = 60
MOST_THANKED = 3
SAMPLE, WORST = "sample", "worst"


class Occasion(NamedTuple):
    """When a template goes: `offset` days after the due date, by a normal or escalated sender."""

    purpose: str = "reminder"
    offset: int = 7
    sender: str = "normal"


class Example(NamedTuple):
    """Whom a template can be looked at with; `key` is a customer's id, or SAMPLE or WORST for an invented one."""

    key: str
    words: str


async def example_letter(member: SignedIn, key: str, occasion: Occasion, now: datetime) -> tuple[Letter, str]:
    """The letter, and whose it is. Raise NotFound for a customer of another organisation."""
    organisation = await organisation_of(member)
    sender = await sender_for(member.organisation_id, occasion.sender)
    today = now.astimezone(ZoneInfo(member.timezone)).date()
    if key.isdecimal() and len(key) < 10:
        customer = await customer_for(member, int(key))
        portal = portal_at(STAND_IN)
        lines = await _lines(customer.id, occasion, today, portal)
        telling = Telling(organisation, customer, sender, occasion.purpose == "thank_you", lines, [])
        return await letter_of(telling, portal, today), customer.name
    telling_nobody = sample_letter if key != WORST else worst_letter
    from_whom = letter_sender(sender, organisation)
    letter = telling_nobody(business_of(organisation), from_whom, today, member.locale, member.currency, occasion.offset)
    return letter, f"{letter.customer_name[:40]}, an invented customer"


async def hard_cases(organisation_id: int) -> tuple[Example, ...]:
    """The customers with whom a text is most likely to go wrong; each once, with all that makes it hard."""
    found: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for words, hard in _HARD:
        for row in await fetch(f"{_OWING.format(hard=hard)} LIMIT 1", organisation_id):
            found.setdefault(row["id"], []).append(words)
            names[row["id"]] = row["name"][:60]
    return tuple(Example(str(each), f"{', '.join(words).capitalize()}: {names[each]}") for each, words in found.items())


async def examples(organisation_id: int, search: str = "") -> tuple[Example, ...]:
    """Customers with open invoices, those with the most first; `search`: part of a name."""
    if search.strip():
        pattern = "%" + search.strip().lower().replace("%", r"\%").replace("_", r"\_") + "%"
        rows = await fetch(
            "SELECT id, name FROM customer WHERE organisation = {} AND LOWER(name) LIKE {} ESCAPE '\\'"
            " ORDER BY name, id LIMIT {}",
            organisation_id, pattern, MOST_OFFERED,
        )  # fmt: skip
    else:
        rows = await fetch(f"{_OWING.format(hard='ORDER BY COUNT(*) DESC')} LIMIT {MOST_OFFERED}", organisation_id)
    return tuple(Example(str(row["id"]), row["name"]) for row in rows)


_OWING = (
    "SELECT c.id, c.name FROM customer c JOIN invoice i ON i.customer = c.id WHERE c.organisation = {{}}"
    " AND i.is_open = TRUE GROUP BY c.id, c.name, c.first_name {hard}, c.id"
)
_HARD = (
    ("longest name", "ORDER BY LENGTH(c.name) DESC"),
    ("no first name", "HAVING c.first_name = '' ORDER BY COUNT(*) DESC"),
    ("most currencies", "HAVING COUNT(DISTINCT i.currency) > 1 ORDER BY COUNT(DISTINCT i.currency) DESC"),
    ("most invoices", "ORDER BY COUNT(*) DESC"),
)


async def sender_for(organisation_id: int, kind: str) -> Sender | None:
    mine = (Sender.organisation == organisation_id) & Sender.is_active.eq(True)
    rows: Sequence[Sender] = await Sender.objects().where(mine).order_by(Sender.id)
    return next((row for row in rows if row.kind == kind), next(iter(rows), None))


async def _lines(customer_id: int, occasion: Occasion, today: date, portal: str) -> list[tuple[bool, LetterInvoice]]:
    """What such an email would be about, were it to go today: overdue or soon due invoices, or those just paid. All that
    are open where there are none of these."""
    rows = await Invoice.objects().where(Invoice.customer == customer_id).order_by(Invoice.due_on, Invoice.number)
    is_open = [row for row in rows if row.is_open]
    if occasion.purpose == "thank_you":
        paid = [row for row in rows if row.status == "PAID" and row.paid]
        chosen = sorted(paid, key=lambda row: row.paid_on or date.min)[-MOST_THANKED:]
    else:
        is_late = occasion.offset >= 0 and occasion.purpose == "reminder"
        chosen = [row for row in is_open if row.due_on is not None and (row.due_on < today) is is_late]
    amounts = {row.id: units(Decimal(row.outstanding)) for row in chosen or is_open}
    return [(True, each) for each in (await invoices_told(amounts, portal)).values()] if amounts else []
