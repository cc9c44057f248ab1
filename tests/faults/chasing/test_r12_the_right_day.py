"""R12: a step goes on the right day of the organisation's own calendar, once, whatever the clocks do and wherever the server
stands; and after days on which no machine ran each customer gets one email."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest

from tests.scenarios.story import Story, a_story

EVERY_DAY = "[0, 1, 2, 3, 4, 5, 6]"
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.faults]


class Day(NamedTuple):
    """On which a step is to go: three days after the due date."""

    on: str
    zone: str
    country: str
    server: str


DAYS = {
    "clocks go forward in London": Day("2027-03-28", "Europe/London", "GB", "Europe/London"),
    "clocks go back in London": Day("2027-10-31", "Europe/London", "GB", "America/New_York"),
    "clocks go forward in New York": Day("2027-03-14", "America/New_York", "US", "Europe/London"),
    "clocks go back in New York": Day("2027-11-07", "America/New_York", "US", "Asia/Tokyo"),
    "half an hour, on Lord Howe": Day("2027-10-03", "Australia/Lord_Howe", "AU", "UTC"),
    "midnight does not exist": Day("2027-09-05", "America/Santiago", "CL", "UTC"),
    "29 February": Day("2028-02-29", "Europe/London", "GB", "Pacific/Auckland"),
    "the last day of the year": Day("2026-12-31", "America/Los_Angeles", "US", "Asia/Tokyo"),
    "the day after New Year's Day": Day("2028-01-02", "Pacific/Kiritimati", "KI", "Pacific/Honolulu"),
    "a day ahead of the server": Day("2027-06-09", "Pacific/Auckland", "NZ", "Pacific/Honolulu"),
    "a day behind the server": Day("2027-06-09", "Pacific/Pago_Pago", "AS", "Pacific/Kiritimati"),
}


@pytest.fixture
def server_stands_in() -> Iterator[object]:
    before = os.environ.get("TZ")

    def stand(zone: str) -> None:
        os.environ["TZ"] = zone
        time.tzset()

    yield stand
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


async def hours_of(story: Story, first: datetime, hours: int) -> None:
    """The timetable at forty minutes past each hour."""
    for hour in range(hours):
        story.now = first + timedelta(hours=hour, minutes=40)
        await story.settle()


@pytest.mark.parametrize("name", DAYS)
async def test_r12_each_step_goes_once_on_its_local_day(name: str, server_stands_in) -> None:
    day = DAYS[name]
    server_stands_in(day.server)
    story = await a_story(timezone=day.zone, country=day.country, chase_weekdays=EVERY_DAY)
    on = date.fromisoformat(day.on)
    await story.owes(await story.customer(), "INV-1", (on - timedelta(days=3)).isoformat())
    before = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=20)
    await hours_of(story, before, 62)
    assert await story.sent() == [(day.on, "Just overdue")]
    hours = {local.hour for local in await local_hours(story)}
    assert hours <= set(range(10, 18))


async def local_hours(story: Story) -> list[datetime]:
    rows = await story.messages("claimed_at")
    return [row["claimed_at"].astimezone(story.zone) for row in rows if row["claimed_at"]]


@pytest.mark.parametrize("leap", [1, 7, 40, 400])
async def test_r12_after_days_without_a_machine_each_customer_gets_one_email_and_each_step_goes_once(leap: int) -> None:
    """Four customers with invoices at every step and none, then nobody is there for so many days."""
    story = await a_story()
    for number, due in enumerate(["2026-11-27", "2026-11-23", "2026-10-30", "2026-12-20"]):
        customer = await story.customer(f"Firm{number} Ltd")
        await story.owes(customer, f"INV-{number}a", due)
        await story.owes(customer, f"INV-{number}b", "2026-11-26", "75.00")
    await story.at("2026-11-30")
    before = len(await story.sent())
    assert before == 4
    back = date(2026, 11, 30) + timedelta(days=leap)
    await story.at(back)
    per_customer = Counter(row["customer_id"] for row in (await story.messages("customer_id, claimed_at")))
    assert max(per_customer.values()) <= 2
    await story.days(back + timedelta(days=1), back + timedelta(days=40))
    await story.approves_all()
    assert await story.steps_that_went_twice() == []
    rows = await story.messages("customer_id, claimed_at")
    for customer_id in per_customer:
        went = [row["claimed_at"].date() for row in rows if row["customer_id"] == customer_id]
        assert all(later - earlier >= timedelta(days=4) for earlier, later in pairwise(went))


async def test_r12_a_clock_that_is_set_back_sends_nothing_again() -> None:
    """The server's clock ran a day ahead and is put right."""
    story = await a_story()
    await story.owes(await story.customer(), "INV-1", "2026-11-23")
    await story.at("2026-12-01")
    for day, clock in (("2026-11-30", "10:05"), ("2026-11-30", "17:00"), ("2026-12-01", "10:05"), ("2026-12-02", "10:05")):
        await story.at(day, clock)
    assert await story.steps_that_went_twice() == []
    assert len(await story.sent()) == 1
