"""The three figures on top of Receivables: each is a filter."""

from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from components.format import counted, money

OUTSTANDING = "/customers"
OVERDUE = "/customers?overdue=0"
PROMISED = "/invoices?promised=week"


class Figure(Struct, frozen=True):
    """`current` when the list shown is the one that the figure leads to."""

    name: str
    amount: str
    note: str
    url: str
    current: bool


def week_of(today: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)


def figures(
    outstanding: Decimal, owing: int, overdue: Decimal, late: int, promised: Decimal, promises: int,
    *, currency: str, locale: str, at: str,
) -> tuple[Figure, ...]:  # fmt: skip
    rows = (
        ("Outstanding", outstanding, counted(owing, "customer", "customers", locale), OUTSTANDING),
        ("Overdue", overdue, counted(late, "customer", "customers", locale), OVERDUE),
        ("Promised this week", promised, counted(promises, "promise", "promises", locale), PROMISED),
    )
    return tuple(Figure(name, money(sum_, currency, locale), note, url, at == url) for name, sum_, note, url in rows)
