"""A customer's link ends by itself once nothing has been owed for half a year."""

from datetime import timedelta
from typing import Any

import pytest

from app.customers.link_actions import portal_link
from app.customers.link_queries import customer_of_token
from app.invoices.link_expiry_actions import expire_links
from app.problems import NotFound
from tests import cast
from tests.cast import NOW

A_YEAR_AGO = NOW - timedelta(days=365)


async def a_link(firm: cast.Firm, **invoice: Any) -> str:
    customer = await cast.a_customer(firm.organisation)
    if invoice:
        await cast.an_invoice(customer, **invoice)
    return await portal_link(customer.id, firm.id, A_YEAR_AGO)


async def test_the_link_of_somebody_who_owes_nothing_for_half_a_year_ends(database: Any) -> None:
    firm = await cast.borealis()
    paid = NOW.date() - timedelta(days=200)
    idle = await a_link(firm, status="PAID", is_open=False, outstanding=0, paid_on=paid)
    empty = await a_link(firm)
    assert await expire_links(NOW) == 2
    for token in (idle, empty):
        with pytest.raises(NotFound):
            await customer_of_token(token, NOW)
    assert await expire_links(NOW) == 0


async def test_who_owes_or_paid_lately_or_has_a_new_link_keeps_it(database: Any) -> None:
    firm = await cast.borealis()
    owing = await a_link(firm, due_on=A_YEAR_AGO.date())
    lately = await a_link(firm, status="PAID", is_open=False, outstanding=0, paid_on=NOW.date() - timedelta(days=100))
    fresh = await portal_link((await cast.a_customer(firm.organisation)).id, firm.id, NOW - timedelta(days=30))
    assert await expire_links(NOW) == 0
    for token in (owing, lately, fresh):
        await customer_of_token(token, NOW)
