"""/disputes: the list, the page of one, and what is decided there."""

from datetime import date
from typing import Any

import httpx
import pytest

from app.activity.tables import Task
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.membership import Role
from app.promises.tables import Dispute
from tests import cast

GRID = {"HX-Request": "true", "HX-Target": "grid-disputes"}
PATHS = ["", "/resolution", "/resolution/end"]


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def invoice(borealis: cast.Firm) -> Invoice:
    customer: Customer = await cast.a_customer(borealis.organisation, assigned_to=borealis.tom.member_id)
    return await cast.an_invoice(customer, "INV-1", total="120.00")


@pytest.fixture
async def queried(client: httpx.AsyncClient, invoice: Invoice, sign_in: Any) -> Dispute:
    """£20.50 of it, opened by Tom on the phone."""
    await sign_in(Role.CONTROLLER)
    fields = {"reason": "duplicate", "amount": "20.50", "text": "Billed twice", "owner": "", "answer_by_on": ""}
    await client.post(f"/invoices/{invoice.id}/dispute", data=fields)
    (row,) = await Dispute.objects()
    return row


async def test_a_query_has_an_owner_and_a_day_by_which_it_is_answered(queried: Dispute, borealis: cast.Firm) -> None:
    assert (queried.amount, queried.opened_by, queried.owner) == (205_000, "Tom Hale", borealis.tom.member_id)
    assert queried.answer_by_on == date(2026, 12, 7)  # five working days
    (task,) = await Task.objects()
    assert (task.assigned_to, task.due_on) == (borealis.tom.member_id, date(2026, 12, 7))


async def test_the_list_shows_what_is_open_and_the_fragment_is_the_grid_alone(
    client: httpx.AsyncClient, queried: Dispute
) -> None:
    page = (await client.get("/disputes")).text
    assert "INV-1" in page and "We have this invoice twice" in page and "20.50" in page and "Tom Hale" in page
    fragment = (await client.get("/disputes", headers=GRID)).text
    assert "<html" not in fragment and "INV-1" in fragment


@pytest.mark.parametrize(
    ("query", "is_there"),
    [("whose=mine", True), ("whose=nobody", False), ("due=overdue", False), ("state=resolved", False), ("state=open", True)],
)
async def test_the_list_is_filtered(client: httpx.AsyncClient, queried: Dispute, query: str, is_there: bool) -> None:
    assert ("/disputes/1" in (await client.get(f"/disputes?{query}")).text) is is_there


COLUMNS = ("number", "customer", "amount", "opened", "answer", "owner", "state")
NARROWED = ("answer_from=2026-12-07&answer_to=2026-12-07", "amount_from=20", "reason=duplicate", "q=twice", "whose=mine")
QUERIES = [*NARROWED, *(f"sort={falls}{key}" for key in COLUMNS for falls in ("", "-"))]


@pytest.mark.parametrize("query", QUERIES)
async def test_the_list_is_narrowed_and_sorted_by_every_column(client: httpx.AsyncClient, queried: Dispute, query: str) -> None:
    answer = await client.get(f"/disputes?{query}")
    assert answer.status_code == 200 and "/disputes/1" in answer.text


async def test_home_leads_to_what_is_past_its_deadline(client: httpx.AsyncClient, queried: Dispute) -> None:
    await Dispute.update({Dispute.answer_by_on: date(2026, 11, 27)}, force=True)
    home = (await client.get("/")).text
    assert 'href="/disputes?due=overdue">1 dispute is past its deadline' in home
    page = (await client.get("/disputes?due=overdue")).text
    assert "INV-1" in page and "3 days late" in page


