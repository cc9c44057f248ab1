"""A story told in days: Borealis chases, a clock is moved, and what reaches the customers is written down."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import workers.statements
from app.chasing.actions import approve, reconsider_changed
from app.chasing.compose_actions import Papers
from app.chasing.daily_actions import plan_those_without_a_run, settle_promises_of_today
from app.chasing.recheck_actions import recheck
from app.chasing.tables import Outlook
from app.customers.actions import reconsider, reconsider_everyone
from app.customers.tables import Customer
from app.database import fetch, transaction
from app.invoices.tables import Invoice, Payment
from app.mail import actions as mail
from app.mail.access import Access
from app.mail.delivery_actions import to_ring
from app.mail.gateway import Envelope, Mailbox
from app.mail.rechecks import Found
from app.mail.sender_actions import reserve
from app.mail.tables import Sender
from app.money import units
from app.outbox.answers import Accepted, Answer
from app.outbox.tables import Message
from app.problems import TryLater
from app.xero.tables import Connection
from tests import cast
from tests.integration.chasing.conftest import ready_to_chase

ACCESS = Access(name="Tom Hale", address="tom@borealis.example", host="localhost", port=25, tls="none")


class Postbox(Mailbox):
    """Takes every message, or gives the answers it was told to give first."""

    def __init__(self) -> None:
        super().__init__(ACCESS)
        self.answers: list[Answer] = []
        self.taken: list[bytes] = []

    async def send(self, envelope: Envelope) -> Answer:
        answer = self.answers.pop(0) if self.answers else Accepted("250 ok")
        if isinstance(answer, Accepted):
            self.taken.append(envelope.content)
        return answer


class Story:
    """Xero is read whenever the clock stands still, unless it is away; then whatever is due goes."""

    def __init__(self, firm: cast.Firm) -> None:
        self.firm, self.postbox = firm, Postbox()
        self.zone = ZoneInfo(firm.organisation.timezone)
        self.xero_answers = True
        self.now = cast.NOW
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []
        """What happens between the next claim and the text's leaving."""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    async def at(self, day: date | str, clock: str = "10:05") -> None:
        """Move the clock there and do what the timetable does, until nothing is left to do."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        self.now = datetime.combine(on, time.fromisoformat(clock), tzinfo=self.zone).astimezone(cast.NOW.tzinfo)
        await self.settle()

    async def settle(self) -> None:
        if self.xero_answers:
            await Connection.update({Connection.last_good_sync_at: self.now}).where(Connection.organisation == self.firm.id)
        await settle_promises_of_today(self.now)
        await plan_those_without_a_run(self.now)
        await reconsider_changed(self.now)
        await self.sweep()
        await reconsider_changed(self.now)

    async def days(self, first: date | str, last: date | str, clock: str = "10:05") -> None:
        """Every day from first to last, weekends too."""
        day, end = (date.fromisoformat(d) if isinstance(d, str) else d for d in (first, last))
        while day <= end:
            await self.at(day, clock)
            day += timedelta(days=1)

    async def sweep(self) -> None:
        await mail.park_abandoned(self.now)
        await mail.lapse(self.now)
        for _ in range(20):
            rings = await to_ring(self.now)
            if not rings:
                return
            for ring in rings:
                await self.deliver(ring.message_id)
        raise AssertionError("the mailbox turns in circles")

    async def deliver(self, message_id: int) -> None:
        async def look(message: Message) -> Found:
            if message.state == "sending":
                while self.meanwhile:
                    await self.meanwhile.pop()()
            if message.kind == "statement":
                return await workers.statements.recheck_freshly(message, self.now, self._freshen)
            return await recheck(message, freshen=self._freshen, papers=Papers(_pdf, _statement), now=self.now)

        async def box(message: Message) -> Mailbox | None:
            return self.postbox if await reserve(message.sender_id, self.now, self.today) else None

        with suppress(TryLater):
            await mail.deliver(message_id, mailbox=box, recheck=look, worker="w", now=self.now)

    async def _freshen(self, organisation_id: int) -> None:
        if not self.xero_answers:
            raise TryLater("Xero is away.")

    async def customer(self, name: str = "Acme Ltd", **facts: object) -> Customer:
        customer = await cast.a_customer(self.firm.organisation, name, first_name="Ada", **facts)
        await cast.a_recipient(customer, f"ap@{name.split()[0].lower()}.example")
        return customer

    async def owes(self, customer: Customer, number: str, due: str, total: str = "120.00") -> Invoice:
        invoice = await cast.an_invoice(customer, number, due_on=date.fromisoformat(due), total=total)
        await self.touched(customer.id)
        return invoice

    async def changes(self, invoice: Invoice, **facts: object) -> None:
        async with transaction():
            await Invoice.update({getattr(Invoice, name): value for name, value in facts.items()}).where(
                Invoice.id == invoice.id
            )
            await reconsider([invoice.customer], self.now)

    async def pays(self, invoice: Invoice, amount: str | None = None) -> None:
        """All that is outstanding unless an amount is said; Xero tells of it at once."""
        row = await Invoice.objects().get(Invoice.id == invoice.id)
        assert row is not None
        sum_ = units(Decimal(amount)) if amount else row.outstanding
        left = row.outstanding - sum_
        paid = {"outstanding": left, "paid": row.paid + sum_}
        settled = {} if left else {"is_open": False, "status": "PAID", "paid_on": self.today}
        await Payment(
            organisation=row.organisation, customer=row.customer, invoice=row.id, xero_id=f"p{row.id}-{row.paid}",
            kind="payment", amount=sum_, currency=row.currency, paid_on=self.today,
        ).save()  # fmt: skip
        await self.changes(invoice, **paid, **settled)

    async def touched(self, customer_id: int) -> None:
        await reconsider([customer_id], self.now)

    async def house(self, table: Any, rows: Any, **facts: object) -> None:
        """Change the organisation, a schedule or a step of it, as a manager does: everybody is planned anew."""
        async with transaction():
            await table.update({getattr(table, name): value for name, value in facts.items()}).where(rows)
            await reconsider_everyone(self.firm.id, self.now)

    async def person(self, customer: Customer, **facts: object) -> None:
        """Change what is settled about a customer."""
        async with transaction():
            values: dict[Any, Any] = {getattr(Customer, name): value for name, value in facts.items()}
            await Customer.update(values).where(Customer.id == customer.id)
            await reconsider([customer.id], self.now)

    async def approves_all(self) -> int:
        rows = await fetch(
            "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message"
            " WHERE m.state = 'planned' AND m.needs_approval = TRUE"
        )
        done = await approve(self.firm.id, [row["id"] for row in rows], by="Anna Berg", now=self.now)
        await self.sweep()
        return done

    async def sent(self) -> list[tuple[str, str]]:
        """(day, template) of everything that went, in order."""
        rows = await fetch(
            "SELECT m.claimed_at, m.kind, r.template_name FROM message m LEFT JOIN reminder r ON r.message = m.id"
            " WHERE m.state IN ('sent', 'unknown', 'sending') ORDER BY m.claimed_at, m.id"
        )
        return [
            (row["claimed_at"].astimezone(self.zone).date().isoformat(), row["template_name"] or row["kind"]) for row in rows
        ]

    async def carried(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """(day, template, numbers of the invoices carried) of every reminder that went."""
        rows = await fetch(
            "SELECT m.id, m.claimed_at, r.template_name, i.number FROM message m JOIN reminder r ON r.message = m.id"
            " JOIN reminder_invoice ri ON ri.reminder = r.id AND ri.is_carried = TRUE JOIN invoice i ON i.id = ri.invoice"
            " WHERE m.state IN ('sent', 'unknown', 'sending') ORDER BY m.claimed_at, m.id, i.number"
        )
        found: dict[int, tuple[str, str, tuple[str, ...]]] = {}
        for row in rows:
            day = row["claimed_at"].astimezone(self.zone).date().isoformat()
            found[row["id"]] = (day, row["template_name"], (*found.get(row["id"], ("", "", ()))[2], row["number"]))
        return list(found.values())

    async def steps_that_went_twice(self) -> list[tuple[int, int]]:
        rows = await fetch(
            "SELECT ri.invoice, ri.step_offset FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder"
            " JOIN message m ON m.id = r.message WHERE ri.is_carried = TRUE AND m.state IN ('sent', 'unknown', 'sending')"
            " GROUP BY ri.invoice, ri.step_offset HAVING COUNT(*) > 1"
        )
        return [(row["invoice"], row["step_offset"]) for row in rows]

    async def messages(self, columns: str) -> list[dict[str, Any]]:
        """Of everything that went, in order."""
        gone = "state IN ('sent', 'unknown', 'sending') ORDER BY claimed_at, id"
        return await fetch(f"SELECT {columns} FROM message WHERE {gone}")

    async def states(self) -> list[str]:
        return [row["state"] for row in await Message.select(Message.state).order_by(Message.id)]

    async def hold(self, invoice: Invoice) -> str | None:
        row = await Outlook.objects().get(Outlook.invoice == invoice.id)
        return row.hold if row else None


async def a_story(**facts: object) -> Story:
    firm = await ready_to_chase(**facts)
    await Sender.update({Sender.seconds_between: 0, Sender.daily_cap: 10_000}).where(Sender.organisation == firm.id)
    return Story(firm)


async def _pdf(invoice: Invoice) -> bytes:
    return f"%PDF of {invoice.number}".encode()


async def _statement(customer_id: int, now: datetime) -> bytes:
    return b"%PDF statement"
