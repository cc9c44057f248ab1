"""Histories in which we act as well: dates told to Xero, news from it, customers read anew, connections left."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.problems import Problem
from app.promises.actions import set_expected_date
from app.promises.tables import ExpectedDate
from app.promises.words import DateSource
from app.xero.actions import push_expected_dates
from app.xero.leaving_actions import leave
from app.xero.news_actions import mark_news, may_read_news
from app.xero.refresh_actions import refresh_customer
from app.xero.refusal_actions import try_again
from app.xero.stamps import read_day
from tests import cast
from tests.faults.xero.histories import History
from tests.xero_rig import Rig


class OurHistory(History):
    """What happens in the books, and what people and workers do here."""

    def __init__(self, rig: Rig, seed: int, firm: cast.Firm) -> None:
        super().__init__(rig, seed)
        self.firm = firm

    async def act_set_a_date_here(self) -> None:
        rows = await Invoice.objects().where(Invoice.is_open.eq(True)).order_by(Invoice.number)
        if rows:
            day = self.rig.clock().date() + timedelta(days=self.dice.randint(0, 40))
            wanted = self.dice.choice([day, day, None])
            source = self.dice.choice([DateSource.CONTROLLER, DateSource.CUSTOMER])
            await set_expected_date(self.dice.choice(rows), wanted, source=source, by="Tom Hale", now=self.rig.clock())

    async def act_tell_xero_our_dates(self) -> None:
        await push_expected_dates(self.firm.id, xero=self.rig.xero, now=self.rig.clock)

    async def act_try_a_refused_date_again(self) -> None:
        refused = await ExpectedDate.objects().where(ExpectedDate.push == "refused").order_by(ExpectedDate.invoice)
        if refused:
            await try_again(self.dice.choice(refused).invoice)

    async def act_hear_of_news(self) -> None:
        tenant = self.rig.ledger.organisations[0].tenant
        for each in await mark_news([tenant], self.rig.clock()):
            if await may_read_news(each, self.rig.clock()):
                await self.rig.sync(each, "webhook")

    async def act_come_back_from_xero(self) -> None:
        customer = self.dice.choice(await Customer.objects().order_by(Customer.id))
        await refresh_customer(customer, xero=self.rig.xero, now=self.rig.clock())

    async def act_leave_and_come_back(self) -> None:
        await leave(self.firm.anna, xero=self.rig.xero, now=self.rig.clock())
        with suppress(Problem):  # a fault may stand in the way; the end of the history connects again
            await self.rig.connect(self.firm.anna)

    async def act_lock_a_period(self) -> None:
        await self._post("/control/lock", date=self.dice.choice(["2026-09-30", "2026-10-31", None, None]))


async def assert_dates_in_step(rig: Rig) -> None:
    """Of an open invoice both sides have one expected date, or Xero's refusal of ours stands and is a true one."""
    records = {r["InvoiceID"]: r for r in rig.books("Invoices")}
    rows = await ExpectedDate.select(ExpectedDate.all_columns(), ExpectedDate.invoice.xero_id, ExpectedDate.invoice.is_open)
    for row in rows:
        record = records[row["invoice.xero_id"]]
        if not row["invoice.is_open"]:
            continue
        theirs = read_day(record.get("ExpectedPaymentDate"))
        if row["push"] == "refused":
            assert row["refusal"] and refuses(rig, record), (record["InvoiceNumber"], row["refusal"])
        else:
            assert row["push"] in ("pushed", "none"), (record["InvoiceNumber"], row)
            assert row["expected_on"] == theirs, (record["InvoiceNumber"], row)


def refuses(rig: Rig, record: dict[str, Any]) -> bool:
    """Whether Xero takes no date for this invoice as it stands."""
    lock = read_day(rig.ledger.organisations[0].organisation.get("PeriodLockDate")) or date.min
    issued = read_day(record["Date"])
    return bool(record["AmountPaid"] or record["AmountCredited"]) or (issued is not None and issued <= lock)
