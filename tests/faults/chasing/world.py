"""The whole product in one process: a ledger behind HTTP, a mail server behind SMTP, a database, and workers that a test
steps, interrupts and kills."""

import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.chasing import actions as chasing
from app.chasing.chase_now_recheck_actions import recheck_by_hand
from app.chasing.compose_actions import Papers
from app.chasing.daily_actions import plan_those_without_a_run, settle_promises_of_today
from app.chasing.recheck_actions import recheck
from app.customers.actions import reconsider, reconsider_everyone
from app.customers.tables import Customer, Recipient
from app.database import fetch, opened, transaction
from app.demo_ledger.load import books_from
from app.invoices.tables import Invoice
from app.mail import actions as mail
from app.mail.delivery_actions import Mailboxes, to_ring
from app.mail.rechecks import Found
from app.mail.tables import Sender
from app.outbox.holders import identity
from app.outbox.states import State
from app.outbox.tables import Message
from app.problems import TryLater
from app.schedules.actions import ship
from app.statements import month_actions as statements
from app.statements.actions import pdf_of
from app.xero.freshness_actions import freshen
from app.xero.invoice_actions import invoice_pdf
from app.xero.tables import Connection
from tests import cast
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_sender
from tests.scenarios.books import contact, invoice
from tests.xero_rig import NOW, Rig
from workers.statements import recheck_freshly

DEAD = f"{socket.gethostname()[:48]}:{2**22 + 5}:1"
"""A process of this machine that is gone: above the highest process id there can be."""

OWED = (
    (1, 1, "2026-10-20", {}),
    (2, 1, "2026-11-19", {}),
    (3, 1, "2026-12-01", {}),
    (4, 2, "2026-11-16", {"AmountDue": 340.5, "Total": 340.5}),
    (5, 2, "2026-11-26", {"AmountDue": 90.0, "Total": 90.0, "CurrencyCode": "EUR", "CurrencyRate": 1.2}),
    (6, 3, "2026-11-09", {"AmountDue": 60.25, "Total": 60.25}),
)
"""Of whom, due when: from five weeks overdue to a week ahead."""


class Killed(BaseException):
    """The process that was sending is gone. No `except Exception` notices."""


def books() -> Any:
    contacts = [contact(1, "Harbour Foods Ltd"), contact(2, "Larch & Sons"), contact(3, "Quayside Ltd")]
    invoices = [invoice(n, of, DueDate=due, SentToContact=True, **facts) for n, of, due, facts in OWED]
    return books_from({"Contacts": contacts, "Invoices": invoices})


