"""The link of a customer's portal."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.customers.link_actions import portal_link, revoke, rotate
from app.customers.link_queries import customer_of_token
from app.customers.tables import PortalLink
from app.problems import NotFound
from app.sealing import new_token
from tests import cast
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def firm(database: Any) -> cast.Firm:
    return await cast.borealis()


async def test_a_customer_has_one_living_link(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    tokens = await asyncio.gather(*(portal_link(customer.id, firm.id, NOW) for _ in range(8)))
    assert len(set(tokens)) == 1
    assert await PortalLink.count().where(PortalLink.customer == customer.id) == 1
    assert (await customer_of_token(tokens[0], NOW)).customer == customer.id


async def test_the_token_is_long_typed_and_nowhere_in_clear(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    token = await portal_link(customer.id, firm.id, NOW)
    row = (await PortalLink.select())[0]
    assert token.startswith("p_") and len(token) >= 2 + 128 // 6
    assert not any(token in str(value) for value in row.values())


async def test_a_revoked_link_opens_nothing_and_the_next_one_is_new(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    old = await portal_link(customer.id, firm.id, NOW)
    assert await revoke(customer.id, firm.id, NOW) == 1
    with pytest.raises(NotFound):
        await customer_of_token(old, NOW)
    assert await portal_link(customer.id, firm.id, NOW) != old


async def test_rotating_ends_the_old_link_and_gives_another(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    old = await portal_link(customer.id, firm.id, NOW)
    new = await rotate(customer.id, firm.id, NOW)
    assert (await customer_of_token(new, NOW)).customer == customer.id
    with pytest.raises(NotFound):
        await customer_of_token(old, NOW)


async def test_an_expired_link_opens_nothing(firm: cast.Firm) -> None:
    customer = await cast.a_customer(firm.organisation)
    token = await portal_link(customer.id, firm.id, NOW)
    await PortalLink.update({PortalLink.expires_at: NOW}, force=True)
    with pytest.raises(NotFound):
        await customer_of_token(token, NOW + timedelta(seconds=1))


FOREIGN = ["", "p_", "x", new_token("s"), new_token("p"), "p_" + "a" * 5000]


@pytest.mark.parametrize("token", FOREIGN, ids=["empty", "prefix", "letter", "session", "unknown", "endless"])
async def test_no_other_token_opens_anything(firm: cast.Firm, token: str) -> None:
    customer = await cast.a_customer(firm.organisation)
    await portal_link(customer.id, firm.id, NOW)
    with pytest.raises(NotFound):
        await customer_of_token(token, NOW)


async def test_no_link_is_made_for_another_organisations_customer(firm: cast.Firm) -> None:
    other = await cast.meridian()
    theirs = await cast.a_customer(other.organisation)
    with pytest.raises(NotFound):
        await portal_link(theirs.id, firm.id, NOW)
    with pytest.raises(NotFound):
        await rotate(theirs.id, firm.id, NOW)
    assert await PortalLink.count() == 0
