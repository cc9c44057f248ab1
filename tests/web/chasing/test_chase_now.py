"""/customers/{id}/chase-now: one customer is written to by hand, once, by those who may, about what may be asked for."""

import re
from datetime import timedelta

import httpx
import pytest

from app.chasing.actions import plan_customers
from app.chasing.tables import Reminder, ReminderInvoice, Wording
from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.promises.tables import Dispute, ToldPaid
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Desk:
    """Harbour owes INV-1, overdue, and INV-2, due in three weeks."""

    def __init__(self, firm: cast.Firm, customer: Customer, late: Invoice, later: Invoice) -> None:
        self.firm, self.customer, self.late, self.later = firm, customer, late, later
        self.path = f"/customers/{customer.id}/chase-now"

    async def form(self, client: httpx.AsyncClient, **changes: str) -> dict[str, str]:
        """What the page would send, were nothing changed."""
        page = (await client.get(self.path)).text
        hidden = dict(FIELD.findall(page))
        shown = {name: _value(page, name) for name in ("to", "cc", "subject", "body")}
        ticked = {f"invoice_{number}": "1" for number in re.findall(r'name="invoice_(\d+)" value="1" checked', page)}
        template = re.findall(r'<option value="(\d+)" selected>', page)[0]
        return {**hidden, **shown, **ticked, "template": template, "attaches_invoices": "1", "do": "send", **changes}


def _value(page: str, name: str) -> str:
    from html import unescape

    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.S
    )
    assert found is not None, name
    return unescape(found[1])


@pytest.fixture
async def desk(borealis: cast.Firm) -> Desk:
    await ready(borealis)
    customer, late = await owing(borealis, "Harbour Foods Ltd", number="INV-1", total="640.00")
    later = await cast.an_invoice(customer, "INV-2", due_on=now().date() + timedelta(days=21), total="99.00")
    await planned(borealis)
    return Desk(borealis, customer, late, later)


async def by_hand() -> list[Message]:
    return await Message.objects().where(Message.kind == "chase_now").order_by(Message.id)


