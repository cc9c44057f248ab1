"""The second look at a statement right before it leaves: may it go at all, is its customer free today, is it still right."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from app.customers.tables import Customer
from app.database import fetch
from app.mail.rechecks import Empty, Found, NotNow
from app.organisations.queries import organisation as organisation_row
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.schedules.queries import calendar_of
from app.statements import actions, queries
from app.statements.month_actions import halted


async def recheck(message: Message, now: datetime) -> Found:
    """Disconnected, stale, paused or restored it waits, as it does on a day that has had another email."""
    if message.organisation_id is None or message.customer_id is None:
        return Empty("Nothing is known of what it was about.")
    if await _has_a_later_one(message):
        return Empty("A later month's statement takes its place.")
    organisation = await organisation_row(message.organisation_id)
    chosen = await queries.settings_of(organisation.id)
    kept = await halted(organisation, now) or _out_of_hours(organisation, now)
    if kept or await _has_had_mail_today(message, organisation, now):
        return NotNow(kept or "The customer has had an email today, and one a day is the most.")
    if not chosen.replaces_reminder and await _goes_today(message, organisation, now):
        return NotNow("A reminder goes to the customer today, and the statement on the next working day.")
    row = await Customer.select(Customer.name, Customer.chasing).where(Customer.id == message.customer_id).first()
    if chosen.chasing_only and row is not None and not row["chasing"] and not await queries.goes_again(message.id):
        return Empty(f"{row['name']} is not being chased any more.")
    return await actions.recheck(message, now)


def _out_of_hours(organisation: Organisation, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(organisation.timezone))
    within = organisation.chase_from_minute <= local.hour * 60 + local.minute < organisation.chase_until_minute
    worked = calendar_of(organisation).is_working_day(local.date())
    return "" if within and worked else "Statements go on working days, within the hours of chasing."


async def _has_a_later_one(message: Message) -> bool:
    """One that waited for approval until the next month's was made: what it says has been said, or will be."""
    rows = await fetch(
        "SELECT later.id FROM statement s JOIN statement later ON later.customer = s.customer AND later.month > s.month"
        " WHERE s.message_id = {} LIMIT 1",
        message.id,
    )
    return bool(rows)


async def _has_had_mail_today(message: Message, organisation: Organisation, now: datetime) -> bool:
    """One that a person sends again goes all the same on the day of another statement."""
    zone = ZoneInfo(organisation.timezone)
    midnight = datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)
    kinds = ("reminder", "thank_you", "chase_now") + (() if await queries.goes_again(message.id) else ("statement",))
    rows = await fetch(
        f"SELECT id FROM message WHERE customer_id = {{}} AND id <> {{}} AND kind IN {kinds}"  # noqa: S608  ours
        " AND state IN ('sending', 'sent', 'unknown') AND claimed_at >= {} LIMIT 1",
        message.customer_id,
        message.id,
        midnight,
    )
    return bool(rows)


async def _goes_today(message: Message, organisation: Organisation, now: datetime) -> bool:
    """Whether a reminder is about to leave that nobody has to approve first."""
    evening = datetime.combine(
        now.astimezone(ZoneInfo(organisation.timezone)).date(), time.max, ZoneInfo(organisation.timezone)
    )
    rows = await fetch(
        "SELECT id FROM message WHERE customer_id = {} AND kind IN ('reminder', 'chase_now')"
        " AND (state = 'approved' OR (state = 'planned' AND needs_approval = FALSE))"
        " AND (not_before_at IS NULL OR not_before_at <= {}) AND (not_after_at IS NULL OR not_after_at >= {}) LIMIT 1",
        message.customer_id,
        evening.astimezone(UTC),
        now,
    )
    return bool(rows)
