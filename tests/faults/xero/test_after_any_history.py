"""R9: whatever happens in the books and on the way, after recovery our tables equal the ledger's, and sums the documents."""

import random
from typing import Any

import pytest

from app.invoices.tables import Invoice
from app.xero.tables import Connection
from tests.integration.xero.test_sync import assert_equal_to_the_books, assert_sums_equal_the_documents
from tests.xero_rig import Rig

ON_THE_WAY = [
    "500",
    "503",
    "html",
    "truncated",
    "reset",
    "401",
    "repeated_page",
    "missing_page",
    "moving_pages",
    "lost_refresh",
]


class History:
    """One act after another, drawn from a seed."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig, self.dice = rig, random.Random(seed)

    def _open(self) -> dict[str, Any]:
        records = self.rig.books("Invoices")
        return self.dice.choice([r for r in records if r["Type"] == "ACCREC" and r["Status"] == "AUTHORISED"])

    def _contact(self) -> str:
        contacts = [r for r in self.rig.books("Contacts") if r["ContactStatus"] == "ACTIVE"]
        return str(self.dice.choice(contacts)["ContactID"])

    async def act(self) -> None:
        """Some acts are refused by the books: then nothing has happened."""
        number = self._open()["InvoiceNumber"]
        path, facts = self.dice.choice(
            [
                ("/control/payments", {"invoice": number, "amount": "all"}),
                ("/control/payments", {"invoice": number, "amount": "0.50"}),
                (f"/control/invoices/{number}/void", {}),
                (f"/control/invoices/{number}", {"DueDate": f"2026-12-{self.dice.randint(1, 28):02}"}),
                ("/control/invoices", {"contact": self._contact(), "amount": str(self.dice.randint(1, 900))}),
                ("/control/credits", {"contact": self._contact(), "amount": "5.00"}),
                ("/control/credits", {"contact": self._open()["Contact"]["ContactID"], "amount": "1.00", "invoice": number}),
                ("/control/contacts", {"Name": f"Newcomer {self.dice.random()}"}),
                (f"/control/contacts/{self._contact()}/archive", {}),
                (f"/control/contacts/{self._contact()}/merge", {"into": self._contact()}),
            ]
        )
        await self.rig.http.post(path, json=facts)

    async def fault(self) -> None:
        await self.rig.fault(self.dice.choice(ON_THE_WAY), times=self.dice.randint(1, 4), after=self.dice.randint(0, 3))


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_history_our_tables_equal_the_books(synced, rig, seed):
    await Connection.update({Connection.pages_of: 20}, force=True)
    history = History(rig, seed)
    for _ in range(12):
        for _ in range(history.dice.randint(0, 4)):
            await history.act()
        if history.dice.random() < 0.6:
            await history.fault()
        rig.clock.forward(minutes=history.dice.choice([1, 30, 600]))
        await rig.sync(synced.id, history.dice.choice(["asked", "daily"]))
        await assert_sums_equal_the_documents()
    await rig.mend()
    rig.clock.forward(days=8)
    if await Connection.exists().where(Connection.state == "disconnected"):
        await rig.connect(synced.anna)
    assert (await rig.sync(synced.id, "daily")).is_good
    await assert_equal_to_the_books(rig)
    assert await Invoice.count().where(Invoice.customer.is_null()) == 0
