"""Stories of what customers say: promises kept, broken and replaced, queries, "it is paid", replies."""

from datetime import date
from decimal import Decimal

import pytest

from app.database import fetch
from app.invoices.tables import Invoice
from app.outbox.tables import Message
from app.promises import actions as promises
from app.promises.tables import Dispute
from app.promises.words import DateSource, Said
from tests.scenarios.story import Story, a_story

WHEN = "When can we expect it?"

pytestmark = pytest.mark.usefixtures("database")


async def promise(story: Story, invoice: Invoice, on: str) -> None:
    await promises.promise([invoice], date.fromisoformat(on), source=Said.PHONE, by="Tom Hale", now=story.now)


async def states_of_promises() -> list[str]:
    return [row["state"] for row in await fetch("SELECT state FROM promise ORDER BY id")]


async def query(story: Story, invoice: Invoice, part: str | None) -> Dispute:
    words = {"reason": "quantity", "text": "Two were missing", "source": Said.PORTAL, "by": "the customer"}
    await promises.open_dispute(invoice, amount=Decimal(part) if part else None, now=story.now, **words)  # type: ignore[arg-type]
    found = await Dispute.objects().order_by(Dispute.id, ascending=False).first()
    assert found is not None
    return found


async def last_text() -> str:
    last = await Message.objects().order_by(Message.id, ascending=False).first()
    assert last is not None
    return last.text


async def test_a_promise_broken_twice_costs_one_step_each_time() -> None:
    """Promised for Fri 4 and then for Fri 11 Dec; held through Mon 7 and Mon 14, and on each Tuesday one step goes."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-16")
    await story.at("2026-11-24")
    await promise(story, invoice, "2026-12-04")
    await story.days("2026-11-25", "2026-12-07")
    assert len(await story.sent()) == 1
    await story.at("2026-12-08")
    await promise(story, invoice, "2026-12-11")
    await story.days("2026-12-09", "2026-12-24")
    assert await states_of_promises() == ["broken", "broken"]
    await story.approves_all()
    assert await story.sent() == [("2026-11-24", WHEN), ("2026-12-08", "Firm"), ("2026-12-24", "Final")]


async def test_a_promise_that_is_kept_ends_in_a_thank_you() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    await promise(story, invoice, "2026-12-11")
    await story.days("2026-12-01", "2026-12-10")
    await story.at("2026-12-11", "16:00")
    await story.pays(invoice)
    await story.days("2026-12-14", "2026-12-18")
    assert await states_of_promises() == ["kept"]
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-14", "Thank you")]


async def test_a_promise_kept_in_part_is_broken_and_the_rest_is_asked_for() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30")
    await promise(story, invoice, "2026-12-11")
    await story.at("2026-12-10")
    await story.pays(invoice, "100.00")
    await story.days("2026-12-11", "2026-12-15")
    assert await states_of_promises() == ["broken"]
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-15", "Firm")]
    assert "£20.00" in await last_text()


async def test_the_last_date_that_was_set_wins_and_replaces_the_promise() -> None:
    """Promised for 18 Dec; the controller agrees to 4 Dec instead, and chasing goes on after Mon 7 Dec."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    await promise(story, invoice, "2026-12-18")
    await story.at("2026-12-01")
    await promises.set_expected_date(invoice, date(2026, 12, 4), source=DateSource.CONTROLLER, by="Tom Hale", now=story.now)
    await story.days("2026-12-02", "2026-12-08")
    assert await states_of_promises() == ["replaced"]
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-08", "Firm")]


async def test_who_says_it_is_paid_and_has_not_is_left_alone_for_five_working_days() -> None:
    """Told on Tue 1 Dec: held through Tue 8 Dec, and the next step goes on Wed 9."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-20")
    await story.at("2026-11-27")
    await story.at("2026-12-01", "15:00")
    await promises.tell_paid([invoice], source=Said.REPLY, now=story.now, today=story.today)
    await story.days("2026-12-02", "2026-12-09")
    assert await story.sent() == [("2026-11-27", WHEN), ("2026-12-09", "Firm")]


async def test_a_query_on_all_of_it_holds_it_until_it_is_resolved_and_then_one_step_goes() -> None:
    story = await a_story()
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-23")
    await story.owes(customer, "INV-2", "2026-11-24", "75.00")
    await story.at("2026-11-30", "08:00")
    dispute = await query(story, invoice, None)
    await story.days("2026-11-30", "2027-01-08")
    await story.approves_all()
    assert {numbers for _, _, numbers in await story.carried()} == {("INV-2",)}
    assert await story.hold(invoice) == "disputed"
    await promises.resolve_dispute(dispute, "They have found it", "Tom Hale", story.now)
    before = len(await story.carried())
    await story.days("2027-01-11", "2027-01-14")
    assert (await story.carried())[before:] == [("2027-01-11", WHEN, ("INV-1",))]


async def test_two_queries_that_together_cover_the_invoice_hold_it() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30", "08:00")
    await query(story, invoice, "80.00")
    second = await query(story, invoice, "40.00")
    await story.days("2026-11-30", "2026-12-02")
    assert await story.sent() == []
    await promises.resolve_dispute(second, "Agreed", "Tom Hale", story.now)
    await story.at("2026-12-03")
    assert await story.sent() == [("2026-12-03", WHEN)]
    assert "£40.00" in await last_text()


async def test_a_query_between_claim_and_data_gives_the_claim_back() -> None:
    """The customer presses *Something's wrong* in the very second in which the reminder leaves."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    story.meanwhile.append(lambda: query(story, invoice, None))
    await story.days("2026-11-30", "2026-12-04")
    assert await story.sent() == []
    assert story.postbox.taken == []
    assert await story.hold(invoice) == "disputed"


async def test_a_reply_holds_the_customer_until_somebody_has_decided_on_it() -> None:
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    await story.at("2026-12-01", "08:00")
    await story.person(customer, replied_at=story.now)
    await story.days("2026-12-01", "2026-12-16")
    assert len(await story.sent()) == 1
    await story.person(customer, replied_at=None)
    await story.at("2026-12-17")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-17", "Firm")]
