"""Reads for Home, from the read models and the queues."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.customers.tables import Customer
from app.database import fetch
from app.mail.tables import Sender
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.reports.home import Ageing, Done, Figures, Going, Waiting
from app.schedules.queries import calendar_of
from app.xero.tables import Connection
from components.format import as_day

_FIGURES = """
SELECT COALESCE(SUM(outstanding_base), 0) AS outstanding, COALESCE(SUM(overdue_base), 0) AS overdue,
       COALESCE(SUM(CASE WHEN open_count > 0 THEN 1 ELSE 0 END), 0) AS customers,
       COALESCE(SUM(CASE WHEN overdue_count > 0 THEN 1 ELSE 0 END), 0) AS overdue_customers
FROM customer_summary WHERE organisation_id = {}
"""

_AGEING = """
SELECT COALESCE(SUM(CASE WHEN due_on IS NULL OR due_on >= {} THEN outstanding_base ELSE 0 END), 0) AS band0,
       COALESCE(SUM(CASE WHEN due_on < {} AND due_on >= {} THEN outstanding_base ELSE 0 END), 0) AS band1,
       COALESCE(SUM(CASE WHEN due_on < {} AND due_on >= {} THEN outstanding_base ELSE 0 END), 0) AS band2,
       COALESCE(SUM(CASE WHEN due_on < {} AND due_on >= {} THEN outstanding_base ELSE 0 END), 0) AS band3,
       COALESCE(SUM(CASE WHEN due_on < {} THEN outstanding_base ELSE 0 END), 0) AS band4
FROM invoice WHERE organisation = {} AND is_open = TRUE
"""

_WAITING = """
SELECT (SELECT COUNT(*) FROM message WHERE organisation_id = {} AND state = 'planned' AND needs_approval = TRUE
          AND kind IN ('reminder', 'thank_you', 'statement', 'chase_now')) AS approvals,
       (SELECT COUNT(*) FROM message WHERE organisation_id = {} AND state = 'unknown') AS unknown_sends,
       (SELECT COUNT(*) FROM incoming WHERE organisation_id = {} AND kind = 'reply' AND decided_at IS NULL
          AND (snoozed_until_on IS NULL OR snoozed_until_on <= {})) AS replies,
       (SELECT COUNT(*) FROM incoming WHERE organisation_id = {} AND kind = 'reply' AND decided_at IS NULL
          AND (snoozed_until_on IS NULL OR snoozed_until_on <= {}) AND arrived_at < {}) AS late_replies,
       (SELECT COUNT(*) FROM dispute d JOIN invoice i ON i.id = d.invoice WHERE d.organisation = {}
          AND d.resolved_at IS NULL AND i.is_open = TRUE) AS disputes,
       (SELECT COUNT(*) FROM dispute d JOIN invoice i ON i.id = d.invoice WHERE d.organisation = {}
          AND d.resolved_at IS NULL AND d.outcome = '' AND i.is_open = TRUE AND d.answer_by_on < {}) AS late_disputes,
       (SELECT COUNT(*) FROM quarantined WHERE organisation = {} AND resolved_at IS NULL) AS put_aside,
       (SELECT COUNT(*) FROM promise WHERE organisation = {} AND state = 'broken' AND ended_at > {}) AS broken,
       (SELECT COUNT(DISTINCT customer_id) FROM outlook WHERE organisation_id = {} AND hold = 'bounced') AS bounced
"""

_PLANNED = """
SELECT planned_on AS on_day, COUNT(*) AS emails FROM message
WHERE organisation_id = {} AND state IN ('planned', 'approved') AND planned_on IS NOT NULL
GROUP BY planned_on ORDER BY planned_on LIMIT 5
"""

_EXPECTED = """
SELECT next_on AS on_day, COUNT(DISTINCT customer_id) AS emails FROM outlook
WHERE organisation_id = {} AND next_on >= {} GROUP BY next_on ORDER BY next_on LIMIT 5
"""


async def figures_of(organisation_id: int) -> Figures:
    row = (await fetch(_FIGURES, organisation_id))[0]
    counts = int(row["customers"]), int(row["overdue_customers"])
    return Figures(amount(row["outstanding"]), amount(row["overdue"]), *counts)


async def ageing_of(organisation_id: int, today: date) -> Ageing:
    """Overdue starts the day after the due date."""
    a, b, c = (today - timedelta(days=days) for days in (30, 60, 90))
    row = (await fetch(_AGEING, today, today, a, a, b, b, c, c, organisation_id))[0]
    return Ageing(tuple(amount(row[f"band{number}"]) for number in range(5)))


async def waiting_in(organisation: Organisation, today: date, now: datetime) -> Waiting:
    here, long_ago = organisation.id, _midnight_after(calendar_of(organisation).working_days_ago(today, 2), organisation)
    values = here, here, here, today, here, today, long_ago, here, here, today, here, here, now - timedelta(days=7), here
    row = (await fetch(_WAITING, *values))[0]
    return Waiting(
        approvals=row["approvals"],
        replies=row["replies"],
        late_replies=row["late_replies"],
        disputes=row["disputes"],
        late_disputes=row["late_disputes"],
        unknown=row["unknown_sends"],
        broken_promises=row["broken"],
        put_aside=row["put_aside"],
        bounced=row["bounced"],
    )


def _midnight_after(day: date, organisation: Organisation) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(organisation.timezone)).astimezone(UTC)


async def going_next(organisation_id: int, today: date) -> tuple[Going, ...]:
    """What is planned; before anything is, what the outlook of the invoices expects."""
    planned = await fetch(_PLANNED, organisation_id)
    rows = planned or await fetch(_EXPECTED, organisation_id, today)
    emails: Counter[date] = Counter()
    for row in rows:
        emails[max(as_day(row["on_day"]) or today, today)] += row["emails"]  # what is late goes today
    return tuple(Going(on, count, bool(planned)) for on, count in emails.items())


async def done_by(member: SignedIn) -> Done:
    organisation = await organisation_of(member)
    connection = await Connection.objects().get(Connection.organisation == member.organisation_id)
    senders = await Sender.objects().where(Sender.organisation == member.organisation_id)
    mine = Message.organisation_id == member.organisation_id
    has_approved = bool(await Message.exists().where(mine, Message.approved_at.is_not_null()))
    return Done(
        connected=connection is not None and connection.state == "connected",
        synced=connection is not None and connection.last_good_sync_at is not None,
        chosen=await Customer.exists().where(Customer.organisation == member.organisation_id, Customer.chasing.eq(True)),
        mailbox=bool(senders),
        signed=any(sender.signature_html for sender in senders),
        proved=any(sender.proved_at for sender in senders),
        registered=bool(organisation.legal_name and organisation.registered_office),
        logo=bool(organisation.logo),
        read=has_approved or await _has_edited(member.organisation_id),
        approved=has_approved,
    )


async def _has_edited(organisation_id: int) -> bool:
    """Whoever changed the words of a template has read them; so has whoever approved an email."""
    rows = await fetch(
        "SELECT id FROM email_template WHERE organisation = {} AND (current_version > 1 OR shipped_as = '') LIMIT 1",
        organisation_id,
    )
    return bool(rows)
