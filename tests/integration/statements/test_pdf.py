"""The figures on the paper are the account's: text taken out of real PDFs."""

import asyncio
import io
import os
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.problems import TryLater
from app.statements.account import OpenInvoice, Receipt, StatementAccount, UnusedCredit, past_accounts
from app.statements.activity import Entry, Span, activities
from app.statements.gateway import PRESS, NotRendered, Press, Presses, render_statement
from app.statements.pdf import statement_html
from components.format import figure, money, places_of
from tests.unit.statements.samples import TODAY, a_statement, an_invoice


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def pages_of(content: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def figures_in(text: str) -> Counter[str]:
    return Counter(re.findall(r"−?\d[\d,]*\.\d\d\b", text))


cents = st.integers(1, 99_999_999).map(lambda number: Decimal(number) / 100)
currencies = st.sampled_from(["GBP", "EUR", "USD"])
days = st.integers(-60, 200).map(lambda age: TODAY - timedelta(days=age))


@st.composite
def open_invoices(draw: st.DrawFn) -> OpenInvoice:
    total = draw(cents)
    return an_invoice(
        f"INV-{draw(st.integers(1, 9999))}",
        str(draw(st.sampled_from([total, (total / 2).quantize(Decimal("0.01")) or total]))),
        total=total,
        currency=draw(currencies),
        due_on=draw(days),
        issued_on=draw(days),
    )


credits_of = st.builds(UnusedCredit, st.just("CN-1"), st.just("Credit note"), currencies, days, cents)
receipts_of = st.builds(Receipt, days, st.just("Payment"), st.just("INV-9"), currencies, cents)


def expected(account: StatementAccount) -> Counter[str]:
    """Every figure that must stand on the paper, as often as it must."""
    found: Counter[str] = Counter()

    def put(amount: Decimal, currency: str) -> None:
        found[figure(amount, places_of(currency))] += 1

    for each in account.currencies:
        if each.invoices:
            for sum_ in (*each.bands, each.outstanding, each.outstanding):
                put(sum_, each.currency)
        for line in each.invoices:
            put(line.total, each.currency)
            put(line.outstanding, each.currency)
        for credit in each.credits:
            put(-credit.remaining, each.currency)
        if each.invoices and each.credits:
            put(each.balance, each.currency)
        for amount in [receipt.amount for receipt in each.receipts]:
            put(amount, each.currency)
        if each.receipts:
            put(each.received, each.currency)
        if each.invoices or each.credits:
            put(abs(each.balance), each.currency)
            if each.overdue:
                put(each.overdue, each.currency)
    return found


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(open_invoices(), max_size=12), st.lists(credits_of, max_size=3), st.lists(receipts_of, max_size=4))
def test_the_figures_on_the_paper_are_the_accounts(
    invoices: list[OpenInvoice], credits: list[UnusedCredit], receipts: list[Receipt]
) -> None:
    account = a_statement(invoices, credits, receipts)
    text = text_of(PRESS.rendered(statement_html(account, 1)))
    assert figures_in(text) == expected(account)


entries_of = st.builds(
    Entry,
    days,
    st.just("Payment"),
    st.just("INV-9"),
    currencies,
    st.integers(-99_999, 99_999).map(lambda pence: Decimal(pence) / 100),
)


@settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(entries_of, max_size=8), st.integers(-9_999, 9_999).map(Decimal))
def test_a_statement_of_a_past_time_has_every_entry_and_the_balance_after_it(came: list[Entry], balance: Decimal) -> None:
    told = activities(came, {"GBP": balance}, Span(TODAY - timedelta(days=100), TODAY))
    account = msgspec.structs.replace(a_statement([]), currencies=past_accounts(told, "GBP"), is_past=True)
    wanted: Counter[str] = Counter()
    for each in account.currencies:
        assert each.activity is not None
        lines = [(entry.amount, after) for entry, after in each.activity.lines]
        sums = [each.activity.opening, each.activity.closing, *(figure_ for line in lines for figure_ in line)]
        wanted.update(figure(sum_, places_of(each.currency)) for sum_ in sums)
        if each.balance:
            wanted[figure(abs(each.balance), places_of(each.currency))] += 1
    assert figures_in(text_of(PRESS.rendered(statement_html(account, 1)))) == wanted


async def test_any_name_is_written_with_its_letters() -> None:
    name = "Łódź Αθηνά Дружба Zażółć £ € ₹"
    text = text_of(await render_statement(a_statement([an_invoice("ΤΙΜ-1", "10", currency="INR")], customer=name)))
    assert name in text
    assert "ΤΙΜ-1" in text
    assert money(Decimal(10), "INR") in text


