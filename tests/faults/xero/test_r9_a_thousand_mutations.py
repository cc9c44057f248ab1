"""R9: a thousand mutations of Xero's records, anywhere in them, cost no page, no invoice, and nothing once Xero is well."""

import json
import random
from typing import Any

from app.database import fetch
from app.organisations.queries import organisation
from app.xero.ingest_actions import ingest_page
from app.xero.line_actions import Line
from app.xero.tables import Connection, Quarantined
from tests.integration.xero.test_sync import assert_equal_to_the_books

PAGES, MUTATIONS_A_PAGE = 125, 8
VALUES: list[Any] = [
    None, "", "ODD", "PAID", "\x00", "é" * 3000, 0, -1, 17, 0.001, 1e300, True, [], {}, [None], [{}], {"a": [1]},
    "/Date(0)/", "/Date(-80006400000+0000)/", "/Date(99999999999999)/", "NaN", "sNaN", "Infinity", "1e999999", "2026-13-45",
]  # fmt: skip


def mutate(dice: random.Random, record: Any) -> None:
    """One value anywhere in it becomes another, goes, or is joined by a field that nobody knows."""
    while True:
        name = dice.choice(list(record))
        inner = record[name]
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if not (isinstance(inner, dict) and inner) or dice.random() < 0.5:
            break
        record = inner
    fate = dice.random()
    if fate < 0.1:
        del record[name]
    elif fate < 0.2:
        record["Novelty"] = dice.choice(VALUES)
    else:
        record[name] = dice.choice(VALUES)


async def the_page(rig) -> dict[str, Any]:
    """All sales invoices, as the ledger serves them."""
    connection = await Connection.objects().first()
    assert connection is not None
    params = {"where": 'Type=="ACCREC"', "page": "1", "pageSize": "1000"}
    answer = await Line(connection, rig.xero, rig.clock).ask("GET", "/Invoices", params=params)
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def paid() -> set[str]:
    return {row["xero_id"] for row in await fetch("SELECT xero_id FROM invoice WHERE status = 'PAID'")}


async def test_a_thousand_mutations_make_no_invoice_look_paid_and_leave_no_trace_after_recovery(synced, rig):
    dice, true_page, paid_before = random.Random(11), json.dumps(await the_page(rig)), await paid()
    here = await organisation(synced.id)
    for _ in range(PAGES):
        page = json.loads(true_page)
        for record in dice.sample(page["Invoices"], MUTATIONS_A_PAGE):
            mutate(dice, record)
        await ingest_page(here, json.dumps(page).encode(), rig.clock())
        assert await paid() <= paid_before
    assert await Quarantined.count() > 20
    await ingest_page(here, true_page.encode(), rig.clock())
    rig.clock.forward(days=8)
    assert (await rig.sync(synced.id, "daily")).is_good
    await assert_equal_to_the_books(rig)
