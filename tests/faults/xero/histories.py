"""Random histories of a ledger's books, of the way to it, and what our tables must say at the end of each."""

import json
import random
from decimal import Decimal
from typing import Any

from app.customers.tables import Customer, Recipient
from app.database import fetch
from app.invoices.tables import Credit, Invoice, Payment
from app.money import amount, in_base
from app.xero.stamps import read_day
from tests.xero_rig import Rig

AWAY: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in ("500", "503", "404", "html", "truncated", "reset", "lost", "lost_refresh")),
    *((name, {}) for name in ("401", "401-scope", "403", "invalid_grant", "revoked")),
    *((f"429-{limit}", {"retry_after": 600}) for limit in ("minute", "day", "concurrent")),
    ("slow", {"latency_ms": 5}),
    ("recompute", {"value": "-0.50"}),
    ("timeout", {"seconds": 5}),
    ("repeated_page", {}),
    ("missing_page", {}),
    ("moving_pages", {"shift": 2}),
    ("mutate", {"field": "Status", "value": None, "every": 3}),
    ("mutate", {"field": "Contact", "value": {"ContactID": "?"}, "every": 2}),
    ("mutate", {"field": "AmountDue", "value": "NaN", "every": 4}),
    ("mutate", {"field": "UpdatedDateUTC", "value": "/Date(9999999999999)/", "every": 3}),
    ("mutate", {"field": "InvoiceID", "value": None, "every": 5}),
    ("mutate", {"field": "Surprise", "value": [{}], "every": 1}),
]
KEYS = (("CreditNotes", "CreditNoteID"), ("Prepayments", "PrepaymentID"), ("Overpayments", "OverpaymentID"))


