"""The coming weeks as they were foreseen when each customer was last planned."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from app.chasing.mail_fact_queries import DONE
from app.chasing.tables import Arrangement, UpcomingPass
from app.chasing.weeks import DaySum
from app.database import fetch
from app.money import amount
from app.organisations.membership import SignedIn
from app.problems import NotFound


class Narrowed(Struct, frozen=True):
    """To customers whose name holds a text, to one schedule, to the steps with one template."""

    customer: str = ""
    schedule: int = 0
    step: str = ""

    @property
    def query(self) -> str:
        """As it continues an address that has a query; empty when nothing is narrowed."""
        given = {"customer": self.customer, "schedule": self.schedule, "step": self.step}
        return "".join(f"&{urlencode({name: value})}" for name, value in given.items() if value)


class Foreseen(Struct, frozen=True, kw_only=True):
    """An email that a customer is foreseen to get on a day; `numbers` are those of the invoices it carries."""

    customer_id: int
    customer: str
    kind: str
    template: str
    step_number: int
    sender: str
    needs_approval: bool
    amount: Decimal
    numbers: tuple[str, ...]
    listed: int
    reason: str


class Pass(Struct, frozen=True):
    """How far the weeks ahead have been worked out since the last run; `done` of `of` customers."""

    done: int
    of: int
    started_at: datetime
    finished_at: datetime | None


async def pass_of(organisation_id: int) -> Pass | None:
    """None before the first run."""
    row = await UpcomingPass.select().where(UpcomingPass.organisation_id == organisation_id).first()
    return Pass(row["done"], row["of"], row["started_at"], row["finished_at"]) if row else None


async def sums_by_day(organisation_id: int, start: date, only: Narrowed) -> tuple[DaySum, ...]:
    rows = await fetch(
        f"SELECT u.goes_on, COUNT(*) AS emails, SUM(u.amount) AS total {_from(only)}"
        " GROUP BY u.goes_on ORDER BY u.goes_on",
        organisation_id, start, *_values(only),
    )  # fmt: skip
    return tuple(DaySum(row["goes_on"], row["emails"], amount(row["total"])) for row in rows)


async def customers_written_to(organisation_id: int, start: date, only: Narrowed) -> int:
    rows = await fetch(
        f"SELECT COUNT(DISTINCT u.customer_id) AS customers {_from(only)}",
        organisation_id, start, *_values(only),
    )  # fmt: skip
    return int(rows[0]["customers"])


async def pile_on(organisation_id: int, on: date, only: Narrowed) -> list[int]:
    """The customers written to on that day, the largest sums first: the order in which one leafs."""
    rows = await fetch(
        f"SELECT u.customer_id {_from(only)} AND u.goes_on = {{}} {_ORDER}",
        organisation_id, on, *_values(only), on,
    )  # fmt: skip
    return [row["customer_id"] for row in rows]


async def emails_on(organisation_id: int, on: date, customers: Sequence[int]) -> tuple[Foreseen, ...]:
    """What these customers get on that day, the largest sums first."""
    ids = ", ".join(str(int(number)) for number in customers) or "0"
    rows = await fetch(
        "SELECT u.*, c.name FROM upcoming_email u JOIN customer c ON c.id = u.customer_id"  # noqa: S608
        f" WHERE u.organisation_id = {{}} AND u.goes_on = {{}} AND u.customer_id IN ({ids}) {_ORDER}",
        organisation_id, on,
    )  # fmt: skip
    return tuple(_foreseen(row) for row in rows)


async def names_of_steps(organisation_id: int) -> list[str]:
    """The templates of the schedules' steps, each once, in the order of the ladder."""
    rows = await fetch(
        "SELECT t.name, MIN(st.offset_days) AS first FROM schedule_step st JOIN schedule s ON s.id = st.schedule"
        " JOIN email_template t ON t.id = st.template WHERE s.organisation = {} GROUP BY t.name ORDER BY first, t.name",
        organisation_id,
    )
    return [row["name"] for row in rows]