async def test_the_page_is_filled_in_for_what_is_overdue(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    form = await desk.form(client)
    assert "INV-1" in form["subject"]
    assert form[f"invoice_{desk.late.id}"] == "1"
    assert f"invoice_{desk.later.id}" not in form
    assert "{{ signature }}" in form["body"]
    assert "/p/" not in form["body"], "the customer's own link is never in what a person edits"


async def test_it_goes_at_once_as_it_was_written_and_starts_a_gap(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await sign_in("controller")
    form = await desk.form(client, subject="About Tuesday", to="ada@harbour.example", cc="bo@harbour.example")
    answer = await client.post(desk.path, data=form)
    assert answer.headers["location"] == f"/customers/{desk.customer.id}"
    [message] = await by_hand()
    assert (message.state, message.needs_approval) == ("planned", False)
    assert message.to_addresses == '["ada@harbour.example"]'
    assert message.cc_addresses == '["bo@harbour.example"]'
    wording = await Wording.objects().first()
    assert wording is not None
    assert wording.subject == "About Tuesday"
    waiting = await Message.objects().where(Message.kind == "reminder", Message.state == "planned")
    assert waiting == [], "the reminder of the day gives way to it"
    page = (await client.get(f"/customers/{desk.customer.id}")).text
    assert "Tom Hale chased by hand with" in page
    assert "is chased by hand on" in page


async def test_the_same_page_sends_once(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    form = await desk.form(client)
    await client.post(desk.path, data=form)
    again = await client.post(desk.path, data=form)
    assert again.status_code == 422
    assert "is being chased by hand today: tick it to write all the same" in again.text
    ticked = await client.post(desk.path, data={**form, "despite_minimum_gap": "1"})
    assert "Nothing was sent. Tom Hale has just chased Harbour Foods Ltd." in ticked.text
    assert len(await by_hand()) == 1


async def test_as_the_next_step_it_is_recorded_on_the_ladder(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    await client.post(desk.path, data=await desk.form(client, counts_as_step="1"))
    [line] = await ReminderInvoice.objects().where(ReminderInvoice.invoice == desk.late.id, ReminderInvoice.is_live.eq(True))
    assert (line.is_carried, line.step_offset, line.step_number) == (True, 7, 3)


async def test_otherwise_it_records_no_step(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    await client.post(desk.path, data=await desk.form(client))
    [line] = await ReminderInvoice.objects().where(ReminderInvoice.invoice == desk.late.id, ReminderInvoice.is_live.eq(True))
    assert (line.is_carried, line.occurrence) == (False, 1)


async def test_in_review_mode_a_controllers_waits_and_a_managers_goes(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == desk.firm.id)
    await sign_in("controller")
    answer = await client.post(desk.path, data=await desk.form(client))
    assert answer.status_code == 303
    [waiting] = await by_hand()
    assert (waiting.state, waiting.needs_approval) == ("planned", True)
    queue = (await client.get("/approvals")).text
    assert "Chase now" in queue
    assert "Tom Hale chases by hand" in queue
    await sign_in("manager")
    other, _ = await owing(desk.firm, "Ashdown Engineering", number="INV-9")
    await plan_customers(desk.firm.id, [other.id], now())
    there = Desk(desk.firm, other, desk.late, desk.later)
    await client.post(there.path, data=await there.form(client))
    assert [(m.state, m.approved_by) for m in await by_hand()] == [("planned", ""), ("approved", "Mia Chen")]


async def test_a_manager_approves_what_a_controller_wrote(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == desk.firm.id)
    await sign_in("controller")
    await client.post(desk.path, data=await desk.form(client))
    reminder = await Reminder.objects().get(Reminder.kind == "chase_now")
    assert reminder is not None
    await sign_in("manager")
    seen = f"{reminder.fingerprint}.{reminder.wording_id}"
    answer = await client.post(f"/reminders/{reminder.id}/approval", data={"fingerprint": seen})
    assert answer.status_code == 303
    [message] = await by_hand()
    assert (message.state, message.approved_by) == ("approved", "Mia Chen")


async def test_what_was_told_paid_goes_only_when_ticked(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await ToldPaid(organisation=desk.firm.id, customer=desk.customer.id, invoice=desk.late.id, told_on=now().date()).save()
    await sign_in("controller")
    page = (await client.get(desk.path)).text
    assert "the customer told us" in page.split('id="field-invoices"')[1]
    assert f'name="invoice_{desk.late.id}" value="1" checked' not in page
    form = await desk.form(client)
    filled = await client.post(desk.path, data={**form, "do": "fill", f"invoice_{desk.late.id}": "1"})
    assert f'name="invoice_{desk.late.id}" value="1" checked' in filled.text
    ticked = {f"invoice_{desk.late.id}": "1", "filled_for": f"{form['template']} {desk.late.id}"}
    del form[f"invoice_{desk.later.id}"]
    assert (await client.post(desk.path, data={**form, **ticked})).status_code == 303
    wording = await Wording.objects().first()
    assert wording is not None
    assert wording.despite.startswith(f'["told_paid:{desk.late.id}:20')


async def test_what_is_in_question_never_goes(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await Dispute(organisation=desk.firm.id, customer=desk.customer.id, invoice=desk.late.id, opened_at=now()).save()
    await sign_in("controller")
    page = (await client.get(desk.path)).text
    assert re.search(rf'name="invoice_{desk.late.id}" value="1" disabled', page)
    form = await desk.form(client)
    forced = {**form, f"invoice_{desk.late.id}": "1", "shown_against": f"disputed:{desk.late.id}"}
    del forced[f"invoice_{desk.later.id}"]
    assert (await client.post(desk.path, data=forced)).status_code == 422
    assert await by_hand() == []


async def test_a_stopped_customer_needs_a_tick_and_one_in_a_breathing_space_none_can_help(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await Customer.update({Customer.stop: "agency"}).where(Customer.id == desk.customer.id)
    await sign_in("controller")
    form = await desk.form(client)
    refused = await client.post(desk.path, data=form)
    assert refused.status_code == 422
    assert "is with a collection agency: tick it to write all the same" in refused.text
    assert (await client.post(desk.path, data={**form, "despite_customer_stopped": "1"})).status_code == 303
    await Customer.update({Customer.stop: "breathing_space"}).where(Customer.id == desk.customer.id)
    assert "This customer cannot be chased now" in (await client.get(desk.path)).text


async def test_words_for_other_invoices_are_not_sent(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    answer = await client.post(desk.path, data=await desk.form(client, **{f"invoice_{desk.later.id}": "1"}))
    assert answer.status_code == 422
    assert "The words were filled in for other invoices" in answer.text
    assert await by_hand() == []


async def test_it_can_be_looked_at_before(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    form = await desk.form(client, body="Dear Ada,\n\n{{ invoice_table }}\n\n<script>alert(1)</script>")
    letter = await client.post(f"{desk.path}/letter", data=form)
    assert "£640.00" in letter.text
    assert "<script>" not in letter.text
    assert "script-src" not in letter.headers["content-security-policy"]
    assert await by_hand() == []


async def test_mistakes_are_said_where_they_are(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    await sign_in("controller")
    answer = await client.post(desk.path, data=await desk.form(client, to="ada at harbour", body="Hi {{ nonsense }}"))
    assert answer.status_code == 422
    assert "is no email address" in answer.text
    assert "Hi {{ nonsense }}" in answer.text, "nothing that was written is lost"
    assert await by_hand() == []


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("controller", 200), ("owner", 200)])
async def test_who_works_may_chase(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk, role: str, status: int) -> None:
    await sign_in(role)
    assert (await client.get(desk.path)).status_code == status


async def test_another_organisations_customer_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk, meridian: cast.Firm
) -> None:
    await sign_in("controller")
    form = await desk.form(client)
    await sign_in(meridian.anna)
    assert (await client.get(desk.path)).status_code == 404
    assert (await client.post(desk.path, data=form)).status_code == 404
    assert await by_hand() == []


async def test_a_customer_who_owes_nothing_says_so(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    customer = await cast.a_customer(borealis.organisation, "Quiet Ltd")
    await ready(borealis)
    await sign_in("controller")
    assert "Quiet Ltd owes nothing" in (await client.get(f"/customers/{customer.id}/chase-now")).text
