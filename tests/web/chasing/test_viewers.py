"""Whoever only reads is offered nothing that they may not do: each link of these pages opens, and nothing is posted."""

import re
from html import unescape

import httpx
import pytest

from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
POSTED = re.compile(
    r'formaction="([^"]*)"|<form[^>]*method="post"[^>]*action="([^"]*)"|<form[^>]*action="([^"]*)"[^>]*method="post"'
)
OWN = ("/sign-out", "/patterns")
THEIR_OWN_VIEWS = "/views/"
ASKS_XERO = re.compile(r"\.pdf$")


@pytest.mark.parametrize(
    "address", ["/", "/customers", "/invoices", "/customers/{customer}", "/invoices/{invoice}", "/upcoming", "/upcoming/past",
             "/approvals", "/schedules", "/promises", "/disputes"]
)  # fmt: skip
async def test_a_viewer_is_offered_nothing_that_is_refused(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, address: str
) -> None:
    await ready(borealis)
    customer, invoice = await owing(borealis, number="INV-0231")
    await planned(borealis)
    await sign_in("viewer")
    shown = await client.get(address.format(customer=customer.id, invoice=invoice.id))
    assert shown.status_code == 200
    main = shown.text.partition("<main")[2]
    refused = []
    for link in sorted({unescape(found) for found in LINK.findall(main)} - {address}):
        if not link.startswith(OWN) and not ASKS_XERO.search(link) and (await client.get(link)).status_code == 403:
            refused.append(link)
    assert refused == []
    posts = {next(filter(None, found)) for found in POSTED.findall(main)}
    assert {post for post in posts if not post.startswith(THEIR_OWN_VIEWS)} == set(), "a viewer changes nothing here"
