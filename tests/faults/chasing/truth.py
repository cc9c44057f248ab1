"""What may be mailed and what must never be, told from the facts and from what the mail server took, not from the planner."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
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
    " WHERE ri.reminder = {} AND (ri.is_carried = TRUE OR ri.occurrence > 0) ORDER BY ri.invoice"
)
"""What an email asks for: not what it only lists as also overdue."""
WAITING_STATEMENTS = (
    "SELECT m.id, s.fingerprint FROM message m JOIN statement s ON s.message_id = m.id"
    " WHERE m.state = 'planned' AND m.needs_approval = TRUE"
)
OVERRIDES = {"not chasing": "not_chasing", "stopped": "customer_stopped", "replied": "replied"}
"""By what it is called here: the hold that a person may tick away."""


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


class Mail(NamedTuple):
    """One message that the mail server took; `asks` are the invoices that it asks for."""

    mime_id: str
    text: str
    row: dict[str, Any]
    asks: list[dict[str, Any]]

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    @property
    def counts_for_the_gap(self) -> bool:
        return self.kind == "chase_now" or (self.kind == "reminder" and any(line["step_offset"] >= 0 for line in self.asks))


class Ordered(NamedTuple):
    """A chase now: what was ticked away, and when."""

    despite: frozenset[str]
    at: datetime


UNASKED = Ordered(frozenset(), datetime.max.replace(tzinfo=UTC))


class PutOff(NamedTuple):
    customer: int
    from_on: date
    until_on: date


class Truth:
    """What the people did, by invoice or customer id, and what was seen so far."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.disputes: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
        self.promised: dict[int, date] = {}
        self.told: dict[int, date] = {}
        self.said_at: dict[tuple[str, int], datetime] = {}
        self.excluded: set[int] = set()
        self.barred: dict[str, set[int]] = defaultdict(set)
        self.paused: dict[int, date] = {}
        self.skipped: dict[int, date] = {}
        self.put_off: dict[int, PutOff] = {}
        self.sooner: set[tuple[int, int]] = set()
        self.ordered: dict[int, Ordered] = {}
        self.approved: dict[int, tuple[str, list[dict[str, Any]]]] = {}
        self.approved_statements: dict[int, str] = {}
        self.statements_gone: Counter[tuple[int, str]] = Counter()
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
            "SELECT m.id, m.kind, m.state, m.customer_id, m.needs_approval AS asks, r.id AS reminder, r.needs_approval,"
            " r.fingerprint FROM message m LEFT JOIN reminder r ON r.message = m.id WHERE m.mime_message_id = {}",
            str(parsed["Message-ID"]),
        )
        lines = await fetch(LINES, row["reminder"]) if row["reminder"] else []
        return Mail(str(parsed["Message-ID"]), plain.get_content() if plain else "", row, lines)

    async def _judge(self, mail: Mail) -> None:
        if mail.kind == "system":
            return
        customer, today = mail.row["customer_id"], self.world.today
        ordered = self.ordered.get(mail.row["id"], UNASKED)
        if mail.kind in ("reminder", "chase_now"):
            await self._may_be_chased(mail.kind, customer, ordered)
            for line in mail.asks:
                await self._may_be_asked_for(mail, line, ordered)
        if mail.kind == "statement":
            await self._may_have_a_statement(mail, customer)
        if mail.row["needs_approval"]:
            given = self.approved.get(mail.row["reminder"])
            assert given == (mail.row["fingerprint"], mail.asks), "not as it was approved"
        days = self.gone[customer]
        if "minimum_gap" not in ordered.despite:
            assert all(on != today for on, _ in days), "two emails on one day, and nobody asked for it"
        if mail.kind == "reminder" and mail.counts_for_the_gap:
            last = max((on for on, counts in days if counts), default=date.min)
            assert (today - last).days >= LEAST_GAP, f"reminded on {last} and {today}"
        days.append((today, mail.counts_for_the_gap))
        self.world.happened[f"{mail.kind}s taken"] += 1

    async def _may_be_chased(self, kind: str, customer: int, ordered: Ordered) -> None:
        """By the plan, or by hand: then in spite of what was ticked away."""
        for why, customers in self.barred.items():
            assert customer not in customers or OVERRIDES.get(why) in ordered.despite, f"{why}, and got a {kind}"
        today = self.world.today
        paused = self.paused.get(customer, date.min) > today
        assert not paused or "customer_paused" in ordered.despite, f"paused, and got a {kind}"
        if kind == "reminder":
            self._is_within_hours(kind)
            assert self.skipped.get(customer, date.min) <= today, "skipped, and was reminded"
            put_off = [each for each in self.put_off.values() if each.customer == customer]
            assert not any(each.from_on <= today < each.until_on for each in put_off), "put off, and was reminded"
        await self._is_connected(FRESH)

    def _is_within_hours(self, kind: str) -> None:
        clock = self.world.now.astimezone(self.world.zone)
        assert is_working_day(self.world.today) and 10 <= clock.hour < 18, f"a {kind} went at {clock}"

    async def _is_connected(self, fresh: timedelta) -> None:
        connection = (await fetch("SELECT state, last_good_sync_at FROM xero_connection"))[0]
        assert connection["state"] == "connected", "written to while disconnected"
        assert self.world.now - connection["last_good_sync_at"] <= fresh, "written to on old data"

    async def _may_have_a_statement(self, mail: Mail, customer: int) -> None:
        self._is_within_hours("statement")
        await self._is_connected(FRESH)
        for why in ("not chasing", "stopped", "insolvent"):
            assert customer not in self.barred[why], f"{why}, and got a statement"
        assert self.paused.get(customer, date.min) <= self.world.today, "paused, and got a statement"
        [row] = await fetch("SELECT month, fingerprint, closing FROM statement WHERE message_id = {}", mail.row["id"])
        self.statements_gone[customer, row["month"]] += 1
        assert self.statements_gone[customer, row["month"]] == 1, "two statements of one month"
        if mail.row["asks"]:
            assert self.approved_statements.get(mail.row["id"]) == row["fingerprint"], "not as it was approved"
        await self._adds_up(customer, json.loads(row["closing"]))

    async def _adds_up(self, customer: int, closing: dict[str, int]) -> None:
        """What the ledger says is owed, less what is unallocated, unless it changed in the last ten minutes."""
        [row] = await fetch("SELECT xero_id FROM customer WHERE id = {}", customer)
        owed: Counter[str] = Counter()
        books, of = self.world.rig.books, str(row["xero_id"])
        for name, field, sign in (("Invoices", "AmountDue", 1), ("CreditNotes", "RemainingCredit", -1)):
            for each in books(name):
                if each["Contact"]["ContactID"] == of and each["Status"] == "AUTHORISED":
                    owed[each.get("CurrencyCode", "GBP")] += sign * int(Decimal(str(each[field])) * 10_000)
        lately = [at for at in self.xero_changed.values() if self.world.now - at < FRESH]
        told = {currency: sum_ for currency, sum_ in closing.items() if sum_}
        assert lately or told == {currency: sum_ for currency, sum_ in owed.items() if sum_}, (closing, owed)

    async def _may_be_asked_for(self, mail: Mail, line: dict[str, Any], ordered: Ordered) -> None:
        today, number = self.world.today, line["invoice"]
        invoice = await Invoice.objects().get(Invoice.id == number)
        assert invoice is not None and invoice.due_on is not None
        self._is_free("excluded", number, number not in self.excluded, ordered)
        promised, told = self.promised.get(number), self.told.get(number)
        self._is_free("expected_date", number, not promised or today > after_working_days(promised, 1), ordered)
        self._is_free("told_paid", number, not told or today > after_working_days(told, 5), ordered)
        if line["is_carried"]:
            self.steps[number, invoice.due_on, line["step_offset"]] += 1
            assert self.steps[number, invoice.due_on, line["step_offset"]] == 1, f"{invoice.number}: a step went twice"
        if mail.kind == "reminder":
            self._is_time_for(invoice, line["step_offset"])
        asked = self._chaseable(invoice)
        if self.world.now - self.xero_changed.get(invoice.number, self.world.rig.clock.instant - FRESH) >= FRESH:
            assert amount(line["amount"]) == asked > 0, f"{invoice.number}: asked for {line['amount']}, not {asked}"
        assert invoice.number in mail.text and f"{amount(line['amount']):,.2f}" in mail.text, mail.text

    def _is_free(self, hold: str, number: int, is_free: bool, ordered: Ordered) -> None:
        """Or a person knew of it, and chased all the same."""
        known = (
            any(code.startswith(f"{hold}:{number}:") for code in ordered.despite)
            and self.said_at.get((hold, number), ordered.at) <= ordered.at
        )
        assert is_free or known, f"{hold}, and was asked for"

    def _is_time_for(self, invoice: Invoice, offset: int) -> None:
        """What says "overdue" goes to nobody who is not; nothing goes before its day, unless somebody asked for it."""
        today, due = self.world.today, invoice.due_on
        assert due is not None
        assert today < due if offset < 0 else today >= due + timedelta(days=min(offset, 1)), f"{offset} days from {due}"
        asked_for = (invoice.id, offset) in self.sooner
        assert offset < 0 or asked_for or today >= due + timedelta(days=offset), f"{offset} days from {due}, on {today}"

    def _chaseable(self, invoice: Invoice) -> Decimal:
        """As the ledger has it now, less what is in dispute."""
        [record] = [r for r in self.world.rig.books("Invoices") if r["InvoiceID"] == invoice.xero_id]
        owed = Decimal(record["AmountDue"]) if record["Status"] == "AUTHORISED" else Decimal(0)
        parts = self.disputes[invoice.id].values()
        return Decimal(0) if None in parts else max(owed - sum((part or Decimal(0) for part in parts), Decimal(0)), Decimal(0))

    async def _messages(self) -> None:
        """None vanishes, none takes a way it must not, and what is called sent has arrived once."""
        rows = await fetch("SELECT id, kind, state, mime_message_id, customer_id FROM message")
        now = {row["id"]: State(row["state"]) for row in rows}
        assert self.states.keys() <= now.keys(), "a message vanished"
        for number, before in self.states.items():
            assert before is now[number] or self._may_become(number, before, now[number]), (number, before, now[number])
        for row in rows:
            if row["state"] == State.SENT and row["id"] not in self.decided:
                assert self.taken[row["mime_message_id"]] == 1, "called sent, and never arrived"
        self.states = now
        asking = [row for row in rows if row["kind"] in ("reminder", "chase_now")]
        self.barred["unknown"] = {row["customer_id"] for row in asking if row["state"] == State.UNKNOWN}

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

    async def will_be_approved(self, reminder: int) -> None:
        [row] = await fetch("SELECT fingerprint FROM reminder WHERE id = {}", reminder)
        self.approved[reminder] = (row["fingerprint"], await fetch(LINES, reminder))

    async def statements_will_be_approved(self) -> None:
        self.approved_statements.update({row["id"]: row["fingerprint"] for row in await fetch(WAITING_STATEMENTS)})
