"""What takes long in large books holds up nobody else, and loses nothing that happens meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.demo_ledger import aside
from app.demo_ledger.ledger import Ledger
from tests.contract.xero_session import XeroSession, exact

LONG = 20.0
"""Seconds after which a wait is given up; nothing here takes a hundredth of it unless it is broken."""


class Pause:
    """Holds up one function when it is first called, until it is let go."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self.work, self.reached, self.go_on = work, threading.Event(), threading.Event()
        self.came_in_time = True

    def __call__(self, *args: Any) -> Any:
        if not self.reached.is_set():
            self.reached.set()
            self.came_in_time = self.go_on.wait(LONG)
        return self.work(*args)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred invoices count as many."""
    monkeypatch.setattr(aside, "LARGE", 100)


async def test_a_search_through_all_records_lets_others_be_answered(
    xero: XeroSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ledger.organisations[0].invoices.source
    pause = Pause(source.record)
    monkeypatch.setattr(source, "record", pause)
    search = asyncio.create_task(xero.get("Invoices", searchTerm="inv-0040", page="1"))
    assert await asyncio.to_thread(pause.reached.wait, LONG)
    assert (await xero.get("Organisation")).status_code == 200
    pause.go_on.set()
    assert [each["InvoiceNumber"] for each in exact(await search)["Invoices"]] == ["INV-0040"]
    assert pause.came_in_time


async def test_a_payment_that_comes_while_a_list_is_being_made_is_in_it(
    xero: XeroSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoices = ledger.organisations[0].invoices
    open_ones = exact(await xero.get("Invoices", Statuses="AUTHORISED", where='Type=="ACCREC"', page="1"))["Invoices"]
    paid = open_ones[0]["InvoiceNumber"]
    pause = Pause(invoices.source.columns)
    monkeypatch.setattr(invoices.source, "columns", pause)
    asked = asyncio.create_task(xero.get("Invoices", where="AmountDue>0", order="InvoiceID ASC", page="1", pageSize="1000"))
    assert await asyncio.to_thread(pause.reached.wait, LONG)
    await xero.control("payments", {"invoice": paid, "amount": "all"})
    pause.go_on.set()
    assert paid not in {each["InvoiceNumber"] for each in exact(await asked)["Invoices"]}
    assert pause.came_in_time


async def test_write_offs_are_found_without_making_a_record(
    xero: XeroSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = ledger.organisations[0]
    bank, _, _, _, bad_debts = (account["AccountID"] for account in books.accounts)
    made: list[int] = []
    whole = books.payments.source.record
    monkeypatch.setattr(books.payments.source, "record", lambda i: made.append(i) or whole(i))
    where = f'PaymentType=="ACCRECPAYMENT" AND Account.AccountID!=Guid("{bank}")'
    found = exact(await xero.get("Payments", where=where, order="UpdatedDateUTC ASC", page="1", pageSize="1000"))["Payments"]
    assert found and {each["Account"]["AccountID"] for each in found} == {bad_debts}
    assert len(made) == len(found) < len(books.payments)
