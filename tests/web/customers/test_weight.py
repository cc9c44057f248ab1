"""G11: what a list answers with when it is sorted weighs little on its way. A kilobyte of it are the random identifiers in
the addresses of Xero, which nothing makes smaller."""

import random
import uuid
from decimal import Decimal

import brotli
import httpx
import pytest

from app.invoices.summary_actions import recount
from tests import cast
from tests.web.chasing.ready import ZONE, owing, planned, ready, today
from tests.web.conftest import SignIn

KINDS = ("Interiors", "Estates", "Dental", "Roofing", "Foods", "School", "Engineering", "Print & Sign", "Logistics")
PLACES = ("Ashdown", "Harbour", "Meridian", "Castle", "Tern", "Grand", "Orchard", "Severn", "Northgate", "Blythe")
QUALITY, MOST = 5, 8 * 1024
"""As answers are compressed, and what they may weigh."""


@pytest.fixture
async def sixty(borealis: cast.Firm) -> None:
    """Sixty customers, each with a name, an account, an amount and a day of its own."""
    await ready(borealis)
    chance = random.Random(11)
    for number in range(60):
        name = f"{chance.choice(PLACES)} {chance.choice(KINDS)} {chance.randrange(20_000)} Ltd"
        amount = Decimal(chance.randrange(10_000, 9_000_000)) / 100
        days, paper = chance.randrange(1, 200), f"INV-{chance.randrange(100_000):06}"
        customer, invoice = await owing(borealis, name, number=paper, days_overdue=days, total=str(amount))
        customer.account_number, invoice.reference = f"A{chance.randrange(20_000):05}", f"PO {chance.randrange(90_000)}"
        for row in (customer, invoice):
            row.xero_id = str(uuid.UUID(int=chance.getrandbits(128)))
            await row.save()
        if number % 3 == 0:
            await cast.an_invoice(customer, total="17.40", due_on=today(ZONE))
    await planned(borealis)
    await recount(borealis.id, today(ZONE))


async def test_a_page_of_fifty_rows_is_light(client: httpx.AsyncClient, sign_in: SignIn, sixty: None) -> None:
    await sign_in("owner")
    for name, sorts in (("customers", ("-overdue", "name", "oldest")), ("invoices", ("due", "-outstanding", "number"))):
        for sort in sorts:
            headers = {"HX-Request": "true", "HX-Target": f"grid-{name}"}
            answer = await client.get(f"/{name}?sort={sort}", headers=headers)
            assert answer.text.count('class="row-link"') == 50
            assert answer.headers["content-encoding"] == "br"
            assert len(brotli.compress(answer.content, quality=QUALITY)) <= MOST, (name, sort)
