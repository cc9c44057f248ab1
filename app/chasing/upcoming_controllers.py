"""The coming four weeks: what goes when, to whom and about what, if nothing changes."""

import asyncio
from datetime import date, datetime
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.chasing.actions import planning_day
from app.chasing.approval_queries import going_for, how_many_go, queue_of
from app.chasing.book_queries import gather
from app.chasing.grounds import of_organisation
from app.chasing.upcoming import project
from app.chasing.weeks import Pile, piles, summed_up, weeks
from app.organisations.membership import Role, SignedIn
from app.screen import Screen
from components.format import as_day, symbol_of

MOST_GOING = 50
MOST_SHOWN = 300
"""Emails of one day listed on a page."""


class UpcomingController(Controller):
    path = "/upcoming"

    @get()
    async def index(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], on: FromQuery[str] = ""
    ) -> Response[str]:
        context = await coming_weeks(member, now, _asked(on))
        return await screen.answer(
            page="chasing/upcoming.html", fragment="chasing/_upcoming.html", context=context, region="upcoming"
        )


def _asked(text: str) -> date | None:
    try:
        return as_day(text)
    except ValueError:
        return None


async def coming_weeks(member: SignedIn, now: datetime, asked: date | None) -> dict[str, Any]:
    gathered = await gather(member.organisation_id, now=now)
    start = planning_day(gathered.calendar, gathered.settings, now)
    coming = await asyncio.to_thread(
        project, gathered.book, today=start, calendar=gathered.calendar, settings=gathered.settings
    )  # seconds for tens of thousands of invoices: others must not wait for it
    found = piles(coming)
    chosen = _chosen(found, asked)
    return {
        "summed_up": summed_up(found, len({each.customer_id for each in coming})),
        "weeks": weeks(found, start, gathered.today, chosen.on if chosen else asked, gathered.calendar.is_chase_day),
        "chosen": chosen,
        "asked": asked,
        "most": MOST_SHOWN,
        "stands_still": [reason.sentence for reason in of_organisation(gathered.book, gathered.today, gathered.settings)],
        "going": await going_for(member, MOST_GOING),
        "going_in_all": await how_many_go(member),
        "waiting": len(await queue_of(member)),
        "day_of_going": start,
        "may_work": member.may(Role.CONTROLLER),
        "symbol": symbol_of(member.currency, member.locale),
        "member": member,
        "today": gathered.today,
    }


def _chosen(found: tuple[Pile, ...], asked: date | None) -> Pile | None:
    """The day asked for, else the first on which anything goes."""
    if asked is None:
        return found[0] if found else None
    return next((pile for pile in found if pile.on == asked), None)
