"""A grid as a file: plain values, and nothing in it that a spreadsheet would compute."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.grid.cells import Age, Day, Money, Number, Plain, Reading, Text
from components.grid.declaration import Column, EmptyState, Grid
from components.grid.export import as_text, csv_of, heads_of, line_of, would_be_formula
from components.grid.spreadsheet import xlsx_of
from components.grid.state import GridState, read_state

READING = Reading(date(2026, 11, 30))
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
GRID = Grid(
    name="customers",
    one="customer",
    many="customers",
    source="customer c",
    key="c.id",
    columns=(
        Column(key="name", label="Customer", sql="c.name", kind=Text(detail="account")),
        Column(key="owed", label="Owed", sql="c.owed", kind=Money("GBP")),
        Column(key="total", label="Total", sql="c.total", kind=Money(currency_of="currency")),
        Column(key="due", label="Due", sql="c.due", kind=Age()),
        Column(key="next", label="Next", sql="c.next", kind=Day()),
        Column(key="open", label="Open", sql="c.open", kind=Number(), shown=False),
    ),
    also={"currency": "c.currency", "account": "c.account"},
    default_sort="name",
    empty=EmptyState("None", "None yet."),
)
ROW = {
    "id": 1, "name": "=cmd|'/c calc'!A1", "account": "A1", "owed": 12_345_600, "total": 990_000, "currency": "USD",
    "due": "2026-11-22", "next": "2026-12-01", "open": 3,
}  # fmt: skip


async def in_batches(*batches: list[list[Plain]]) -> AsyncIterator[list[list[Plain]]]:
    for batch in batches:
        yield batch


async def csv_rows(*lines: list[Plain]) -> list[list[str]]:
    content = b"".join([piece async for piece in csv_of(["Head"], in_batches(list(lines)))])
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def workbook(*batches: list[list[Plain]], heads: tuple[str, ...] = ("Customer", "Owed")) -> zipfile.ZipFile:
    pieces = [piece async for piece in xlsx_of("Customers", heads, in_batches(*batches))]
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def cells_of(book: zipfile.ZipFile) -> dict[str, ElementTree.Element]:
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {cell.attrib["r"]: cell for cell in sheet.iter(f"{MAIN}c")}


def test_the_shown_columns_are_exported_with_their_units() -> None:
    assert heads_of(GRID, GridState()) == ["Customer", "Owed (GBP)", "Total", "Total currency", "Due (days overdue)", "Next"]


def test_the_columns_chosen_are_those_exported() -> None:
    state = read_state(GRID, "cols=name&cols=open", today=READING.today)
    assert heads_of(GRID, state) == ["Customer", "Open"]
    assert line_of(GRID, state, ROW, READING) == ["=cmd|'/c calc'!A1", Decimal(3)]


def test_values_are_numbers_and_days_where_they_are() -> None:
    values = line_of(GRID, GridState(), ROW, READING)
    assert values[1:] == [Decimal("1234.56"), Decimal(99), "USD", 8, date(2026, 12, 1)]


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
async def test_text_that_would_be_a_formula_is_text_in_a_csv(text: str) -> None:
    assert (await csv_rows([text]))[1] == [f"'{text}"]


async def test_a_csv_says_how_it_is_written_and_reads_back() -> None:
    rows = await csv_rows(["Café „Zwölf“, 2", Decimal("-12.50"), date(2026, 12, 1), None, 'a "quote"\nand a line'])
    assert rows[1] == ["Café „Zwölf“, 2", "-12.50", "2026-12-01", "", 'a "quote"\nand a line']


@given(st.text(max_size=30))
def test_no_text_of_an_export_begins_a_formula(text: str) -> None:
    written = as_text(text)
    assert not would_be_formula(written)
    assert written in (text, f"'{text}")


async def test_a_workbook_holds_text_amounts_and_days() -> None:
    found = cells_of(await workbook([["Ärger & Söhne <Ltd>", Decimal("1234.56")]], [[None, date(2026, 12, 1)]]))
    assert "".join(found["A2"].itertext()) == "Ärger & Söhne <Ltd>"
    assert found["B2"].findtext(f"{MAIN}v") == "1234.56"
    assert found["B3"].findtext(f"{MAIN}v") == "46357"  # 1 December 2026, as Excel counts
    assert "A3" not in found


async def test_a_workbook_has_no_formula_and_keeps_text_as_text_when_edited() -> None:
    book = await workbook([['=HYPERLINK("http://evil")', 1], ["_x003D_1+1", 2], ["a\x00b\x0bc", 3]])
    found = cells_of(book)
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert {found[at].attrib["t"] for at in ("A2", "A3", "A4")} == {"inlineStr"}
    quoted = ElementTree.fromstring(book.read("xl/styles.xml")).findall(f"{MAIN}cellXfs/{MAIN}xf")[int(found["A2"].attrib["s"])]
    assert quoted.attrib["quotePrefix"] == "1"
    assert "".join(found["A3"].itertext()) == "_x005F_x003D_1+1"  # Excel would read _x003D_ as an equals sign
    assert "".join(found["A4"].itertext()) == "abc"


async def test_a_workbook_leaves_while_it_is_written() -> None:
    read: list[int] = []

    async def long_list() -> AsyncIterator[list[list[Plain]]]:
        for batch in range(40):
            read.append(batch)
            yield [[f"Customer {batch * 250 + number} {hash((batch, number))}", Decimal(number)] for number in range(250)]

    pieces = xlsx_of("Customers", ["Customer", "Owed"], long_list())
    first = await anext(pieces)
    assert first.startswith(b"PK")
    assert len(read) < 5
    rest = [piece async for piece in pieces]
    book = zipfile.ZipFile(io.BytesIO(first + b"".join(rest)))
    assert book.testzip() is None
    assert len(cells_of(book)) == 2 + 20_000


async def test_many_columns_have_letters_like_excels() -> None:
    found = cells_of(await workbook([[str(n) for n in range(60)]], heads=tuple(map(str, range(60)))))
    assert {"A1", "Z1", "AA1", "AZ2", "BA2", "BH2"} <= set(found)
