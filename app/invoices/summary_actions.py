"""Counting customers' sums anew: the read model that grids sort and filter on always equals the documents."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from app.customers.word_actions import write_customer_words
from app.database import execute_many, fetch, is_sqlite, transaction
from app.invoices.word_actions import write_invoice_words

CHUNK = 1000

_SUMS = """
SELECT customer, currency, COUNT(*) AS open_count, SUM(outstanding) AS outstanding, SUM(outstanding_base) AS base,
       SUM(CASE WHEN due_on < {} THEN outstanding ELSE 0 END) AS overdue,
       SUM(CASE WHEN due_on < {} THEN outstanding_base ELSE 0 END) AS overdue_base,
       SUM(CASE WHEN due_on < {} THEN 1 ELSE 0 END) AS overdue_count,
       MIN(CASE WHEN due_on < {} THEN due_on END) AS oldest
FROM invoice WHERE is_open AND customer IN (
"""
_LATE = {
    True: "AVG(CASE WHEN status = 'PAID' AND paid_on >= {} THEN julianday(paid_on) - julianday(due_on) END)",
    False: "AVG(CASE WHEN status = 'PAID' AND paid_on >= {} THEN paid_on - due_on END)",
}
"""SQLite has no difference of dates."""

_WRITE = """
INSERT INTO customer_summary (customer, organisation_id, outstanding_base, overdue_base, outstanding, overdue,
    open_count, overdue_count, oldest_due_on, days_late, counted_on)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
ON CONFLICT (customer) DO UPDATE SET outstanding_base = excluded.outstanding_base,
    overdue_base = excluded.overdue_base, outstanding = excluded.outstanding, overdue = excluded.overdue,
    open_count = excluded.open_count, overdue_count = excluded.overdue_count,
    oldest_due_on = excluded.oldest_due_on, days_late = excluded.days_late, counted_on = excluded.counted_on
"""


class _Sums(msgspec.Struct):
    """Of one customer, ten-thousandths."""

    base: int = 0
    overdue_base: int = 0
    outstanding: dict[str, int] = {}
    overdue: dict[str, int] = {}
    open_count: int = 0
    overdue_count: int = 0
    oldest: date | None = None

    def add(self, row: dict[str, Any]) -> None:
        self.base += int(row["base"])
        self.overdue_base += int(row["overdue_base"])
        self.outstanding[row["currency"]] = int(row["outstanding"])
        if row["overdue_count"]:
            self.overdue[row["currency"]] = int(row["overdue"])
        self.open_count += int(row["open_count"])
        self.overdue_count += int(row["overdue_count"])
        oldest = _day(row["oldest"])
        self.oldest = min(filter(None, (self.oldest, oldest)), default=None)


def _day(value: date | str | None) -> date | None:
    """MIN of a date is text on SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value


async def recount(organisation_id: int, today: date, customer_ids: Iterable[int] | None = None) -> None:
    """Rewrite the sums of these customers, or of all who ever had an invoice, and what searches find them and their invoices
    by; joins the open transaction.

    `today` is the organisation's calendar day: an invoice due before it is overdue.
    """
    if customer_ids is not None:
        ids = sorted(set(customer_ids))
    else:
        listed = await fetch("SELECT id FROM customer WHERE organisation = {} ORDER BY id", organisation_id)
        ids = [row["id"] for row in listed]
    for start in range(0, len(ids), CHUNK):
        async with transaction():
            await _recount(organisation_id, today, ids[start : start + CHUNK])
        await asyncio.sleep(0)


async def _recount(organisation_id: int, today: date, ids: Sequence[int]) -> None:
    behaviour = await _behaviour(ids, today)
    sums = {customer: _Sums() for customer in behaviour}
    for row in await fetch(f"{_SUMS} {_marks(ids)}) GROUP BY customer, currency", *[today] * 4, *ids):
        sums[row["customer"]].add(row)
    lines = [_line(organisation_id, today, each, sums[each], behaviour[each]) for each in behaviour]
    await execute_many(_WRITE, lines)
    await write_customer_words(organisation_id, ids)
    await write_invoice_words(organisation_id, ids)
    empty = [(each,) for each in ids if each not in behaviour]
    await execute_many("DELETE FROM customer_summary WHERE customer = {}", empty)


async def _behaviour(ids: Sequence[int], today: date) -> dict[int, int | None]:
    """Of each customer that ever had an invoice: the days by which it pays late, over those paid in the last year."""
    query = f"SELECT customer, {_LATE[is_sqlite()]} AS late FROM invoice WHERE customer IN ({_marks(ids)}) GROUP BY customer"  # noqa: S608
    rows = await fetch(query, today - timedelta(days=365), *ids)
    return {row["customer"]: None if row["late"] is None else round(float(row["late"])) for row in rows}


def _marks(ids: Sequence[int]) -> str:
    return ", ".join(["{}"] * len(ids))


def _line(organisation_id: int, today: date, customer: int, sums: _Sums, late: int | None) -> tuple[Any, ...]:
    return (
        customer, organisation_id, sums.base, sums.overdue_base, _json(sums.outstanding), _json(sums.overdue),
        sums.open_count, sums.overdue_count, sums.oldest, late, today,
    )  # fmt: skip


def _json(value: dict[str, int]) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
