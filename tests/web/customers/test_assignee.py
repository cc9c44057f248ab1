"""/customers/{id}/assignee: who looks after a customer."""

from typing import Any

import httpx
import pytest

from app.activity.tables import Activity
from app.customers.assignee_actions import assign
from app.customers.tables import Customer
from app.organisations.membership import Role
from tests import cast
from tests.web.chasing.ready import owing, ready

REGION = {"HX-Request": "true", "HX-Target": "customer"}


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    await ready(borealis)
    return (await owing(borealis))[0]


async def assigned(customer: Customer) -> int | None:
    row = await Customer.select(Customer.assigned_to).where(Customer.id == customer.id).first()
    return row["assigned_to"] if row else None


async def test_a_customer_is_given_to_a_colleague_and_back(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, harbour: Customer
) -> None:
    await sign_in(Role.CONTROLLER)
    anna = borealis.anna.member_id
    answer = await client.post(f"/customers/{harbour.id}/assignee", data={"assignee": anna}, headers=REGION)
    assert "Anna Berg looks after Harbour Foods Ltd." in answer.text
    assert f'<option value="{anna}" selected>Anna Berg</option>' in answer.text
    assert await assigned(harbour) == anna
    answer = await client.post(f"/customers/{harbour.id}/assignee", data={"assignee": ""})
    assert answer.headers["location"] == f"/customers/{harbour.id}"
    assert await assigned(harbour) is None
    lines = await Activity.select(Activity.sentence).where(Activity.kind == "assigned").output(as_list=True)
    assert lines == ["Anna Berg looks after this customer now", "Nobody looks after it now"]


async def test_what_changes_nothing_is_not_told(borealis: cast.Firm, harbour: Customer) -> None:
    other = await cast.a_customer(borealis.organisation, "Quay Press", assigned_to=borealis.tom.member_id)
    before = await assign(borealis.tom, [harbour.id, other.id], borealis.tom.member_id, cast.NOW)
    assert before == {harbour.id: None}
    assert await Activity.count() == 1


async def test_viewers_and_strangers_look_after_nobody(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, meridian: cast.Firm, harbour: Customer
) -> None:
    await sign_in(Role.CONTROLLER)
    for nobody in (borealis.vera.member_id, meridian.anna.member_id, 0, "x"):
        answer = await client.post(f"/customers/{harbour.id}/assignee", data={"assignee": nobody})
        assert answer.status_code == 422
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/customers/{harbour.id}/assignee", data={"assignee": ""})).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{harbour.id}/assignee", data={"assignee": ""})).status_code == 404
    assert await assign(meridian.anna, [harbour.id], meridian.anna.member_id, cast.NOW) == {}
    assert await assigned(harbour) is None
