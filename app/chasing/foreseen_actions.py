"""Writing down what lies ahead: the outlook of each invoice, and the emails that each customer is foreseen to get.

Of a few customers at once, in the transaction that plans them. Of a large organisation a run only begins a pass over its
customers, which `upcoming_actions.foresee` goes on with in portions: to look four weeks ahead takes longer than to plan
a day, and nothing that is due must wait for it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

import msgspec

from app.chasing.book import BookCustomer
from app.chasing.book_queries import Gathered
from app.chasing.outlook import foresight, outlook
from app.chasing.outlook_actions import write_outlooks
from app.chasing.planner import Plan
from app.chasing.upcoming import FOUR_WEEKS, Coming, project_each
from app.customers.tables import Customer
from app.database import execute_many
from app.money import units
from app.schedules.calendar import days_after

AT_ONCE = 200
"""Customers looked ahead for in one transaction of a pass."""
WITH_A_RUN = 100
"""Of an organisation with no more customers than this the run itself looks ahead: it takes a moment."""


async def write_ahead(
    plan: Plan, gathered: Gathered, day: date, now: datetime, customers: Collection[int] | None, *, of_a_run: bool
) -> None:
    """Of the named customers or of the whole organisation, as planned for `day`; inside the caller's transaction. Of each
    portion of a run the pass begins anew: the last one's stands."""
    organisation_id, today = gathered.organisation.id, gathered.today
    if of_a_run and (customers is not None or len(gathered.book.customers) > WITH_A_RUN):
        await write_outlooks(tuple(outlook(plan, day, today)), organisation_id, customers)
        await _begin(organisation_id, day, now)
        return
    found = tuple(project_each(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings))
    foreseen = foresight(found, days_after(day, FOUR_WEEKS - 1), gathered.settings.minimum_gap_days)
    await write_outlooks(tuple(outlook(plan, day, today, foreseen)), organisation_id, customers)
    await _write_emails(found, organisation_id, customers)
    if customers is None:
        await _begin(organisation_id, day, now, done=len(found))


async def _write_emails(
    found: Iterable[tuple[BookCustomer, tuple[Coming, ...]]], organisation_id: int, customers: Collection[int] | None
) -> None:
    if customers is None:
        await execute_many("DELETE FROM upcoming_email WHERE organisation_id = {}", [(organisation_id,)])
    else:
        await execute_many("DELETE FROM upcoming_email WHERE customer_id = {}", [(int(number),) for number in customers])
    await execute_many(
        "INSERT INTO upcoming_email (organisation_id, customer_id, goes_on, kind, schedule_id, step_number, template_name,"
        " sender_kind, needs_approval, amount, numbers, listed_count, reason)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        [_row(each, organisation_id) for _, coming in found for each in coming],
    )


def _row(coming: Coming, organisation_id: int) -> tuple[object, ...]:
    common = (organisation_id, coming.customer_id, coming.on)
    if coming.reminder is None:
        thanks = coming.thank_you
        assert thanks is not None
        numbers = _json(invoice.number for invoice in thanks.invoices)
        return (*common, "thank_you", None, 0, "Thank you", "normal", thanks.needs_approval, 0, numbers, 0, thanks.reason)
    email = coming.reminder
    step = (email.schedule_id, email.step_number, email.template, email.sender, email.needs_approval, units(email.amount))
    return (*common, "reminder", *step, _json(email.invoices), len(email.also_overdue), email.reason)


def _json(numbers: Iterable[str]) -> str:
    return msgspec.json.encode(list(numbers)).decode()


async def _begin(organisation_id: int, day: date, now: datetime, done: int | None = None) -> None:
    """A pass once round all customers, or one that is done. Those who are no longer chased expect nothing."""
    chased = (Customer.organisation == organisation_id) & Customer.chasing.eq(True)
    of = await Customer.count().where(chased) if done is None else done
    await execute_many(
        "INSERT INTO upcoming_pass (organisation_id, day, up_to, done, of, started_at, finished_at)"
        " VALUES ({}, {}, 0, {}, {}, {}, {}) ON CONFLICT (organisation_id) DO UPDATE SET day = excluded.day,"
        " done = excluded.done, of = excluded.of, started_at = excluded.started_at, finished_at = excluded.finished_at",
        [(organisation_id, day, done or 0, of, now, now if done is not None else None)],
    )
    await execute_many(
        "DELETE FROM upcoming_email WHERE organisation_id = {} AND customer_id NOT IN"
        " (SELECT id FROM customer WHERE organisation = {} AND chasing = TRUE)",
        [(organisation_id, organisation_id)],
    )
