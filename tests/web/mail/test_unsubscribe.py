"""D3: where it is offered, one step of a recipient works and a scanner's look changes nothing."""

from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest

from app.activity.tables import Task
from app.customers.tables import Customer, Recipient
from app.mail.actions import deliver
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from tests.cast import NOW, Firm, a_customer, a_recipient
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same
from tests.web.conftest import SignIn

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


async def a_sent_letter(firm: Firm, *, offers: bool = True, **facts: Any) -> Any:
    """To ap@harbour.example, who has a colleague; the mail as it arrived."""
    await Organisation.update({Organisation.offers_unsubscribe: offers}).where(Organisation.id == firm.id)
    customer = await a_customer(firm.organisation)
    for email in ("ap@harbour.example", "other@harbour.example"):
        await a_recipient(customer, email)
    with CountingServer() as server:
        number = await a_letter(await a_sender(firm.id, server.port), customer_id=customer.id, **facts)
        box = a_mailbox(server.port)
        await deliver(number, mailbox=box, recheck=always_same, worker="w", now=NOW)
        await box.close()
        return message_from_bytes(server.taken[0], policy=policy.default)


def link_of(mail: Any) -> str:
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost:8000")


async def silent() -> list[str]:
    return list(await Recipient.select(Recipient.email).where(Recipient.kind == "none").output(as_list=True))


async def test_it_is_off_unless_the_organisation_switches_it_on(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    assert (await a_sent_letter(borealis, offers=False))["List-Unsubscribe"] is None
    await sign_in(Role.CONTROLLER)
    assert (await client.post("/senders/unsubscribing", data={"offers": "1"})).status_code == 403
    await sign_in(Role.MANAGER)
    await client.post("/senders/unsubscribing", data={"offers": "1"})
    assert await Organisation.exists().where(Organisation.id == borealis.id, Organisation.offers_unsubscribe.eq(True))


async def test_one_post_silences_that_address_opens_one_task_and_a_look_does_nothing(
    client: httpx.AsyncClient, borealis: Firm
) -> None:
    link = link_of(await a_sent_letter(borealis))
    for _ in range(2):
        page = await client.get(link)
        assert "No more emails to ap@harbour.example?" in page.text
    assert await silent() == []
    for _ in range(2):
        answer = await client.post(link, data=ONE_CLICK)
        assert answer.status_code < 300, "a mail program follows no redirects"
    assert await silent() == ["ap@harbour.example"]
    assert await Task.count() == 1
    assert await Customer.exists().where(Customer.reconsider_at.is_not_null())


@pytest.mark.parametrize("facts", [{"cc": ("boss@harbour.example",)}, {"to": ("a@harbour.example", "b@harbour.example")}])
async def test_a_letter_to_several_offers_no_step_of_one(
    facts: dict[str, Any], borealis: Firm, client: httpx.AsyncClient
) -> None:
    assert (await a_sent_letter(borealis, **facts))["List-Unsubscribe"] is None


async def test_a_token_of_nobodys_does_nothing(client: httpx.AsyncClient, borealis: Firm) -> None:
    link = link_of(await a_sent_letter(borealis))
    for wrong in (
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("/unsubscribe/", "/unsubscribe/9"),
        "/unsubscribe/x",
    ):
        assert (await client.post(wrong, data=ONE_CLICK)).status_code == 404
    assert await silent() == []


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "one-click"}, {**ONE_CLICK, "to": "/x"}, {"List-Unsubscribe": ["One-Click", "One-Click"]}]
)
async def test_whatever_says_anything_else_is_no_mail_program(
    client: httpx.AsyncClient, borealis: Firm, body: dict[str, Any]
) -> None:
    """RFC 8058, 3.2: the body is that one pair. It is all that goes without a token of our forms."""
    link = link_of(await a_sent_letter(borealis))
    assert (await client.post(link, data=body)).status_code == 400
    assert (await client.post(link, json=ONE_CLICK)).status_code == 400
    assert await silent() == []


async def test_mail_programs_may_send_it_as_several_parts_and_our_own_button_says_the_same(
    client: httpx.AsyncClient, borealis: Firm
) -> None:
    link = link_of(await a_sent_letter(borealis))
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in (await client.get(link)).text
    answer = await client.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert await silent() == ["ap@harbour.example"]
