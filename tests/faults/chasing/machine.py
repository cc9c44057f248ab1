"""A history of the whole product as a state machine: how it begins, what must hold after each step, how it ends."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from app.database import fetch
from app.invoices.tables import Invoice
from app.mail import decision_actions as decisions
from app.outbox.tables import Message
from app.promises import actions as promises
from app.promises.words import Said
from app.statements.approval_actions import approve_waiting
from tests.faults.chasing.truth import Truth
from tests.faults.chasing.world import World
from tests.faults.mail.counting_server import CountingServer


class Machine(RuleBasedStateMachine):
    """Its loop, mail server and database are handed in by the test."""

    loop: asyncio.AbstractEventLoop
    server: CountingServer
    make_database: Callable[[], None]
    current: "Machine"
    happened: Counter[str] = Counter()
    """Over all histories: steps, what became of messages."""

    def __init__(self) -> None:
        super().__init__()
        Machine.current = self
        self.server.forget()
        self.world = World(self.server, type(self).make_database)
        self.truth = Truth(self.world)
        self.turns, self.xero_is_ill_for, self.is_broken = 0, 0, False
        self.await_(self.world.begin())

    def await_(self, doing: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self.loop.run_until_complete(doing)
        except BaseException:
            self.is_broken = True
            raise

    def later(self) -> None:
        """A minute, and every third time the next morning, or histories would be lived on one day."""
        self.turns += 1
        self.world.rig.clock.forward(minutes=1)
        if self.turns % 3 == 0:
            self.await_(self.morning(1))

    async def morning(self, days: int) -> None:
        """So many days later Xero is read and all is done that is due; what ailed Xero does not ail it for ever."""
        self.world.to_morning(days)
        self.xero_is_ill_for -= 1
        if self.xero_is_ill_for == 0:
            await self.world.reconnect()
        await self.world.rig.sync(self.world.firm.id, "daily")
        await self.world.minute()
        await self.truth.audit()

    async def until_something_leaves(self) -> None:
        """The first morning of the next ten on which a worker has something to do, which it has not begun."""
        for _ in range(10):
            self.world.to_morning(1)
            await self.world.rig.sync(self.world.firm.id, "daily")
            await self.world.plan()
            await self.world.state()
            await self.world.sweep()
            if self.world.queue:
                return

    def one_open(self, pick: int) -> Invoice | None:
        rows = self.await_(self.world.open_invoices())
        return rows[pick % len(rows)] if rows else None

    def one_customer(self, pick: int) -> int:
        rows = self.await_(fetch("SELECT id FROM customer ORDER BY id"))
        return int(rows[pick % len(rows)]["id"])

    @property
    def member(self) -> Any:
        return self.world.firm.anna

    @invariant()
    def no_promise_is_broken(self) -> None:
        self.happened["steps"] += 1
        self.await_(self.truth.audit())

    def teardown(self) -> None:
        try:
            if not self.is_broken:
                self.await_(self._to_the_end())
        finally:
            self.await_(self.world.end())

    async def _to_the_end(self) -> None:
        """Everything is paid and comes to rest."""
        self.server.at_rcpt, self.server.drop_after_data = lambda _: None, False
        self.world.rig.clock.forward(minutes=1)
        await self.world.reconnect()
        await self.decide_all()
        await self.world.rig.sync(self.world.firm.id)
        for invoice in await self.world.open_invoices():
            await self.world.rig.http.post("/control/payments", json={"invoice": invoice.number, "amount": "all"})
        self.world.rig.clock.forward(minutes=11)
        for days in (1, 10, 10):
            await self.morning(days)
            await self.truth.statements_will_be_approved()
            await approve_waiting(self.member, 2**31 - 1, self.world.now)
        await self.morning(1)
        await self.truth.due_is_accounted_for()
        self.happened.update(state.value for state in self.truth.states.values())
        self.happened["histories"] += 1
        self.happened["mails taken"] += self.truth.taken.total()
        self.happened.update(self.world.happened)

    async def decide_all(self) -> None:
        """Having looked whether it arrived."""
        for message in await Message.objects().where(Message.state == "unknown").order_by(Message.id):
            self.truth.decided.add(message.id)
            arrived = self.truth.taken[message.mime_message_id]
            decide = decisions.mark_as_sent if arrived else decisions.send_again
            await decide(self.member, message, self.world.now)
            self.truth.barred["unknown"].discard(message.customer_id)

    async def in_the_ledger(self, path: str, **facts: Any) -> bool:
        """Whether the books took it."""
        answer = await self.world.rig.http.post(path, json=facts)
        return answer.status_code == 200

    async def changed_in_the_ledger(self, changed: Invoice, path: str, **facts: Any) -> None:
        if await self.in_the_ledger(path, **facts):
            self.truth.xero_changed[changed.number] = self.world.now

    async def dispute(self, invoice: Invoice, part: Decimal | None) -> None:
        words = {"reason": "other", "text": f"At {self.world.now:%H:%M}", "source": Said.PHONE, "by": "Anna"}
        number = await promises.open_dispute(invoice, amount=part, now=self.world.now, **words)
        self.truth.disputes[invoice.id][number] = part

    async def promise(self, invoice: Invoice, days: int) -> None:
        on = self.world.today + timedelta(days=days)
        await promises.promise([invoice], on, source=Said.PHONE, by="Anna", now=self.world.now)
        self.truth.promised[invoice.id] = on
        self.truth.said_at["expected_date", invoice.id] = self.world.now

    async def tell_paid(self, invoice: Invoice) -> None:
        facts = {"source": Said.PHONE, "now": self.world.now, "today": self.world.today}
        await promises.tell_paid([invoice], **facts)
        self.truth.told[invoice.id] = self.world.today
        self.truth.said_at["told_paid", invoice.id] = self.world.now
