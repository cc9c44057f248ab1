"""R6, R7, R8 over HTTP: nothing goes on old facts, to nobody while disconnected, and nothing when Xero stays silent."""

from collections.abc import AsyncIterator

import pytest

from app.chasing.tables import Outlook
from app.database import fetch
from app.outbox.tables import Message
from app.xero import reading_actions
from tests.faults.xero.chase import NUMBER, Chase, chase

PAUSES = reading_actions.PAUSES


@pytest.fixture
async def story(synced, rig) -> AsyncIterator[Chase]:
    yield await chase(synced, rig)
    reading_actions.PAUSES = PAUSES


async def test_what_is_overdue_is_reminded_of(story):
    await story.at("2026-11-24")
    assert story.mails() == 1


async def planned(story: Chase) -> None:
    """Planned before the hour at which mail leaves."""
    await story.at("2026-11-24", "06:30")
    assert story.mails() == 0
    assert await Message.count().where(Message.kind == "reminder", Message.state == "planned") == 1


CHANGES = {
    "paid": ("/control/payments", {"invoice": NUMBER, "amount": "all"}),
    "voided": (f"/control/invoices/{NUMBER}/void", {}),
    "credited": ("/control/credits", {"contact": "", "amount": "100.00", "invoice": NUMBER}),
}


async def contact(story: Chase) -> str:
    return str(next(each["ContactID"] for each in story.rig.books("Contacts") if each["Name"] == "Acme Ltd"))


@pytest.mark.parametrize("change", CHANGES)
async def test_r6_what_was_settled_after_planning_is_not_reminded_of(story, change):
    await planned(story)
    path, facts = CHANGES[change]
    story.rig.clock.forward(minutes=30)
    await story.rig.do(path, **{**facts, **({"contact": await contact(story)} if "contact" in facts else {})})
    await story.at("2026-11-24")
    assert story.mails() == 0


async def test_r6_after_a_part_payment_only_the_rest_is_asked_for(story):
    await planned(story)
    story.rig.clock.forward(minutes=30)
    await story.rig.do("/control/payments", invoice=NUMBER, amount="20.00")
    await story.at("2026-11-24")
    assert (story.mails(), story.mails("=C2=A3100.00") + story.mails("£100.00")) == (1, 1)


@pytest.mark.parametrize("fault", ["403", "401", "401-scope", "revoked"])
async def test_r7_nothing_goes_once_the_connection_has_ended(story, fault):
    await planned(story)
    await story.rig.fault(fault, **({} if fault == "revoked" else {"times": None}))
    for hour in ("10:05", "12:00", "15:00"):
        await story.at("2026-11-24", hour)
    assert story.mails() == 0
    [outlook] = await Outlook.objects().where(Outlook.invoice == (await story_invoice()))
    assert "onnect" in outlook.sentence


async def story_invoice() -> int:
    return int((await fetch("SELECT id FROM invoice WHERE number = {}", NUMBER))[0]["id"])


@pytest.mark.parametrize("fault", ["503", "reset"])
async def test_r8_while_xero_is_away_for_a_day_and_an_hour_nothing_goes_and_the_reason_is_shown(story, fault):
    await planned(story)
    await story.rig.fault(fault, times=None)
    for moment in ("2026-11-24 10:05", "2026-11-24 16:00", "2026-11-25 07:31", "2026-11-25 10:05", "2026-11-25 16:30"):
        await story.at(*moment.split())
    assert story.mails() == 0
    [outlook] = await Outlook.objects().where(Outlook.invoice == (await story_invoice()))
    assert outlook.hold == "stale"
    await story.rig.mend()
    await story.at("2026-11-26")
    assert story.mails() == 1


@pytest.mark.parametrize(("account", "thanked"), [("bank", 1), ("writeoff", 0)])
async def test_money_is_thanked_for_and_a_write_off_is_not(story, account, thanked):
    await story.at("2026-11-24")
    assert story.mails() == 1
    story.rig.clock.forward(hours=2)
    await story.rig.do("/control/payments", invoice=NUMBER, amount="all", account=account)
    await story.days("2026-11-25", "2026-11-27")
    assert await Message.count().where(Message.kind == "thank_you", Message.state == "sent") == thanked
    assert story.mails() == 1 + thanked
