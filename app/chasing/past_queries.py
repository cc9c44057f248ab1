"""What really happened to the emails of a past day."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.chasing.hindsight import Ended, Went
from app.chasing.mail_fact_queries import DONE
from app.chasing.tables import Run
from app.database import fetch
from app.organisations.membership import SignedIn


class OtherMail(Struct, frozen=True):
    """A statement or thank-you that went on the day: shown, not compared."""

    message_id: int
    customer_id: int
    customer: str
    kind: str
    subject: str


async def went_on(member: SignedIn, day: date, customers: Collection[int] | None) -> tuple[Went, ...]:
    """Reminders of the day, those written by hand among them."""
    rows = await fetch(
        "SELECT m.id, r.customer, c.name, r.template_name, r.step_number, r.kind, m.claimed_at, ri.invoice, i.number"  # noqa: S608
        " FROM message m JOIN reminder r ON r.message = m.id JOIN customer c ON c.id = r.customer"
        " JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.occurrence > 0 JOIN invoice i ON i.id = ri.invoice"
        f" WHERE m.organisation_id = {{}} AND m.state IN {DONE} AND r.kind <> 'thank_you'"
        f" AND m.claimed_at >= {{}} AND m.claimed_at < {{}} {_among('r.customer', customers)}"
        " ORDER BY m.id, i.due_on, i.number",
        member.organisation_id, *bounds(member, day),
    )  # fmt: skip
    invoices: dict[int, dict[int, str]] = defaultdict(dict)
    for row in rows:
        invoices[row["id"]][row["invoice"]] = row["number"]
    return tuple(
        Went(
            message_id=row["id"],
            customer_id=row["customer"],
            customer=row["name"],
            template=row["template_name"],
            step_number=row["step_number"],
            by_hand=row["kind"] == "chase_now",
            at=row["claimed_at"].astimezone(ZoneInfo(member.timezone)),
            invoices=invoices[row["id"]],
        )
        for row in {row["id"]: row for row in rows}.values()
    )


async def ended_on(member: SignedIn, day: date, customers: Collection[int] | None) -> tuple[Ended, ...]:
    """Reminders planned for the day that failed, were cancelled or still wait; the last of each customer tells."""
    rows = await fetch(
        "SELECT m.customer_id, m.state, m.state_reason, m.needs_approval FROM message m"  # noqa: S608
        " WHERE m.organisation_id = {} AND m.kind = 'reminder' AND m.planned_on = {}"
        f" AND m.state IN ('failed', 'cancelled', 'planned', 'approved') {_among('m.customer_id', customers)} ORDER BY m.id",
        member.organisation_id, day,
    )  # fmt: skip
    return tuple(Ended(row["customer_id"], _because(row["state"], row["state_reason"])) for row in rows)


def _because(state: str, reason: str) -> str:
    what = {"failed": "It was refused", "cancelled": "It was cancelled"}.get(state, "It was planned, and has not gone yet")
    return f"{what}: {reason[:1].lower()}{reason[1:]}" if reason else f"{what}."


async def other_mail_on(member: SignedIn, day: date, customers: Collection[int] | None) -> tuple[OtherMail, ...]:
    rows = await fetch(
        "SELECT m.id, m.customer_id, c.name, m.kind, m.subject FROM message m JOIN customer c ON c.id = m.customer_id"  # noqa: S608
        f" WHERE m.organisation_id = {{}} AND m.state IN {DONE} AND m.kind IN ('statement', 'thank_you')"
        f" AND m.claimed_at >= {{}} AND m.claimed_at < {{}} {_among('m.customer_id', customers)} ORDER BY c.name LIMIT 500",
        member.organisation_id, *bounds(member, day),
    )  # fmt: skip
    return tuple(OtherMail(row["id"], row["customer_id"], row["name"], row["kind"], row["subject"]) for row in rows)


async def was_planned_on(organisation_id: int, day: date) -> bool:
    mine = (Run.organisation == organisation_id) & (Run.day == day) & Run.finished_at.is_not_null()
    return bool(await Run.exists().where(mine))


async def customers_named(member: SignedIn, name: str, most: int) -> list[int]:
    """Whose names hold the text; a name given in full is that customer alone."""
    text = name.lower().replace("%", "").replace("_", " ")
    rows = await fetch(
        "SELECT id, name FROM customer WHERE organisation = {} AND LOWER(name) LIKE {} ORDER BY name LIMIT {}",
        member.organisation_id, f"%{text}%", most,
    )  # fmt: skip
    exact = [row["id"] for row in rows if row["name"].lower() == name.lower()]
    return exact or [row["id"] for row in rows]


async def how_many_owed(organisation_id: int) -> int:
    rows = await fetch(
        "SELECT COUNT(*) AS customers FROM customer_summary WHERE organisation_id = {} AND open_count > 0", organisation_id
    )
    return int(rows[0]["customers"])


def bounds(member: SignedIn, day: date) -> tuple[datetime, datetime]:
    """The day of the organisation, as instants."""
    zone = ZoneInfo(member.timezone)
    return datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone)


def _among(column: str, customers: Collection[int] | None) -> str:
    return "" if customers is None else f"AND {column} IN ({', '.join(str(int(number)) for number in customers) or '0'})"
