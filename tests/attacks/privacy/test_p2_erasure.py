"""P2: what was erased is nowhere any more, and stays so whatever Xero sends."""

import html
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import leases
from app.activity.tables import AuditEntry
from app.chasing.actions import plan_organisation
from app.customers.tables import Customer, Recipient
from app.database import fetch, is_sqlite
from app.invoices.tables import Invoice
from app.outbox.tables import Message, StoredFile
from app.piccolo_app import TABLES
from app.privacy.actions import MailUnderWay, SyncUnderWay, erase
from app.problems import Refused
from app.xero.invoice_actions import invoice_pdf
from app.xero.refresh_actions import refresh_customer
from app.xero.tables import Cursor
from tests import cast
from tests.attacks.privacy.conftest import AT, Planted
from tests.web.conftest import SignIn
from tests.xero_rig import Rig

WORDS = ["customer_words", "invoice_words"]


async def _everything() -> str:
    """All that the database gives, the words that searches look up among it."""
    names = [*(table._meta.tablename for table in TABLES), *WORDS]
    return "\n".join([repr(await fetch(f'SELECT * FROM "{name}"')) for name in names])


def _person(planted: Planted) -> set[str]:
    """What Xero knows of the customer, as it is and as it looks in JSON and HTML."""
    row = planted.customer
    phones = [each["number"] for each in json.loads(row.phones)]
    lines = [line for each in json.loads(row.addresses) for line in each["lines"]]
    known = {row.name, row.email, f"{row.first_name} {row.last_name}", row.name.lower(), *phones, *lines}
    return {form for each in known if len(each) > 4 for form in (each, html.escape(each))}


async def _invoices(customer: Customer) -> list[tuple[str, int, int]]:
    rows = await Invoice.select(Invoice.number, Invoice.total, Invoice.outstanding).where(Invoice.customer == customer.id)
    return sorted((row["number"], row["total"], row["outstanding"]) for row in rows)


async def _left(planted: Planted, everything: str) -> set[str]:
    return {each for each in (*_person(planted), *_references(planted)) if each in everything}


def _references(planted: Planted) -> set[str]:
    return {mark for where, mark in planted.marks.items() if not where.startswith(("mentions", "credit.", "payment.", *KEPT))}


KEPT = ("customer_summary.", "message.approved_by", "message.claimed", "reminder.template_name", "reminder_invoice.")
"""Names of templates and of members."""


async def _erase(planted: Planted, rig: Rig) -> None:
    await erase(planted.firm.anna, planted.customer, rig.clock())


async def test_nothing_but_invoice_numbers_and_amounts_is_left(planted: Planted, rig: Rig, tmp_path: Path) -> None:
    invoices = await _invoices(planted.customer)
    other = await cast.a_customer(planted.firm.organisation, "Somebody Else Ltd", stop_note="theirs")
    await cast.a_recipient(other, "other@else.example")
    facts: dict[str, Any] = {"organisation_id": planted.firm.id, "kind": "reminder", "state": "sent"}
    await Message(**facts, customer_id=other.id, subject="Hello", text="Their words").save()
    before = await _everything()
    assert len(await _left(planted, before)) > 60  # there is something to be found
    await _erase(planted, rig)
    everything = await _everything()
    assert await _left(planted, everything) == set()
    assert await _invoices(planted.customer) == invoices
    assert all(each in everything for each in ("Somebody Else Ltd", "other@else.example", "theirs", "Their words"))
    kept = [row["content"] for row in await StoredFile.select(StoredFile.content)]
    assert not [content for content in kept if content.startswith(b"%PDF paper of")]
    if is_sqlite():  # PostgreSQL keeps dead rows until it vacuums, as docs/backups.md says
        raw = b"".join(path.read_bytes() for path in tmp_path.glob("test.sqlite*"))
        assert {each for each in _person(planted) | _references(planted) if each.encode() in raw} == set()
    invoice = await Invoice.objects().where(Invoice.customer == planted.customer.id).first()
    with pytest.raises(Refused, match="was erased"):
        await invoice_pdf(invoice, xero=rig.xero, now=rig.clock())


