"""The timeline, notices, tasks and the audit trail."""

import json

import pytest

from app.activity.actions import add_task, audit, clear_notice, raise_notice, record
from app.activity.queries import notices_of, open_tasks, recent, timeline_of_customer, timeline_of_invoice
from app.activity.tables import Activity, AuditEntry
from app.activity.task_actions import finish_task
from app.database import fetch
from tests.cast import NOW, TODAY

pytestmark = pytest.mark.usefixtures("database")


async def test_a_notice_stands_once_until_it_is_cleared() -> None:
    assert await raise_notice(1, "disconnected", "Xero refuses us.", "Reconnect.", NOW)
    assert not await raise_notice(1, "disconnected", "Xero refuses us still.", "Reconnect.", NOW)
    assert [each.sentence for each in await notices_of(1)] == ["Xero refuses us still."]
    await clear_notice(1, "disconnected", NOW)
    assert await notices_of(1) == ()
    assert await raise_notice(1, "disconnected", "Again.", "Reconnect.", NOW)


async def test_a_notice_is_of_one_organisation() -> None:
    await raise_notice(1, "disconnected", "Xero refuses us.", "Reconnect.", NOW)
    await clear_notice(2, "disconnected", NOW)
    assert len(await notices_of(1)) == 1
    assert await notices_of(2) == ()


async def test_the_timeline_is_the_newest_first_and_scoped() -> None:
    for word, customer, invoice in (("one", 7, None), ("two", 7, 70), ("three", 8, 80)):
        await record(organisation_id=1, kind="note", sentence=word, by="Tom", now=NOW, customer_id=customer, invoice_id=invoice)
    assert [each.sentence for each in await timeline_of_customer(1, 7)] == ["two", "one"]
    assert [each.sentence for each in await timeline_of_invoice(1, 70)] == ["two"]
    assert len(await recent(1)) == 3
    assert await timeline_of_customer(2, 7) == ()


async def test_facts_of_an_activity_are_json() -> None:
    await record(organisation_id=1, kind="promise", sentence="x", by="Tom", now=NOW, facts={"on": TODAY, "amount": 12})
    row = await Activity.objects().first()
    assert row is not None and json.loads(row.facts) == {"on": "2026-11-30", "amount": 12}


async def test_a_task_is_finished_once_and_only_at_home() -> None:
    task = await add_task(organisation_id=1, sentence="Ring them", now=NOW, due_on=TODAY)
    assert not await finish_task(2, task, NOW)
    assert await finish_task(1, task, NOW)
    assert not await finish_task(1, task, NOW)
    assert await open_tasks(1) == ()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET act = 'nothing'", "DELETE FROM audit_entry"])
async def test_the_audit_trail_is_append_only(statement: str) -> None:
    await audit(organisation_id=1, user_id=2, act="change facts", subject="organisation 1", now=NOW, fields=["name"])
    with pytest.raises(Exception, match="append-only"):
        await fetch(statement)
    row = await AuditEntry.objects().first()
    assert row is not None and (row.act, json.loads(row.fields)) == ("change facts", ["name"])
