"""Whether a payment is money or a write-off. An invoice names its payments but not the accounts they went to, so Xero's
list of payments is asked when an invoice shows one that is not here yet; the first time, for the write-offs alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from app.activity.actions import record
from app.customers.actions import reconsider
from app.database import fetch, transaction
from app.invoices.tables import Invoice
from app.invoices.tables import Payment as PaymentRow
from app.problems import Refused
from app.xero.answers import Disconnected, Missing
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

MOST_BANKS = 40
"""So many accounts can be named in a call; longer addresses meet a limit (Xero-OpenAPI#534)."""

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
        self.doubts: dict[str, str] = {}
        """By Xero's id: the account of a payment that counts as money only because Xero did not show its accounts."""
        self._banks: set[str] | None = None
        self._singles = MOST_SINGLE

    async def write_offs(self, applied: Sequence[PaymentFacts]) -> set[str]:
        """Xero's ids of those among the payments that are write-offs. Raise TryLater."""
        ids = {each.xero_id for each in applied if each.kind == "payment"}
        unknown = ids - self.kinds.keys()
        if unknown and (new := unknown - await self._here(unknown)):
            await self.read()
            for each in sorted(new - self.kinds.keys())[: self._singles]:
                await self._read_one(each)
        return self.known_write_offs(applied)

    async def read_write_offs(self) -> None:
        """Before the first sync: all that was not paid into a bank account, a page as a rule, for all payments would cost
        as many calls as all invoices. Where Xero refuses to sort them out (it may, of more than 100,000) what is in the
        books already counts as money. Raise TryLater."""
        banks = msgspec.json.decode(self.line.connection.bank_accounts, type=list[str])
        if not 0 < len(banks) <= MOST_BANKS:
            return
        self._banks = set(banks)
        elsewhere = " AND ".join(f'Account.AccountID!=Guid("{each}")' for each in banks)
        params = {"where": f'PaymentType=="ACCRECPAYMENT" AND {elsewhere}', "order": "UpdatedDateUTC ASC"}
        try:
            async for page, _ in Reading(self.line, PAYMENTS, params, 0).pages():
                for each in page.records:
                    await self._sort(each)
        except Disconnected:
            raise
        except Refused:
            return

    def known_write_offs(self, applied: Iterable[PaymentFacts]) -> set[str]:
        """Of those among the payments that have been read."""
        return {each.xero_id for each in applied if self.kinds.get(each.xero_id)} if self.kinds else set()

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
        is_bank = await self._is_bank(account) if account else True
        self.kinds[key] = is_bank is False
        if is_bank is None:
            self.doubts[key] = account

    async def _is_bank(self, account: str) -> bool | None:
        """An account that is not known as a bank's may be new: the list is read once more in a sync. None where Xero does
        not show it just then."""
        if account in msgspec.json.decode(self.line.connection.bank_accounts, type=list[str]):
            return True
        if self._banks is None:
            listed = await read_bank_accounts(self.line)
            if listed is None:
                return None
            self._banks = set(listed)
        return account in self._banks or not self._banks

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


async def mark_write_offs(organisation_id: int, ids: Iterable[str], now: datetime, *, tells: bool) -> tuple[str, ...]:
    """Inside the transaction that stores these payments: no thank-you may be planned in between. What is news of it, as
    sentences."""
    sentences = []
    for each in sorted(ids):
        mine = (PaymentRow.organisation == organisation_id) & (PaymentRow.xero_id == each)
        fresh = PaymentRow.update({PaymentRow.is_write_off: True}).where(mine, PaymentRow.is_write_off.eq(False))
        columns = (PaymentRow.amount, PaymentRow.currency, PaymentRow.customer, PaymentRow.invoice)
        for row in await fresh.returning(*columns):
            if tells:
                sentences.append(await _tell(organisation_id, row, now))
    return tuple(sentences)


async def keep_doubts(organisation_id: int, doubts: Mapping[str, str]) -> None:
    """Inside the transaction that stores these payments."""
    for xero_id, account in sorted(doubts.items()):
        mine = (PaymentRow.organisation == organisation_id) & (PaymentRow.xero_id == xero_id)
        await PaymentRow.update({PaymentRow.doubted_account: account}).where(mine)


async def settle_doubts(line: Line, now: datetime) -> tuple[str, ...]:
    """Ask once more which accounts are a bank's, where a payment waits for that. What turned out to be written off, as
    sentences. Raise TryLater."""
    doubted = (PaymentRow.organisation == line.organisation_id) & (PaymentRow.doubted_account != "")
    columns = (PaymentRow.xero_id, PaymentRow.doubted_account, PaymentRow.customer)
    rows = await PaymentRow.select(*columns).where(doubted)
    banks = await read_bank_accounts(line) if rows else None
    if banks is None:
        return ()
    elsewhere = [row for row in rows if banks and row["doubted_account"] not in banks]
    async with transaction():
        told = await mark_write_offs(line.organisation_id, {row["xero_id"] for row in elsewhere}, now, tells=True)
        await PaymentRow.update({PaymentRow.doubted_account: ""}).where(doubted)
        await reconsider({row["customer"] for row in elsewhere}, now)
    return told


async def _tell(organisation_id: int, row: dict[str, Any], now: datetime) -> str:
    """On the timeline; for the sync page with the invoice's number."""
    sum_ = sum_of(row["amount"], row["currency"])
    await record(
        organisation_id=organisation_id,
        kind="write_off",
        sentence=f"{sum_} of this invoice was written off in Xero.",
        by="Xero",
        now=now,
        customer_id=row["customer"],
        invoice_id=row["invoice"],
    )
    number = await Invoice.select(Invoice.number).where(Invoice.id == row["invoice"]).output(as_list=True)
    return f"{sum_} of {number[0]} was written off in Xero."
