"""A month's statements of a whole organisation, and the settings for them."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from app.customers.tables import Customer
from app.database import transaction
from app.mail.queries import senders_of
from app.money import amount
from app.organisations.queries import organisation as organisation_row
from app.organisations.tables import Organisation
from app.problems import Problem, Refused, TryLater
from app.schedules.queries import calendar_of
from app.settings import settings
from app.statements import queries
from app.statements.actions import Made, make
from app.statements.days import month_due
from app.statements.eligibility import Candidate, Minimum, halted_because, left_out_because
from app.statements.tables import StatementSettings
from app.xero.tables import Connection
from components.format import money

FRESH_FOR = timedelta(hours=24)


class CannotSendNow(Problem):
    """No statement can be sent now."""

    status = 409


class LeftOut(Struct, frozen=True):
    """A customer who gets none this month; `because` goes on after the name."""

    customer_id: int
    name: str
    because: str


class MonthPlan(Struct, frozen=True):
    """Who gets a statement this month and who does not. `halted` is the reason why nobody can, else empty."""

    month: str
    going: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    halted: str


class MonthMade(Struct, frozen=True):
    made: int
    left_out: tuple[LeftOut, ...]


async def plan_month(organisation_id: int, month: str, now: datetime) -> MonthPlan:
    organisation = await organisation_row(organisation_id)
    today, chosen = queries.today_of(organisation, now), await queries.settings_of(organisation_id)
    minimum = _minimum(organisation, chosen)
    found = await queries.candidates(organisation_id, month)
    reasons = [(each, left_out_because(each, chosen.chasing_only, today, minimum)) for each in found]
    return MonthPlan(
        month,
        tuple(each for each, because in reasons if not because),
        tuple(LeftOut(each.id, each.name, because) for each, because in reasons if because),
        await halted(organisation, now),
    )


def _minimum(organisation: Organisation, chosen: StatementSettings) -> Minimum:
    least = amount(chosen.minimum)
    return Minimum(least, money(least, organisation.currency, organisation.locale))


async def ask_for(organisation_id: int, month: str, now: datetime) -> None:
    """A person wants the month's statements: whoever dies while making them, the timetable goes on with it today."""
    async with transaction():
        row = await queries.settings_of(organisation_id)
        row.asked_month, row.asked_on = month, queries.today_of(await organisation_row(organisation_id), now)
        await row.save()


async def make_month(organisation_id: int, month: str, now: datetime) -> MonthMade:
    """Draft every statement of the month that is still missing. Killed in the middle, the next call goes on: each is
    a transaction of its own, and none is made twice. Raise CannotSendNow."""
    plan = await plan_month(organisation_id, month, now)
    if plan.halted:
        raise CannotSendNow(plan.halted)
    left = iter(plan.going)
    outcomes = await asyncio.gather(*(_attempt_each(left, month, now) for _ in range(settings().render_processes)))
    refused = [each for some in outcomes for each in some]
    mine = (StatementSettings.organisation == organisation_id) & (StatementSettings.asked_month == month)
    await StatementSettings.update({StatementSettings.asked_month: ""}).where(mine)
    return MonthMade(len(plan.going) - len(refused), (*plan.left_out, *refused))


async def _attempt_each(left: Iterator[Candidate], month: str, now: datetime) -> list[LeftOut]:
    """Take one after the other of what several take from; those that were not made."""
    tried = [(each, await _attempt(each, month, now)) for each in left]
    return [LeftOut(each.id, each.name, because) for each, because in tried if because]


async def run(organisation_id: int, now: datetime) -> MonthMade | None:
    """What the timetable does every few minutes: None unless statements are switched on and due, or were asked for today
    and are not all made."""
    chosen, organisation = await queries.settings_of(organisation_id), await organisation_row(organisation_id)
    today = queries.today_of(organisation, now)
    month = month_due(chosen.day, today, calendar_of(organisation)) if chosen.switched_on_at else None
    if chosen.asked_month and chosen.asked_on == today:
        month = chosen.asked_month
    if month is None or await halted(organisation, now):
        return None
    return await make_month(organisation_id, month, now)


async def organisations_with_work() -> Sequence[int]:
    """Where statements are switched on, or asked for and not all made."""
    wanted = StatementSettings.switched_on_at.is_not_null() | (StatementSettings.asked_month != "")
    return await StatementSettings.select(StatementSettings.organisation).where(wanted).output(as_list=True)


async def settle_settings(
    organisation_id: int, *, day: int, chasing_only: bool, is_on: bool, now: datetime, **further: Any
) -> None:
    """`is_on` says at the same time that somebody has looked at one: nothing is sent before. `further`: other columns."""
    async with transaction():
        row = await queries.settings_of(organisation_id)
        row.day, row.chasing_only = day, chasing_only
        for name, value in further.items():
            setattr(row, name, value)
        row.switched_on_at = (row.switched_on_at or now) if is_on else None
        row.previewed_at = row.previewed_at or (now if is_on else None)
        await row.save()
        waiting = Customer.update({Customer.reconsider_at: now}, force=True)
        await waiting.where(Customer.organisation == organisation_id)


async def note_preview(organisation_id: int, now: datetime) -> None:
    """Somebody has looked at a statement: from now on they can be switched on."""
    async with transaction():
        row = await queries.settings_of(organisation_id)
        if row.previewed_at is None:
            row.previewed_at = now
            await row.save()


async def _attempt(candidate: Candidate, month: str, now: datetime) -> str:
    """The reason why it was not made; empty when it was."""
    try:
        done = await make(candidate.id, month, now)
    except (TryLater, Refused) as problem:
        return f"is left for later: {problem}"
    return "" if isinstance(done, Made) else done.because


async def halted(organisation: Organisation, now: datetime) -> str:
    """Why the organisation can send no statement at all, as a sentence; empty when it can."""
    connection = await Connection.objects().where(Connection.organisation == organisation.id).first()
    synced = connection.last_good_sync_at if connection else None
    until = organisation.paused_until_on
    is_paused = organisation.paused and (until is None or queries.today_of(organisation, now) < until)
    return halted_because(
        connected=connection is not None and connection.state == "connected",
        restored=organisation.restored,
        paused=is_paused,
        is_fresh=synced is not None and now - synced <= FRESH_FOR,
        has_sender=any(each.kind == "normal" and each.can_send for each in await senders_of(organisation.id)),
    )
