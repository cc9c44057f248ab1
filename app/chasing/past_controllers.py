"""The time machine: a past day planned once more, beside what really went."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.chasing.hindsight import Verdict, compared, summed_up
from app.chasing.past_fact_queries import gather_past
from app.chasing.past_queries import (
    customers_named,
    ended_on,
    how_many_owed,
    other_mail_on,
    was_planned_on,
    went_on,
)
from app.customers.days import today_of
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.schedules.queries import calendar_of
from app.screen import Screen
from components.format import as_day

MOST_AT_ONCE = 2000
"""Customers that owe something: of more, one chooses, so that the page answers within a moment."""
MOST_NAMED = 200
SHOWN = 300
"""Lines of one group."""
FIRST = date(2000, 1, 1)


class PastController(Controller):
    path = "/upcoming/past"

    @get()
    async def index(
        self,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        on: FromQuery[str] = "",
        customer: FromQuery[str] = "",
    ) -> Response[str]:
        context = await past_day(member, now, on, customer.strip()[:200])
        return await screen.answer(page="chasing/past.html", fragment="chasing/_past.html", context=context, region="past")


async def past_day(member: SignedIn, now: datetime, asked: str, named: str) -> dict[str, Any]:
    today = today_of(member, now)
    on, error = read_day(asked, today)
    calendar = calendar_of(await organisation_of(member))
    day = on or calendar.last_chase_day(today - timedelta(days=1))
    chosen = await customers_named(member, named, MOST_NAMED) if named else None
    too_many = chosen is None and await how_many_owed(member.organisation_id) > MOST_AT_ONCE
    found = () if too_many else await _compared(member, day, chosen, now)
    return {
        "on": day,
        "today": today,
        "named": named,
        "error": error,
        "asked": asked,
        "too_many": too_many,
        "groups": [(verdict, [each for each in found if each.verdict is verdict]) for verdict in Verdict],
        "summed_up": summed_up(found) if found else "",
        "found": found,
        "others": await other_mail_on(member, day, chosen),
        "is_chase_day": calendar.is_chase_day(day),
        "was_planned": await was_planned_on(member.organisation_id, day),
        "before": calendar.last_chase_day(day - timedelta(days=1)),
        "after": calendar.next_chase_day(day + timedelta(days=1)),
        "most": SHOWN,
        "member": member,
    }


async def _compared(member: SignedIn, day: date, chosen: list[int] | None, now: datetime) -> Any:
    gathered = await gather_past(member.organisation_id, day, chosen, now)
    return await asyncio.to_thread(
        compared,
        gathered.book,
        await went_on(member, day, chosen),
        await ended_on(member, day, chosen),
        day=day,
        calendar=gathered.calendar,
        settings=gathered.settings,
        was_planned=await was_planned_on(member.organisation_id, day),
    )


def read_day(text: str, today: date) -> tuple[date | None, str]:
    """The day asked for; else what is wrong with it, if one was asked for."""
    if not text.strip():
        return None, ""
    try:
        on = as_day(text.strip())
    except ValueError:
        on = None
    if on is None:
        return None, "Choose a day, as 2026-11-23."
    if on >= today:
        return None, "Choose a day before today. What is to come stands in Upcoming."
    if on < FIRST:
        return None, "Choose a day from this century."
    return on, ""
