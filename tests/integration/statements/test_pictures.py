"""What statements look like: drawn small and compared with the pictures beside this file.

A square of the picture is compared by its mean darkness, so that another version of the drawing program does not matter and a
line that moved, a colour that changed or a column that is gone does. RENEW_PICTURES=1 makes them anew; then look at them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops

from app.statements.account import StatementAccount, UnusedCredit, past_accounts
from app.statements.activity import Entry, Span, activities
from app.statements.gateway import PRESS, in_pages
from tests.conftest import LEFT_OUT
from tests.unit.statements.samples import TODAY, a_statement, an_invoice

KEPT = Path(__file__).with_name("pictures")
DOTS_PER_INCH = 40
SQUARE = 8
MOST_PER_SQUARE, MOST_ON_AVERAGE = 24, 1.0
"""Of 255 steps between black and white. What must be seen, a row that is half a line lower, makes 44 in one square."""

LONG = "Müller-Lüdenscheidt Gebäudetechnik und Energieanlagen-Verwaltungsgesellschaft mbH & Co. KG"
BANK = (("Account name", "Borealis Studio Ltd"), ("Sort code", "20-00-00"), ("", "Please give the reference."))

if shutil.which("pdftoppm") is None:
    LEFT_OUT["pictures of statements"] = "install poppler-utils so that pdftoppm is found on PATH"
pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no pdftoppm")


def of_two_pages() -> StatementAccount:
    ages = range(-30, 150, 4)
    rows = [
        an_invoice(
            f"INV-{n:04}", f"{1200 + n}.50", reference=f"Retainer {n}", due_on=TODAY - timedelta(days=age),
            mark="in query" if n % 9 == 3 else "", pay_url="https://in.xero.com/abc",
        )
        for n, age in enumerate(ages)
    ]  # fmt: skip
    return a_statement(rows, [UnusedCredit("CN-7", "Credit note", "GBP", TODAY, Decimal("250.00"))], bank=BANK)


def of_the_past() -> StatementAccount:
    came = [Entry(TODAY - timedelta(days=n), f"Invoice INV-{n}", "", "GBP", Decimal(n * 10)) for n in range(1, 12)]
    told = activities(came, {"GBP": Decimal(900)}, Span(TODAY - timedelta(days=60), TODAY))
    return msgspec.structs.replace(a_statement([]), currencies=past_accounts(told, "GBP"), is_past=True)


CASES: dict[str, Callable[[], StatementAccount]] = {
    "one-line": lambda: a_statement([an_invoice("INV-1", "120.00", reference="PO 4471")], footer="Terms: 30 days."),
    "two-pages": of_two_pages,
    "currencies": lambda: a_statement([an_invoice(f"I-{c}", "1234.50", currency=c) for c in ("GBP", "EUR", "JPY", "KWD")]),
    "credit-only": lambda: a_statement([], [UnusedCredit("CN-1", "Credit note", "GBP", TODAY, Decimal("50.00"))]),
    "long-names": lambda: a_statement([an_invoice("RE-2026-000000000042", "9.00", reference=LONG)], customer=LONG, name=LONG),
    "letters": lambda: a_statement([an_invoice("ΤΙΜ-1", "10", currency="INR", reference="Договор № 7")], customer="Łódź Αθηνά"),
    "north-america": lambda: a_statement([an_invoice("1042", "10.00", currency="USD")], paper="letter", locale="en_US"),
    "the-past": of_the_past,
}


def drawn(account: StatementAccount, folder: Path) -> Image.Image:
    """The last page, small, in shades of grey."""
    content = in_pages(account, PRESS)
    (folder / "paper.pdf").write_bytes(content)
    draw = ["pdftoppm", "-gray", "-png", "-r", str(DOTS_PER_INCH), str(folder / "paper.pdf"), str(folder / "page")]
    subprocess.run(draw, check=True)
    return Image.open(max(folder.glob("page*.png")))


def squares(picture: Image.Image) -> Image.Image:
    return picture.convert("L").resize((picture.width // SQUARE, picture.height // SQUARE), Image.Resampling.BOX)


def differences(found: Image.Image, wanted: Image.Image) -> tuple[list[str], float]:
    """Where on the page they differ, in words, and by how much on the average."""
    if found.size != wanted.size:
        return [f"the paper is {found.size}, not {wanted.size}"], 255.0
    difference = ImageChops.difference(squares(found), squares(wanted))
    wide, high = difference.size
    values = list(difference.tobytes())
    at = [number for number, value in enumerate(values) if value > MOST_PER_SQUARE]
    places = [f"{100 * (n % wide) // wide} % across, {100 * (n // wide) // high} % down: {values[n]}" for n in at]
    return places, sum(values) / len(values)


@pytest.mark.parametrize("name", CASES)
def test_it_looks_as_it_did(name: str, tmp_path: Path) -> None:
    found = drawn(CASES[name](), tmp_path)
    if os.environ.get("RENEW_PICTURES"):
        found.save(KEPT / f"{name}.png", optimize=True)
    places, average = differences(found, Image.open(KEPT / f"{name}.png"))
    what = f"{name} looks different (see {tmp_path}; RENEW_PICTURES=1 takes it as it is):\n" + "\n".join(places[:12])
    assert not places and average <= MOST_ON_AVERAGE, what


def test_a_row_that_is_half_a_line_lower_is_seen(tmp_path: Path) -> None:
    found, half_a_line = drawn(CASES["one-line"](), tmp_path).convert("L"), 3
    moved, third = found.copy(), found.height // 3
    moved.paste(found.crop((0, third, found.width, found.height - half_a_line)), (0, third + half_a_line))
    assert differences(moved, found)[0]
    assert differences(found, found) == ([], 0.0)
