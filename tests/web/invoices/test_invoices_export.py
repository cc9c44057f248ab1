"""/invoices.csv and .xlsx: the list as a file."""

import csv
import io

import httpx

from app.invoices.tables import Invoice
from tests import cast
from tests.web.conftest import SignIn
from tests.web.invoices.test_invoices import ledger

__all__ = ["ledger"]
Ledger = dict[str, Invoice]


def read(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_each_amount_stands_beside_its_currency(client: httpx.AsyncClient, sign_in: SignIn, ledger: Ledger) -> None:
    await sign_in("viewer")
    lines = read(await client.get("/invoices.csv?cols=number&cols=due&cols=outstanding"))
    assert lines == [
        ["Number", "Due (days overdue)", "Outstanding", "Outstanding currency"],
        ["INV-0231", "40", "640.00", "GBP"],
        ["PRO-7", "0", "99.00", "USD"],
        ["INV-0240", "-9", "60.00", "GBP"],
    ]


async def test_what_stands_within_a_number_is_found_and_exported(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Ledger
) -> None:
    await sign_in("controller")
    assert [line[0] for line in read(await client.get("/invoices.csv?q=0240&cols=number"))[1:]] == ["INV-0240"]
    given = {"all_matching": "1", "matching": "q=0240&cols=number"}
    assert [line[0] for line in read(await client.post("/invoices.csv", data=given))[1:]] == ["INV-0240"]


async def test_those_ticked_are_exported_alone(client: httpx.AsyncClient, sign_in: SignIn, ledger: Ledger) -> None:
    await sign_in("controller")
    given = {"ids": [str(ledger["PRO-7"].id)], "matching": "cols=number"}
    assert [line[0] for line in read(await client.post("/invoices.csv", data=given))[1:]] == ["PRO-7"]


async def test_nobody_takes_away_anothers_invoices(
    client: httpx.AsyncClient, sign_in: SignIn, ledger: Ledger, meridian: cast.Firm
) -> None:
    await sign_in(meridian.anna)
    assert len(read(await client.get("/invoices.csv"))) == 1
    taken = await client.post("/invoices.csv", data={"ids": [str(each.id) for each in ledger.values()]})
    assert len(read(taken)) == 1