async def test_a_long_one_has_pages_with_heads_and_numbers() -> None:
    content = await render_statement(a_statement([an_invoice(f"INV-{n}", "10.00") for n in range(150)]))
    reader = pypdf.PdfReader(io.BytesIO(content))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 3
    assert all(f"Page {number} of {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert all("Days late" in text for text in texts[:-1])
    assert f"{TODAY.isoformat()} · Harbour Foods Ltd" in str(reader.metadata and reader.metadata.title)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells what a process used")
def test_two_thousand_lines_take_fifteen_seconds_and_300_mb_at_the_most() -> None:
    """Of the processor's time: what the machine does beside it is not the statement's."""
    rows = [an_invoice(f"INV-{n:05}", f"{100 + n}.25", reference=f"Order {n}") for n in range(2000)]
    press = Press()
    try:
        content = press.rendered(statement_html(a_statement(rows), 55))
        assert press._process is not None
        told = Path(f"/proc/{press._process.pid}")
        ticks = (told / "stat").read_text().rpartition(")")[2].split()
        most = re.search(r"VmHWM:\s+(\d+) kB", (told / "status").read_text())
    finally:
        press.stop()
    assert pages_of(content) == 55
    assert (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK") <= 15
    assert most is not None and int(most[1]) <= 300 * 1024


async def test_north_americans_get_letter_paper() -> None:
    pages = [
        pypdf.PdfReader(io.BytesIO(await render_statement(a_statement([], paper=paper)))).pages[0].mediabox
        for paper in ("a4", "letter")
    ]
    assert [(round(float(box.width)), round(float(box.height))) for box in pages] == [(595, 842), (612, 792)]


async def test_it_says_in_which_language_it_is() -> None:
    american = pypdf.PdfReader(io.BytesIO(await render_statement(a_statement([], locale="en_US"))))
    british = pypdf.PdfReader(io.BytesIO(await render_statement(a_statement([]))))
    assert [reader.trailer["/Root"]["/Lang"] for reader in (american, british)] == ["en-US", "en-GB"]  # type: ignore[index]


async def test_a_reader_shows_its_title_and_not_the_files_name() -> None:
    reader = pypdf.PdfReader(io.BytesIO(await render_statement(a_statement([]))))
    assert reader.metadata is not None and reader.metadata.title == f"Statement {TODAY.isoformat()} · Harbour Foods Ltd"
    assert "true" in str(reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]).lower()  # type: ignore[index]


async def test_an_invoices_number_leads_to_where_it_can_be_paid() -> None:
    account = a_statement([an_invoice("INV-1", "10", pay_url="https://in.xero.com/abc")])
    content = await render_statement(account)
    assert b"https://in.xero.com/abc" in content
    assert "you can pay online" in text_of(content)


async def test_nothing_to_pay_says_so() -> None:
    assert "Nothing to pay" in text_of(await render_statement(a_statement([])))


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_goes() -> None:
    press = Press(seconds=0.05)
    many = statement_html(a_statement([an_invoice(f"INV-{n}", "10.00") for n in range(300)]), 1)
    with pytest.raises(TryLater):
        press.rendered(many)
    patient = Press()
    try:
        assert patient.rendered(statement_html(a_statement([]), 1)).startswith(b"%PDF")
    finally:
        patient.stop()
        press.stop()


def test_a_far_end_that_was_killed_is_started_again() -> None:
    page = statement_html(a_statement([]), 1)
    press = Press()
    try:
        press.rendered(page)
        assert press._process is not None
        press._process.kill()
        press._process.wait()
        assert press.rendered(page).startswith(b"%PDF")
    finally:
        press.stop()


def test_what_cannot_be_rendered_is_refused_and_harms_nobody_else() -> None:
    press = Press()
    try:
        with pytest.raises(NotRendered):
            press.rendered("<html><body>" + "<table><tr><td>" * 2000)
        assert press.rendered(statement_html(a_statement([]), 1)).startswith(b"%PDF")
    finally:
        press.stop()


async def test_two_are_rendered_at_once_and_a_third_waits_its_turn() -> None:
    presses = Presses(count=2)
    try:
        page = statement_html(a_statement([an_invoice("INV-1", "10")]), 1)
        done = await asyncio.gather(*(asyncio.to_thread(presses.rendered, page) for _ in range(5)))
        assert all(content.startswith(b"%PDF") for content in done)
        assert len(presses._all) == 2
    finally:
        presses.stop()


def test_one_alone_starts_no_second_process() -> None:
    presses = Presses(count=2)
    try:
        for _ in range(3):
            presses.rendered(statement_html(a_statement([]), 1))
        assert len(presses._all) == 1
    finally:
        presses.stop()


def test_old_dates_and_huge_sums_fit() -> None:
    account = a_statement([an_invoice("INV-1", "99999999999.99", due_on=date(1999, 1, 1))])
    assert "99,999,999,999.99" in text_of(PRESS.rendered(statement_html(account, 1)))


def test_a_word_that_is_too_long_for_its_column_is_broken_and_a_sum_never() -> None:
    account = a_statement([an_invoice("RE-2026-000000000000001234567890", "99999999.99", reference="x" * 60)] * 2)
    text = text_of(PRESS.rendered(statement_html(account, 1)))
    assert "RE-2026-000000000000001234567890" not in text and "RE-2026-000" in text
    assert text.count("99,999,999.99") == 4 and "199,999,999.98" in text
    assert "x" * 60 not in text and sum(part.count("x") for part in text.splitlines() if set(part) == {"x"}) >= 100


def test_a_cell_of_plain_words_is_written_just_where_a_paragraph_would_stand() -> None:
    """What is plain costs little; what is not (a link, letters from right to left, a broken word) stays a paragraph."""
    plain = an_invoice("INV-1", "10.00", reference="Retainer")
    linked = an_invoice("INV-1", "10.00", reference="Retainer", pay_url="https://in.xero.com/abc")
    marked = an_invoice("INV-1", "10.00", reference="Retainer", mark="in query")
    hebrew = an_invoice("שלום", "10.00", reference="Retainer")
    for other, words in ((linked, "INV-1"), (marked, "Retainer"), (hebrew, "21 Oct 2026")):
        assert places_on_paper(words, plain, other) == places_on_paper(words, plain, plain)


def places_on_paper(words: str, *rows: OpenInvoice) -> list[tuple[float, float]]:
    """Where they begin in each of the rows, in points."""
    found: list[tuple[float, float]] = []

    def note(text: str, page: list[float], line: list[float], *further: object) -> None:
        if words in text:
            found.append((round(page[4] + line[4], 1), round(page[5] + line[5], 1)))

    content = PRESS.rendered(statement_html(a_statement(rows), 1))
    pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    assert len(set(found)) == len(rows), found
    return found
