"""Customers as pages read them: within the organisation, summed, and changed only there."""

from datetime import timedelta

import pytest

from app.activity.tables import Activity
from app.customers.care_actions import set_chasing
from app.customers.queries import customer_for, customers_among, figures_of, recipients_of, standing_of
from app.customers.recipient_actions import AddressIsXeros, add, remove, set_kind
from app.customers.tables import Customer, Recipient
from app.customers.words import RecipientKind
from app.database import EmbeddedEngine, PooledEngine
from app.invoices.queries import closed_invoices_of, currencies_of, settlements_of
from app.invoices.summary_actions import recount
from app.invoices.tables import Payment
from app.problems import NotFound
from tests import cast

Engine = EmbeddedEngine | PooledEngine


async def test_only_the_own_customers_are_found(database: Engine) -> None:
    firm, other = await cast.borealis(), await cast.meridian()
    mine, theirs = await cast.a_customer(firm.organisation), await cast.a_customer(other.organisation)
    assert (await customer_for(firm.vera, mine.id)).id == mine.id
    with pytest.raises(NotFound):
        await customer_for(firm.anna, theirs.id)
    assert await customers_among(firm.anna, [mine.id, theirs.id, 999_999]) == [mine.id]


async def test_the_figures_add_up_in_base_currency(database: Engine) -> None:
    firm = await cast.borealis()
    owes, late = await cast.a_customer(firm.organisation), await cast.a_customer(firm.organisation)
    await cast.an_invoice(owes, due_on=cast.TODAY + timedelta(days=3), total="100.00")
    await cast.an_invoice(late, due_on=cast.TODAY - timedelta(days=3), total="125.00", currency="USD", rate="1.25")
    await recount(firm.id, cast.TODAY)
    figures = await figures_of(firm.id)
    assert (str(figures.outstanding), str(figures.overdue)) == ("200.00", "100.00")
    assert (figures.owing, figures.overdue_customers) == (2, 1)
    assert (await standing_of(late.id)).overdue == {"USD": 1_250_000}
    assert (await figures_of(firm.id + 1)).outstanding == 0


async def test_recipients_come_in_the_order_in_which_they_are_written_to(database: Engine) -> None:
    customer = await cast.a_customer((await cast.borealis()).organisation)
    for kind in ("none", "copy", "escalated", "normal"):
        await cast.a_recipient(customer, f"{kind}@harbour.example", kind)
    assert [row.kind for row in await recipients_of(customer.id)] == ["normal", "escalated", "copy", "none"]


async def test_switching_chasing_tells_the_timeline_and_asks_for_a_new_plan(database: Engine) -> None:
    firm = await cast.borealis()
    customers = [await cast.a_customer(firm.organisation, chasing=place % 2 == 0) for place in range(4)]
    changed = await set_chasing(firm.tom, [each.id for each in customers], True, cast.NOW)
    assert sorted(changed) == [customers[1].id, customers[3].id]
    rows = await Customer.select(Customer.id, Customer.reconsider_at).where(Customer.reconsider_at.is_not_null())
    assert sorted(row["id"] for row in rows) == sorted(changed)
    assert await Activity.count().where(Activity.by == "Tom Hale") == 2


async def test_a_chosen_kind_is_marked_so_that_syncs_leave_it_alone(database: Engine) -> None:
    firm = await cast.borealis()
    customer = await cast.a_customer(firm.organisation)
    recipient = await cast.a_recipient(customer)
    await set_kind(firm.tom, recipient, RecipientKind.ESCALATED, cast.NOW)
    row = await Recipient.objects().get(Recipient.id == recipient.id)
    assert row is not None
    assert (row.kind, row.is_kind_chosen) == ("escalated", True)
    with pytest.raises(AddressIsXeros):
        await remove(firm.tom, recipient, cast.NOW)
    assert await add(firm.tom, customer, "new@harbour.example", "", RecipientKind.COPY, cast.NOW)


async def test_invoices_settled_lately_and_what_settled_them(database: Engine) -> None:
    firm = await cast.borealis()
    customer = await cast.a_customer(firm.organisation)
    paid = await cast.an_invoice(customer, "INV-1", outstanding="0", paid_on=cast.TODAY)
    await cast.an_invoice(customer, "INV-2", outstanding="0", status="DRAFT")
    for kind, status in (("payment", "AUTHORISED"), ("credit_note", ""), ("payment", "DELETED")):
        await Payment(
            organisation=firm.id, customer=customer.id, invoice=paid.id, xero_id=f"{kind}{status}", kind=kind,
            paid_on=cast.TODAY, amount=600_000, currency="GBP", status=status,
        ).save()  # fmt: skip
    assert [each.number for each in await closed_invoices_of(customer.id)] == ["INV-1"]
    assert [each.label for each in await settlements_of(paid.id)] == ["Payment", "Credit note applied"]


async def test_the_base_currency_comes_first(database: Engine) -> None:
    firm = await cast.borealis()
    customer = await cast.a_customer(firm.organisation)
    for currency, rate in (("USD", "1.25"), ("EUR", "1.15"), ("GBP", "1")):
        await cast.an_invoice(customer, currency=currency, rate=rate)
    assert await currencies_of(firm.anna) == ["GBP", "EUR", "USD"]
