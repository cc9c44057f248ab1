"""Stories told in days, through the real planner, outbox and delivery. The best-practice schedule reminds 3 days before
the due date and 3, 7, 14 and 30 days after it; the last step asks for approval."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.organisations.tables import Organisation
from app.outbox.answers import PutOff
from app.outbox.tables import Message
from app.promises import actions as promises
from app.promises.words import Said
from app.statements import month_actions
from app.statements.tables import StatementSettings
from tests.scenarios.story import a_story

WHEN = "When can we expect it?"

pytestmark = pytest.mark.usefixtures("database")


async def test_the_ladder_of_the_shipped_schedule() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-12-03")
    for day in ("2026-11-30", "2026-12-01", "2026-12-04", "2026-12-07", "2026-12-08", "2026-12-11", "2026-12-14", "2026-12-18"):
        await story.at(day)
    await story.days("2026-12-21", "2027-01-04")
    assert await story.approves_all() == 1
    assert await story.sent() == [
        ("2026-11-30", "Coming up"),
        ("2026-12-07", "Just overdue"),
        ("2026-12-11", WHEN),
        ("2026-12-18", "Firm"),
        ("2027-01-04", "Final"),
    ]
    await story.days("2027-01-05", "2027-01-08")
    assert len(await story.sent()) == 5


async def test_a_year_of_one_slow_payer_never_hears_twice_of_a_step_nor_twice_within_the_gap() -> None:
    story = await a_story()
    customer = await story.customer()
    open_: dict[date, object] = {}
    day = date(2026, 11, 30)
    while day < date(2027, 11, 30):
        if day.day == 1:
            invoice = await story.owes(customer, f"INV-{day:%Y-%m}", (day + timedelta(days=14)).isoformat())
            open_[day + timedelta(days=14 + 40)] = invoice
        if day in open_:
            await story.pays(open_.pop(day))  # type: ignore[arg-type]
        if day.weekday() < 5:
            await story.at(day)
            await story.approves_all()
        day += timedelta(days=1)
    carried = await story.carried()
    assert await story.steps_that_went_twice() == []
    assert {template for _, template, _ in carried} >= {"Coming up", "Just overdue", WHEN, "Firm", "Final"}
    overdue = [date.fromisoformat(on) for on, template, _ in carried if template != "Coming up"]
    assert min(b - a for a, b in pairwise(overdue)) >= timedelta(days=4)
    mails = Counter(on for on, _ in await story.sent())
    assert max(mails.values()) == 1
    assert sum(template == "Thank you" for _, template in await story.sent()) >= 8


async def test_who_pays_one_day_before_each_step_hears_only_thanks() -> None:
    story = await a_story()
    customer = await story.customer()
    early = await story.owes(customer, "INV-1", "2026-12-03")
    await story.at("2026-11-27")
    await story.pays(early)
    await story.days("2026-11-30", "2026-12-02")
    assert await story.sent() == []
    late = await story.owes(customer, "INV-2", "2026-11-30")
    await story.days("2026-12-03", "2026-12-07")
    await story.at("2026-12-09", "17:00")
    await story.pays(late)
    await story.days("2026-12-10", "2026-12-20")
    assert await story.sent() == [("2026-12-03", "Just overdue"), ("2026-12-07", WHEN), ("2026-12-10", "Thank you")]


async def test_after_an_outage_of_a_week_each_customer_gets_one_email_and_one_step() -> None:
    story = await a_story()
    acme, bolt = await story.customer(), await story.customer("Bolt Ltd")
    await story.owes(acme, "INV-1", "2026-11-27")
    await story.owes(acme, "INV-2", "2026-12-01")
    await story.owes(bolt, "INV-3", "2026-11-23")
    await story.at("2026-11-30")
    assert await story.sent() == [("2026-11-30", "Just overdue"), ("2026-11-30", WHEN)]
    story.xero_answers = False
    await story.days("2026-12-01", "2026-12-08")
    assert len(await story.sent()) == 2
    story.xero_answers = True
    await story.at("2026-12-09")
    assert sorted((await story.carried())[2:]) == [
        ("2026-12-09", "Firm", ("INV-3",)),
        ("2026-12-09", WHEN, ("INV-1", "INV-2")),
    ]


async def test_a_broken_promise_goes_on_with_one_step() -> None:
    story = await a_story()
    customer = await story.customer()
    invoice = await story.owes(customer, "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    await story.at("2026-12-01")
    await promises.promise([invoice], date(2026, 12, 11), source=Said.PORTAL, by="the customer", now=story.now)
    await story.days("2026-12-01", "2026-12-14")
    assert await story.hold(invoice) == "expected_date"
    assert len(await story.sent()) == 1
    await story.at("2026-12-15")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-15", "Firm")]


async def test_a_dispute_on_half_leaves_the_other_half_to_be_chased() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30")
    await story.at("2026-12-01")
    half = {"amount": Decimal(60), "reason": "quantity", "text": "Half is missing"}
    await promises.open_dispute(invoice, **half, source=Said.PORTAL, by="the customer", now=story.now)  # type: ignore[arg-type]
    await story.days("2026-12-02", "2026-12-07")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-07", "Firm")]
    last = await Message.objects().order_by(Message.id, ascending=False).first()
    assert last is not None
    assert "£60.00" in last.text
    assert "£120.00" not in last.text, "what is disputed is not asked for"


async def test_a_200_day_old_invoice_at_switch_on_begins_in_the_middle() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-05-14")
    await story.days("2026-12-01", "2026-12-23")
    await story.at("2026-12-24")
    await story.approves_all()
    assert await story.sent() == [
        ("2026-12-01", WHEN),
        ("2026-12-08", "Firm"),
        ("2026-12-24", "Final"),
    ]


async def test_an_approval_gone_stale_is_asked_for_again() -> None:
    story = await a_story(review_mode=True)
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-11-30", "09:00")
    assert await story.approves_all() == 1
    await story.pays(invoice, "20.00")
    await story.days("2026-11-30", "2026-12-02")
    assert await story.sent() == []
    assert await story.approves_all() == 1
    assert await story.sent() == [("2026-12-02", WHEN)]


async def test_a_moved_due_date_begins_the_ladder_anew_and_never_leaps() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.days("2026-11-30", "2026-12-04")
    assert await story.sent() == [("2026-11-30", "Just overdue"), ("2026-12-04", WHEN)]
    await story.changes(invoice, due_on=date(2026, 12, 10))
    await story.days("2026-12-05", "2026-12-18")
    assert (await story.sent())[2:] == [
        ("2026-12-08", "Coming up"),
        ("2026-12-14", "Just overdue"),
        ("2026-12-18", WHEN),
    ]


async def test_a_statement_a_reminder_and_a_thank_you_share_out_the_days() -> None:
    """The statement of the first takes Tuesday, the reminder Wednesday, the thank-you Thursday."""
    story = await a_story()
    await StatementSettings(organisation=story.firm.id, day=1, switched_on_at=story.now, previewed_at=story.now).save()
    customer = await story.customer()
    paid = await story.owes(customer, "INV-1", "2026-11-19")
    await story.owes(customer, "INV-2", "2026-11-28")
    await story.days("2026-11-26", "2026-11-29")
    await story.at("2026-11-30", "18:30")
    await story.pays(paid)
    await story.at("2026-12-01", "09:30")
    await month_actions.run(story.firm.id, story.now)
    await story.days("2026-12-01", "2026-12-06")
    assert await story.sent() == [
        ("2026-11-26", WHEN),
        ("2026-12-01", "statement"),
        ("2026-12-02", "Just overdue"),
        ("2026-12-03", "Thank you"),
    ]


@pytest.mark.parametrize("sunday", ["2027-03-28", "2027-10-31"])
async def test_on_the_days_the_clocks_change_a_step_goes_once(sunday: str) -> None:
    story = await a_story(chase_weekdays="[0, 1, 2, 3, 4, 5, 6]", chase_from_minute=90, chase_until_minute=240)
    day = date.fromisoformat(sunday)
    await story.owes(await story.customer(), "INV-1", (day - timedelta(days=3)).isoformat())
    await story.at(day - timedelta(days=1), "05:00")
    for clock in ("00:30", "01:15", "01:45", "02:15", "03:30", "05:00", "23:59"):
        await story.at(day, clock)
    await story.at(day + timedelta(days=1), "02:00")
    assert await story.sent() == [(sunday, "Just overdue")]


async def test_review_mode_switched_on_holds_what_was_planned_until_it_is_approved() -> None:
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-23")
    await story.at("2026-11-30", "09:00")
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == story.firm.id)
    await story.touched(customer.id)
    await story.at("2026-11-30", "10:05")
    assert await story.sent() == []
    assert await story.approves_all() == 1
    assert await story.sent() == [("2026-11-30", WHEN)]


async def test_review_mode_switched_off_lets_what_waited_go() -> None:
    story = await a_story(review_mode=True)
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-23")
    await story.days("2026-11-30", "2026-12-02")
    await Organisation.update({Organisation.review_mode: False}).where(Organisation.id == story.firm.id)
    await story.touched(customer.id)
    await story.at("2026-12-02", "11:00")
    assert await story.sent() == [("2026-12-02", WHEN)]


async def test_a_mail_server_that_puts_off_all_day_ends_the_day_and_the_step_goes_the_next() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    story.postbox.answers = [PutOff("451 later")] * 40
    for hour in range(10, 18):
        for minute in ("00", "20", "40", "59"):
            await story.at("2026-11-30", f"{hour}:{minute}")
    assert await story.sent() == []
    assert (await story.states()).count("cancelled") <= 1
    story.postbox.answers = []
    await story.at("2026-11-30", "18:30")
    await story.at("2026-12-01")
    assert await story.sent() == [("2026-12-01", WHEN)]


async def test_after_a_restart_on_stale_data_the_day_is_planned_once_xero_is_read() -> None:
    story = await a_story()
    await story.at("2026-11-27", "17:00")
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    story.xero_answers = False
    await story.at("2026-11-30", "08:00")
    story.xero_answers = True
    await story.at("2026-11-30", "10:05")
    assert await story.sent() == [("2026-11-30", WHEN)]
