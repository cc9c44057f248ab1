"""What may be mailed and what must never be, told from the facts and from what the mail server took, not from the planner."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple

import holidays

from app.database import fetch
from app.invoices.tables import Invoice
from app.money import amount
from app.outbox.states import LEGAL, State
from tests.faults.chasing.world import World
from tests.faults.xero.histories import assert_sums_of_customers

HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2032))
LEAST_GAP = 4
FRESH = timedelta(minutes=10)
BY_A_PERSON = {(State.UNKNOWN, State.SENT), (State.UNKNOWN, State.APPROVED), (State.FAILED, State.APPROVED)}
LINES = (
    "SELECT ri.invoice, ri.is_carried, ri.step_offset, ri.occurrence, ri.amount, ri.currency FROM reminder_invoice ri"
    " WHERE ri.reminder = {} ORDER BY ri.invoice"
)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


class Mail(NamedTuple):
    """One message that the mail server took."""

    mime_id: str
    text: str
    row: dict[str, Any]
    lines: list[dict[str, Any]]

    @property
    def carried(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["is_carried"]]

    @property
    def counts_for_the_gap(self) -> bool:
        return self.row["kind"] == "reminder" and any(line["step_offset"] >= 0 for line in self.carried)


class Truth:
    """What the people did, by invoice or customer id, and what was seen so far."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.disputes: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
        self.promised: dict[int, date] = {}
        self.told: dict[int, date] = {}
        self.excluded: set[int] = set()
        self.barred: dict[str, set[int]] = {"not chasing": set(), "stopped": set(), "replied": set(), "unknown": set()}
        self.free_on: dict[int, date] = {}
        self.approved: dict[int, tuple[str, list[dict[str, Any]]]] = {}
        self.xero_changed: dict[str, datetime] = {}
        self.gone: dict[int, list[tuple[date, bool]]] = defaultdict(list)
        self.steps: Counter[tuple[int, date, int]] = Counter()
        self.states: dict[int, State] = {}
        self.decided: set[int] = set()
        self.taken: Counter[str] = Counter()

    async def audit(self) -> None:
        """After every step."""
        for raw in self.world.server.taken[self.taken.total() :]:
            mail = await self._read(raw)
            self.taken[mail.mime_id] += 1
            assert self.taken[mail.mime_id] == 1, "a message went twice"
            await self._judge(mail)
        await self._messages()
        await assert_sums_of_customers()
        await self._outlooks()

    async def _read(self, raw: bytes) -> Mail:
        parsed = message_from_bytes(raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        plain = parsed.get_body(("plain",))
        [row] = await fetch(
            "SELECT m.id, m.kind, m.state, m.customer_id, m.claimed_at, m.approved_at, r.id AS reminder, r.needs_approval,"
            " r.fingerprint FROM message m LEFT JOIN reminder r ON r.message = m.id WHERE m.mime_message_id = {}",
            str(parsed["Message-ID"]),
        )
        lines = await fetch(LINES, row["reminder"]) if row["reminder"] else []
        return Mail(str(parsed["Message-ID"]), plain.get_content() if plain else "", row, lines)

    async def _judge(self, mail: Mail) -> None:
        if mail.row["kind"] == "system":
            return
        world, customer = self.world, mail.row["customer_id"]
        clock = world.now.astimezone(world.zone)
        if mail.row["kind"] == "reminder":
            assert is_working_day(world.today) and 10 <= clock.hour < 18, f"a reminder went at {clock}"
            await self._may_be_reminded(customer)
            for line in mail.carried:
                await self._may_be_asked_for(mail, line)
        if mail.row["needs_approval"]:
            asked = [line for line in mail.lines if line["is_carried"]]
            assert self.approved.get(mail.row["reminder"]) == (mail.row["fingerprint"], asked), "not as it was approved"
        days = self.gone[customer]
        assert all(on != world.today for on, _ in days), "two emails on one day"
        if mail.counts_for_the_gap:
            last = max((on for on, counts in days if counts), default=date.min)
            assert (world.today - last).days >= LEAST_GAP, f"reminded on {last} and {world.today}"
        days.append((world.today, mail.counts_for_the_gap))

    async def _may_be_reminded(self, customer: int) -> None:
        for why, customers in self.barred.items():
            assert customer not in customers, f"{why}, and was reminded"
        assert self.free_on.get(customer, date.min) <= self.world.today, "paused or skipped, and was reminded"
        connection = (await fetch("SELECT state, last_good_sync_at FROM xero_connection"))[0]
        assert connection["state"] == "connected", "reminded while disconnected"
        assert self.world.now - connection["last_good_sync_at"] <= FRESH, "reminded on old data"

    async def _may_be_asked_for(self, mail: Mail, line: dict[str, Any]) -> None:
        today, number = self.world.today, line["invoice"]
        invoice = await Invoice.objects().get(Invoice.id == number)
        assert invoice is not None and invoice.due_on is not None
        assert number not in self.excluded, "excluded"
        assert number not in self.promised or today > after_working_days(self.promised[number], 1), "promised"
        assert number not in self.told or today > after_working_days(self.told[number], 5), "told paid"
        self.steps[number, invoice.due_on, line["step_offset"]] += 1
        assert self.steps[number, invoice.due_on, line["step_offset"]] == 1, f"{invoice.number}: a step went twice"
        asked = self._chaseable(invoice)
        if self.world.now - self.xero_changed.get(invoice.number, self.world.rig.clock.instant - FRESH) >= FRESH:
            assert amount(line["amount"]) == asked > 0, f"{invoice.number}: asked for {line['amount']}, not {asked}"
        assert invoice.number in mail.text and f"{amount(line['amount']):,.2f}" in mail.text, mail.text

    def _chaseable(self, invoice: Invoice) -> Decimal:
        """As the ledger has it now, less what is in dispute."""
        [record] = [r for r in self.world.rig.books("Invoices") if r["InvoiceID"] == invoice.xero_id]
        owed = Decimal(record["AmountDue"]) if record["Status"] == "AUTHORISED" else Decimal(0)
        parts = self.disputes[invoice.id].values()
        return Decimal(0) if None in parts else max(owed - sum((part or Decimal(0) for part in parts), Decimal(0)), Decimal(0))

    async def _messages(self) -> None:
        """None vanishes, none takes a way it must not, and what is called sent has arrived once."""
        rows = await fetch("SELECT id, state, mime_message_id, customer_id FROM message")
        now = {row["id"]: State(row["state"]) for row in rows}
        assert self.states.keys() <= now.keys(), "a message vanished"
        for number, before in self.states.items():
            assert before is now[number] or self._may_become(number, before, now[number]), (number, before, now[number])
        for row in rows:
            if row["state"] == State.SENT and row["id"] not in self.decided:
                assert self.taken[row["mime_message_id"]] == 1, "called sent, and never arrived"
        self.states = now
        self.barred["unknown"] = {row["customer_id"] for row in rows if row["state"] == State.UNKNOWN}

    def _may_become(self, number: int, before: State, after: State) -> bool:
        """By however many legal moves in one step, of which a person makes only those that were asked for."""
        reached, ways = set[State](), [before]
        while ways:
            at = ways.pop()
            following = {to for to in LEGAL[at] if (at, to) not in BY_A_PERSON or number in self.decided}
            ways += following - reached
            reached |= following
        return after in reached

    async def _outlooks(self) -> None:
        """Every open invoice once, of whoever does not wait to be planned."""
        settled = "SELECT id FROM customer WHERE reconsider_at IS NULL"
        wanted = await fetch(f"SELECT id FROM invoice WHERE is_open = TRUE AND customer IN ({settled}) ORDER BY id")
        found = await fetch(f"SELECT invoice AS id FROM outlook WHERE customer_id IN ({settled}) ORDER BY invoice")
        assert [row["id"] for row in found] == [row["id"] for row in wanted]

    async def due_is_accounted_for(self) -> None:
        """At the end of a history, when nothing is left to be chased."""
        states = Counter(self.states.values())
        done = sum(states[s] for s in (State.SENT, State.FAILED, State.CANCELLED, State.UNKNOWN))
        assert done == len(self.states), states

    async def will_be_approved(self, reminder: int, fingerprint: str) -> None:
        lines = [line for line in await fetch(LINES, reminder) if line["is_carried"]]
        self.approved[reminder] = (fingerprint, lines)
