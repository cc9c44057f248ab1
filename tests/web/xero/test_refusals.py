"""POST /invoices/{id}/expected-date/push, and where a refusal is told"""

from datetime import date

import pytest

from app.organisations.membership import Role
from app.promises.tables import ExpectedDate
from tests import cast

REASON = "This document cannot be edited as it has a payment or credit note allocated to it."


@pytest.fixture
async def refused(borealis, sign_in):
    """An open invoice whose date Xero did not take."""
    await sign_in(Role.CONTROLLER)
    invoice = await cast.an_invoice(await cast.a_customer(borealis.organisation), "INV-77")
    await ExpectedDate(
        organisation=borealis.id, invoice=invoice.id, expected_on=date(2026, 12, 4), source="controller", set_by="Tom Hale",
        set_at=cast.NOW, push="refused", refusal=REASON, tried_at=cast.NOW,
    ).save()  # fmt: skip
    return invoice


async def test_it_stands_on_home_and_on_the_invoice(client, refused):
    for path in ("/", f"/invoices/{refused.id}"):
        page = (await client.get(path)).text
        assert REASON in page and f'action="/invoices/{refused.id}/expected-date/push"' in page, path
    assert "Dates that Xero did not take" in (await client.get("/")).text


async def test_a_clearing_that_xero_refused_is_told_as_one(client, refused):
    await ExpectedDate.update({ExpectedDate.expected_on: None}, force=True)
    assert "INV-77</a> Harbour Foods Ltd, cleared here" in (await client.get("/")).text
    assert "let go of its expected date" in (await client.get(f"/invoices/{refused.id}")).text


async def test_try_again_asks_once_more(client, refused):
    answer = await client.post(f"/invoices/{refused.id}/expected-date/push")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/invoices/{refused.id}")
    row = await ExpectedDate.objects().first()
    assert (row.push, row.expected_on) == ("pending", date(2026, 12, 4))
    page = (await client.get(f"/invoices/{refused.id}")).text
    assert "It is being asked again." in page and REASON in page and "expected-date/push" not in page
    assert "Dates that Xero did not take" not in (await client.get("/")).text


async def test_pressing_it_twice_is_told(client, refused):
    await client.post(f"/invoices/{refused.id}/expected-date/push")
    await client.post(f"/invoices/{refused.id}/expected-date/push")
    assert "refuses nothing of this invoice any more" in (await client.get("/")).text


async def test_a_paid_invoice_is_no_concern_on_home(client, refused):
    refused.is_open = False
    await refused.save()
    assert REASON not in (await client.get("/")).text


async def test_more_than_five_are_said_to_be_more(client, refused, borealis):
    customer = await cast.a_customer(borealis.organisation)
    for _ in range(6):
        invoice = await cast.an_invoice(customer)
        await ExpectedDate(
            organisation=borealis.id, invoice=invoice.id, expected_on=date(2026, 12, 4), push="refused", refusal=REASON,
            tried_at=cast.NOW,
        ).save()  # fmt: skip
    page = (await client.get("/")).text
    assert page.count("expected-date/push") == 5 and "And more; the invoices say which." in page


async def test_a_viewer_reads_it_and_may_not_ask(client, refused, sign_in):
    await sign_in(Role.VIEWER)
    assert (await client.post(f"/invoices/{refused.id}/expected-date/push")).status_code == 403
    page = (await client.get("/")).text
    assert REASON in page and "expected-date/push" not in page


async def test_another_business_finds_nothing(client, refused, sign_in, meridian):
    await sign_in(meridian.anna)
    assert (await client.post(f"/invoices/{refused.id}/expected-date/push")).status_code == 404
    assert REASON not in (await client.get("/")).text


@pytest.mark.parametrize("wrong", ["0", "x", "99999999999", "%20"])
async def test_an_invoice_that_there_is_not(client, refused, wrong):
    assert (await client.post(f"/invoices/{wrong}/expected-date/push")).status_code == 404
