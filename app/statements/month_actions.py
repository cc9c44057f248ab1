"""A month's statements of a whole organisation, and the settings for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from app.database import transaction
from app.mail.queries import senders_of
from app.organisations.queries import organisation as organisation_row
from app.organisations.tables import Organisation
from app.problems import Problem, Refused, TryLater
from app.schedules.queries import calendar_of
from app.statements import queries
from app.statements.actions import Made, make
from app.statements.days import month_due
from app.statements.eligibility import Candidate, halted_because, left_out_because
from app.statements.tables import StatementSettings
from app.xero.tables import Connection

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
    today, settings = queries.today_of(organisation, now), await queries.settings_of(organisation_id)
    found = await queries.candidates(organisation_id, month)
    reasons = [(each, left_out_because(each, settings.chasing_only, today)) for each in found]
    return MonthPlan(
        month,
        tuple(each for each, because in reasons if not because),
        tuple(LeftOut(each.id, each.name, because) for each, because in reasons if because),
        await halted(organisation, now),
    )


async def make_month(organisation_id: int, month: str, now: datetime) -> MonthMade:
    """Draft every statement of the month that is still missing. Killed in the middle, the next call goes on: each is
    a transaction of its own, and none is made twice. Raise CannotSendNow."""
    plan = await plan_month(organisation_id, month, now)
    if plan.halted:
        raise CannotSendNow(plan.halted)
    made, refused = 0, list[LeftOut]()
    for each in plan.going:
        because = await _attempt(each, month, now)
        made += not because
        refused += [LeftOut(each.id, each.name, because)] if because else []
    return MonthMade(made, (*plan.left_out, *refused))


async def run(organisation_id: int, now: datetime) -> MonthMade | None:
    """What the timetable does every few minutes: None unless statements are switched on and due."""
    settings = await queries.settings_of(organisation_id)
    if settings.switched_on_at is None:
        return None
    organisation = await organisation_row(organisation_id)
    today = queries.today_of(organisation, now)
    month = month_due(settings.day, today, calendar_of(organisation))
    if month is None or await halted(organisation, now):
        return None
    return await make_month(organisation_id, month, now)


async def organisations_switched_on() -> Sequence[int]:
    on = StatementSettings.switched_on_at.is_not_null()
    return await StatementSettings.select(StatementSettings.organisation).where(on).output(as_list=True)


async def settle_settings(organisation_id: int, *, day: int, chasing_only: bool, is_on: bool, now: datetime) -> None:
    """`is_on` says at the same time that somebody has looked at one: nothing is sent before."""
    async with transaction():
        row = await queries.settings_of(organisation_id)
        row.day, row.chasing_only = day, chasing_only
        row.switched_on_at = (row.switched_on_at or now) if is_on else None
        row.previewed_at = row.previewed_at or (now if is_on else None)
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
