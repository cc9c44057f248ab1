"""The evening before: who is told what will go, once, with a link to where it can be skipped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.chasing.digest_actions import send_digests, switch
from app.chasing.tables import UpcomingEmail
from app.customers.tables import Customer
from app.outbox.messages import addresses_of
from app.outbox.tables import Message
from tests.cast import Firm, a_customer, borealis, meridian
from tests.faults.mail.letters import a_sender

pytestmark = pytest.mark.usefixtures("database")
LINK = "https://tactful.example"
EVENING = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)
TOMORROW = EVENING.date() + timedelta(days=1)


async def foreseen(firm: Firm, name: str, **facts: Any) -> Customer:
    customer = await a_customer(firm.organisation, name, assigned_to=facts.pop("assigned_to", None))
    standard = {"goes_on": TOMORROW, "kind": "reminder", "template_name": "Firm", "sender_kind": "normal", "amount": 1_200_000}
    await UpcomingEmail(
        organisation_id=firm.id, customer_id=customer.id, numbers='["INV-1"]', **{**standard, **facts}
    ).save()  # fmt: skip
    return customer


async def letters() -> dict[str, Message]:
    rows = await Message.objects().where(Message.kind == "system")
    return {addresses_of(row.to_addresses)[0]: row for row in rows}


async def test_the_mailbox_hears_of_all_it_sends_and_a_manager_of_her_customers() -> None:
    firm = await borealis()
    await a_sender(firm.id, 25)
    await a_sender(firm.id, 25, kind="escalated", address="boss@borealis.example", name="Bo")
    harbour = await foreseen(firm, "Harbour Foods Ltd", assigned_to=firm.tom.member_id)
    await foreseen(firm, "Albion Ltd", sender_kind="escalated", needs_approval=True)
    await foreseen(firm, "Later Ltd", goes_on=TOMORROW + timedelta(days=1))
    assert await send_digests(EVENING, LINK) == 3
    found = await letters()
    assert set(found) == {"accounts@borealis.example", "boss@borealis.example", "tom@borealis.example"}
    mine = found["tom@borealis.example"]
    assert mine.subject == "1 email going on Tuesday 1 December 2026"
    assert "Harbour Foods Ltd: Firm about INV-1, £120.00" in mine.text
    assert f"{LINK}/upcoming?on=2026-12-01&at={harbour.id}" in mine.text
    assert "Albion" not in mine.text
    assert "waits for approval" in found["boss@borealis.example"].text
    assert not [each for each in found.values() if "Later" in each.text]


async def test_it_goes_once_an_evening_and_only_in_the_evening() -> None:
    firm = await borealis()
    await a_sender(firm.id, 25)
    await foreseen(firm, "Harbour Foods Ltd")
    assert await send_digests(EVENING - timedelta(hours=1), LINK) == 0
    assert [await send_digests(EVENING + timedelta(minutes=10 * n), LINK) for n in range(3)] == [1, 0, 0]


async def test_where_nothing_goes_nobody_is_written_to() -> None:
    firm = await borealis()
    await a_sender(firm.id, 25)
    assert await send_digests(EVENING, LINK) == 0


async def test_before_a_day_that_is_no_chase_day_nothing_is_said() -> None:
    firm = await borealis()
    await a_sender(firm.id, 25)
    friday = EVENING + timedelta(days=4)
    await foreseen(firm, "Harbour Foods Ltd", goes_on=friday.date() + timedelta(days=1))
    assert await send_digests(friday, LINK) == 0


async def test_it_can_be_switched_off_and_others_are_not_told() -> None:
    firm, others = await borealis(), await meridian()
    await a_sender(others.id, 25, address="max@meridian.example")
    await a_sender(firm.id, 25)
    await foreseen(firm, "Harbour Foods Ltd")
    await switch(firm.id, False)
    assert await send_digests(EVENING, LINK) == 0
    await switch(firm.id, True)
    assert await send_digests(EVENING, LINK) == 1
    assert set(await letters()) == {"accounts@borealis.example"}
