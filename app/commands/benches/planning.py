"""G3: plan what is due, from loading the book to the recorded plan; and the dry run of an edited schedule."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from app.chasing.actions import plan_organisation
from app.chasing.book_queries import gather
from app.chasing.dry_run import dry_run
from app.chasing.schedule_changes import with_schedule
from app.commands.bench import Figure
from app.commands.benches.rooms import in_fresh_database, median_seconds
from app.database import execute_many, transaction
from app.organisations.tables import Organisation
from app.schedules.actions import ship

MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
OCA_SECONDS = {1_000: 1.9, 10_000: 42.0}
"""OCA account_credit_control on Odoo 19, on a machine like this one."""


def figures() -> Iterator[Figure]:
    small, large = in_fresh_database(lambda: _seconds(1_000)), in_fresh_database(lambda: _seconds(10_000))
    largest = in_fresh_database(lambda: _seconds(100_000, times=2))
    for count, seconds in ((1_000, small), (10_000, large)):
        yield Figure(
            number="G3",
            what=f"plan {count:,} due invoices, load to recorded",
            unit="s",
            ours=seconds,
            reference_name="OCA on Odoo 19",
            reference=OCA_SECONDS[count],
            goal=1 / 70 if count == 10_000 else None,
            is_quoted=True,
        )
    yield Figure(
        number="G3", what="plan 100,000 due invoices beside 10,000", unit="s", ours=largest,
        reference_name="ten thousand", reference=large, goal=11,
    )  # fmt: skip
    yield Figure(
        number="G3", what="dry run of a schedule over 10,000 open invoices", unit="s",
        ours=in_fresh_database(_dry_run_seconds), reference_name="the promise", reference=3.0, goal=1, is_quoted=True,
    )  # fmt: skip


async def _seconds(invoices: int, times: int = 5) -> float:
    organisation = await _organisation(invoices)

    async def plan() -> None:
        await plan_organisation(organisation, MONDAY)

    return await median_seconds(plan, before=_forget, times=times)


async def _dry_run_seconds() -> float:
    """Every step after a week two days later: all customers concerned, gathered and projected twice."""
    organisation = await _organisation(10_000)

    async def foresee() -> None:
        gathered = await gather(organisation, now=MONDAY)
        [schedule] = gathered.book.schedules.values()
        steps = [msgspec.structs.replace(s, offset=s.offset + 2) if s.offset >= 7 else s for s in schedule.steps]
        later = with_schedule(msgspec.structs.replace(schedule, steps=tuple(steps)))
        found = dry_run(gathered.book, later, today=gathered.today, calendar=gathered.calendar, settings=gathered.settings)
        assert found.customers == 2_000

    return await median_seconds(foresee, times=3)


async def _forget() -> None:
    async with transaction():
        for table in ("reminder_invoice", "reminder", "message", "outlook", "run"):
            await execute_many(f"DELETE FROM {table} WHERE id > {{}}", [(0,)])  # noqa: S608


async def _organisation(invoices: int) -> int:
    """An organisation with five overdue invoices a customer, half of them ready at different steps."""
    organisation = Organisation(name="Bench Ltd", set_up_at=MONDAY, starts_with="all", review_mode=False, created_at=MONDAY)
    await organisation.save()
    await ship(organisation.id, MONDAY)
    customers = invoices // 5
    async with transaction():
        await execute_many(
            "INSERT INTO sender (organisation, kind, name, address, is_active) VALUES ({}, {}, {}, {}, TRUE)",
            [(organisation.id, "normal", "Tom", "tom@bench.example")],
        )
        await execute_many(
            "INSERT INTO xero_connection (organisation, state, last_good_sync_at) VALUES ({}, {}, {})",
            [(organisation.id, "connected", MONDAY)],
        )
        await execute_many(
            "INSERT INTO customer (id, organisation, xero_id, name, chasing) VALUES ({}, {}, {}, {}, TRUE)",
            [(n, organisation.id, f"c{n}", f"Customer {n:06}") for n in range(1, customers + 1)],
        )
        await execute_many(
            "INSERT INTO recipient (customer, email, kind) VALUES ({}, {}, {})",
            [(n, f"ap{n}@customer.example", "normal") for n in range(1, customers + 1)],
        )
        await execute_many(
            "INSERT INTO invoice (organisation, customer, xero_id, number, status, currency, rate, issued_on, due_on, total,"
            " outstanding, outstanding_base, is_open, is_sent)"
            " VALUES ({}, {}, {}, {}, 'AUTHORISED', 'GBP', '1', {}, {}, {}, {}, {}, TRUE, TRUE)",
            [_invoice(organisation.id, n, customers) for n in range(invoices)],
        )
    return int(organisation.id)


def _invoice(organisation_id: int, number: int, customers: int) -> tuple[object, ...]:
    due_on = MONDAY.date() - timedelta(days=4 + number % 60)
    pence = 1_000_000 + number * 37 % 9_000_000
    dates = (due_on - timedelta(days=30), due_on)
    return (organisation_id, 1 + number % customers, f"i{number}", f"INV-{number:06}", *dates, pence, pence, pence)
