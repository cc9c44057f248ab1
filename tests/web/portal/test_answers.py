"""POST /p/{token}/promises, /paid-claims and /disputes, as a browser without JavaScript sends them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.activity.tables import Activity, Task
from app.customers.tables import Customer
from app.mail.tables import Sender
from app.outbox.tables import Message
from app.promises.tables import Dispute, ExpectedDate, Promise, ToldPaid
from tests import cast
from tests.cast import TODAY

FRIDAY = "2026-12-04"


async def confirmed(client: httpx.AsyncClient, answered: httpx.Response) -> str:
    assert answered.status_code == 303, answered.text
    page = await client.get(answered.headers["location"])
    assert page.status_code == 200
    return page.text


async def test_a_promise_is_noted_and_confirmed(client: httpx.AsyncClient, harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    page = await confirmed(client, await answer("promises", on=FRIDAY, **{f"invoice_{invoice.id}": "1"}))
    assert "You will pay INV-1 on Fri 4 Dec." in page
    assert "What happens next" in page
    (row,) = await ExpectedDate.objects()
    assert (row.expected_on.isoformat(), row.push) == (FRIDAY, "pending")


async def test_then_the_page_tells_it_back(client: httpx.AsyncClient, harbour: Customer, portal: str, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour)
    await answer("promises", on=FRIDAY, **{f"invoice_{invoice.id}": "1"})
    assert "You said you will pay this on Fri 4 Dec." in (await client.get(portal)).text


async def test_all_overdue_at_once_leaves_out_what_is_not_due(harbour: Customer, answer: Any) -> None:
    late = [await cast.an_invoice(harbour) for _ in range(3)]
    await cast.an_invoice(harbour, due_on=TODAY + timedelta(days=5))
    await answer("promises", on=FRIDAY, all_overdue="1")
    promised = await Promise.select(Promise.invoice).order_by(Promise.invoice).output(as_list=True)
    assert promised == [each.id for each in late]


async def test_a_second_date_is_passed_on_to_a_person(client: httpx.AsyncClient, harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    tick = {f"invoice_{invoice.id}": "1"}
    await answer("promises", on=FRIDAY, **tick)
    page = await confirmed(client, await answer("promises", on="2026-12-10", **tick))
    assert "a person will look at Thu 10 Dec and answer you" in page
    assert "Thank you, we have passed it on" in page
    assert await Task.count() == 1


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ("", "Give the date on which you will pay"),
        ("never", "Give the date on which you will pay"),
        ("2026-11-29", "That day has passed"),
        ("2026-12-15", "The latest we can note here is Mon 14 Dec"),
    ],
)
async def test_a_date_that_cannot_be_comes_back_with_everything_kept(
    harbour: Customer, answer: Any, on: str, says: str
) -> None:
    invoice = await cast.an_invoice(harbour)
    other = await cast.an_invoice(harbour)
    page = await answer("promises", on=on, text="kept & safe", **{f"invoice_{invoice.id}": "1"})
    assert page.status_code == 422
    assert says in page.text
    assert f'name="invoice_{invoice.id}" value="1" checked' in page.text
    assert f'name="invoice_{other.id}" value="1" checked' not in page.text
    assert "kept &amp; safe" in page.text
    assert await Promise.count() == 0


async def test_without_a_tick_nothing_is_guessed(harbour: Customer, answer: Any) -> None:
    for _ in range(2):
        await cast.an_invoice(harbour)
    for resource in ("promises", "paid-claims", "disputes"):
        page = await answer(resource, on=FRIDAY, reason="duplicate")
        assert page.status_code == 422
        assert "Tick the invoices you mean" in page.text


async def test_paid_says_how_long_we_look_for_it(client: httpx.AsyncClient, harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    page = await confirmed(client, await answer("paid-claims", **{f"invoice_{invoice.id}": "1"}))
    assert "You told us that INV-1 is paid. We will not ask for it before Tue 8 Dec." in page
    (row,) = await ToldPaid.objects()
    assert (row.told_on, row.source) == (TODAY, "portal")


async def test_a_query_of_a_part_is_exact(client: httpx.AsyncClient, harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1", total="1,240.00".replace(",", ""))
    fields = {"reason": "wrong_amount", "text": "We agreed less", "amount": "1,000.05", f"invoice_{invoice.id}": "1"}
    page = await confirmed(client, await answer("disputes", **fields))
    assert "You queried £1,000.05 of INV-1." in page
    (row,) = await Dispute.objects()
    assert (row.amount, row.text, row.opened_by) == (10_000_500, "We agreed less", "the customer")


@pytest.mark.parametrize("amount", ["0", "-5", "120.01", "abc", "1e3", "1.20000001", "NaN", "Infinity", "12,34"])
async def test_no_other_amount_than_a_part_of_it_is_taken(harbour: Customer, answer: Any, amount: str) -> None:
    invoice = await cast.an_invoice(harbour, total="120.00")
    page = await answer("disputes", reason="wrong_amount", amount=amount, **{f"invoice_{invoice.id}": "1"})
    assert page.status_code == 422
    assert await Dispute.count() == 0


async def test_something_else_needs_words(harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour)
    page = await answer("disputes", reason="other", **{f"invoice_{invoice.id}": "1"})
    assert page.status_code == 422
    assert "Tell us in a few words what is wrong" in page.text


async def test_everything_is_on_the_timeline(harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour, "INV-1")
    tick = {f"invoice_{invoice.id}": "1"}
    await answer("promises", on=FRIDAY, **tick)
    await answer("paid-claims", **tick)
    await answer("disputes", reason="duplicate", **tick)
    lines = await Activity.objects().where(Activity.customer_id == harbour.id).order_by(Activity.id)
    assert [line.kind for line in lines] == ["portal_visit", "promise", "told_paid", "dispute"]


async def test_what_was_switched_off_is_not_taken(borealis: cast.Firm, harbour: Customer, answer: Any) -> None:
    from app.portal.tables import PortalSettings

    invoice = await cast.an_invoice(harbour)
    await PortalSettings(organisation=borealis.id, takes_promises=False, takes_disputes=False).save()
    tick = {f"invoice_{invoice.id}": "1"}
    assert (await answer("promises", on=FRIDAY, **tick)).status_code == 422
    assert (await answer("disputes", reason="duplicate", **tick)).status_code == 422
    assert (await Promise.count(), await Dispute.count()) == (0, 0)


async def test_a_confirmation_is_shown_to_its_customer_only(
    client: httpx.AsyncClient, borealis: cast.Firm, harbour: Customer, answer: Any
) -> None:
    from app.customers.link_actions import portal_link

    invoice = await cast.an_invoice(harbour)
    answered = await answer("paid-claims", **{f"invoice_{invoice.id}": "1"})
    act = answered.headers["location"].rsplit("/", 1)[-1]
    other = await cast.a_customer(borealis.organisation, "Quayside Ltd")
    theirs = await portal_link(other.id, borealis.id, cast.NOW)
    assert (await client.get(f"/p/{theirs}/answers/{act}")).status_code == 404


async def a_mailbox(customer: Customer) -> None:
    await cast.a_recipient(customer, "ap@harbour.example")
    await Sender(
        organisation=customer.organisation, kind="normal", name="Tom Reed", address="tom@borealis.example", is_active=True,
        host="127.0.0.1", port=1, tls="none",
    ).save()  # fmt: skip


async def test_what_was_said_is_confirmed_by_email_from_the_business(harbour: Customer, portal: str, answer: Any) -> None:
    await a_mailbox(harbour)
    invoice = await cast.an_invoice(harbour, "INV-1")
    await answer("promises", on=FRIDAY, **{f"invoice_{invoice.id}": "1"})
    (letter,) = await Message.objects().where(Message.customer_id == harbour.id)
    assert letter.kind == "system" and letter.sender_id and "ap@harbour.example" in letter.to_addresses
    assert "You will pay INV-1 on Fri 4 Dec." in letter.text and "Tom Reed" in letter.text
    assert portal.rpartition("/")[2] not in letter.text  # masked in the stored copy


async def test_without_a_mailbox_the_answer_is_taken_and_nothing_is_mailed(harbour: Customer, answer: Any) -> None:
    invoice = await cast.an_invoice(harbour)
    assert (await answer("promises", on=FRIDAY, **{f"invoice_{invoice.id}": "1"})).status_code == 303
    assert not await Message.exists().where(Message.customer_id == harbour.id)
