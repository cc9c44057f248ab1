"""Reminders sent, and what they brought in."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.reports.months import month_of, months_up_to, short
from app.reports.report import Head, Report, Row
from components.chart.columns import ColumnChart, Point, column_chart
from components.format import counted, money

CREDITED_DAYS = 30
"""A payment counts for the last email about its invoice that went in so many days before."""
ZERO = Decimal(0)


class Gone(Struct, frozen=True):
    """An email that chased, the day it went, and the invoices that it was about."""

    message_id: int
    template: str
    on: date
    customer_id: int
    invoices: tuple[int, ...]
    asked: Decimal
    """In base currency."""


class Receipt(Struct, frozen=True):
    """Money from a customer for an invoice, in base currency; credit notes and write-offs are none."""

    invoice_id: int
    on: date
    value: Decimal


class Brought(Struct, frozen=True):
    """What came in after an email went: how much, and the days until then, weighed by nothing."""

    value: Decimal = ZERO
    receipts: int = 0
    days: int = 0


def brought_by(emails: Sequence[Gone], receipts: Iterable[Receipt]) -> dict[int, Brought]:
    """By message; each receipt counts once, for the last email before it."""
    sent: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for email in sorted(emails, key=lambda each: (each.on, each.message_id)):
        for invoice in email.invoices:
            sent[invoice].append((email.on, email.message_id))
    found: dict[int, Brought] = defaultdict(Brought)
    for receipt in receipts:
        before = sent.get(receipt.invoice_id, [])
        place = bisect_right(before, receipt.on, key=lambda each: each[0]) - 1
        if place >= 0 and receipt.on - before[place][0] <= timedelta(days=CREDITED_DAYS):
            on, message = before[place]
            so_far = found[message]
            days = so_far.days + (receipt.on - on).days
            found[message] = Brought(so_far.value + receipt.value, so_far.receipts + 1, days)
    return dict(found)


def collected_since(since: date, emails: Sequence[Gone], receipts: Iterable[Receipt]) -> Decimal:
    """What came in from that day on, after reminders."""
    return sum((each.value for each in brought_by(emails, [r for r in receipts if r.on >= since]).values()), ZERO)


class _Sum(Struct):
    """Of a template or a month."""

    emails: int = 0
    answered: int = 0
    asked: Decimal = ZERO
    value: Decimal = ZERO
    receipts: int = 0
    days: int = 0

    def add(self, email: Gone, brought: Brought) -> None:
        self.emails += 1
        self.answered += brought.receipts > 0
        self.asked += email.asked
        self.value += brought.value
        self.receipts += brought.receipts
        self.days += brought.days


def brought_report(emails: Sequence[Gone], receipts: Sequence[Receipt], today: date, base: str, locale: str) -> Report:
    brought = brought_by(emails, receipts)
    templates: dict[str, _Sum] = defaultdict(_Sum)
    months = {month: _Sum() for month in months_up_to(today)}
    every = _Sum()
    for email in emails:
        for each in (templates[email.template], months.get(month_of(email.on)), every):
            if each is not None:
                each.add(email, brought.get(email.message_id, Brought()))
    return Report(
        name="reminders",
        title="Reminders and what they brought in",
        said=_said(every, base, locale),
        counted="Over twelve months. A payment counts for the last email about its invoice that went in the "
        f"{CREDITED_DAYS} days before it; it may have come anyway. Credit notes and write-offs count for nothing.",
        empty="No reminder has gone yet. Once one has, this shows what came in after it, month by month.",
        heads=(
            Head("Email"), Head("Sent", "number"), Head("Asked for", "money", base), Head("Brought in", "money", base),
            Head("Followed by a payment", "share"), Head("Days until then", "average"),
        ),
        rows=tuple(_row(name, each) for name, each in sorted(templates.items(), key=lambda each: -each[1].value)),
        total=_row("Together", every) if every.emails else None,
        charts=_charts(months, base, locale),
    )  # fmt: skip


def _row(name: str, each: _Sum) -> Row:
    share = (Decimal(each.answered) / each.emails).quantize(Decimal("0.01")) if each.emails else None
    days = (Decimal(each.days) / each.receipts).quantize(Decimal("0.1")) if each.receipts else None
    return Row((name, each.emails, each.asked, each.value, share, days))


def _said(every: _Sum, base: str, locale: str) -> str:
    if not every.emails:
        return "No reminder has gone in the last twelve months."
    return f"{counted(every.emails, 'email', 'emails', locale)} went; {money(every.value, base, locale)} came in after them."


def _charts(months: Mapping[str, _Sum], base: str, locale: str) -> tuple[ColumnChart, ...]:
    last = list(months)[-1]
    points = [
        Point(short(month, locale), each.value, f"{each.value / 1000:.1f}" if each.value else "", month == last)
        for month, each in months.items()
    ]
    return (column_chart(f"Brought in by the emails of each month, in thousands of {base}", points),)
