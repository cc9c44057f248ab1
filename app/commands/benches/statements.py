"""G7: a statement of 40 rows beside the same paper by bare xhtml2pdf; two processes beside one; a month of them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

from app.commands.bench import Figure
from app.commands.benches.months import CUSTOMERS, seconds_of_a_month
from app.commands.benches.rooms import in_fresh_database
from app.settings import ROOT
from app.statements.account import Letterhead, OpenInvoice, StatementAccount, accounts
from app.statements.gateway import Presses, in_pages
from app.statements.pdf import statement_html

TODAY = date(2026, 11, 30)
ROUNDS = 12

FONTS = """<style>
@font-face { font-family: Statement; src: url("templates/pdf/fonts/DejaVuSansCondensed.ttf"); }
@font-face { font-family: Statement; font-weight: bold; src: url("templates/pdf/fonts/DejaVuSansCondensed-Bold.ttf"); }
</style>"""

# The same paper as one asks xhtml2pdf for it: with its own fonts and its own count of the pages.
BARE = """
import io, sys, time
from xhtml2pdf import pisa
html = sys.stdin.read()
def render():
    began = time.perf_counter()
    done = pisa.CreatePDF(html, io.BytesIO())
    assert not done.err
    return time.perf_counter() - began
render()
for _ in range(int(sys.argv[1])):
    print(render())
"""


def figures() -> Iterator[Figure]:
    account = _account(40)
    one = Presses(count=1)
    try:
        _seconds(account, one, times=2)
        ours, bare = [], []
        for _ in range(3):  # in turns, so that a busy machine is busy for both
            ours += _seconds(account, one, times=ROUNDS // 3)
            bare += _bare(account, ROUNDS // 3)
    finally:
        one.stop()
    yield Figure(
        number="G7", what="statement of 40 rows, beginning to end", unit="s", ours=_median(ours),
        reference_name="bare xhtml2pdf", reference=_median(bare), goal=0.6,
    )  # fmt: skip
    yield Figure(
        number="G7", what="40 statements by two processes", unit="s", ours=_all_at_once(account, 2),
        reference_name="by one", reference=_all_at_once(account, 1), goal=1 / 1.8,
    )  # fmt: skip
    yield Figure(
        number="G7", what=f"{CUSTOMERS:,} statements of one page, planned to recorded", unit="s",
        ours=in_fresh_database(seconds_of_a_month), reference_name="as it must be", reference=90.0, goal=1.0, is_quoted=True,
    )  # fmt: skip


def _all_at_once(account: StatementAccount, processes: int) -> float:
    presses = Presses(count=processes)
    try:
        with ThreadPoolExecutor(processes) as pool:
            list(pool.map(lambda _: in_pages(account, presses), range(processes * 2)))  # started and warm
            began = time.perf_counter()
            list(pool.map(lambda _: in_pages(account, presses), range(40)))
            return time.perf_counter() - began
    finally:
        presses.stop()


def _seconds(account: StatementAccount, press: Presses, times: int) -> list[float]:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        in_pages(account, press)
        found.append(time.perf_counter() - began)
    return found


def _bare(account: StatementAccount, times: int) -> list[float]:
    paper = (
        statement_html(account, 0).replace("of 0</td>", "of <pdf:pagecount /></td>").replace("<style>", FONTS + "<style>", 1)
    )
    command = [sys.executable, "-c", BARE, str(times)]
    done = subprocess.run(  # noqa: S603  our own script
        command, capture_output=True, text=True, check=True, cwd=ROOT, input=paper
    )  # fmt: skip
    return [float(line) for line in done.stdout.split()]


def _median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _account(rows: int) -> StatementAccount:
    due = TODAY - timedelta(days=10)
    invoices = [
        OpenInvoice(
            number=f"INV-{n}", reference=f"Retainer {n}", currency="GBP", issued_on=due - timedelta(days=30), due_on=due,
            total=Decimal(1200 + n), outstanding=Decimal(1200 + n),
        )
        for n in range(rows)
    ]  # fmt: skip
    head = Letterhead(
        name="Borealis Studio Ltd", lines=("1 High Street", "London N1 1AA"), accent="#0f6456", footer="", locale="en_GB",
        particulars="Borealis Studio Ltd · registered number 01234567", bank=(("Sort code", "20-00-00"),), paper="a4",
    )  # fmt: skip
    return StatementAccount(
        letterhead=head, customer="Harbour Foods Ltd", address=("12 Quay Street", "Bristol"), account_number="HAR-014",
        as_of_on=TODAY, since_on=TODAY - timedelta(days=30), currencies=accounts(invoices, [], [], TODAY, "GBP"),
    )  # fmt: skip
