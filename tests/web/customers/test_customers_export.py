"""/customers.csv and .xlsx: the list as a file."""

import csv
import io
import zipfile
from typing import Any

import httpx
import pytest

from app.customers.tables import Customer
from app.invoices.summary_actions import recount
from tests import cast
from tests.web.chasing.ready import ZONE, owing, today
from tests.web.conftest import SignIn


@pytest.fixture
async def three(borealis: cast.Firm) -> list[Customer]:
    """Harbour owes 900, Ashdown 80, and one whose name is a formula 10."""
    owed = [("Harbour Foods Ltd", "900.00"), ("Ashdown Engineering", "80.00"), ('=HYPERLINK("http://evil")', "10.00")]
    rows = [(await owing(borealis, name, total=total))[0] for name, total in owed]
    await recount(borealis.id, today(ZONE))
    return rows


def read(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_the_list_is_a_file_as_it_is_shown(client: httpx.AsyncClient, sign_in: SignIn, three: Any) -> None:
    await sign_in("viewer")
    answer = await client.get("/customers.csv?cols=name&cols=overdue")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="customers-{today(ZONE)}.csv"'
    assert read(answer) == [
        ["Customer", "Overdue (GBP)"],
        ["Harbour Foods Ltd", "900.00"],
        ["Ashdown Engineering", "80.00"],
        ['\'=HYPERLINK("http://evil")', "10.00"],
    ]


async def test_searched_and_sorted_as_the_list_is(client: httpx.AsyncClient, sign_in: SignIn, three: Any) -> None:
    await sign_in("viewer")
    answer = await client.get("/customers.csv?cols=name&sort=name&owes_from=50")
    assert [line[0] for line in read(answer)[1:]] == ["Ashdown Engineering", "Harbour Foods Ltd"]
    assert [line[0] for line in read(await client.get("/customers.csv?cols=name&q=food"))[1:]] == ["Harbour Foods Ltd"]


async def test_all_pages_are_in_it(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    for number in range(53):
        await cast.an_invoice(await cast.a_customer(borealis.organisation, f"Customer {number}"), f"INV-{number}")
    await recount(borealis.id, today(ZONE))
    await sign_in("viewer")
    assert len(read(await client.get("/customers.csv?page=2&cols=name"))) == 54


async def test_an_excel_workbook_has_no_formula(client: httpx.AsyncClient, sign_in: SignIn, three: Any) -> None:
    await sign_in("viewer")
    answer = await client.get("/customers.xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "Harbour Foods Ltd" in sheet
    assert "=HYPERLINK" in sheet
    assert "<f>" not in sheet


async def test_those_ticked_are_exported_alone(client: httpx.AsyncClient, sign_in: SignIn, three: list[Customer]) -> None:
    await sign_in("controller")
    given = {"ids": [str(three[1].id)], "matching": "cols=name"}
    assert [line[0] for line in read(await client.post("/customers.csv", data=given))[1:]] == ["Ashdown Engineering"]


async def test_all_that_match_are_exported(client: httpx.AsyncClient, sign_in: SignIn, three: Any) -> None:
    await sign_in("controller")
    given = {"all_matching": "1", "matching": "q=ashdown&cols=name", "ids": ["999"]}
    assert [line[0] for line in read(await client.post("/customers.csv", data=given))[1:]] == ["Ashdown Engineering"]


async def test_nobody_takes_away_anothers_customers(
    client: httpx.AsyncClient, sign_in: SignIn, three: list[Customer], meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    assert len(read(await client.get("/customers.csv"))) == 1
    taken = await client.post("/customers.csv", data={"ids": [str(each.id) for each in three]})
    assert len(read(taken)) == 1


async def test_the_list_leads_to_its_files(client: httpx.AsyncClient, sign_in: SignIn, three: Any) -> None:
    await sign_in("viewer")
    page = (await client.get("/customers?q=harb")).text
    assert 'href="/customers.xlsx?q=harb"' in page
    assert 'href="/customers.csv?q=harb"' in page
