"""The time machine, told in days: Monday 30 November 2026 is chased, Thursday 3 December looks back on it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.chasing import actions
from app.chasing.hindsight import Compared, Verdict, compared
from app.chasing.past_fact_queries import gather_past
from app.chasing.past_queries import ended_on, other_mail_on, was_planned_on, went_on
from app.customers.tables import Customer
from app.invoices.tables import Invoice, Payment
from app.outbox.actions import cancel, claim, settle_failed, settle_sent
from app.outbox.tables import Message
from app.promises.tables import Dispute, Promise, ToldPaid
from app.schedules.tables import Step
from tests import cast
from tests.cast import NOW, TODAY

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
THURSDAY = TEN + timedelta(days=3)
SENT_ON_SUNDAY = TEN - timedelta(days=1)

Owing = Callable[..., Awaitable[tuple[Customer, Invoice]]]


@pytest.fixture
async def firm(chasing: Any) -> cast.Firm:
    return await chasing()


@pytest.fixture
def owing(firm: cast.Firm) -> Owing:
    async def owing(name: str = "Acme Ltd", days_overdue: int = 8, **facts: Any) -> tuple[Customer, Invoice]:
        customer = await cast.a_customer(firm.organisation, name)
        await cast.a_recipient(customer)
        return customer, await cast.an_invoice(customer, due_on=TODAY - timedelta(days=days_overdue), **facts)

    return owing


async def monday(firm: cast.Firm, *, sent: bool = True) -> None:
    """The run of Monday; everything it planned goes at ten."""
    await actions.plan_organisation(firm.id, NOW)
    for row in await Message.select(Message.id).where(Message.state == "planned") if sent else []:
        claimed = await claim(row["id"], "a worker", TEN)
        assert claimed is not None
        await settle_sent(claimed, "250 ok", TEN)


async def look_back(firm: cast.Firm, day: date = TODAY, customers: list[int] | None = None) -> list[Compared]:
    gathered = await gather_past(firm.id, day, customers, THURSDAY)
    went, ended = await went_on(firm.anna, day, customers), await ended_on(firm.anna, day, customers)
    planned = await was_planned_on(firm.id, day)
    facts = {"calendar": gathered.calendar, "settings": gathered.settings, "was_planned": planned}
    return list(compared(gathered.book, went, ended, day=day, **facts))


async def test_what_went_would_go_again_although_it_is_paid_by_now(firm: cast.Firm, owing: Owing) -> None:
    customer, invoice = await owing()
    await monday(firm)
    await paid(customer, invoice, on=TODAY + timedelta(days=1), seen=TEN + timedelta(days=1))
    [one] = await look_back(firm)
    assert (one.verdict, one.because) == (Verdict.SAME, ())
    assert one.went is not None
    assert one.would is not None
    assert (list(one.went.invoices.values()), one.would.invoices) == ([invoice.number], (invoice.number,))


async def test_a_payment_dated_earlier_but_seen_later_was_not_known_then(firm: cast.Firm, owing: Owing) -> None:
    other, settled = await owing("Imported Ltd", total="10.00", outstanding="0")
    await paid(other, settled, on=date(2026, 11, 1), seen=SENT_ON_SUNDAY)
    customer, invoice = await owing()
    await monday(firm)
    await paid(customer, invoice, on=TODAY - timedelta(days=2), seen=TEN + timedelta(days=2))
    assert [each.verdict for each in await look_back(firm)] == [Verdict.SAME]


async def test_what_was_paid_before_the_day_would_not_have_gone(firm: cast.Firm, owing: Owing) -> None:
    customer, invoice = await owing()
    await monday(firm)
    await paid(customer, invoice, on=TODAY - timedelta(days=1), seen=SENT_ON_SUNDAY)
    [one] = await look_back(firm)
    assert one.verdict is Verdict.ONLY_WENT
    assert one.because == (f"{invoice.number}: as the books stand now, nothing of it was open then.",)


async def test_a_part_paid_since_is_asked_for_in_full(firm: cast.Firm, owing: Owing) -> None:
    customer, invoice = await owing(total="500.00")
    await monday(firm)
    await paid(customer, invoice, on=TODAY + timedelta(days=1), seen=TEN + timedelta(days=1), pence=20000)
    [one] = await look_back(firm)
    assert one.would is not None
    assert [each.amount for each in one.would.carried] == [500]


async def test_a_dispute_that_was_open_then_holds_and_one_opened_since_does_not(firm: cast.Firm, owing: Owing) -> None:
    first, disputed = await owing("Then Ltd")
    second, later = await owing("Since Ltd")
    common = {"organisation": firm.id, "reason": "quality", "source": "portal"}
    await Dispute(
        customer=first.id, invoice=disputed.id, opened_at=SENT_ON_SUNDAY, resolved_at=TEN + timedelta(hours=2), **common
    ).save()
    await monday(firm, sent=False)
    await Dispute(customer=second.id, invoice=later.id, opened_at=TEN + timedelta(hours=2), **common).save()
    assert [each.customer for each in await look_back(firm)] == ["Since Ltd"]


async def test_promises_and_words_of_that_day_hold(firm: cast.Firm, owing: Owing) -> None:
    first, promised = await owing("Promised Ltd")
    second, told = await owing("Told Ltd")
    common = {"organisation": firm.id, "source": "phone"}
    await Promise(
        customer=first.id, invoice=promised.id, promised_on=TODAY + timedelta(days=1), state="broken",
        made_at=SENT_ON_SUNDAY, ended_at=THURSDAY, **common,
    ).save()  # fmt: skip
    await ToldPaid(
        customer=second.id, invoice=told.id, told_on=TODAY - timedelta(days=3), withdrawn_at=THURSDAY, **common
    ).save()
    assert await look_back(firm) == []


async def test_what_did_not_go_says_what_is_on_record(firm: cast.Firm, owing: Owing) -> None:
    await owing("Cancelled Ltd")
    await owing("Refused Ltd")
    await monday(firm, sent=False)
    cancelled, refused = await Message.objects().order_by(Message.id)
    await cancel(cancelled.id, "Skipped by Tom Hale.", NOW)
    claimed = await claim(refused.id, "a worker", TEN)
    assert claimed is not None
    await settle_failed(claimed, "The address does not exist.", "550 no")
    found = await look_back(firm)
    assert {each.verdict for each in found} == {Verdict.ONLY_WOULD}
    assert [each.because for each in found] == [
        ("It was cancelled: skipped by Tom Hale.",),
        ("It was refused: the address does not exist.",),
    ]


async def test_on_a_day_without_a_run_nothing_went_and_the_page_says_why_once(firm: cast.Firm, owing: Owing) -> None:
    await owing(days_overdue=30)
    [one] = await look_back(firm, date(2026, 11, 24))
    assert (one.verdict, one.because) == (Verdict.ONLY_WOULD, ())


async def test_a_schedule_edited_since_shows_what_it_would_do(firm: cast.Firm, owing: Owing) -> None:
    _, invoice = await owing()
    await monday(firm)
    await Step.delete().where(Step.offset_days == 7)
    [one] = await look_back(firm)
    assert one.verdict is Verdict.DIFFERS
    assert one.because == ("It went as step 3 (When can we expect it?), and would go as step 2 (Just overdue).",)
    await Invoice.update({Invoice.excluded: True}).where(Invoice.id == invoice.id)
    [one] = await look_back(firm)
    assert (one.verdict, one.because) == (
        Verdict.ONLY_WENT,
        (f"{invoice.number}: Held: {invoice.number} is excluded from chasing.",),
    )


async def test_the_steps_that_went_since_are_not_yet_done_then(firm: cast.Firm, owing: Owing) -> None:
    await owing()
    await monday(firm)
    [one] = await look_back(firm)
    [carried] = one.would.carried if one.would else []
    assert (carried.step_offset, carried.occurrence) == (7, 1)
    assert await look_back(firm, TODAY + timedelta(days=1)) == [], "the gap of that Monday holds on Tuesday"


async def test_one_customer_or_another_firm_alone_is_looked_at(firm: cast.Firm, owing: Owing) -> None:
    first, _ = await owing("First Ltd")
    await owing("Second Ltd")
    await monday(firm)
    assert [each.customer for each in await look_back(firm, customers=[first.id])] == ["First Ltd"]
    meridian = await cast.meridian()
    assert await went_on(meridian.anna, TODAY, None) == ()
    assert await other_mail_on(meridian.anna, TODAY, None) == ()
    assert await ended_on(meridian.anna, TODAY, None) == ()


async def paid(customer: Customer, invoice: Invoice, *, on: date, seen: datetime, pence: int | None = None) -> None:
    amount = pence * 100 if pence is not None else invoice.total
    await Payment(
        organisation=customer.organisation, customer=customer.id, invoice=invoice.id, xero_id=f"p-{invoice.id}",
        kind="payment", paid_on=on, amount=amount, currency="GBP", status="AUTHORISED", first_seen_at=seen,
    ).save()  # fmt: skip
    left = invoice.total - amount
    sums = {Invoice.outstanding: left, Invoice.outstanding_base: left, Invoice.is_open: left > 0}
    state = {Invoice.status: "AUTHORISED" if left else "PAID", Invoice.paid_on: None if left else on}
    await Invoice.update({**sums, **state}).where(Invoice.id == invoice.id)
