"""/chase-now: several customers written to by hand from a list, each looked at, those left out with their reason."""

import re

import httpx
import pytest

from app.chasing.tables import Reminder, Wording
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Three:
    """Harbour and Ashdown owe; Cobalt owes too, and is with a collection agency."""

    def __init__(self, customers: list[Customer], invoices: list[Invoice]) -> None:
        self.harbour, self.ashdown, self.cobalt = customers
        self.invoices = invoices

    @property
    def ids(self) -> list[str]:
        return [str(each.id) for each in (self.harbour, self.ashdown, self.cobalt)]


@pytest.fixture
async def three(borealis: cast.Firm) -> Three:
    await ready(borealis)
    found = [
        await owing(borealis, name, number=f"INV-{n}") for n, name in enumerate(("Harbour Foods Ltd", "Ashdown", "Cobalt"))
    ]
    await Customer.update({Customer.stop: "agency"}).where(Customer.id == found[2][0].id)
    await planned(borealis)
    return Three([customer for customer, _ in found], [invoice for _, invoice in found])


async def by_hand() -> list[Message]:
    return await Message.objects().where(Message.kind == "chase_now").order_by(Message.id)


def form_of(page: str, **changes: str) -> dict[str, str]:
    ticked = dict.fromkeys(re.findall(r'name="(customer_\d+)" value="1" checked', page), "1")
    selects = re.findall(r'name="(template|sender)".*?<option value="(\d+)" selected', page, re.S)
    return {**dict(HIDDEN.findall(page)), **dict(selects), **ticked, "do": "send", **changes}


async def test_what_goes_and_what_is_left_out_is_shown_first(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    page = (await client.post("/customers/chase-now", data={"ids": three.ids})).text
    assert "2 emails about £1,280.00 would go at once" in page
    left = page.split('id="could"')[1]
    assert "Cobalt" in left
    assert "is with a collection agency" in left
    assert await by_hand() == []


async def test_each_letter_can_be_seen(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    page = (await client.post("/customers/chase-now", data={"ids": three.ids})).text
    [first, *_] = re.findall(r'href="(/chase-now/\d+/letter[^"]*)"', page)
    letter = await client.get(first.replace("&amp;", "&"))
    assert "£640.00" in letter.text
    assert "default-src 'none'" in letter.headers["content-security-policy"]


async def test_those_ticked_are_sent_once(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    form = form_of((await client.post("/customers/chase-now", data={"ids": three.ids})).text)
    await client.post("/chase-now", data=form)
    assert "2 emails are on the way." in (await client.get("/customers")).text
    await client.post("/chase-now", data=form)
    assert len(await by_hand()) == 2
    assert {message.customer_id for message in await by_hand()} == {three.harbour.id, three.ashdown.id}


async def test_a_stopped_one_goes_when_it_is_ticked(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    page = (await client.post("/customers/chase-now", data={"ids": three.ids})).text
    await client.post("/chase-now", data=form_of(page, **{f"customer_{three.cobalt.id}": "1"}))
    assert len(await by_hand()) == 3
    cobalts = await Wording.objects().get(Wording.customer == three.cobalt.id)
    assert cobalts is not None
    assert cobalts.despite == '["customer_stopped"]'


async def test_invoices_are_grouped_by_customer_and_only_they_are_asked_for(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, three: Three
) -> None:
    await cast.an_invoice(three.harbour, "INV-77", total="500.00")
    await sign_in("controller")
    chosen = [str(three.invoices[0].id), str(three.invoices[1].id)]
    page = (await client.post("/invoices/chase-now", data={"ids": chosen})).text
    assert "2 emails about £1,280.00" in page
    assert "INV-77" not in page


async def test_another_template_can_be_shown(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    page = (await client.post("/customers/chase-now", data={"ids": three.ids})).text
    other = re.findall(r'<option value="(\d+)">Firm', page)[0]
    page = (await client.post("/chase-now", data=form_of(page, template=other, do="show"))).text
    assert f"letter?template={other}" in page
    await client.post("/chase-now", data=form_of(page))
    assert {reminder.template_name for reminder in await Reminder.objects().where(Reminder.kind == "chase_now")} == {"Firm"}


async def test_nobody_is_chased_without_a_tick(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    form = form_of((await client.post("/customers/chase-now", data={"ids": three.ids})).text)
    await client.post("/chase-now", data={name: value for name, value in form.items() if not name.startswith("customer_")})
    assert await by_hand() == []


async def test_an_empty_selection_says_what_to_do(client: httpx.AsyncClient, sign_in: SignIn, three: Three) -> None:
    await sign_in("controller")
    assert (await client.post("/customers/chase-now", data={})).headers["location"] == "/customers"
    assert "Tick the customers to chase first." in (await client.get("/customers")).text


@pytest.mark.parametrize("path", ["/customers/chase-now", "/invoices/chase-now", "/chase-now"])
async def test_a_viewer_may_not(client: httpx.AsyncClient, sign_in: SignIn, three: Three, path: str) -> None:
    await sign_in("viewer")
    assert (await client.post(path, data={"ids": three.ids})).status_code == 403


async def test_nothing_of_another_organisation_is_chased(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, three: Three
) -> None:
    await sign_in("controller")
    form = form_of((await client.post("/customers/chase-now", data={"ids": three.ids})).text)
    letter = f"/chase-now/{three.harbour.id}/letter?template={form['template']}"
    await sign_in(meridian.anna)
    assert "Harbour" not in (await client.post("/customers/chase-now", data={"ids": three.ids})).text
    assert (await client.get(letter)).status_code == 404
    await client.post("/chase-now", data=form)
    assert await by_hand() == []