class History:
    """One act after another, drawn from a seed. What the books refuse has not happened."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig, self.dice = rig, random.Random(seed)
        self.new_payments: set[str] = set()

    def _one(self, plural: str, **wanted: str) -> dict[str, Any] | None:
        fitting = [r for r in self.rig.books(plural) if all(r.get(name) == value for name, value in wanted.items())]
        return self.dice.choice(fitting) if fitting else None

    def _contact(self) -> str:
        return str((self._one("Contacts", ContactStatus="ACTIVE") or {})["ContactID"])

    def _open(self) -> dict[str, Any]:
        return self._one("Invoices", Type="ACCREC", Status="AUTHORISED") or {}

    async def _post(self, path: str, **facts: Any) -> None:
        await self.rig.http.post(path, json=facts)

    async def act(self) -> None:
        name = self.dice.choice([name for name in dir(self) if name.startswith("act_")])
        await getattr(self, name)()

    async def act_pay(self) -> None:
        facts = {"account": self.dice.choice(["bank", "bank", "writeoff"]), "amount": self.dice.choice(["all", "0.50"])}
        answer = await self.rig.http.post("/control/payments", json={"invoice": self._open().get("InvoiceNumber"), **facts})
        if answer.status_code == 200:
            self.new_payments.add(answer.json()["PaymentID"])

    async def act_take_a_payment_off(self) -> None:
        payment = self._one("Payments", Status="AUTHORISED", PaymentType="ACCRECPAYMENT")
        if payment:
            await self.rig.http.delete(f"/control/payments/{payment['PaymentID']}")

    async def act_void(self) -> None:
        await self._post(f"/control/invoices/{self._open().get('InvoiceNumber')}/void")

    async def act_edit_quietly(self) -> None:
        """On a part-paid invoice such changes leave no stamp."""
        day = f"2026-12-{self.dice.randint(1, 28):02}"
        changes = self.dice.choice([{"DueDate": day}, {"SentToContact": True}, {"ExpectedPaymentDate": day}])
        await self._post(f"/control/invoices/{self._open().get('InvoiceNumber')}", **changes)

    async def act_edit(self) -> None:
        changes = self.dice.choice([{"Reference": f"PO {self.dice.random()}"}, {"CurrencyRate": "1.4141414141"}])
        await self._post(f"/control/invoices/{self._open().get('InvoiceNumber')}", **changes)

    async def act_change_a_rate(self) -> None:
        """Xero revalues; of a part-paid invoice that may come without a stamp."""
        foreign = [r for r in self.rig.books("Invoices") if r["CurrencyCode"] != "GBP" and r["Status"] == "AUTHORISED"]
        if foreign:
            shelf = self.rig.ledger.organisations[0].invoices
            record = self.dice.choice(foreign)
            place = shelf.find(record["InvoiceID"])
            shelf.put(place, {**shelf.get(place), "CurrencyRate": Decimal(self.dice.randint(11, 19)) / 10})

    async def act_write_an_invoice(self) -> None:
        facts = {"amount": str(self.dice.randint(1, 900)), "status": self.dice.choice(["AUTHORISED", "AUTHORISED", "DRAFT"])}
        currency = self.dice.choice(["GBP", "GBP", "EUR", "USD"])
        await self._post("/control/invoices", contact=self._contact(), currency=currency, **facts)

    async def act_approve_or_delete_a_draft(self) -> None:
        draft = self._one("Invoices", Type="ACCREC", Status="DRAFT")
        if draft and self.dice.random() < 0.5:
            await self._post(f"/control/invoices/{draft['InvoiceNumber']}", Status="AUTHORISED")
        elif draft:
            await self._post(f"/control/invoices/{draft['InvoiceNumber']}/void")

    async def act_credit(self) -> None:
        await self._post("/control/credits", contact=self._contact(), amount="5.00")

    async def act_allocate(self) -> None:
        for plural, key in KEYS:
            credit = self._one(plural, Status="AUTHORISED")
            if credit and self.dice.random() < 0.5:
                invoice = self._one("Invoices", Type="ACCREC", Status="AUTHORISED") or {}
                wanted = self.dice.choice(["all", "0.25"])
                await self._post(f"/control/credits/{credit[key]}", invoice=invoice.get("InvoiceNumber"), amount=wanted)

    async def act_use_a_credit_quietly(self) -> None:
        """A change of a credit that leaves no stamp."""
        shelf = self.rig.ledger.organisations[0].shelves["CreditNotes"]
        credit = self._one("CreditNotes", Status="AUTHORISED", Type="ACCRECCREDIT")
        if credit:
            place = shelf.find(credit["CreditNoteID"])
            shelf.put(place, {**shelf.get(place), "RemainingCredit": Decimal("0.00"), "Status": "PAID"})

    async def act_meet_a_contact(self) -> None:
        await self._post("/control/contacts", Name=f"Newcomer {self.dice.random()}", EmailAddress="new@newcomer.example")

    async def act_rename(self) -> None:
        new = str(self.dice.random())
        changes = self.dice.choice([{"Name": f"Renamed {new}"}, {"EmailAddress": f"{new}@a.example"}])
        await self._post(f"/control/contacts/{self._contact()}", **changes)

    async def act_archive(self) -> None:
        await self._post(f"/control/contacts/{self._contact()}/archive")

    async def act_merge(self) -> None:
        await self._post(f"/control/contacts/{self._contact()}/merge", into=self._contact())

    async def act_merge_twice_over(self) -> None:
        first, second, third = self._contact(), self._contact(), self._contact()
        await self._post(f"/control/contacts/{first}/merge", into=second)
        await self._post(f"/control/contacts/{second}/merge", into=third)

    async def fault(self) -> None:
        name, facts = self.dice.choice(AWAY)
        await self.rig.fault(name, times=self.dice.randint(1, 4), after=self.dice.randint(0, 3), **facts)


async def assert_in_step(history: History) -> None:
    """Everything that we keep of Xero's books is what the books say."""
    await _invoices(history.rig)
    await _payments(history)
    await _credits(history.rig)
    await _contacts(history.rig)


async def _invoices(rig: Rig) -> None:
    sales = {r["InvoiceID"]: r for r in rig.books("Invoices") if r["Type"] == "ACCREC"}
    rows = {r["xero_id"]: r for r in await Invoice.select(Invoice.all_columns(), Invoice.customer.xero_id)}
    assert rows.keys() == sales.keys()
    for key, record in sales.items():
        assert _ours(rows[key]) == _theirs(record), record["InvoiceNumber"]
        if record["Status"] == "AUTHORISED":
            assert _our_terms(rows[key]) == _their_terms(record), record["InvoiceNumber"]


def _ours(row: dict[str, Any]) -> tuple[Any, ...]:
    sums = (amount(row[name]) for name in ("total", "paid", "credited", "outstanding"))
    return (row["number"], row["status"], row["currency"], row["customer.xero_id"], bool(row["is_open"]), *sums)


def _theirs(record: dict[str, Any]) -> tuple[Any, ...]:
    sums = [Decimal(record[name]) for name in ("Total", "AmountPaid", "AmountCredited", "AmountDue")]
    is_open = record["Status"] == "AUTHORISED" and record["AmountDue"] > 0
    return (record["InvoiceNumber"], record["Status"], record["CurrencyCode"], record["Contact"]["ContactID"], is_open, *sums)


