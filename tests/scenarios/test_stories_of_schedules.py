"""Stories of what people settle: schedules edited, switched and paused, customers switched on late, approvals, skips."""

import msgspec
import pytest

from app.chasing.actions import skip
from app.database import fetch
from app.email_templates.tables import Template
from app.organisations.tables import Organisation
from app.schedules import edit_actions
from app.schedules.queries import default_schedule_of, schedule_for
from app.schedules.stamps import stamp_of
from app.schedules.tables import Schedule, Step
from tests.scenarios.story import Story, a_story

WHEN = "When can we expect it?"

pytestmark = pytest.mark.usefixtures("database")


async def a_gentle_schedule(story: Story) -> Schedule:
    """One step ten days after the due date and one after forty, with the words of the shipped ones."""
    schedule = Schedule(organisation=story.firm.id, name="Gentle", entry_offset=None, created_at=story.now)
    await schedule.save()
    for offset, name in ((10, "Just overdue"), (40, "Firm")):
        template = await Template.objects().get((Template.organisation == story.firm.id) & (Template.name == name))
        assert template is not None
        await Step(schedule=schedule.id, offset_days=offset, template=template.id).save()
    return schedule


async def test_a_schedule_edited_half_way_goes_on_above_the_mark_and_never_leaps() -> None:
    """Step 4 moves from 14 to 10 days while the invoice stands at step 3: it goes three days after step 3, and step 5,
    at 30 days, no sooner than 20 days after that."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-02")
    await story.at("2026-12-01")
    await story.house(Step, Step.offset_days == 14, offset_days=10)
    await story.days("2026-12-02", "2026-12-29")
    await story.approves_all()
    assert await story.sent() == [("2026-12-01", WHEN), ("2026-12-07", "Firm"), ("2026-12-29", "Final")]


async def test_a_step_moved_a_day_later_goes_twice_to_nobody() -> None:
    """Both were asked *When can we expect it?* or are about to be, when that step moves from 7 to 8 days: who had it climbs
    on, who had not gets it on its new day."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.owes(await story.customer("Bolt Ltd"), "INV-2", "2026-11-26", "75.00")
    await story.days("2026-11-30", "2026-12-01")
    before = await schedule_for(story.firm.anna, await default_of(story))
    steps = tuple(msgspec.structs.replace(step, offset=8) if step.offset == 7 else step for step in before.steps)
    await edit_actions.save(story.firm.anna, msgspec.structs.replace(before, steps=steps), stamp_of(before), story.now)
    await story.days("2026-12-02", "2026-12-15")
    assert await story.carried() == [
        ("2026-11-30", WHEN, ("INV-1",)),
        ("2026-11-30", "Just overdue", ("INV-2",)),
        ("2026-12-07", "Firm", ("INV-1",)),
        ("2026-12-07", WHEN, ("INV-2",)),
        ("2026-12-14", "Firm", ("INV-2",)),
    ]


async def default_of(story: Story) -> int:
    found = await default_schedule_of(story.firm.id)
    assert found is not None
    return found


async def test_a_step_taken_out_of_the_schedule_is_passed_over() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    await Step.delete().where(Step.offset_days == 14)
    await story.house(Schedule, Schedule.organisation == story.firm.id, name="Shorter")
    await story.days("2026-12-01", "2026-12-23")
    await story.approves_all()
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-23", "Final")]


async def test_a_customer_moved_to_another_schedule_climbs_on_from_its_mark() -> None:
    """Reminded at 7 days, then moved to *Gentle*: its step at 10 days is the next, three days after the last."""
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-23")
    await story.at("2026-11-30")
    gentle = await a_gentle_schedule(story)
    await story.person(customer, schedule_id=gentle.id)
    await story.days("2026-12-01", "2027-01-05")
    assert await story.sent() == [("2026-11-30", WHEN), ("2026-12-04", "Just overdue"), ("2027-01-04", "Firm")]