class World:
    def __init__(self, server: CountingServer, make_database: Callable[[], None]) -> None:
        make_database()
        self.server, self.rig = server, Rig(books=books())
        self.rig.xero._call_seconds = 0.5
        self.zone = ZoneInfo("Europe/London")
        self.boxes, self.queue = Mailboxes(), list[int]()
        self.kill_at, self.meanwhile = "", list[Callable[[], Awaitable[None]]]()
        self.happened: Counter[str] = Counter()
        self._connections = AsyncExitStack()

    @property
    def now(self) -> datetime:
        return self.rig.clock()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    async def begin(self) -> None:
        """Monday, half past nine: connected and read, and everybody is to be chased."""
        await self._connections.enter_async_context(opened())
        self.firm = await cast.borealis(created_at=NOW)
        await ship(self.firm.id, NOW)
        await self.send_statements_on(26)
        await a_sender(self.firm.id, self.server.port)
        await self.rig.connect(self.firm.anna)
        assert (await self.rig.sync(self.firm.id, "first")).is_good
        await self.minute()

    async def end(self) -> None:
        await self.boxes.close()
        await self.rig.close()
        await self._connections.aclose()

    def reach(self, point: str) -> None:
        if point == self.kill_at:
            self.kill_at = ""
            raise Killed

    # the workers

    async def minute(self) -> None:
        """All that the timetable does within a minute, until nothing is left to do."""
        await self.plan()
        await self.state()
        await self.sweep()
        await self.work()
        await chasing.reconsider_changed(self.now)

    async def plan(self) -> None:
        await settle_promises_of_today(self.now)
        await plan_those_without_a_run(self.now)
        await chasing.reconsider_changed(self.now)

    async def state(self) -> None:
        """The statements that are due."""
        for organisation_id in await statements.organisations_with_work():
            await statements.run(organisation_id, self.now)

    async def sweep(self) -> None:
        """Whatever may leave is rung, also what was rung already."""
        await mail.park_abandoned(self.now)
        await mail.lapse(self.now)
        self.queue += [ring.message_id for ring in await to_ring(self.now)]

    async def work(self) -> None:
        while self.queue:
            await self.deliver(self.queue.pop(0))

    async def deliver(self, message_id: int) -> None:
        """By a worker that may be killed on its way."""
        worker = DEAD if self.kill_at else identity()
        try:
            with suppress(TryLater):
                await mail.deliver(message_id, mailbox=self._box, recheck=self._recheck, worker=worker, now=self.now)
        except Killed:
            self.happened["kills"] += 1
            self.boxes = Mailboxes()
        finally:
            self.kill_at, self.meanwhile = "", []

    async def _box(self, message: Message) -> Any:
        return await self.boxes.of(message, self.now)

    async def _recheck(self, message: Message) -> Found:
        if message.state == State.SENDING.value:
            for act in self.meanwhile:
                self.happened["changes between claim and text"] += 1
                await act()
            self.meanwhile = []
        if message.kind == "statement":
            return await recheck_freshly(message, self.now, self._freshen)
        look = recheck_by_hand if message.kind == "chase_now" else recheck
        return await look(message, freshen=self._freshen, papers=Papers(self._paper, pdf_of), now=self.now)

    async def _freshen(self, organisation_id: int) -> None:
        await freshen(organisation_id, xero=self.rig.xero, now=self.rig.clock)

    async def _paper(self, row: Invoice) -> bytes:
        return await invoice_pdf(row, xero=self.rig.xero, now=self.now)

    async def restart(self) -> None:
        """The process is gone and another begins: connections, and what waited in memory, are lost."""
        await self.boxes.close()
        await self._connections.aclose()
        self.boxes, self.queue = Mailboxes(), []
        await self._connections.enter_async_context(opened())

    # facts that no page or sync writes

    async def reconnect(self) -> None:
        await self.rig.mend()
        if await Connection.exists().where(Connection.state == "disconnected"):
            await self.rig.connect(self.firm.anna)

    async def change_customer(self, customer_id: int, **facts: Any) -> None:
        async with transaction():
            values = {getattr(Customer, name): value for name, value in facts.items()}
            await Customer.update(values).where(Customer.id == customer_id)
            await reconsider([customer_id], self.now)

    async def change_house(self, table: Any, rows: Any, **facts: Any) -> None:
        """Of the organisation, its schedule or a step of it."""
        async with transaction():
            await table.update({getattr(table, name): value for name, value in facts.items()}).where(rows)
            await reconsider_everyone(self.firm.id, self.now)

    async def send_statements_on(self, day: int) -> None:
        """Of each month."""
        await statements.settle_settings(self.firm.id, day=day, chasing_only=True, is_on=True, now=self.now)

    async def mend_addresses(self) -> None:
        async with transaction():
            await Recipient.update({Recipient.bounced_at: None}, force=True)
            await Sender.update({Sender.stopped_at: None}, force=True)
            await reconsider_everyone(self.firm.id, self.now)

    # what there is

    async def open_invoices(self) -> list[Invoice]:
        return await Invoice.objects().where(Invoice.is_open.eq(True)).order_by(Invoice.id)

    async def first_in_the_queue(self) -> Invoice | None:
        """An invoice that the next message carries."""
        carries = "SELECT ri.invoice FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder AND ri.is_carried = TRUE"
        rows = await fetch(f"{carries} WHERE r.message = {{}}", self.queue[0]) if self.queue else []
        return await Invoice.objects().get(Invoice.id == rows[0]["invoice"]) if rows else None

    async def waiting(self) -> list[dict[str, Any]]:
        """Reminders and thank-yous that have not begun to leave."""
        return await fetch(
            "SELECT r.id, r.customer, r.kind, r.fingerprint, m.state, m.needs_approval FROM reminder r"
            " JOIN message m ON m.id = r.message WHERE m.state IN ('planned', 'approved') ORDER BY r.id"
        )

    def to_morning(self, days: int) -> None:
        """Five past ten, so many days later."""
        local = datetime.combine(self.today + timedelta(days=days), datetime.min.time(), tzinfo=self.zone)
        self.rig.clock.instant = max(local.replace(hour=10, minute=5).astimezone(NOW.tzinfo), self.now)
