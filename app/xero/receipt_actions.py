"""Whether a payment is money or a write-off. An invoice names its payments but not the accounts they went to, so Xero's
list of payments is asked when an invoice shows one that is not here yet."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from app.activity.actions import record
from app.database import fetch
from app.invoices.tables import Payment as PaymentRow
from app.xero.answers import Missing
from app.xero.changes import sum_of
from app.xero.decide import PaymentFacts
from app.xero.line_actions import Line
from app.xero.listing import INVOICES, PAYMENTS
from app.xero.reading import stamp_from
from app.xero.reading_actions import Reading, patiently
from app.xero.setting_actions import read_bank_accounts
from app.xero.stamps import instant_of
from app.xero.tables import Cursor
from app.xero.wire import Payment

MOST_SINGLE = 20
"""So many payments are asked for one by one in a sync, of those that the delta does not show."""


class Receipts:
    """Xero's payments as one sync sees them."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.kinds: dict[str, bool] = {}
        """By Xero's id, in small letters: whether it is a write-off."""
        self.deleted: set[str] = set()
        self.upto: int | None = None
        """Xero's time up to which payments have been read; kept with the invoices that they belong to."""
        self._banks: set[str] | None = None
        self._singles = MOST_SINGLE

    async def write_offs(self, applied: Iterable[PaymentFacts]) -> set[str]:
        """Xero's ids of those among the payments that are write-offs. Raise TryLater."""
        ids = {each.xero_id for each in applied if each.kind == "payment"}
        unknown = ids - self.kinds.keys()
        if unknown and (new := unknown - await self._here(unknown)):
            await self.read()
            for each in sorted(new - self.kinds.keys())[: self._singles]:
                await self._read_one(each)
        return {each for each in ids if self.kinds.get(each)}

    async def _here(self, ids: set[str]) -> set[str]:
        listed, here = sorted(ids), set[str]()
        for start in range(0, len(listed), 1000):
            some = listed[start : start + 1000]
            marks = ", ".join(["{}"] * len(some))
            query = f"SELECT xero_id FROM payment WHERE organisation = {{}} AND xero_id IN ({marks})"  # noqa: S608
            here |= {row["xero_id"] for row in await fetch(query, self.line.organisation_id, *some)}
        return here

    async def read(self) -> None:
        """What changed since payments were last read, or else since invoices were."""
        since = self.upto or await self._since()
        async for page, upto in Reading(self.line, PAYMENTS, {"order": "UpdatedDateUTC ASC"}, since).pages():
            for each in page.records:
                await self._sort(each)
            self.upto = upto or self.upto

    async def _since(self) -> int:
        for name in (PAYMENTS.name, INVOICES.name):
            mine = (Cursor.organisation == self.line.organisation_id) & (Cursor.resource == name)
            row = await Cursor.objects().get(mine)
            if row is not None and row.modified_since is not None:
                return stamp_from(row.modified_since)
        return 0

    async def _read_one(self, xero_id: str) -> None:
        self._singles -= 1
        try:
            page = await patiently(self.line, PAYMENTS, f"/Payments/{xero_id}")
        except Missing:
            return
        for each in page.records:
            await self._sort(each)

    async def _sort(self, payment: Payment) -> None:
        key = (payment.payment_id or "").lower()
        account = (payment.account.account_id or "").lower() if payment.account else ""
        if payment.status == "DELETED":
            self.deleted.add(key)
        self.kinds[key] = bool(account) and not await self._is_bank(account)

    async def _is_bank(self, account: str) -> bool:
        """An account that is not known as a bank's may be new: the list is read once more in a sync."""
        if account in msgspec.json.decode(self.line.connection.bank_accounts, type=list[str]):
            return True
        if self._banks is None:
            self._banks = set(await read_bank_accounts(self.line) or [account])
        return account in self._banks

    async def removed(self) -> list[str]:
        """Xero's ids of our invoices that still show a payment which Xero calls deleted."""
        ids = sorted(self.deleted)
        marks = ", ".join(["{}"] * len(ids))
        query = (
            "SELECT DISTINCT i.xero_id FROM payment p JOIN invoice i ON i.id = p.invoice"  # noqa: S608
            f" WHERE p.organisation = {{}} AND p.status <> 'DELETED' AND p.xero_id IN ({marks})"
        )
        return [row["xero_id"] for row in await fetch(query, self.line.organisation_id, *ids)] if ids else []

    async def keep_cursor(self) -> None:
        """Inside the transaction that moves the invoices' cursor: a payment must not be passed by before its invoice."""
        if self.upto:
            mine = (Cursor.organisation == self.line.organisation_id) & (Cursor.resource == PAYMENTS.name)
            row = await Cursor.objects().get(mine)
            row = row or Cursor(organisation=self.line.organisation_id, resource=PAYMENTS.name)
            row.modified_since = instant_of(self.upto)
            await row.save()


async def mark_write_offs(organisation_id: int, ids: Iterable[str], now: datetime) -> None:
    """Inside the transaction that stores these payments: no thank-you may be planned in between."""
    for each in sorted(ids):
        mine = (PaymentRow.organisation == organisation_id) & (PaymentRow.xero_id == each)
        for row in await PaymentRow.objects().where(mine, PaymentRow.is_write_off.eq(False)):
            await PaymentRow.update({PaymentRow.is_write_off: True}).where(PaymentRow.id == row.id)
            await record(
                organisation_id=organisation_id,
                kind="write_off",
                sentence=f"{sum_of(row.amount, row.currency)} of this invoice was written off in Xero.",
                by="Xero",
                now=now,
                customer_id=row.customer,
                invoice_id=row.invoice,
            )