def _our_terms(row: dict[str, Any]) -> tuple[Any, ...]:
    kept = (row["due_on"], row["reference"], bool(row["is_sent"]), row["xero_expected_on"])
    return (*kept, Decimal(row["rate"]), amount(row["outstanding_base"]))


def _their_terms(record: dict[str, Any]) -> tuple[Any, ...]:
    expected = read_day(record.get("ExpectedPaymentDate"))
    kept = (read_day(record["DueDate"]), record.get("Reference") or "", bool(record["SentToContact"]), expected)
    rate = Decimal(str(record["CurrencyRate"]))
    base = record["AmountDue"] if record["CurrencyCode"] == "GBP" else in_base(Decimal(record["AmountDue"]), rate)
    return (*kept, rate, Decimal(base))


async def _payments(history: History) -> None:
    books = history.rig.books("Payments")
    sales = {r["InvoiceID"] for r in history.rig.books("Invoices") if r["Type"] == "ACCREC"}
    mine = [r for r in books if r["Status"] == "AUTHORISED" and r["Invoice"]["InvoiceID"] in sales]
    theirs = {(r["PaymentID"], r["Invoice"]["InvoiceID"], Decimal(r["Amount"])) for r in mine}
    rows = await Payment.select(Payment.all_columns(), Payment.invoice.xero_id).where(
        Payment.kind == "payment", Payment.status == "AUTHORISED"
    )
    assert {(r["xero_id"], r["invoice.xero_id"], amount(r["amount"])) for r in rows} == theirs
    written_off = {r["PaymentID"] for r in mine if r["Account"]["Code"] == "408"}
    fresh = history.new_payments
    assert {r["xero_id"] for r in rows if r["is_write_off"] and r["xero_id"] in fresh} == written_off & fresh
    astray = "SELECT COUNT(*) AS n FROM payment p JOIN invoice i ON i.id = p.invoice WHERE i.customer <> p.customer"
    assert (await fetch(astray))[0]["n"] == 0


async def _credits(rig: Rig) -> None:
    theirs = {}
    for plural, key in KEYS:
        for record in rig.books(plural):
            if record["Type"] in ("ACCRECCREDIT", "RECEIVE-PREPAYMENT", "RECEIVE-OVERPAYMENT"):
                left = Decimal(record["RemainingCredit"])
                theirs[record[key]] = (left, record["Contact"]["ContactID"])
    rows = await Credit.select(Credit.xero_id, Credit.remaining, Credit.customer.xero_id)
    ours = {row["xero_id"]: (amount(row["remaining"]), row["customer.xero_id"]) for row in rows}
    assert {k: v for k, v in ours.items() if v[0]} == {k: v for k, v in theirs.items() if v[0]}


async def _contacts(rig: Rig) -> None:
    contacts = {r["ContactID"]: r for r in rig.books("Contacts")}
    rows = {row.xero_id: row for row in await Customer.objects()}
    assert rows.keys() == contacts.keys()
    emails = {(row["customer"], row["email"]) for row in await Recipient.select(Recipient.customer, Recipient.email)}
    for key, record in contacts.items():
        row = rows[key]
        kept = (row.name, row.is_archived, row.merged_to_xero_id)
        assert kept == (record["Name"], record["ContactStatus"] == "ARCHIVED", record.get("MergedToContactID") or ""), kept
        assert not record["EmailAddress"] or (row.id, record["EmailAddress"]) in emails


async def assert_sums_of_customers() -> None:
    """Each customer's sums, in each currency, are those of its open documents."""
    owed: dict[int, dict[str, int]] = {}
    base: dict[int, int] = {}
    for row in await Invoice.objects().where(Invoice.is_open.eq(True)):
        sums = owed.setdefault(row.customer, {})
        sums[row.currency] = sums.get(row.currency, 0) + row.outstanding
        base[row.customer] = base.get(row.customer, 0) + row.outstanding_base
    for row in await fetch("SELECT customer, outstanding, outstanding_base, open_count FROM customer_summary"):
        kept = json.loads(row["outstanding"]) if isinstance(row["outstanding"], str) else row["outstanding"]
        assert kept == owed.pop(row["customer"], {}) and int(row["outstanding_base"]) == base.get(row["customer"], 0)
    assert owed == {}