async def arrangements_of(organisation_id: int, today: date) -> list[dict[str, Any]]:
    """What still holds and can be taken back, the latest first."""
    rows = await fetch(
        "SELECT a.id, a.customer, c.name, a.kind, a.steps, a.said, a.made_by, a.made_at FROM arrangement a"
        " JOIN customer c ON c.id = a.customer WHERE a.organisation = {} AND a.ended_at IS NULL"
        " AND (a.kind = 'left_out' OR (a.kind = 'put_off' AND a.until_on > {}) OR (a.kind = 'sooner' AND a.from_on >= {}))"
        " ORDER BY a.id DESC LIMIT 200",
        organisation_id, today, today,
    )  # fmt: skip
    kinds = {row["kind"] for row in rows}
    excluded = await _excluded(organisation_id) if "left_out" in kinds else frozenset()
    gone = await _gone_since(organisation_id, today) if "sooner" in kinds else frozenset()
    return [row for row in rows if _still_holds(row, excluded, gone)]


def _still_holds(row: dict[str, Any], excluded: frozenset[int], gone: frozenset[tuple[int, int]]) -> bool:
    steps = frozenset((number, offset) for number, offset in msgspec.json.decode(row["steps"]))
    if row["kind"] == "left_out":
        return bool(excluded & {number for number, _ in steps})
    return row["kind"] != "sooner" or not steps <= gone


async def _gone_since(organisation_id: int, day: date) -> frozenset[tuple[int, int]]:
    """The steps of invoices that went with emails planned for that day or later."""
    rows = await fetch(
        "SELECT ri.invoice, ri.step_offset FROM reminder r JOIN message m ON m.id = r.message"  # noqa: S608
        " JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.is_carried = TRUE"
        f" WHERE r.organisation = {{}} AND m.planned_on >= {{}} AND m.state IN {DONE}",
        organisation_id, day,
    )  # fmt: skip
    return frozenset((row["invoice"], row["step_offset"]) for row in rows)


async def _excluded(organisation_id: int) -> frozenset[int]:
    rows = await fetch("SELECT id FROM invoice WHERE organisation = {} AND is_open = TRUE AND excluded = TRUE", organisation_id)
    return frozenset(row["id"] for row in rows)


async def arrangement_for(member: SignedIn, arrangement_id: int) -> Arrangement:
    mine = (Arrangement.id == arrangement_id) & (Arrangement.organisation == member.organisation_id)
    row = await Arrangement.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


_ORDER = "ORDER BY u.amount DESC, u.customer_id"


def _from(only: Narrowed) -> str:
    """Joins the customers only where their names are asked for: there may be tens of thousands."""
    customers = " JOIN customer c ON c.id = u.customer_id" if only.customer else ""
    return f"FROM upcoming_email u{customers} WHERE u.organisation_id = {{}} {_where(only)}"


def _where(only: Narrowed) -> str:
    conditions = ["AND u.goes_on >= {}"]
    if only.customer:
        conditions.append("AND LOWER(c.name) LIKE {}")
    if only.schedule:
        conditions.append("AND u.schedule_id = {}")
    if only.step:
        conditions.append("AND u.template_name = {}")
    return " ".join(conditions)


def _values(only: Narrowed) -> list[object]:
    text = only.customer.lower().replace("%", "").replace("_", " ")
    return [*([f"%{text}%"] if only.customer else []), *(value for value in (only.schedule, only.step) if value)]


def _foreseen(row: dict[str, Any]) -> Foreseen:
    return Foreseen(
        customer_id=row["customer_id"],
        customer=row["name"],
        kind=row["kind"],
        template=row["template_name"],
        step_number=row["step_number"],
        sender=row["sender_kind"],
        needs_approval=bool(row["needs_approval"]),
        amount=amount(row["amount"]),
        numbers=tuple(msgspec.json.decode(row["numbers"])),
        listed=row["listed_count"],
        reason=row["reason"],
    )
