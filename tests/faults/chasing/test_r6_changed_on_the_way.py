"""R6: whatever changes between the plan and the claim, or between the claim and the text's leaving, no reminder leaves that
was written before it. What is left to ask for goes with its new sum."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.customers.tables import Customer, Recipient
from app.invoices.tables import Credit, Invoice
from app.money import units
from app.organisations.tables import Organisation
from app.promises import actions as promises
from app.promises.words import Said
from app.xero.tables import Connection
from tests import cast
from tests.scenarios.story import Story, a_story

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.faults]
Change = Callable[[Story, Invoice], Awaitable[Any]]


def invoice_becomes(**facts: object) -> Change:
    return lambda story, invoice: story.changes(invoice, **facts)


def customer_becomes(**facts: object) -> Change:
    async def change(story: Story, invoice: Invoice) -> None:
        customer = await Customer.objects().get(Customer.id == invoice.customer)
        assert customer is not None
        await story.person(customer, **facts)

    return change


def pays(sum_: str | None = None) -> Change:
    return lambda story, invoice: story.pays(invoice, sum_)


async def is_covered_by_a_credit(story: Story, invoice: Invoice) -> None:
    facts: dict[str, Any] = {"xero_id": "k", "kind": "credit_note", "currency": "GBP", "remaining": units(Decimal(120))}
    await Credit(organisation=story.firm.id, customer=invoice.customer, **facts).save()
    await story.touched(invoice.customer)


def is_queried(part: str | None) -> Change:
    async def change(story: Story, invoice: Invoice) -> None:
        words: Any = {"reason": "other", "text": "", "source": Said.PORTAL, "by": "the customer"}
        await promises.open_dispute(invoice, amount=Decimal(part) if part else None, now=story.now, **words)

    return change


async def is_promised(story: Story, invoice: Invoice) -> None:
    on = story.today + timedelta(days=5)
    await promises.promise([invoice], on, source=Said.PORTAL, by="the customer", now=story.now)


async def is_said_to_be_paid(story: Story, invoice: Invoice) -> None:
    await promises.tell_paid([invoice], source=Said.PORTAL, now=story.now, today=story.today)


async def is_disconnected(story: Story, invoice: Invoice) -> None:
    await Connection.update({Connection.state: "disconnected"}, force=True)


async def comes_under_review(story: Story, invoice: Invoice) -> None:
    await story.house(Organisation, Organisation.id == story.firm.id, review_mode=True)


async def is_paused_with_all(story: Story, invoice: Invoice) -> None:
    await story.house(Organisation, Organisation.id == story.firm.id, paused=True)


async def loses_its_address(story: Story, invoice: Invoice) -> None:
    await Recipient.update({Recipient.bounced_at: story.now}, force=True)
    await story.touched(invoice.customer)


NOTHING_LEAVES: dict[str, Change] = {
    "paid": pays(),
    "voided": invoice_becomes(status="VOIDED", outstanding=0, is_open=False),
    "credited": invoice_becomes(status="PAID", outstanding=0, credited=units(Decimal(120)), is_open=False),
    "covered by a credit": is_covered_by_a_credit,
    "queried": is_queried(None),
    "promised": is_promised,
    "said to be paid": is_said_to_be_paid,
    "excluded": invoice_becomes(excluded=True),
    "without a due date": invoice_becomes(due_on=None),
    "not chased": customer_becomes(chasing=False),
    "stopped": customer_becomes(stop="breathing_space"),
    "answered": customer_becomes(replied_at=cast.NOW),
    "disconnected": is_disconnected,
    "under review": comes_under_review,
    "all paused": is_paused_with_all,
    "without an address": loses_its_address,
}
LESS_IS_ASKED_FOR: dict[str, tuple[Change, str]] = {
    "paid in part": (pays("45.50"), "£74.50"),
    "queried in part": (is_queried("20.00"), "£100.00"),
    "credited in part": (
        invoice_becomes(outstanding=units(Decimal(30)), credited=units(Decimal(90))),
        "£30.00",
    ),
}
MOMENTS = ("before the claim", "between claim and text")


async def changed(change: Change, moment: str) -> Story:
    """Planned at nine; the change comes at that moment; then it is five past ten, and twenty past."""
    story = await a_story()
    invoice = await story.owes(await story.customer(), "INV-1", "2026-11-23", "120.00")
    await story.at("2026-11-30", "09:00")
    assert await story.states() == ["planned"]
    if moment == "before the claim":
        await change(story, invoice)
    else:
        story.meanwhile.append(lambda: change(story, invoice))
    await story.at("2026-11-30", "10:05")
    await story.at("2026-11-30", "10:20")
    assert story.meanwhile == [], "the moment came"
    return story


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", NOTHING_LEAVES)
async def test_r6_nothing_leaves_once_it_is(what: str, moment: str) -> None:
    story = await changed(NOTHING_LEAVES[what], moment)
    assert story.postbox.taken == []
    assert set(await story.states()) <= {"cancelled", "planned"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", LESS_IS_ASKED_FOR)
async def test_r6_only_the_rest_is_asked_for_once_it_is(what: str, moment: str) -> None:
    change, rest = LESS_IS_ASKED_FOR[what]
    story = await changed(change, moment)
    [message] = await story.messages("text")
    assert len(story.postbox.taken) == 1
    assert rest in message["text"]
    assert "£120.00" not in message["text"]
