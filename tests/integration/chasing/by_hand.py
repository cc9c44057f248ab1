"""Acme, to be chased by hand."""

from datetime import UTC, datetime

from app.chasing.chase_now_actions import Chased, Order, chase
from app.chasing.chase_now_recheck_actions import recheck_by_hand
from app.chasing.compose_actions import Papers
from app.chasing.tables import Reminder
from app.chasing.wording import OwnWords
from app.customers.tables import Customer
from app.email_templates.queries import templates_of
from app.invoices.tables import Invoice
from app.mail.tables import Sender
from app.organisations.membership import SignedIn
from app.outbox.tables import Message
from tests import cast
from tests.cast import NOW

TEN = datetime(2026, 11, 30, 10, 5, tzinfo=UTC)


async def a_pdf(invoice: Invoice) -> bytes:
    return b"%PDF invoice"


async def a_statement(customer_id: int, now: datetime) -> bytes:
    return b"%PDF statement"


async def nothing_new(organisation_id: int) -> None:
    return None


class ByHand:
    """Acme owes INV-8 and INV-9, both overdue; a reminder about both is planned."""

    def __init__(self, firm: cast.Firm, customer: Customer, invoices: list[Invoice]) -> None:
        self.firm, self.customer, self.invoices = firm, customer, invoices

    async def order(self, *, body: str = "", counts: bool = False, despite: frozenset[str] = frozenset()) -> Order:
        template = next(t for t in await templates_of(self.firm.id) if t.name == "Firm")
        sender = await Sender.objects().first()
        assert sender is not None
        words = OwnWords(subject="About it" if body else "", body=body, to=("ap@acme.example",), attaches_invoices=True)
        return Order(
            customer_id=self.customer.id, invoice_ids=frozenset(i.id for i in self.invoices), template=template, words=words,
            sender_id=sender.id, sender_kind="normal", counts_as_step=counts, despite=despite, opened_at=NOW,
        )  # fmt: skip

    async def chased(self, member: SignedIn | None = None, **facts: object) -> Message:
        found = await chase(member or self.firm.tom, await self.order(**facts), NOW)  # type: ignore[arg-type]
        assert isinstance(found, Chased)
        return await self.message()

    async def message(self) -> Message:
        row = await Message.objects().get(Message.kind == "chase_now")
        assert row is not None
        return row

    async def reminder(self) -> Reminder:
        row = await Reminder.objects().get(Reminder.kind == "chase_now")
        assert row is not None
        return row

    async def look(self, now: datetime = TEN) -> object:
        papers = Papers(a_pdf, a_statement)
        return await recheck_by_hand(await self.message(), freshen=nothing_new, papers=papers, now=now)

    async def pay(self, invoice: Invoice, left: int = 0) -> None:
        paid = {Invoice.outstanding: left, Invoice.outstanding_base: left, Invoice.is_open: left > 0}
        await Invoice.update(paid).where(Invoice.id == invoice.id)
