"""/customers/{id}/language: chosen by those who work, used where a template has a text in it."""

import httpx

from app.customers.tables import Customer
from app.organisations.membership import Role
from app.schedules.actions import ship
from tests.cast import NOW, Firm, a_customer
from tests.web.conftest import SignIn


async def test_a_customers_language_is_chosen_and_shown(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    await ship(borealis.id, NOW)
    customer = await a_customer(borealis.organisation)
    await sign_in(Role.CONTROLLER)
    assert "as everybody" in (await client.get(f"/customers/{customer.id}")).text
    answer = await client.post(f"/customers/{customer.id}/language", data={"language": "de"})
    assert answer.status_code == 303
    page = (await client.get(f"/customers/{customer.id}")).text
    assert "is written to in German." in page
    assert "Is written to in German" in page
    form = (await client.get(f"/customers/{customer.id}/language")).text
    assert "Without a text in German: Coming up" in form
    await client.post(f"/customers/{customer.id}/language", data={"language": ""})
    assert await Customer.exists().where(Customer.id == customer.id, Customer.language == "")


async def test_only_languages_of_the_list_are_taken(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    customer = await a_customer(borealis.organisation)
    await sign_in(Role.CONTROLLER)
    answer = await client.post(f"/customers/{customer.id}/language", data={"language": "-de"})
    assert answer.status_code == 422
    assert "Choose a language from the list" in answer.text


async def test_a_viewer_may_not_and_a_stranger_finds_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    customer = await a_customer(borealis.organisation)
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/customers/{customer.id}/language", data={"language": "de"})).status_code == 403
    await sign_in(meridian.anna)
    assert (await client.post(f"/customers/{customer.id}/language", data={"language": "de"})).status_code == 404
