"""Books that hold everything odd: what can be used is shown, what cannot is put aside and told, no page fails, and once
it is put right in Xero our open invoices are the ledger's."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.chasing.actions import plan_organisation
from app.database import fetch
from app.demo_ledger.records import stamp
from app.organisations.membership import Role
from app.schedules.actions import ship as ship_schedule
from app.xero.tables import Connection, Quarantined
from tests import cast
from tests.scenarios.books import CONTACTS, INVOICES, a_small_firm, guid, odd_books, read_from_a_file
from tests.scenarios.desk import Desk, words_of
from tests.xero_rig import Rig, Switchboard

PUT_ASIDE = {
    "null Contact": "It belongs to no contact.",
    "null Status": "Its status is missing.",
    "null Total": "The total is missing.",
    "null AmountDue": "The amount due is missing.",
    "null InvoiceID": "It has no usable identifier.",
    "an id too long": "It has no usable identifier.",
    "an id of letters": "It has no usable identifier.",
    "an unknown currency": "The currency 'XXQ' is not known here.",
    "an unknown status": "Its status 'ODDSTATUS' is not known here, so it is not chased.",
    "words for an amount": "Its AmountDue cannot be read.",
    "no number": "The amount due is no sum of money: NaN.",
    "infinite": "The amount due is no sum of money: Infinity.",
    "more than there is": "The amount due is no sum of money: 1E+30.",
    "paid and due": "It says that it is paid, and that something is due.",
    "due soon": "Its due date cannot be read: 'soon' is no date.",
    "changed tomorrow": "Its time of change lies in the future.",
    "changed some time": "Its time of change cannot be read: 'yesterday' is none.",
    "a contact without its id": "It has no usable contact.",
    "a rate of words": "Its CurrencyRate cannot be read.",
    "text for a list": "Its Payments is a text where a list is expected.",
    "a payment of nothing": "It has no usable payment.",
    "a word for yes": "Its SentToContact is a text where yes or no is expected.",
    "an object for a text": "Its Reference is a record where a text is expected.",
}
"""Which of the odd invoices cannot be used, and what the sync page says of each."""

SAID = {
    "null DueDate": "has no due date",
    "due in year one": "has no due date",
    "an unknown status": "Xero gives it a status that is not known here (ODDSTATUS), so it is not chased.",
    "a negative amount": "Xero says that less than nothing is due, so nothing is chased.",
    "nothing due": "Nothing is outstanding, so nothing is chased.",
    "null Date": "Issued no date",
    "a contact that is not on file": "Held: Nobody Knows Ltd has no email address for reminders",
    "null InvoiceNumber": "(no number)",
    "due at the end of time": "31 Dec 9999",
    "a currency without pence": "JP¥12,000",
}
"""What the page of an invoice says of its oddity."""

TECHNICAL = ("Expected `", "$.", "Traceback", "isoformat", "Decimal(")


def number_of(kind: str) -> int:
    return 500 + list(INVOICES).index(kind)


@pytest.fixture
async def desk(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, rig: Rig, tmp_path: Path, switchboard: Switchboard
) -> AsyncIterator[Desk]:
    """Anna, connected to the odd books and synced."""
    odd = Rig(books=read_from_a_file(odd_books(), tmp_path))
    odd.clock = rig.clock
    switchboard.current = odd.cable
    member = await sign_in(Role.OWNER)
    await ship_schedule(borealis.id, rig.clock())
    await odd.connect(member)
    made = Desk(client, odd, borealis, member)
    outcome = await made.press_sync_now("first")
    assert outcome.is_good, outcome.problem
    yield made
    await odd.close()


def put_right(rig: Rig) -> None:
    """A bookkeeper corrects every odd record; Xero stamps each, and those that had no id get one."""
    plain = {each["ContactID"]: each for each in a_small_firm()["Contacts"]}
    now = stamp(int(rig.clock().timestamp() * 1000))
    for shelf in (rig.ledger.organisations[0].shelves[name] for name in ("Contacts", "Invoices")):
        for place in range(len(shelf)):
            record = dict(shelf.get(place))
            if shelf.plural == "Contacts" and record["ContactID"] not in plain:
                record |= {"Name": f"Put right {place}", "FirstName": "Ida", "AccountNumber": "", "ContactPersons": []}
            elif shelf.plural == "Invoices":
                record |= _plain_invoice(record, place)
            shelf.put(place, {**record, "UpdatedDateUTC": now})


def _plain_invoice(record: dict[str, Any], place: int) -> dict[str, Any]:
    usable_id = record["InvoiceID"] if 0 < len(record["InvoiceID"] or "") <= 36 else guid(3, place)
    amount = Decimal("120.00")
    return {
        "InvoiceID": usable_id, "Status": "AUTHORISED", "AmountDue": amount, "Total": amount, "CurrencyCode": "GBP",
        "CurrencyRate": Decimal(1), "Payments": [], "SentToContact": True, "Reference": "",
        "DueDate": "/Date(1793577600000+0000)/", "DueDateString": "2026-11-02T00:00:00", "Contact": {"ContactID": guid(1, 1)},
    }  # fmt: skip


async def test_every_page_stands_and_every_oddity_is_told(desk: Desk):
    pages = await desk.walk()
    for path, words in pages.items():
        assert not any(each in words for each in TECHNICAL), (path, words)
    for kind, sentence in PUT_ASIDE.items():
        label = "without a name" if kind == "null InvoiceID" else f"INV-{number_of(kind)}"
        assert label in pages["/syncs"] or f"INV-{number_of(kind)}" in pages["/syncs"], kind
        assert sentence in pages["/syncs"], kind
    assert "Put these right in Xero" in pages["/syncs"]
    assert "records from Xero cannot be used" in pages["/"], "one need not know where to look"
    numbers = {row["number"] for row in await fetch("SELECT number FROM invoice")}
    lost = [kind for kind in INVOICES if f"INV-{number_of(kind)}" not in numbers and kind not in PUT_ASIDE]
    assert sorted(lost) == ["a long number", "an emoji for a number", "null InvoiceNumber"], "these are there by another number"
    for kind, sentence in SAID.items():
        (row,) = await fetch("SELECT id FROM invoice WHERE xero_id = {}", guid(2, number_of(kind)))
        assert sentence in pages[f"/invoices/{row['id']}"], kind


async def test_each_odd_customer_has_a_page_with_what_is_missing(desk: Desk):
    rows = {row["xero_id"]: row["id"] for row in await fetch("SELECT id, xero_id FROM customer")}
    for number, kind in enumerate(CONTACTS, start=100):
        if kind == "numbers for names":
            assert guid(1, number) not in rows
            continue
        words = await desk.look(f"/customers/{rows[guid(1, number)]}")
        if kind in ("no address at all", "null EmailAddress", "a name for an address"):
            assert "Nobody to write to. Add an address here, or in Xero." in words, kind
        if kind in ("null Name", "name null", "name empty"):
            assert "(no name in Xero)" in words, kind
    assert "<b>Bold</b> {{ 7*7 }}" in words_of(await desk.client.get(f"/customers/{rows[guid(1, 120)]}")), "as text"
    for each in rows.values():
        preview = await desk.client.get(f"/customers/{each}/portal")
        assert preview.status_code == 200 and "Your account with" in preview.text


async def test_put_right_in_xero_everything_is_taken_in_and_nothing_stays_aside(desk: Desk):
    rig = desk.rig
    rig.clock.forward(minutes=5)
    assert (await desk.press_sync_now()).is_good, "what cannot be used does not stop the next sync"
    asked = [call.query for call in rig.ledger.calls.latest if "IDs=" in call.query]
    assert asked and "xxx" not in asked[-1], "an id that is none would make Xero refuse the list"
    put_right(rig)
    rig.clock.forward(minutes=5)
    assert (await desk.press_sync_now()).is_good
    theirs = {key: facts for key, facts in desk.theirs().items() if key != "not-a-guid"}
    assert await desk.ours() == theirs
    left = await Quarantined.objects().where(Quarantined.resolved_at.is_null())
    assert {each.xero_id[:8] for each in left} <= {"", "xxxxxxxx", "not-a-gu"}, "only what never had an id of its own"
    await desk.walk()


async def test_a_record_may_lack_any_field_of_the_organisation(client, sign_in, borealis, rig):
    """The books beside it are sound: odd ones have tests of their own."""
    member = await sign_in(Role.OWNER)
    await ship_schedule(borealis.id, rig.clock())
    await rig.connect(member)
    desk = Desk(client, rig, borealis, member)
    assert (await desk.press_sync_now("first")).is_good
    for field in ("Name", "LegalName", "CountryCode", "BaseCurrency", "Timezone", "ShortCode", "PeriodLockDate", "Addresses",
                  "Phones", "RegistrationNumber", "EndOfYearLockDate"):  # fmt: skip
        for value in (None, "ODD", 17):
            await rig.do("/control/settings", Organisation={field: value})
            await Connection.update({Connection.daily_facts_at: None}, force=True)
            outcome = await rig.sync(desk.firm.id)
            assert outcome.is_good or "Xero" in outcome.problem, (field, value, outcome.problem)
    await rig.do("/control/settings", Organisation=json.loads("{}"))
    await plan_organisation(desk.firm.id, rig.clock())
    await desk.walk()


async def test_connecting_with_an_organisation_of_blanks_leads_to_questions(client, sign_in, borealis, rig, switchboard):
    blanks = {"Name": None, "LegalName": None, "BaseCurrency": "XXQ", "CountryCode": "QQ", "Timezone": "MARS"}
    await rig.do("/control/settings", Organisation=blanks)
    member = await sign_in(Role.OWNER)
    await rig.connect(member)
    page = await client.get("/set-up")
    assert page.status_code == 200
    form = {"name": "", "country": "QQ", "timezone": "MARS", "starts_with": "all"}
    assert (await client.post("/set-up", data=form)).status_code == 422
    right = {"name": "Borealis", "country": "GB", "timezone": "Europe/London", "starts_with": "all"}
    assert (await client.post("/set-up", data=right)).status_code == 303
    desk = Desk(client, rig, borealis, member)
    assert (await desk.press_sync_now("first")).is_good
    await desk.walk()
