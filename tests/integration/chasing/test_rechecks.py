"""R6: what changes between plan, claim and transmission is never written about with its old facts."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.chasing import actions
from app.chasing.compose_actions import Papers, preview
from app.chasing.recheck_actions import recheck
from app.chasing.tables import Reminder, TemplateFailure
from app.chasing.writing_queries import STAND_IN
from app.customers.tables import Customer, PortalLink, Recipient
from app.email_templates.rendering import Rendered
from app.email_templates.tables import TemplateVersion
from app.invoices.tables import Invoice, Payment
from app.mail.rechecks import Empty, Found, NotNow, Rewritten, Same
from app.organisations.tables import Organisation
from app.outbox.actions import claim, settle_sent
from app.outbox.tables import Message
from app.problems import TryLater
from app.promises.tables import Dispute
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW, TODAY
from tests.integration.chasing.conftest import synced

TEN = datetime(2026, 11, 30, 10, 5, tzinfo=UTC)


class Planned:
    """Acme with two overdue invoices and one planned reminder about both."""

    def __init__(self, firm: cast.Firm, customer: Customer, invoices: list[Invoice]) -> None:
        self.firm, self.customer, self.invoices = firm, customer, invoices

    async def message(self) -> Message:
        message = await Message.objects().order_by(Message.id).first()
        assert message is not None
        return message

    async def look(self, freshen: Callable[[int], Awaitable[None]] | None = None) -> Found:
        return await recheck(await self.message(), freshen=freshen or nothing_new, papers=Papers(a_pdf, a_statement), now=TEN)


async def nothing_new(organisation_id: int) -> None:
    return None


async def a_pdf(invoice: Invoice) -> bytes:
    return f"%PDF of {invoice.number}".encode()


async def a_statement(customer_id: int, now: datetime) -> bytes:
    return b"%PDF statement"


@pytest.fixture
async def planned(chasing) -> Planned:
    firm = await chasing()
    customer = await cast.a_customer(firm.organisation, "Acme Ltd", first_name="Ada")
    await cast.a_recipient(customer, "ap@acme.example")
    invoices = [await cast.an_invoice(customer, f"INV-{n}", due_on=TODAY - timedelta(days=n)) for n in (8, 9)]
    await actions.plan_organisation(firm.id, NOW)
    await synced(firm, TEN)
    return Planned(firm, customer, invoices)


async def test_what_has_not_changed_gets_its_words_and_goes(planned: Planned):
    assert await planned.look() == Rewritten()
    message = await planned.message()
    assert "INV-8" in message.text
    assert "INV-9" in message.text
    assert "Ada" in message.text
    assert message.html.count("INV-8") >= 1
    assert message.attachments.count('"application/pdf"') == 2
    assert "p_hidden" in message.text, "the portal token is masked in the stored copy"
    assert await claim(message.id, "a worker", TEN) is not None
    assert await planned.look() == Same()


async def set_invoice(planned: Planned, **facts: object) -> None:
    await Invoice.update({getattr(Invoice, name): value for name, value in facts.items()}).where(
        Invoice.id == planned.invoices[0].id
    )


async def is_paid(planned: Planned) -> None:
    await set_invoice(planned, outstanding=0, is_open=False, status="PAID", paid_on=TODAY)


async def is_voided(planned: Planned) -> None:
    await set_invoice(planned, outstanding=0, is_open=False, status="VOIDED")


async def is_part_paid(planned: Planned) -> None:
    await set_invoice(planned, outstanding=400_000, paid=800_000)


async def is_disputed(planned: Planned) -> None:
    invoice, firm = planned.invoices[0], planned.firm
    await Dispute(organisation=firm.id, customer=planned.customer.id, invoice=invoice.id, opened_at=TEN).save()


async def is_excluded(planned: Planned) -> None:
    await set_invoice(planned, excluded=True)


CHANGES = [is_paid, is_voided, is_part_paid, is_disputed, is_excluded]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_fact_that_changes_before_the_claim_rewrites_the_reminder(planned: Planned, change):
    async def xero_says(organisation_id: int) -> None:
        await change(planned)

    assert isinstance(await planned.look(xero_says), Empty)
    old, new = await Message.objects().order_by(Message.id)
    assert (old.state, new.state) == ("cancelled", "planned")
    assert await claim(old.id, "a worker", TEN) is None


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_fact_that_changes_after_the_claim_stops_the_transmission(planned: Planned, change):
    await planned.look()
    await claim((await planned.message()).id, "a worker", TEN)
    assert await planned.look() == Same()
    await change(planned)
    assert isinstance(await planned.look(), Rewritten)


async def test_a_customer_told_not_to_be_chased_gets_nothing_more(planned: Planned):
    await planned.look()
    await Customer.update({Customer.chasing: False}).where(Customer.id == planned.customer.id)
    found = await planned.look()
    assert isinstance(found, Empty)
    assert "chas" in found.reason


async def test_r7_nothing_leaves_while_disconnected(planned: Planned):
    await planned.look()
    await claim((await planned.message()).id, "a worker", TEN)
    await Connection.update({Connection.state: "disconnected"}).where(Connection.organisation == planned.firm.id)
    assert isinstance(await planned.look(), Rewritten)


async def test_nothing_leaves_when_xero_cannot_be_read_first(planned: Planned):
    async def away(organisation_id: int) -> None:
        raise TryLater("Xero is away.")

    with pytest.raises(TryLater):
        await planned.look(away)
    assert (await planned.message()).text == ""


async def test_nothing_leaves_while_everything_is_paused(planned: Planned):
    await Organisation.update({Organisation.paused: True}).where(Organisation.id == planned.firm.id)
    assert isinstance(await planned.look(), NotNow)
    assert (await planned.message()).state == "planned", "it goes once the pause has ended"


async def test_a_new_recipient_is_a_changed_fact(planned: Planned):
    await cast.a_recipient(planned.customer, "boss@acme.example")
    assert isinstance(await planned.look(), Empty)
    newest = await Message.objects().order_by(Message.id, ascending=False).first()
    assert newest is not None
    assert "boss@acme.example" in newest.to_addresses


async def test_a_bounced_address_leaves_nobody_to_write_to(planned: Planned):
    await Recipient.update({Recipient.bounced_at: TEN}).where(Recipient.customer == planned.customer.id)
    assert isinstance(await planned.look(), Empty)
    assert await Message.count().where(Message.state == "planned") == 0


async def test_a_template_that_cannot_be_written_holds_the_reminder_with_the_reason(planned: Planned):
    await TemplateVersion.update({TemplateVersion.body: "Hello {{ no_such_thing }}"}, force=True)
    assert isinstance(await planned.look(), Empty)
    failure = await TemplateFailure.objects().first()
    assert failure is not None
    assert "no_such_thing" in failure.reason
    assert await Message.count().where(Message.state == "planned") == 0


async def test_a_paid_invoice_that_was_reminded_of_is_thanked_for_on_the_next_working_day(planned: Planned):
    await planned.look()
    claimed = await claim((await planned.message()).id, "a worker", TEN)
    await settle_sent(claimed, "250 ok", TEN)
    for invoice in planned.invoices:
        paid = {Invoice.outstanding: 0, Invoice.is_open: False, Invoice.status: "PAID", Invoice.paid_on: TODAY}
        await Invoice.update({**paid, Invoice.paid: invoice.total}).where(Invoice.id == invoice.id)
        await Payment(
            organisation=planned.firm.id, customer=planned.customer.id, invoice=invoice.id, xero_id=f"p{invoice.id}",
            kind="payment", amount=invoice.total, currency="GBP", paid_on=TODAY,
        ).save()  # fmt: skip
    tomorrow = TEN + timedelta(days=1)
    await synced(planned.firm, tomorrow)
    await actions.plan_organisation(planned.firm.id, tomorrow)
    [thanks] = await Message.objects().where(Message.kind == "thank_you")
    assert (thanks.state, thanks.planned_on) == ("planned", date(2026, 12, 1))
    found = await recheck(thanks, freshen=nothing_new, papers=Papers(a_pdf, a_statement), now=tomorrow)
    assert found == Rewritten()
    written = await Message.objects().get(Message.id == thanks.id)
    assert "INV-8" in written.text
    assert "£240.00" in written.text


async def test_looking_at_a_reminder_makes_no_portal_link(planned: Planned):
    reminder = await Reminder.objects().first()
    assert reminder is not None
    words = await preview(reminder.id, NOW)
    assert isinstance(words, Rendered)
    assert STAND_IN in words.text
    assert await PortalLink.count() == 0
