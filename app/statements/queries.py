"""Reads for statements: who gets one, and what went."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.customers.tables import Recipient
from app.database import fetch
from app.money import amount
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.outbox.states import FREED, State
from app.outbox.tables import Message, StoredFile
from app.problems import NotFound
from app.statements.eligibility import Candidate
from app.statements.overview import A_PAGE, EVERYTHING, Find, Part, page_of
from app.statements.tables import Statement, StatementSettings
from components.format import as_day


class PastStatement(Struct, frozen=True):
    """A line of the history; `state` is the message's."""

    id: int
    customer: str
    customer_id: int
    month: str
    as_of_on: date
    message_id: int | None
    state: str
    needs_approval: bool
    again_id: int | None = None

    @property
    def has_gone(self) -> bool:
        return self.state == State.SENT

    @property
    def waits(self) -> bool:
        """For a person: nothing but an approval lets it go."""
        return self.state == State.PLANNED and self.needs_approval


def today_of(organisation: Organisation, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation.timezone)).date()


async def settings_of(organisation_id: int) -> StatementSettings:
    """As stored, else as shipped: off, on the first, chasing customers only."""
    row = await StatementSettings.objects().where(StatementSettings.organisation == organisation_id).first()
    return row or StatementSettings(organisation=organisation_id)


async def addresses_of(customer_id: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To and copies: the statement recipients alone where there are any, else the normal ones with their copies."""
    rows = await Recipient.objects().where(
        Recipient.customer == customer_id, Recipient.bounced_at.is_null(), Recipient.kind != "none"
    )
    of = {kind: tuple(sorted(row.email for row in rows if row.kind == kind)) for kind in ("statements", "normal", "copy")}
    return (of["statements"], ()) if of["statements"] else (of["normal"], of["copy"])


_CANDIDATES = """
SELECT c.id, c.name, c.chasing, c.stop, c.stop_until_on, c.paused_until_on, c.wants_statements,
  (SELECT COUNT(*) FROM recipient r WHERE r.customer = c.id AND r.kind IN ('statements', 'normal')
    AND r.bounced_at IS NULL) AS usable_addresses,
  (SELECT COUNT(*) FROM statement st JOIN message m ON m.id = st.message_id WHERE st.customer = c.id
    AND st.month = {} AND m.state NOT IN ('failed', 'cancelled')) AS made,
  (SELECT SUM(i.outstanding_base) FROM invoice i WHERE i.customer = c.id AND i.is_open = TRUE) AS owed
FROM customer c LEFT JOIN customer_summary s ON s.customer = c.id
WHERE c.organisation = {} AND EXISTS (SELECT 1 FROM invoice i WHERE i.customer = c.id AND i.is_open = TRUE)
ORDER BY COALESCE(s.overdue_base, 0) DESC, c.name
"""


async def candidates(organisation_id: int, month: str) -> tuple[Candidate, ...]:
    """Every customer with open invoices, the largest overdue first."""
    rows = await fetch(_CANDIDATES, month, organisation_id)
    return tuple(
        Candidate(
            id=row["id"],
            name=row["name"],
            chasing=bool(row["chasing"]),
            stop=row["stop"] or "",
            stop_until_on=as_day(row["stop_until_on"]),
            paused_until_on=as_day(row["paused_until_on"]),
            wants_statements=bool(row["wants_statements"]),
            usable_addresses=int(row["usable_addresses"]),
            has_it_already=bool(row["made"]),
            owed=amount(row["owed"]),
        )
        for row in rows
    )


async def living_statement(customer_id: int, month: str) -> Statement | None:
    """The statement of that month, unless its message failed or was cancelled."""
    row = await Statement.objects().where(Statement.customer == customer_id, Statement.month == month).first()
    if row is None or row.message_id is None:
        return None
    message = await Message.select(Message.state).where(Message.id == row.message_id).first()
    return row if message and message["state"] not in FREED else None


async def statement_of_message(message_id: int) -> Statement | None:
    """The statement that went, or goes again, with it."""
    its = (Statement.message_id == message_id) | (Statement.again_message_id == message_id)
    return await Statement.objects().where(its).first()


async def history(member: SignedIn, find: Find = EVERYTHING) -> Part[PastStatement]:
    """A page of those that `find` means, the latest first."""
    rows = await fetch(
        "SELECT st.id, c.name, st.customer, st.month, st.as_of_on, st.message_id, m.state, m.needs_approval,"
        " st.again_message_id FROM statement st"
        " JOIN customer c ON c.id = st.customer LEFT JOIN message m ON m.id = st.message_id"
        " WHERE st.organisation = {} AND ({} = '' OR st.month = {}) AND ({} = '' OR LOWER(c.name) LIKE {} ESCAPE '!')"
        " ORDER BY st.as_of_on DESC, c.name, st.id LIMIT {} OFFSET {}",
        member.organisation_id,
        find.month,
        find.month,
        find.name,
        find.pattern,
        A_PAGE + 1,
        (find.older - 1) * A_PAGE,
    )
    found = tuple(
        PastStatement(
            r["id"], r["name"], r["customer"], r["month"], as_day(r["as_of_on"]) or date.min, r["message_id"],
            r["state"] or "", bool(r["needs_approval"]), r["again_message_id"],
        )
        for r in rows
    )  # fmt: skip
    return page_of(found, find.older)


async def statement_for(member: SignedIn, statement_id: int) -> Statement:
    mine = (Statement.id == statement_id) & (Statement.organisation == member.organisation_id)
    row = await Statement.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def waiting_of(member: SignedIn) -> tuple[int, int]:
    """How many statements wait for a person, and the last of their messages."""
    rows = await fetch(
        "SELECT COUNT(*) AS many, MAX(id) AS last FROM message WHERE organisation_id = {} AND kind = 'statement'"
        " AND state = 'planned' AND needs_approval = TRUE",
        member.organisation_id,
    )
    return int(rows[0]["many"]), int(rows[0]["last"] or 0)


async def goes_again(message_id: int) -> bool:
    """Whether a person sends a statement once more with it."""
    return bool(await Statement.exists().where(Statement.again_message_id == message_id))


async def months_of(member: SignedIn) -> tuple[tuple[str, int], ...]:
    """The months of which there are statements, the latest first, and how many of each."""
    rows = await fetch(
        "SELECT month, COUNT(*) AS many FROM statement WHERE organisation = {} GROUP BY month ORDER BY month DESC",
        member.organisation_id,
    )
    return tuple((row["month"], int(row["many"])) for row in rows)


async def files_of(member: SignedIn, month: str) -> AsyncIterator[tuple[str, bytes]]:
    """Name and content of each statement of a month, read one by one."""
    rows = await fetch(
        "SELECT st.file_hash, st.as_of_on, c.name FROM statement st JOIN customer c ON c.id = st.customer"
        " WHERE st.organisation = {} AND st.month = {} ORDER BY c.name, st.id",
        member.organisation_id,
        month,
    )
    for row in rows:
        file = await StoredFile.select(StoredFile.content).where(StoredFile.hash == row["file_hash"]).first()
        if file is not None:
            yield f"{row['name']} {as_day(row['as_of_on'])}.pdf", bytes(file["content"])


async def file_for(member: SignedIn, statement_id: int) -> bytes:
    """The very PDF that was sent."""
    row = await statement_for(member, statement_id)
    file = await StoredFile.objects().where(StoredFile.hash == row.file_hash).first()
    if file is None:
        raise NotFound
    return bytes(file.content)
