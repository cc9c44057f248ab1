"""Stories of the calendar: holidays, closed days, ends of months and years, zones, and days on which nobody was there."""

from collections import Counter
from datetime import date, timedelta

import pytest

from app.organisations.tables import Organisation
from tests.scenarios.story import a_story

WHEN = "When can we expect it?"

pytestmark = pytest.mark.usefixtures("database")


async def test_a_step_that_falls_on_christmas_day_goes_on_the_first_chase_day_after_it() -> None:
    """Due Fri 11 Dec: step 4 falls on Fri 25, Mon 28 is a substitute day, so it goes on Tue 29 and once."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-12-11")
    await story.days("2026-12-14", "2026-12-30")
    assert await story.sent() == [("2026-12-14", "Just overdue"), ("2026-12-18", WHEN), ("2026-12-29", "Firm")]


async def test_a_step_of_29_february_goes_on_that_day_and_the_next_by_its_distance() -> None:
    """2028 is a leap year: due Sat 26 Feb, step 2 on Tue 29 Feb, step 3 on Mon 6 Mar, step 4 on Mon 13 Mar."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2028-02-26")
    await story.days("2028-02-28", "2028-03-14")
    assert await story.sent() == [("2028-02-29", "Just overdue"), ("2028-03-06", WHEN), ("2028-03-13", "Firm")]


async def test_an_invoice_due_on_29_february_is_told_of_three_days_before_and_three_after() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2028-02-29")
    await story.days("2028-02-24", "2028-03-07")
    assert await story.sent() == [("2028-02-25", "Coming up"), ("2028-03-03", "Just overdue"), ("2028-03-07", WHEN)]


async def test_over_the_end_of_the_year_each_step_goes_once() -> None:
    """Due Tue 29 Dec: step 2 falls on New Year's Day and goes on Mon 4 Jan, step 3 four days later."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-12-29")
    await story.days("2026-12-24", "2027-01-15")
    assert await story.sent() == [
        ("2026-12-24", "Coming up"),
        ("2027-01-04", "Just overdue"),
        ("2027-01-08", WHEN),
        ("2027-01-15", "Firm"),
    ]


async def test_the_firms_own_closed_days_are_no_chase_days() -> None:
    """The studio is shut from Mon 7 to Wed 9 Dec."""
    story = await a_story(closed_days='["2026-12-07", "2026-12-08", "2026-12-09"]')
    await story.owes(await story.customer(), "INV-1", "2026-12-04")
    await story.days("2026-12-05", "2026-12-15")
    assert await story.sent() == [("2026-12-10", "Just overdue"), ("2026-12-14", WHEN)]


async def test_an_organisation_on_the_other_side_of_the_world_chases_on_its_own_morning() -> None:
    """In Auckland it is ten on Tuesday when it is nine in the evening of Monday in London: Mon 30 Nov there is gone."""
    story = await a_story(timezone="Pacific/Auckland", country="NZ")
    await story.owes(await story.customer(), "INV-1", "2026-11-28")
    await story.at("2026-11-30")
    assert await story.sent() == []
    await story.at("2026-12-01", "09:59")
    assert await story.sent() == []
    await story.at("2026-12-01", "10:01")
    assert await story.sent() == [("2026-12-01", "Just overdue")]
    assert story.now.isoformat() == "2026-11-30T21:01:00+00:00"


async def test_after_forty_days_without_a_machine_each_customer_gets_one_email_and_climbs_on_by_distance() -> None:
    """One was at step 2 and one at none; on the first day back step 3 of each goes, and never two in one gap."""
    story = await a_story()
    acme, bolt = await story.customer(), await story.customer("Bolt Ltd")
    await story.owes(acme, "INV-1", "2026-11-27")
    await story.owes(acme, "INV-2", "2026-12-20")
    await story.owes(bolt, "INV-3", "2026-12-10")
    await story.at("2026-11-30")
    await story.at("2027-01-11")
    assert await story.carried() == [
        ("2026-11-30", "Just overdue", ("INV-1",)),
        ("2027-01-11", WHEN, ("INV-1", "INV-2")),
        ("2027-01-11", WHEN, ("INV-3",)),
    ]
    await story.days("2027-01-12", "2027-01-18")
    assert Counter(on for on, _ in await story.sent()) == {"2026-11-30": 1, "2027-01-11": 2, "2027-01-18": 2}


async def test_a_machine_started_in_the_evening_waits_for_the_next_chase_day() -> None:
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-12-04", "18:01")
    await story.at("2026-12-05", "10:05")
    assert await story.sent() == []
    await story.at("2026-12-07")
    assert await story.sent() == [("2026-12-07", WHEN)]


async def test_a_firm_that_chases_on_saturdays_only_sends_on_saturdays_only() -> None:
    """Due on a Friday, it is eight days late on the first Saturday on which a step is reached, and fifteen on the next."""
    story = await a_story(chase_weekdays="[5]")
    await story.owes(await story.customer(), "INV-1", "2026-11-27")
    await story.days("2026-11-27", "2026-12-25")
    assert await story.sent() == [("2026-12-05", WHEN), ("2026-12-12", "Firm")]


async def test_a_moved_time_zone_sends_nothing_twice() -> None:
    """The owner corrects the zone at noon, and it is morning again there."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-11-30", "12:00")
    await story.house(Organisation, Organisation.id == story.firm.id, timezone="America/New_York", country="US")
    for hour in range(13, 24):
        await story.at("2026-11-30", f"{hour}:05")
    assert [template for _, template in await story.sent()] == [WHEN]


@pytest.mark.parametrize("first", ["2027-03-26", "2027-10-29"])
async def test_a_ladder_over_the_day_on_which_clocks_change_keeps_its_days(first: str) -> None:
    """In March and in October: three, seven and fourteen days after the due date are counted in days, not hours."""
    story = await a_story(chase_weekdays="[0, 1, 2, 3, 4, 5, 6]", country="XX")
    due = date.fromisoformat(first)
    await story.owes(await story.customer(), "INV-1", first)
    await story.days(due, due + timedelta(days=15), "10:00")
    assert await story.sent() == [
        ((due + timedelta(days=3)).isoformat(), "Just overdue"),
        ((due + timedelta(days=7)).isoformat(), WHEN),
        ((due + timedelta(days=14)).isoformat(), "Firm"),
    ]
