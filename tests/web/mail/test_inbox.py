"""The inbox: what waits, what each decision does, who may decide, and the answer that goes out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.mail.actions import deliver
from app.mail.incoming_actions import take_in
from app.mail.matching_queries import Match
from app.mail.reading import read
from app.mail.tables import Incoming, Sender
from app.organisations.membership import Role
from app.outbox.messages import attachments_of
from app.outbox.tables import Message
from app.promises.tables import Dispute, Promise, ToldPaid
from tests.cast import NOW, Firm, a_customer, an_invoice
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_mailbox, a_sender, always_same
from tests.unit.mail.arrived import OURS, a_mail
from tests.web.conftest import SignIn

TOMORROW = (now() + timedelta(days=2)).date().isoformat()
VERBS = ("carrying-on", "promise", "payment", "dispute", "snooze", "answer", "return")


class Desk:
    """Harbour Foods with two invoices, and a reply of theirs."""

    def __init__(self, sender: Sender, customer: Customer, invoices: list[Invoice]) -> None:
        self.sender, self.customer, self.invoices = sender, customer, invoices

    async def receives(self, text: str = "We pay on Friday.", number: int = 1, **headers: str) -> Incoming:
        content = a_mail(text, Message_ID=f"<{number}@harbour.example>", References=OURS, **headers)
        taken = await take_in(self.sender, read(content), Match(self.customer.id), arrived_at=NOW, now=NOW)
        row = await Incoming.objects().get(Incoming.id == taken)
        assert row is not None
        return row

    async def is_held(self) -> bool:
        return bool(await Customer.exists().where(Customer.id == self.customer.id, Customer.replied_at.is_not_null()))


@pytest.fixture
async def desk(borealis: Firm) -> Desk:
    customer = await a_customer(borealis.organisation)
    return Desk(await a_sender(borealis.id, 1), customer, [await an_invoice(customer, f"INV-{n}") for n in (1, 2)])


async def test_a_reply_waits_in_the_rail_in_the_list_and_on_its_page(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives("We pay on Friday.\n\n> Dear Ann", From_="Ann Lee <ap@harbour.example>")
    await sign_in(Role.VIEWER)
    listed = await client.get("/inbox")
    assert "Ann Lee" in listed.text
    assert '<b class="count">1</b>' in listed.text
    page = await client.get(f"/inbox/{mail.id}")
    assert "We pay on Friday." in page.text
    assert "What it quotes" in page.text
    assert "Carry on chasing" not in page.text, "a viewer reads"
    customer = await client.get(f"/customers/{desk.customer.id}")
    assert f"/inbox/{mail.id}" in customer.text


async def test_it_is_told_when_it_arrived_by_the_clock_of_the_organisation(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives()
    await Incoming.update({Incoming.arrived_at: datetime(2026, 6, 30, 23, 30, tzinfo=UTC)}).where(Incoming.id == mail.id)
    await sign_in(Role.VIEWER)
    assert "Wednesday 1 July 2026, 00:30" in (await client.get(f"/inbox/{mail.id}")).text
    assert "1 Jul" in (await client.get("/inbox")).text


async def test_a_mailbox_that_cannot_be_read_is_not_said_to_be_read(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mine = Sender.id == desk.sender.id
    await Sender.update({Sender.reads_replies: True, Sender.imap_host: "localhost"}).where(mine)
    await sign_in()
    assert "is read every two minutes" in (await client.get("/inbox")).text
    await Sender.update({Sender.read_trouble: "the mail server refused the user name or password"}).where(mine)
    page = (await client.get("/inbox")).text
    assert "cannot be read: the mail server refused" in page
    assert "is read every two minutes" not in page


async def test_what_strangers_write_is_inert(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    mail = await desk.receives(evil, From_=f'"{evil}" <ap@harbour.example>', Subject=evil)
    await sign_in()
    for path in ("/inbox", f"/inbox/{mail.id}", f"/customers/{desk.customer.id}"):
        text = (await client.get(path)).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


async def test_carrying_on_ends_the_hold_and_putting_back_restores_it(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives()
    await sign_in()
    answer = await client.post(f"/inbox/{mail.id}/carrying-on", data={"upto": str(mail.id)})
    assert answer.headers["location"] == f"/inbox?decided={mail.id}"
    assert not await desk.is_held()
    after = (await client.get(answer.headers["location"])).text
    assert "Ann Lee: Carry on chasing." in after
    assert f'action="/inbox/{mail.id}/return"' in after, "the way back stands where one is led"
    assert "Ann Lee" in (await client.get("/inbox?tab=dealt-with")).text
    assert (await client.post(f"/inbox/{mail.id}/carrying-on")).status_code == 409, "decided once"
    await client.post(f"/inbox/{mail.id}/return")
    assert await desk.is_held()


async def test_a_reply_that_came_since_the_page_was_shown_goes_on_holding(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    first, second = await desk.receives(), await desk.receives("Wait, it is wrong.", 2)
    await sign_in()
    answer = await client.post(f"/inbox/{first.id}/carrying-on", data={"upto": str(first.id)})
    assert answer.headers["location"] == f"/inbox/{second.id}?decided={first.id}", "on to the next that waits"
    assert await desk.is_held()
    await client.post(f"/inbox/{second.id}/carrying-on", data={"upto": str(second.id)})
    assert not await desk.is_held()


async def test_one_leafs_through_what_waits(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    ids = [(await desk.receives(f"Number {n}", n)).id for n in (1, 2, 3)]
    await sign_in(Role.VIEWER)
    page = (await client.get(f"/inbox/{ids[1]}")).text
    assert "2 of 3" in page
    assert f'href="/inbox/{ids[0]}" data-key="k"' in page
    assert f'href="/inbox/{ids[2]}" data-key="j"' in page
    assert 'rel="next"' not in (await client.get(f"/inbox/{ids[2]}")).text


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999", "1"])
async def test_a_number_that_was_not_decided_says_nothing(
    number: str, client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await desk.receives()
    await sign_in()
    answer = await client.get(f"/inbox?decided={number}")
    assert answer.status_code == 200
    assert "undo-line" not in answer.text


async def test_another_organisations_decision_is_not_told(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk, meridian: Firm
) -> None:
    mail = await desk.receives()
    await Incoming.update({Incoming.decided_at: NOW, Incoming.decision: "Secret"}).where(Incoming.id == mail.id)
    await sign_in(meridian.anna)
    assert "Secret" not in (await client.get(f"/inbox?decided={mail.id}")).text


async def test_one_decision_settles_all_that_was_seen(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    first, second = await desk.receives(), await desk.receives("And thank you.", 2)
    await sign_in()
    page = await client.get(f"/inbox/{first.id}")
    assert "And thank you." in page.text
    assert f'name="upto" value="{second.id}"' in page.text
    await client.post(f"/inbox/{first.id}/carrying-on", data={"upto": str(second.id)})
    assert not await Incoming.exists().where(Incoming.decided_at.is_null())


async def test_a_promise_is_taken_for_the_invoices_that_are_ticked(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives()
    await sign_in()
    form = {"promised_on": TOMORROW, f"invoice-{desk.invoices[0].id}": "1"}
    await client.post(f"/inbox/{mail.id}/promise", data=form)
    promises = await Promise.select(Promise.invoice, Promise.source, Promise.said_by)
    assert promises == [{"invoice": desk.invoices[0].id, "source": "reply", "said_by": "Ann Lee"}]
    assert "by Ann Lee in a reply" in (await client.get(f"/invoices/{desk.invoices[0].id}")).text
    assert not await desk.is_held()


async def test_what_is_said_to_be_paid_waits_and_what_is_wrong_becomes_a_query(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await sign_in()
    mail = await desk.receives()
    await client.post(f"/inbox/{mail.id}/payment", data={f"invoice-{each.id}": "1" for each in desk.invoices})
    assert await ToldPaid.count() == 2
    mail = await desk.receives("Half is missing", 2)
    form = {"invoice": str(desk.invoices[1].id), "reason": "not_received", "amount": "20.50", "text": "Half is missing"}
    await client.post(f"/inbox/{mail.id}/dispute", data=form)
    dispute = await Dispute.objects().first()
    assert dispute is not None
    assert (dispute.invoice, dispute.amount, dispute.source) == (desk.invoices[1].id, 205_000, "reply")
    assert "Ann Lee in a reply" in (await client.get(f"/disputes/{dispute.id}")).text
    for invoice in desk.invoices:
        page = (await client.get(f"/invoices/{invoice.id}")).text
        assert "Ann Lee says it is paid</b> in a reply" in page
    assert "Ann Lee in a reply." in page
    customer = (await client.get(f"/customers/{desk.customer.id}")).text
    assert "Ann Lee queried £20.50 of INV-2 in a reply: We have not received what it is for" in customer


async def test_what_is_snoozed_leaves_the_list_and_holds_on(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    mail = await desk.receives()
    await sign_in()
    until = (now() + timedelta(days=5)).date().isoformat()
    await client.post(f"/inbox/{mail.id}/snooze", data={"until": until})
    assert await desk.is_held()
    assert "Ann Lee" not in (await client.get("/inbox")).text
    assert "Ann Lee" in (await client.get("/inbox?tab=snoozed")).text


@pytest.mark.parametrize(
    ("verb", "form", "said"),
    [
        ("promise", {"promised_on": "soon"}, "year, month and day"),
        ("promise", {"promised_on": TOMORROW}, "Tick the invoices"),
        ("payment", {}, "Tick the invoices"),
        ("dispute", {"invoice": "x"}, "Choose the invoice"),
        ("snooze", {"until": "2020-01-01"}, "after today"),
        ("answer", {"answer": "  "}, "Write your answer"),
    ],
)
async def test_a_wrong_answer_comes_back_and_nothing_is_decided(
    verb: str, form: dict[str, str], said: str, client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives()
    await sign_in()
    answer = await client.post(f"/inbox/{mail.id}/{verb}", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert await desk.is_held()


async def test_an_answer_goes_once_from_the_same_mailbox_in_the_same_thread(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    mail = await desk.receives(Subject="Re: Invoice INV-1")
    await sign_in()
    for _ in range(2):
        await client.post(f"/inbox/{mail.id}/answer", data={"answer": "Thank you.\n\nFriday is fine <b>", "then": "carry_on"})
    rows = await Message.select(Message.id).where(Message.kind == "answer").output(as_list=True)
    assert len(rows) == 1
    assert not await desk.is_held()
    with CountingServer() as server:
        box = a_mailbox(server.port)
        await deliver(rows[0], mailbox=box, recheck=always_same, worker="w", now=NOW)
        await box.close()
        sent = server.messages[0]
    assert sent["To"] == "ap@harbour.example"
    assert sent["Subject"] == "Re: Invoice INV-1"
    assert sent["In-Reply-To"] == mail.mime_message_id
    assert str(sent["References"]).split() == [OURS, mail.mime_message_id]
    html: Any = sent.get_body(("html",))
    assert "Friday is fine &lt;b&gt;" in html.get_content()
    assert "We pay on Friday." in sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_machines_mail_can_be_made_to_need_a_decision(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk) -> None:
    mail = await desk.receives("Ticket 7: we dispute this.", Auto_Submitted="auto-generated")
    assert not await desk.is_held()
    await sign_in()
    assert "It needs a decision" in (await client.get(f"/inbox/{mail.id}")).text
    await client.post(f"/inbox/{mail.id}/return")
    assert await desk.is_held()


async def test_going_on_from_the_customers_page_empties_the_inbox_too(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk
) -> None:
    await desk.receives()
    await sign_in()
    await client.post(f"/customers/{desk.customer.id}/reply/end")
    assert not await desk.is_held()
    assert "Ann Lee" not in (await client.get("/inbox")).text


async def test_who_may_not(client: httpx.AsyncClient, sign_in: SignIn, desk: Desk, meridian: Firm) -> None:
    mail = await desk.receives()
    await sign_in(Role.VIEWER)
    for verb in VERBS:
        assert (await client.post(f"/inbox/{mail.id}/{verb}")).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.get(f"/inbox/{mail.id}")).status_code == 404
    for verb in VERBS:
        assert (await client.post(f"/inbox/{mail.id}/{verb}", data={"answer": "x"})).status_code in (404, 422)
    assert await desk.is_held()


async def test_files_are_downloads_and_nothing_else(
    client: httpx.AsyncClient, sign_in: SignIn, desk: Desk, meridian: Firm
) -> None:
    part = '--x\nContent-Type: text/html\nContent-Disposition: attachment; filename="../remit.html"\n\n<p>1</p>\n--x--'
    mail = await desk.receives(f"--x\nContent-Type: text/plain\n\nHello\n{part}", kind="multipart/mixed; boundary=x")
    file = attachments_of(mail.attachments)[0]
    await sign_in(Role.VIEWER)
    assert "..-remit.html" in (await client.get(f"/inbox/{mail.id}")).text
    answer = await client.get(f"/inbox/{mail.id}/files/{file.hash}")
    assert answer.content.strip() == b"<p>1</p>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    await sign_in(meridian.anna)
    assert (await client.get(f"/inbox/{mail.id}/files/{file.hash}")).status_code == 404