async def test_no_sync_brings_it_back_and_no_log_tells_it(planted: Planted, rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    number = next(number for number, _, outstanding in await _invoices(planted.customer) if outstanding)
    with caplog.at_level(logging.INFO):
        await _erase(planted, rig)
        rig.clock.forward(minutes=5)
        await rig.do(f"/control/contacts/{planted.customer.xero_id}", Name=f"{planted.customer.name} Renamed")
        await rig.do("/control/payments", invoice=number, amount="1.00")
        assert (await rig.sync(planted.firm.id)).is_good
        assert await _left(planted, await _everything()) == set()
        await Cursor.delete(force=True)
        rig.clock.forward(days=8)
        for trigger in ("daily", "sweep"):
            assert (await rig.sync(planted.firm.id, trigger)).is_good
        customer = await Customer.objects().get(Customer.id == planted.customer.id)
        refreshed = await refresh_customer(customer, xero=rig.xero, now=rig.clock())
        assert not refreshed.problem
        await plan_organisation(planted.firm.id, rig.clock())
    assert await _left(planted, await _everything()) == set()
    assert await _left(planted, caplog.text + repr(refreshed.sentences)) == set()
    assert customer.name == f"Erased customer {customer.id}" and not customer.chasing
    assert await Recipient.count().where(Recipient.customer == customer.id) == 0


async def test_a_record_that_cannot_be_read_does_not_bring_it_back(planted: Planted, rig: Rig) -> None:
    await _erase(planted, rig)
    await rig.fault("mutate", field="AmountDue", value="abc", every=1, times=None)
    await Cursor.delete(force=True)
    rig.clock.forward(days=8)
    await rig.sync(planted.firm.id, "sweep")
    aside = await fetch("SELECT * FROM quarantined WHERE resource = 'invoices'")
    assert [row["record"] for row in aside if row["label"] == f"Erased customer {planted.customer.id}"][:1] == [""]
    assert await _left(planted, await _everything()) == set()


async def test_mail_that_waits_is_cancelled_and_what_is_under_way_is_waited_for(planted: Planted, rig: Rig) -> None:
    facts: dict[str, Any] = {"organisation_id": planted.firm.id, "customer_id": planted.customer.id, "created_at": AT}
    waits = Message(**facts, kind="answer", state="approved", subject="Soon", text="Soon")
    goes = Message(**facts, kind="reminder", state="sending", subject="Now", text="Now", claimed_at=AT)
    await waits.save()
    await goes.save()
    with pytest.raises(MailUnderWay):
        await _erase(planted, rig)
    await leases.take(f"sync:{planted.firm.id}", "another process", rig.clock(), seconds=240)
    with pytest.raises(SyncUnderWay):
        await _erase(planted, rig)
    await leases.let_go(f"sync:{planted.firm.id}", "another process")
    assert (await Customer.objects().get(Customer.id == planted.customer.id)).name == planted.customer.name
    await Message.update({Message.state: "sent"}).where(Message.id == goes.id)
    await _erase(planted, rig)
    row = await Message.objects().get(Message.id == waits.id)
    assert (row.state, row.subject, row.text) == ("cancelled", "", "")


async def test_it_needs_the_customers_name_and_an_owner(planted: Planted, client: httpx.AsyncClient, sign_in: SignIn) -> None:
    at, name = f"/customers/{planted.customer.id}/erasure", planted.customer.name
    for role in ("manager", "controller", "viewer"):
        await sign_in(next(member for each, member in planted.firm.members.items() if each.value == role))
        assert (await client.post(at, data={"name": name})).status_code == 403
    await sign_in(planted.firm.anna)
    refused = await client.post(at, data={"name": "Somebody else"})
    assert refused.status_code == 422 and "not the customer’s name" in refused.text
    assert (await Customer.objects().get(Customer.id == planted.customer.id)).erased_at is None
    assert (await client.post(at, data={"name": f" {name.upper()} "})).status_code == 303
    page = (await client.get(f"/customers/{planted.customer.id}")).text
    assert f"Erased customer {planted.customer.id}" in page and html.escape(name) not in page
    entry = await AuditEntry.objects().where(AuditEntry.act == "erase customer").first()
    assert (entry.subject, entry.user_id) == (f"customer {planted.customer.id}", planted.firm.anna.user_id)
