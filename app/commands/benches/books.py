"""Large books put straight into the tables: customers, open and paid invoices, what lies ahead of each, what was said."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.database import engine, execute_many, fetch, is_sqlite, transaction
from app.invoices.summary_actions import recount
from app.organisations.tables import Organisation

TODAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CHUNK = 5_000
FIRST = ("Harbour", "Castle", "Oakfield", "Meridian", "Northgate", "Bluebell", "Grand", "Zoë’s", "Ashdown", "Kestrel", "Tern")
SECOND = ("Foods", "Printing", "Estates", "School", "Motors", "Dental", "Interiors", "Logistics", "Brewery", "Legal", "Roofing")
HOLDS = ("", "", "", "", "gap", "before_due", "promised", "disputed", "finished", "minimum")


async def fill(invoices: int, customers: int, *, paid: float = 0.0) -> Organisation:
    """One organisation with these books; `paid` is the share of its invoices that is settled, the oldest."""
    here = Organisation(name="Bench Ltd", set_up_at=NOON, starts_with="all", created_at=NOON)
    await here.save()
    chance = random.Random(20261130)  # noqa: S311  books, not secrets
    await _insert("customer", CUSTOMER, _customers(here.id, customers, chance))
    ids = [row["id"] for row in await fetch("SELECT id FROM customer WHERE organisation = {} ORDER BY id", here.id)]
    await _insert("invoice", INVOICE, _invoices(here.id, ids, invoices, round(invoices * paid), chance))
    await recount(here.id, TODAY)
    opened = await fetch("SELECT id, customer, due_on FROM invoice WHERE organisation = {} AND is_open = TRUE", here.id)
    await _insert("outlook", OUTLOOK, _outlooks(here.id, opened, chance))
    await _insert("expected_date", EXPECTED, _expected(here.id, opened, chance))
    await _insert("promise", PROMISE, _promises(here.id, opened, chance))
    await _insert("dispute", DISPUTE, _disputes(here.id, opened, chance))
    await _plan_next(here.id, ids, chance)
    if not is_sqlite():  # whose autovacuum would have come by
        await engine().run_ddl("VACUUM ANALYZE")
    return here


CUSTOMER = "organisation, xero_id, name, account_number, email, chasing, created_at, schedule_id"
INVOICE = (
    "organisation, customer, xero_id, number, reference, status, currency, rate, issued_on, due_on, total, paid,"
    " outstanding, outstanding_base, is_open, is_sent, paid_on, created_at"
)
OUTLOOK = "invoice, organisation_id, customer_id, hold, sentence, next_step, next_on"
EXPECTED = "organisation, invoice, expected_on, source, push"
PROMISE = "organisation, customer, invoice, promised_on, amount, state, source, made_at"
DISPUTE = "organisation, customer, invoice, reason, text, opened_at"


async def _insert(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    marks = ", ".join(["{}"] * len(columns.split(",")))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
    held = list(rows)
    for start in range(0, len(held), CHUNK):
        async with transaction():
            await execute_many(sql, held[start : start + CHUNK])


def _when(value: date | datetime | None) -> Any:
    return str(value) if is_sqlite() and value is not None else value


def _customers(here: int, many: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for number in range(many):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {number} Ltd"
        yield (
            here, f"c-{number:08}", name, f"A{number:05}", f"accounts@firm{number}.example", chance.random() < 0.8,
            _when(NOON), None,
        )  # fmt: skip


def _invoices(here: int, customers: Sequence[int], many: int, paid: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for number in range(many):
        is_open, total = number >= paid, chance.randrange(10_0000, 9_000_0000, 100)
        due = (
            TODAY + timedelta(days=chance.randrange(-200, 60))
            if is_open
            else TODAY - timedelta(days=chance.randrange(200, 900))
        )
        abroad = chance.random() < 0.03
        yield (
            here, chance.choice(customers), f"i-{number:08}", f"INV-{number:06}",
            f"PO {chance.randrange(10_000, 99_999)}" if chance.random() < 0.7 else "",
            "AUTHORISED" if is_open else "PAID", "EUR" if abroad else "GBP", "1.17" if abroad else "1",
            _when(due - timedelta(days=30)), _when(due), total, 0 if is_open else total, total if is_open else 0,
            total if is_open else 0, is_open, True, None if is_open else _when(due), _when(NOON),
        )  # fmt: skip


def _outlooks(here: int, opened: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for row in opened:
        hold, on = chance.choice(HOLDS), _when(TODAY + timedelta(days=chance.randrange(0, 60)))
        words = "Held: the last reminder went on Fri 27 Nov" if hold else "Next: Firm on Tue 8 Dec, because it is overdue"
        yield row["id"], here, row["customer"], hold, words, "" if hold else "Firm", None if hold == "finished" else on


def _expected(here: int, opened: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for row in opened:
        if chance.random() < 0.1:
            yield here, row["id"], _when(TODAY + timedelta(days=chance.randrange(-10, 40))), "controller", "pushed"


def _promises(here: int, opened: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for row in opened:
        if chance.random() < 0.03:
            on = _when(TODAY + timedelta(days=chance.randrange(-3, 14)))
            yield here, row["customer"], row["id"], on, 100_0000, "active", "phone", _when(NOON)


def _disputes(here: int, opened: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for row in opened:
        if chance.random() < 0.01:
            yield here, row["customer"], row["id"], "wrong_price", "The price is not what we agreed.", _when(NOON)


async def _plan_next(here: int, customers: Sequence[int], chance: random.Random) -> None:
    rows = [
        (_when(TODAY + timedelta(days=chance.randrange(0, 40))), "Firm", _when(NOON), chance.randrange(-5, 60), each)
        for each in customers
        if chance.random() < 0.7
    ]
    async with transaction():
        await execute_many(
            "UPDATE customer_summary SET next_reminder_on = {}, next_step = {}, last_contacted_at = {}, days_late = {}"
            " WHERE customer = {}",
            rows,
        )
