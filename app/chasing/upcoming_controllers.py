"""The coming four weeks: what goes when, to whom and about what, if nothing changes; one email at a time as it would go."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing.actions import planning_day
from app.chasing.approval_controllers import framed
from app.chasing.approval_queries import queue_of
from app.chasing.arranging import Prospect, prospect
from app.chasing.book_queries import Gathered, gather, gather_house
from app.chasing.compose_actions import Failed, attached, preview
from app.chasing.foreseen_letter_queries import envelope_of, reminder_planned_as, sender_of, words_of
from app.chasing.grounds import of_organisation
from app.chasing.upcoming_queries import (
    Narrowed,
    arrangements_of,
    customers_written_to,
    emails_on,
    names_of_steps,
    pass_of,
    pile_on,
    sums_by_day,
)
from app.chasing.weeks import summed_up, weeks
from app.customers.days import local_time
from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.email_templates.rendering import Rendered
from app.mail.picture_queries import with_pictures
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import NotFound
from app.schedules.tables import Schedule
from app.screen import Screen
from components.format import as_day, symbol_of

THANKS = "Thank you"
LARGEST_ID = 2**31
LISTED = 100
"""Emails of one day that stand in the list beside the letter."""


class UpcomingController(Controller):
    path = "/upcoming"

    @get()
    async def index(
        self,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        on: FromQuery[str] = "",
        at: FromQuery[int] = 0,
        customer: FromQuery[str] = "",
        schedule: FromQuery[int] = 0,
        step: FromQuery[str] = "",
    ) -> Response[str]:
        only = Narrowed(customer.strip()[:200], schedule if 0 < schedule < LARGEST_ID else 0, step[:120])
        context = await coming_weeks(member, now, _asked(on), at, only)
        return await screen.answer(
            page="chasing/upcoming.html", fragment="chasing/_upcoming.html", context=context, region="upcoming"
        )

    @get("/{customer_id:int}/{on:date}/letter")
    async def letter(
        self, customer_id: FromPath[int], on: FromPath[date], member: Given[SignedIn], now: Given[datetime]
    ) -> Response[str]:
        """The mail's own HTML, for a frame."""
        customer, gathered, found = await prospect_for(member, customer_id, on, now)
        words = await _words(found, customer, gathered, now) if found is not None else None
        if not isinstance(words, Rendered):
            raise NotFound
        sender = await sender_of(found.email, gathered) if found is not None else None
        return framed(await with_pictures(words.html, sender.id if sender else None))


def _asked(text: str) -> date | None:
    try:
        return as_day(text)
    except ValueError:
        return None


async def prospect_for(
    member: SignedIn, customer_id: int, on: date, now: datetime
) -> tuple[Customer, Gathered, Prospect | None]:
    """What the customer gets on that day, by all that is known now. Raise NotFound for another organisation's customer."""
    customer = await customer_for(member, customer_id)
    gathered = await gather(member.organisation_id, now=now, customers=[customer_id])
    today = planning_day(gathered.calendar, gathered.settings, now)
    found = prospect(gathered.book, on, today=today, calendar=gathered.calendar, settings=gathered.settings)
    return customer, gathered, found


async def coming_weeks(
    member: SignedIn, now: datetime, asked: date | None, at: int = 0, only: Narrowed | None = None
) -> dict[str, Any]:
    """Everything the page shows: the strip, the pile of the day asked for (else the first that has one), one letter."""
    only = only or Narrowed()
    house = await gather_house(await organisation_of(member), now)
    start = planning_day(house.calendar, house.settings, now)
    sums = await sums_by_day(member.organisation_id, start, only)
    on = asked or (sums[0].on if sums else None)
    pile = await pile_on(member.organisation_id, on, only) if on is not None and on >= start else []
    people = await customers_written_to(member.organisation_id, start, only)
    under_way = await pass_of(member.organisation_id)
    return {
        "summed_up": summed_up(sums, people),
        "under_way": under_way,
        "worked_out": local_time(under_way.started_at, member) if under_way else None,
        "weeks": weeks(sums, start, house.today, on, house.calendar.is_chase_day),
        "on": on,
        "asked": asked,
        "sum": next((each for each in sums if each.on == on), None),
        "stands_still": [each.sentence for each in of_organisation(house.book, house.today, house.settings, house.calendar)],
        "waiting": len(await queue_of(member)),
        "start": start,
        "only": only,
        "schedules": await _schedules(member),
        "steps": [*await names_of_steps(member.organisation_id), THANKS],
        "arranged": await arrangements_of(member.organisation_id, house.today),
        "may_work": member.may(Role.CONTROLLER),
        "symbol": symbol_of(member.currency, member.locale),
        "member": member,
        "today": house.today,
        "errors": {},
        "given": {},
        **await _leaf(member, now, on, pile, at),
    }


async def _leaf(member: SignedIn, now: datetime, on: date | None, pile: list[int], at: int) -> dict[str, Any]:
    """The pile around the customer asked for, and that customer's email."""
    if not pile or on is None:
        return {"pile": (), "in_pile": 0, "shown": None}
    place = pile.index(at) if at in pile else 0
    listed = await emails_on(member.organisation_id, on, pile[max(0, place - LISTED // 2) :][:LISTED])
    return {
        "pile": listed,
        "in_pile": len(pile),
        "place": place + 1,
        "before": pile[place - 1] if place else 0,
        "after": pile[place + 1] if place + 1 < len(pile) else 0,
        "shown": next((each for each in listed if each.customer_id == pile[place]), None),
        **await _shown(member, pile[place], on, now),
    }


async def _shown(member: SignedIn, customer_id: int, on: date, now: datetime) -> Mapping[str, Any]:
    customer, gathered, found = await prospect_for(member, customer_id, on, now)
    if found is None:
        return {"prospect": None}
    planned = await reminder_planned_as(found.email)
    words = await _words(found, customer, gathered, now, planned)
    envelope = await envelope_of(found.email, gathered)
    return {
        "prospect": found,
        "planned": planned,
        "envelope": envelope,
        "papers": await attached(planned) if planned else envelope.papers,
        "words": words if isinstance(words, Rendered) else None,
        "failed": "" if isinstance(words, Rendered) else words,
    }


async def _words(
    found: Prospect, customer: Customer, gathered: Gathered, now: datetime, planned: int | None = None
) -> Rendered | str:
    """The words, or why there are none. Those of a reminder that is planned may be a person's own."""
    number = await reminder_planned_as(found.email) if planned is None else planned
    if number:
        written = await preview(number, now)
        return written.reason if isinstance(written, Failed) else written
    words = await words_of(found, customer, gathered)
    return words if isinstance(words, Rendered) else words.sentence


async def _schedules(member: SignedIn) -> list[tuple[int, str]]:
    mine = Schedule.organisation == member.organisation_id
    rows = await Schedule.select(Schedule.id, Schedule.name).where(mine).order_by(Schedule.name)
    return [(row["id"], row["name"]) for row in rows]