async def test_an_invoice_with_a_schedule_of_its_own_follows_it_beside_the_others() -> None:
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-27")
    gentle = await a_gentle_schedule(story)
    own = await story.owes(customer, "INV-2", "2026-11-27", "75.00")
    await story.changes(own, schedule_id=gentle.id)
    await story.days("2026-11-30", "2026-12-11")
    assert await story.carried() == [
        ("2026-11-30", "Just overdue", ("INV-1",)),
        ("2026-12-04", WHEN, ("INV-1",)),
        ("2026-12-08", "Just overdue", ("INV-2",)),
    ]


async def test_a_paused_schedule_rests_and_goes_on_with_one_step() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.at("2026-11-30")
    await story.house(Schedule, Schedule.organisation == story.firm.id, paused=True)
    await story.days("2026-12-01", "2027-01-15")
    assert await story.hold(invoice) == "schedule_paused"
    await story.house(Schedule, Schedule.organisation == story.firm.id, paused=False)
    await story.at("2027-01-18")
    await story.at("2027-01-19")
    assert await story.sent() == [("2026-11-30", "Just overdue"), ("2027-01-18", WHEN)]


async def test_a_customer_switched_on_after_half_a_year_begins_in_the_middle_with_all_that_is_old_in_one_email() -> None:
    story = await a_story()
    customer = await story.customer(chasing=False)
    await story.owes(customer, "INV-1", "2026-06-01")
    await story.owes(customer, "INV-2", "2026-09-01", "60.00")
    await story.days("2026-11-27", "2026-11-30")
    assert await story.sent() == []
    await story.person(customer, chasing=True)
    await story.days("2026-12-01", "2026-12-08")
    assert await story.carried() == [
        ("2026-12-01", WHEN, ("INV-1", "INV-2")),
        ("2026-12-08", "Firm", ("INV-1", "INV-2")),
    ]


async def test_a_skipped_reminder_goes_on_the_next_chase_day() -> None:
    """Skipped on Fri 4 Dec, the same step goes on Mon 7 Dec."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.at("2026-12-04", "09:00")
    [row] = await fetch("SELECT id FROM reminder")
    await skip(story.firm.id, row["id"], by="Tom Hale", now=story.now)
    await story.days("2026-12-04", "2026-12-08")
    assert await story.sent() == [("2026-12-07", WHEN)]


async def test_a_proposal_left_alone_for_a_chase_day_no_longer_keeps_the_others_waiting() -> None:
    """The last step of one invoice waits for a person; a day later the other invoice goes without it."""
    story = await a_story()
    customer = await story.customer()
    await story.owes(customer, "INV-1", "2026-11-02")
    await story.days("2026-12-01", "2026-12-23")
    await story.owes(customer, "INV-2", "2026-12-21", "75.00")
    await story.days("2026-12-24", "2026-12-30")
    assert (await story.carried())[2:] == [("2026-12-29", WHEN, ("INV-2",))]
    await story.at("2027-01-04")
    assert await story.approves_all() == 1
    assert (await story.carried())[3:] == [("2027-01-04", "Final", ("INV-1",))]


async def test_a_longer_minimum_gap_holds_for_the_next_reminder_already() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.at("2026-11-30")
    await story.house(Organisation, Organisation.id == story.firm.id, minimum_gap_days=10)
    await story.days("2026-12-01", "2026-12-21")
    assert await story.sent() == [("2026-11-30", "Just overdue"), ("2026-12-10", WHEN), ("2026-12-21", "Firm")]


async def test_what_was_excluded_and_is_taken_back_in_goes_on_with_one_step() -> None:
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.at("2026-11-30")
    await story.changes(invoice, excluded=True)
    await story.days("2026-12-01", "2027-01-05")
    assert await story.hold(invoice) == "excluded"
    await story.changes(invoice, excluded=False)
    await story.at("2027-01-06")
    assert await story.sent() == [("2026-11-30", "Just overdue"), ("2027-01-06", WHEN)]
