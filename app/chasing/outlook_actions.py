"""Writing down what lies ahead of each invoice, and the next reminder of each customer."""

from collections import defaultdict
from collections.abc import Collection

import msgspec

from app.chasing.outlook import InvoiceOutlook, next_reminder
from app.database import execute_many


async def write_outlooks(outlooks: tuple[InvoiceOutlook, ...], organisation_id: int, customers: Collection[int] | None) -> None:
    """Of the named customers, or of the whole organisation; runs inside the caller's transaction. An invoice that has
    moved to another customer takes its outlook along.
    """
    chosen = None if customers is None else [(organisation_id, int(customer)) for customer in customers]
    if chosen is None:
        await execute_many("DELETE FROM outlook WHERE organisation_id = {}", [(organisation_id,)])
    else:
        # without "+ 0" SQLite would walk all of the organisation's outlooks for each of its customers
        await execute_many("DELETE FROM outlook WHERE organisation_id + 0 = {} AND customer_id = {}", chosen)
    await execute_many(
        "INSERT INTO outlook (invoice, organisation_id, customer_id, hold, until_on, sentence, behind, next_step, next_on)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (invoice) DO UPDATE SET customer_id = excluded.customer_id,"
        " hold = excluded.hold, until_on = excluded.until_on, sentence = excluded.sentence, behind = excluded.behind,"
        " next_step = excluded.next_step, next_on = excluded.next_on",
        [
            (o.invoice_id, organisation_id, o.customer_id, o.hold.value if o.hold else "", o.until, o.sentence,
             msgspec.json.encode(o.behind).decode() if o.behind else "[]", o.next_step, o.next_on)
            for o in outlooks
        ],
    )  # fmt: skip
    await _write_next_reminders(outlooks, organisation_id, chosen)


async def _write_next_reminders(
    outlooks: tuple[InvoiceOutlook, ...], organisation_id: int, chosen: list[tuple[int, int]] | None
) -> None:
    clear = "UPDATE customer_summary SET next_reminder_on = NULL, next_step = '' WHERE organisation_id = {}"
    await execute_many(*((clear, [(organisation_id,)]) if chosen is None else (f"{clear} AND customer = {{}}", chosen)))
    by_customer: dict[int, list[InvoiceOutlook]] = defaultdict(list)
    for one in outlooks:
        by_customer[one.customer_id].append(one)
    found = ((customer, next_reminder(its)) for customer, its in by_customer.items())
    await execute_many(
        "UPDATE customer_summary SET next_reminder_on = {}, next_step = {} WHERE customer = {}",
        [(*following, customer) for customer, following in found if following is not None],
    )
