"""What the customer already said about an invoice, told back in one sentence, and what happens next."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from components.format import day, money


class Sayings(Struct, frozen=True, kw_only=True):
    """`disputed` is the sum of the open queries, in the invoice's currency; `told_paid_until` the first day on
    which it is asked for again."""

    promised_on: date | None = None
    told_paid_on: date | None = None
    told_paid_until: date | None = None
    disputed: Decimal = Decimal(0)


def note(said: Sayings, currency: str, outstanding: Decimal, today: date, locale: str) -> str:
    """The most weighty first: a query, then paid, then a date."""
    if said.disputed:
        part = "this" if said.disputed >= outstanding else f"{money(said.disputed, currency, locale)} of this"
        return f"You queried {part}. We will answer you; nothing is due on that part meanwhile."
    if said.told_paid_on and said.told_paid_until and today < said.told_paid_until:
        until = day(said.told_paid_until, today)
        return f"You told us on {day(said.told_paid_on, today)} that this is paid. We will not ask again before {until}."
    if said.promised_on and said.promised_on >= today:
        return f"You said you will pay this on {day(said.promised_on, today)}."
    if said.promised_on:
        return f"You said you would pay this on {day(said.promised_on, today)}."
    return ""
