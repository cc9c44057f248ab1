"""/customers/{id}: the page of one customer and the decisions taken there."""

from datetime import timedelta

import httpx
import pytest

from app.activity.actions import record
from app.activity.tables import Activity
from app.clock import now
from app.customers.tables import Customer, Recipient
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "customer"}
DECISIONS = ("chasing", "chasing/end", "pause", "pause/end", "stop", "stop/end", "reply/end", "notes", "recipients")


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    await ready(borealis)
    customer, _ = await owing(borealis, number="INV-0231", days_overdue=10)
    await planned(borealis)
    return customer


async def now_of(customer: Customer) -> Customer:
    found = await Customer.objects().get(Customer.id == customer.id)
    assert found is not None
    return found


async def test_the_page_sums_the_customer_up(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert "Owes £640.00, all of it overdue; next: When can we expect it? on" in page
    assert "INV-0231" in page
    assert "10 days overdue" in page
    assert "step 3 (When can we expect it?)" in page
    assert "Edit in Xero" in page


async def test_what_comes_up_is_listed_by_day(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert page.index("When can we expect it?</b>") < page.index("Firm</b>")


async def test_a_customer_with_nothing_open_still_has_a_page(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    await sign_in("viewer")
    page = (await client.get(f"/customers/{customer.id}")).text
    assert "Owes nothing." in page
    assert "Nobody to write to" in page


async def test_what_the_customer_said_stands_in_the_conversation(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, harbour: Customer
) -> None:
    said = "The customer promised in the portal to pay INV-0231 on Fri 4 Dec"
    await record(
        organisation_id=borealis.id, kind="promise", sentence=said, by="the customer", now=now(), customer_id=harbour.id
    )
    await sign_in("viewer")
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert '<li class="theirs">' in page
    assert said in page


async def test_a_viewer_sees_no_forms(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("viewer")
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert f'method="post" action="/customers/{harbour.id}' not in page


@pytest.mark.parametrize("decision", DECISIONS)
async def test_a_viewer_may_decide_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, decision: str
) -> None:
    await sign_in("viewer")
    assert (await client.post(f"/customers/{harbour.id}/{decision}", data={})).status_code == 403


@pytest.mark.parametrize("decision", ["", *DECISIONS])
async def test_another_organisations_customer_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm, decision: str
) -> None:
    theirs = await cast.a_customer(meridian.organisation, "Secret Supplies")
    await sign_in("owner")
    path = f"/customers/{theirs.id}/{decision}".rstrip("/")
    answer = await (client.post(path, data={}) if decision else client.get(path))
    assert answer.status_code == 404
    assert "Secret Supplies" not in answer.text
    assert await Activity.count() == 0


async def test_chasing_is_switched_off_and_on(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    answer = await client.post(f"/customers/{harbour.id}/chasing/end")
    assert answer.headers["location"] == f"/customers/{harbour.id}"
    assert (await now_of(harbour)).chasing is False
    assert "Held: Harbour Foods Ltd is not being chased" in (await client.get(f"/customers/{harbour.id}")).text
    await client.post(f"/customers/{harbour.id}/chasing")
    assert (await now_of(harbour)).chasing is True


async def test_htmx_gets_the_page_anew_with_the_sentence_above(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("controller")
    answer = await client.post(f"/customers/{harbour.id}/chasing/end", headers=REGION)
    assert answer.status_code in (200, 201)
    assert '<div class="stack page" id="customer"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "Harbour Foods Ltd is no longer chased." in answer.text
    assert "is not being chased" in answer.text


async def test_a_pause_holds_until_its_day(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    until = today(ZONE) + timedelta(days=9)
    await client.post(f"/customers/{harbour.id}/pause", data={"until": until.isoformat()})
    assert (await now_of(harbour)).paused_until_on == until
    assert "Paused until" in (await client.get(f"/customers/{harbour.id}")).text
    await client.post(f"/customers/{harbour.id}/pause/end")
    assert (await now_of(harbour)).paused_until_on is None


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01", "9999-12-31"])
async def test_a_pause_needs_a_day_to_come(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, until: str) -> None:
    await sign_in("controller")
    answer = await client.post(f"/customers/{harbour.id}/pause", data={"until": until}, headers=REGION)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert (await now_of(harbour)).paused_until_on is None


async def test_a_stop_names_its_reason(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    assert (await client.post(f"/customers/{harbour.id}/stop", data={"reason": "because"})).status_code == 422
    await client.post(f"/customers/{harbour.id}/stop", data={"reason": "solicitor", "remark": "Bell & Co have it"})
    page = (await client.get(f"/customers/{harbour.id}")).text
    assert "With our solicitor. No reminders are sent. Tom Hale: Bell &amp; Co have it." in page
    await client.post(f"/customers/{harbour.id}/stop/end")
    assert (await now_of(harbour)).stop == ""


async def test_a_reply_is_dealt_with(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await Customer.update({Customer.replied_at: now()}).where(Customer.id == harbour.id)
    await sign_in("controller")
    assert "Dealt with: go on chasing" in (await client.get(f"/customers/{harbour.id}")).text
    await client.post(f"/customers/{harbour.id}/reply/end")
    assert (await now_of(harbour)).replied_at is None


async def test_a_note_stands_on_the_timeline(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    await client.post(f"/customers/{harbour.id}/notes", data={"note": "Rang Ann <b>today</b>"})
    assert "Rang Ann &lt;b&gt;today&lt;/b&gt;" in (await client.get(f"/customers/{harbour.id}")).text
    assert (await client.post(f"/customers/{harbour.id}/notes", data={"note": "  "})).status_code == 422


async def test_an_address_is_added_and_taken_away(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    base = f"/customers/{harbour.id}/recipients"
    await client.post(base, data={"email": "boss@harbour.example", "name": "Ann Marsh", "kind": "escalated"})
    added = await Recipient.objects().get(Recipient.email == "boss@harbour.example")
    assert added is not None
    assert (added.kind, added.source, added.is_kind_chosen) == ("escalated", "here", True)
    await client.post(f"{base}/{added.id}/end")
    assert not await Recipient.exists().where(Recipient.id == added.id)


@pytest.mark.parametrize("email", ["", "harbour", "a@b", "two@x.example three@x.example", "a@x.example\r\nBcc: b@x.example"])
async def test_what_is_no_address_is_not_added(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, email: str
) -> None:
    await sign_in("controller")
    answer = await client.post(f"/customers/{harbour.id}/recipients", data={"email": email, "kind": "normal"})
    assert answer.status_code == 422
    assert await Recipient.count().where(Recipient.customer == harbour.id) == 1


async def test_the_same_address_is_not_added_twice(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    first = await Recipient.objects().where(Recipient.customer == harbour.id).first()
    assert first is not None
    await client.post(f"/customers/{harbour.id}/recipients", data={"email": first.email.upper(), "kind": "copy"})
    rows = await Recipient.objects().where(Recipient.customer == harbour.id)
    assert [row.kind for row in rows] == ["copy"]


async def test_the_kind_chosen_here_changes_who_is_written_to(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("controller")
    only = await Recipient.objects().where(Recipient.customer == harbour.id).first()
    assert only is not None
    answer = await client.post(f"/customers/{harbour.id}/recipients/{only.id}", data={"kind": "none"}, headers=REGION)
    assert "is now none." in answer.text
    assert "Held: Harbour Foods Ltd has no" in answer.text


async def test_an_address_from_xero_is_not_removed_here(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    only = await Recipient.objects().where(Recipient.customer == harbour.id).first()
    assert only is not None
    assert (await client.post(f"/customers/{harbour.id}/recipients/{only.id}/end")).status_code == 422
    assert await Recipient.exists().where(Recipient.id == only.id)


async def test_a_refused_address_can_be_used_again(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await Recipient.update({Recipient.bounced_at: now(), Recipient.bounce_answer: "550 no such user"}).where(
        Recipient.customer == harbour.id
    )
    await sign_in("controller")
    assert "Refused: 550 no such user" in (await client.get(f"/customers/{harbour.id}")).text
    only = await Recipient.objects().where(Recipient.customer == harbour.id).first()
    assert only is not None
    await client.post(f"/customers/{harbour.id}/recipients/{only.id}/bounce/end")
    assert "Refused" not in (await client.get(f"/customers/{harbour.id}")).text


@pytest.mark.parametrize("act", ["", "/end", "/bounce/end"])
async def test_a_recipient_of_another_customer_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, meridian: cast.Firm, harbour: Customer, act: str
) -> None:
    theirs = await cast.a_recipient(await cast.a_customer(meridian.organisation), source="here")
    await sign_in("owner")
    path = f"/customers/{harbour.id}/recipients/{theirs.id}{act}"
    assert (await client.post(path, data={"kind": "none"})).status_code == 404