async def test_it_is_narrowed_and_handed_on(client: httpx.AsyncClient, queried: Dispute, borealis: cast.Firm) -> None:
    fields = {"amount": "10.00", "owner": str(borealis.anna.member_id), "answer_by_on": "2026-12-11"}
    answer = await client.post(f"/disputes/{queried.id}", data=fields)
    assert answer.headers["location"] == f"/disputes/{queried.id}"
    await queried.refresh()
    assert (queried.amount, queried.owner, queried.answer_by_on) == (100_000, borealis.anna.member_id, date(2026, 12, 11))
    page = (await client.get(f"/disputes/{queried.id}")).text
    assert "the rest of the £120.00 outstanding is chased" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "120.01", "between nothing and £120.00"),
        ("amount", "some", "Write the amount in figures"),
        ("owner", "99999", "Choose a colleague"),
        ("answer_by_on", "soon", "Write the date"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_changes(
    client: httpx.AsyncClient, queried: Dispute, field: str, value: str, said: str
) -> None:
    answer = await client.post(f"/disputes/{queried.id}", data={"amount": "", "owner": "", "answer_by_on": "", field: value})
    assert answer.status_code == 422
    assert said in answer.text
    await queried.refresh()
    assert queried.amount == 205_000


async def test_it_is_resolved_and_opened_again(client: httpx.AsyncClient, queried: Dispute) -> None:
    assert (await client.post(f"/disputes/{queried.id}/resolution", data={"outcome": ""})).status_code == 422
    assert (await client.post(f"/disputes/{queried.id}/resolution", data={"outcome": "other"})).status_code == 422
    await client.post(f"/disputes/{queried.id}/resolution", data={"outcome": "customer_pays", "resolution": "Found the order"})
    await queried.refresh()
    assert (queried.outcome, queried.resolution, queried.resolved_at) == ("customer_pays", "Found the order", cast.NOW)
    page = (await client.get(f"/disputes/{queried.id}")).text
    assert "They pay it after all" in page and "Open it again" in page
    await client.post(f"/disputes/{queried.id}/resolution/end")
    await queried.refresh()
    assert (queried.outcome, queried.resolved_at) == ("", None)


async def test_an_agreed_credit_goes_on_waiting_and_says_so(client: httpx.AsyncClient, queried: Dispute) -> None:
    await client.post(f"/disputes/{queried.id}/resolution", data={"outcome": "credit_agreed"})
    await queried.refresh()
    assert queried.resolved_at is None
    assert "until the credit note is in Xero" in (await client.get(f"/invoices/{queried.invoice}")).text
    assert "this ends by itself when the credit note is in Xero" in (await client.get(f"/disputes/{queried.id}")).text


async def test_viewers_look_and_decide_nothing(client: httpx.AsyncClient, queried: Dispute, sign_in: Any) -> None:
    await sign_in(Role.VIEWER)
    page = await client.get(f"/disputes/{queried.id}")
    assert page.status_code == 200
    assert f'action="/disputes/{queried.id}' not in page.text
    for path in PATHS:
        assert (await client.post(f"/disputes/{queried.id}{path}", data={"outcome": "withdrawn"})).status_code == 403


async def test_another_organisations_disputes_are_not_there(
    client: httpx.AsyncClient, queried: Dispute, meridian: cast.Firm, sign_in: Any
) -> None:
    await sign_in(meridian.anna)
    assert "INV-1" not in (await client.get("/disputes?state=open")).text
    assert (await client.get(f"/disputes/{queried.id}")).status_code == 404
    for path in PATHS:
        assert (await client.post(f"/disputes/{queried.id}{path}", data={"outcome": "withdrawn"})).status_code == 404


async def test_a_viewer_cannot_be_made_the_owner(client: httpx.AsyncClient, queried: Dispute, borealis: cast.Firm) -> None:
    answer = await client.post(f"/disputes/{queried.id}", data={"owner": str(borealis.vera.member_id)})
    assert answer.status_code == 422


async def test_an_empty_list_says_what_will_be_here(client: httpx.AsyncClient, sign_in: Any) -> None:
    await sign_in(Role.VIEWER)
    assert "No open disputes" in (await client.get("/disputes")).text
