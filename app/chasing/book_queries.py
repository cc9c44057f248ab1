"""Gathering the book: everything the planner may know of one organisation, in a dozen queries whatever its size."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from app.chasing.book import Book, ChasingSettings
from app.chasing.fact_queries import FactReader
from app.database import fetch
from app.invoices.queries import newest_receipt_of
from app.money import amount
from app.organisations.tables import Organisation
from app.problems import NotFound
from app.schedules.book import BookSchedule, BookStep
from app.schedules.calendar import ChaseCalendar
from app.schedules.queries import calendar_of, places_in


class Gathered(NamedTuple):
    """What one call of the planner needs, besides the day."""

    organisation: Organisation
    book: Book
    calendar: ChaseCalendar
    settings: ChasingSettings
    senders: dict[str, int]
    """The mailbox of each kind, by id."""

    @property
    def today(self) -> date:
        return self.book.now.astimezone(ZoneInfo(self.settings.timezone)).date()


async def gather(
    organisation_id: int, *, now: datetime, customers: Collection[int] | None = None, ignoring: int = 0
) -> Gathered:
    """The book of the whole organisation, or of the named customers only; `ignoring` is FactReader's."""
    organisation = await Organisation.objects().where(Organisation.id == organisation_id).first()
    if organisation is None:
        raise NotFound
    gathered = await gather_house(organisation, now)
    reader = FactReader(organisation_id, customers, now, ZoneInfo(gathered.settings.timezone), ignoring)
    variants = await _variants(organisation_id)
    facts = {
        "customers": await reader.customers(gathered.calendar),
        "schedules": await _schedules(organisation_id, variants),
        "thank_you_texts": await _thank_you_texts(organisation_id, variants),
    }
    return gathered._replace(book=msgspec.structs.replace(gathered.book, **facts))


async def gather_house(organisation: Organisation, now: datetime) -> Gathered:
    """The book without customers and schedules: what concerns everybody."""
    senders = await _senders(organisation.id)
    connection = await fetch("SELECT state, last_good_sync_at FROM xero_connection WHERE organisation = {}", organisation.id)
    book = Book(
        base_currency=organisation.currency,
        now=now,
        last_good_sync_at=connection[0]["last_good_sync_at"] if connection else None,
        customers=(),
        schedules={},
        default_schedule_id=organisation.default_schedule_id,
        connected=bool(connection) and connection[0]["state"] == "connected",
        restored=organisation.restored,
        paused=organisation.paused,
        paused_until=organisation.paused_until_on,
        paused_why=organisation.pause_reason,
        review_mode=organisation.review_mode,
        senders=frozenset(senders),
        last_receipt_on=await last_receipt(organisation),
    )
    return Gathered(organisation, book, calendar_of(organisation), settings_of(organisation), senders)


async def last_receipt(organisation: Organisation, by: date | None = None) -> date | None:
    """The day of the newest receipt in Xero (by a day); None where the organisation has no rule about it."""
    if organisation.receipt_patience_days is None:
        return None
    return await newest_receipt_of(organisation.id, by)


def settings_of(organisation: Organisation) -> ChasingSettings:
    return ChasingSettings(
        timezone=organisation.timezone,
        chase_weekdays=frozenset(msgspec.json.decode(organisation.chase_weekdays)),
        chase_time=_clock(organisation.chase_from_minute),
        until_time=_clock(organisation.chase_until_minute),
        minimum_gap_days=organisation.minimum_gap_days,
        respect_expected_dates=organisation.respects_expected_dates,
        wait_for_sent_mark=organisation.waits_for_sent_mark,
        receipt_patience_days=organisation.receipt_patience_days,
        approve_above=amount(organisation.approve_above) if organisation.approve_above is not None else None,
    )


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


async def _schedules(organisation_id: int, variants: dict[int, dict[str, int]]) -> dict[int, BookSchedule]:
    steps: dict[int, list[BookStep]] = defaultdict(list)
    for row in await fetch(
        "SELECT st.id, st.schedule, st.offset_days, st.template, st.sender_kind, st.recipient_kinds,"
        " st.attaches_invoices, st.attaches_statement, st.links_portal, st.needs_approval, st.minimum, st.stood,"
        " t.name, t.current_version"
        " FROM schedule_step st JOIN schedule s ON s.id = st.schedule JOIN email_template t ON t.id = st.template"
        " WHERE s.organisation = {}",
        organisation_id,
    ):
        steps[row["schedule"]].append(_step(row, variants.get(row["template"], {})))
    rows = await fetch("SELECT * FROM schedule WHERE organisation = {}", organisation_id)
    return {row["id"]: _schedule(row, tuple(steps[row["id"]])) for row in rows}


async def _variants(organisation_id: int) -> dict[int, dict[str, int]]:
    """The version of each template in each language that it has besides its own."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in await fetch(
        "SELECT v.template, v.language, MAX(v.number) AS version FROM email_template_version v"
        " JOIN email_template t ON t.id = v.template WHERE t.organisation = {} AND v.language <> ''"
        " GROUP BY v.template, v.language",
        organisation_id,
    ):
        found[row["template"]][row["language"]] = row["version"]
    return found


async def _thank_you_texts(organisation_id: int, variants: dict[int, dict[str, int]]) -> dict[str, int]:
    rows = await fetch(
        "SELECT id, current_version FROM email_template WHERE organisation = {} AND shipped_as = 'Thank you'", organisation_id
    )
    return {"": rows[0]["current_version"], **variants.get(rows[0]["id"], {})} if rows else {}


def _step(row: dict[str, Any], variants: dict[str, int]) -> BookStep:
    return BookStep(
        id=row["id"],
        offset=row["offset_days"],
        name=row["name"],
        template_id=row["template"],
        template_version=row["current_version"],
        sender=row["sender_kind"],
        recipient_kinds=tuple(msgspec.json.decode(row["recipient_kinds"])),
        attach_invoices=bool(row["attaches_invoices"]),
        attach_statement=bool(row["attaches_statement"]),
        link_portal=bool(row["links_portal"]),
        needs_approval=bool(row["needs_approval"]),
        minimum=amount(row["minimum"]),
        stood=places_in(row["stood"]),
        in_language=variants,
    )


def _schedule(row: dict[str, Any], steps: tuple[BookStep, ...]) -> BookSchedule:
    return BookSchedule(
        id=row["id"],
        name=row["name"],
        steps=steps,
        paused=bool(row["paused"]),
        minimum=amount(row["minimum"]),
        last_step_minimum=amount(row["last_step_minimum"]),
        entry_offset=row["entry_offset"],
        repeat_every_days=row["repeat_every_days"],
        repeat_limit=row["repeat_limit"],
    )


async def _senders(organisation_id: int) -> dict[Any, int]:
    rows = await fetch(
        "SELECT kind, id FROM sender WHERE organisation = {} AND is_active = TRUE AND stopped_at IS NULL ORDER BY id DESC",
        organisation_id,
    )
    return {row["kind"]: row["id"] for row in rows}
