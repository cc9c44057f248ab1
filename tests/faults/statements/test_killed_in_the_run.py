"""R1 and R2 for statements: one a customer and month, and none missing, wherever the run and the sending are killed."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from app.customers.tables import Customer, Recipient
from app.database import EmbeddedEngine, PooledEngine, fetch
from app.email_templates.actions import ship
from app.invoices.tables import Invoice
from app.outbox.tables import Message
from app.settings import settings
from app.statements import month_actions
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_sender
from tests.faults.mail.test_r1_r2_killed_while_sending import address_of, worker

CUSTOMERS = 80
KILLED_AT = (12, 44)
ROOT = Path(__file__).parents[3]


async def an_organisation_of_debtors(port: int) -> int:
    firm = await cast.borealis()
    await ship(firm.id, NOW)
    await Connection(organisation=firm.id, provider="demo", tenant_id="t", state="connected", last_good_sync_at=NOW).save()
    await a_sender(firm.id, port)
    debtors = [Customer(organisation=firm.id, name=f"Debtor {n}", xero_id=f"c-{n}", chasing=True) for n in range(CUSTOMERS)]
    await Customer.insert(*debtors)
    ids = await Customer.select(Customer.id).output(as_list=True)
    await Recipient.insert(*(Recipient(customer=each, email=f"a{each}@debtor.example", kind="normal") for each in ids))
    facts = {"status": "AUTHORISED", "currency": "GBP", "total": 1_200_000, "outstanding": 1_200_000, "is_open": True}
    await Invoice.insert(
        *(
            Invoice(organisation=firm.id, customer=n, number=f"INV-{n}", xero_id=f"i-{n}", due_on=cast.TODAY, **facts)
            for n in ids
        )
    )
    return firm.id


async def making(database_url: str, organisation_id: int, until: int) -> int:
    """Make statements in a process of its own, and kill it as soon as so many are there."""
    environment = {**os.environ, "DATABASE_URL": database_url, "VAR_DIR": str(settings().var_dir)}
    command = (sys.executable, "-m", "tests.faults.statements.making_child", str(organisation_id), NOW.isoformat())
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE)
    while process.returncode is None:
        if await Message.count() >= until:
            process.kill()
            break
        await asyncio.sleep(0.02)
    _, errors = await process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode or 0


@pytest.mark.faults
async def test_a_run_killed_twice_and_its_sending_killed_too(database: EmbeddedEngine | PooledEngine) -> None:
    url = address_of(database)
    with CountingServer() as server:
        organisation_id = await an_organisation_of_debtors(server.port)
        await month_actions.ask_for(organisation_id, "2026-11", NOW)
        for many in KILLED_AT:
            assert await asyncio.wait_for(making(url, organisation_id, many), 120) == -signal.SIGKILL
            made = await Message.count()
            assert many <= made < CUSTOMERS
        assert await month_actions.organisations_with_work() == [organisation_id], "the timetable goes on with it"
        await asyncio.wait_for(making(url, organisation_id, CUSTOMERS + 1), 180)
        assert await month_actions.organisations_with_work() == []

        await Message.update({Message.not_before_at: None}, force=True)  # the workers' clock is the machine's
        for point in ("after_claim:5", "after_data:9"):
            await worker(url, point)
        await worker(url)
        await worker(url)
        taken = server.times_taken()

    rows = await fetch(
        "SELECT s.customer, s.month, m.state, m.attachments FROM statement s JOIN message m ON m.id = s.message_id"
    )
    assert len({row["customer"] for row in rows}) == len(rows) == CUSTOMERS == await Message.count()
    assert {row["month"] for row in rows} == {"2026-11"}
    assert all("application/pdf" in row["attachments"] for row in rows)
    assert max(taken.values()) == 1, "a statement went twice"
    assert {row["state"] for row in rows} <= {"sent", "unknown"}
    assert sum(row["state"] == "unknown" for row in rows) <= 2
