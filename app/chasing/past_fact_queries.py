"""The facts as they stood when the chasing of a past day began, as far as they are still known.

Known from then: what each invoice owed (Xero's payments carry their dates), what had gone, promises, expected dates,
disputes, what the customer had told us, what members had put off. Taken as it is today, for nothing is kept of earlier
days: whether a customer is chased or paused, its recipients and credits, an invoice's due date, exclusion and schedule.
Invoices that have been voided since are not there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from app.chasing.book import (
    AwaitingApproval,
    Book,
    BookCustomer,
    ExpectedDate,
    PaidInvoice,
    Queried,
    ToldPaid,
)
from app.chasing.book_queries import Gathered, gather, last_receipt
from app.chasing.fact_queries import FactReader
from app.chasing.history import History, StepGone, history_of
from app.chasing.mail_fact_queries import DONE, LOOKS_BACK, TAKE_THE_DAY, Rows
from app.database import fetch
from app.schedules.calendar import ChaseCalendar, chase_instant


async def gather_past(organisation_id: int, day: date, customers: Collection[int] | None, now: datetime) -> Gathered:
    """The book of that day under today's settings: connected, freshly synced and not paused."""
    house = await gather(organisation_id, now=now, customers=[])
    then = chase_instant(day, house.settings.chase_time, house.settings.timezone)
    reader = PastReader(organisation_id, customers, then, ZoneInfo(house.settings.timezone))
    book: Book = msgspec.structs.replace(
        house.book, now=then, last_good_sync_at=then, connected=True, restored=False, paused=False,
        last_receipt_on=await last_receipt(house.organisation, day), customers=await reader.customers(house.calendar),
    )  # fmt: skip
    return house._replace(book=book)


class PastReader(FactReader):
    """`now` is the instant it looks back to. Nothing awaits approval and nobody is thanked: of that nothing is kept."""

    async def customers(self, calendar: ChaseCalendar) -> tuple[BookCustomer, ...]:
        self.stopped_later = await self._stopped_later()
        return tuple(self._then(customer) for customer in await super().customers(calendar))

    def _then(self, customer: BookCustomer) -> BookCustomer:
        changes: dict[str, Any] = {"skipped_until": None}
        if customer.replied_on is not None and customer.replied_on > self.today:
            changes["replied_on"] = None
        if customer.id in self.stopped_later:
            changes["stop"] = None
        return msgspec.structs.replace(customer, **changes)

    async def _stopped_later(self) -> frozenset[int]:
        rows = await self.rows("SELECT id FROM customer WHERE organisation = {} AND stopped_at > {}", "id", self.now)
        return frozenset(row["id"] for row in rows)

    async def open_invoices(self) -> Rows:
        """Those issued by then with something outstanding then: what is outstanding now and what was paid since. What
        an import brought in counts by its date, what came later by when we first saw it too."""
        rows = await self.rows(
            "SELECT i.id, i.customer, i.number, i.reference, i.currency, i.rate, i.total, i.outstanding, i.issued_on,"
            " i.due_on, i.is_sent, i.excluded, i.schedule_id, i.chases_despite_expected FROM invoice i"
            " WHERE i.organisation = {} AND i.status IN ('AUTHORISED', 'PAID') AND (i.issued_on IS NULL OR i.issued_on <= {})"
            " AND (i.is_open = TRUE OR i.paid_on IS NULL OR i.paid_on >= {})",
            "i.customer",
            self.today,
            self.today - LOOKS_BACK,
        )
        since = await self._paid_since()
        owed = ({**row, "outstanding": min(row["outstanding"] + since[row["id"]], row["total"])} for row in rows)
        return [row for row in owed if row["outstanding"] > 0]

    async def _paid_since(self) -> dict[int, int]:
        imported = await fetch("SELECT MIN(first_seen_at) AS at FROM payment WHERE organisation = {}", self.organisation_id)
        rows = await self.rows(
            "SELECT invoice, amount FROM payment WHERE organisation = {} AND status <> 'DELETED'"
            " AND (paid_on > {} OR (paid_on >= {} AND first_seen_at > {} AND first_seen_at > {}))",
            "customer",
            self.today, self.today - LOOKS_BACK, self.now, imported[0]["at"] or self.now,
        )  # fmt: skip
        found: dict[int, int] = defaultdict(int)
        for row in rows:
            found[row["invoice"]] += row["amount"]
        return found

    async def history(self) -> dict[int, History]:
        gone: dict[int, list[StepGone]] = defaultdict(list)
        for row in await self.rows(
            "SELECT ri.invoice, ri.step_offset, m.claimed_at FROM reminder_invoice ri"  # noqa: S608
            " JOIN reminder r ON r.id = ri.reminder JOIN message m ON m.id = r.message WHERE r.organisation = {}"
            f" AND ri.is_carried = TRUE AND m.state IN {DONE} AND m.claimed_at < {{}}",
            "r.customer",
            self.now,
        ):
            gone[row["invoice"]].append(StepGone(self.day(row["claimed_at"]), row["step_offset"]))
        return {invoice: history_of(steps) for invoice, steps in gone.items()}

    async def emails(self) -> dict[int, dict[str, date]]:
        found: dict[int, dict[str, date]] = defaultdict(dict)
        rows = await self.rows(
            "SELECT m.customer_id, m.kind, m.claimed_at, r.step_offset FROM message m LEFT JOIN reminder r"  # noqa: S608
            " ON r.message = m.id WHERE m.organisation_id = {} AND m.customer_id IS NOT NULL "
            f" AND m.kind IN {TAKE_THE_DAY} AND m.state IN {DONE} AND m.claimed_at < {{}} AND m.claimed_at > {{}}",
            "m.customer_id",
            self.now, self.now - LOOKS_BACK,
        )  # fmt: skip
        for row in sorted(rows, key=lambda row: row["claimed_at"]):
            facts, went_on = found[row["customer_id"]], self.day(row["claimed_at"])
            facts["last_email_on"] = went_on
            if row["kind"] in ("reminder", "chase_now") and (row["step_offset"] or 0) >= 0:
                facts["last_reminded_on"] = went_on
        return found

    async def expected(self) -> dict[int, ExpectedDate]:
        """The promise that was alive then, else the expected date that stands today if it had been set by then."""
        found = {i: each for i, each in (await super().expected()).items() if each.set_on and each.set_on <= self.today}
        for row in await self.rows(
            "SELECT invoice, promised_on, source, said_by, taken_by, made_at FROM promise WHERE organisation = {}"
            " AND made_at < {} AND (ended_at IS NULL OR ended_at > {})",
            "customer",
            self.now, self.now,
        ):  # fmt: skip
            found[row["invoice"]] = ExpectedDate(
                on=row["promised_on"], source="customer", place=row["source"], by=row["taken_by"],
                set_on=self.day(row["made_at"]), said_by=row["said_by"],
            )  # fmt: skip
        return found

    async def told_paid(self) -> dict[int, ToldPaid]:
        rows = await self.rows(
            "SELECT id, invoice, told_on, source, noted_by FROM told_paid WHERE organisation = {} AND told_on <= {}"
            " AND (withdrawn_at IS NULL OR withdrawn_at > {})",
            "customer",
            self.today, self.now,
        )  # fmt: skip
        return {
            row["invoice"]: ToldPaid(row["told_on"], row["source"], row["noted_by"])
            for row in sorted(rows, key=lambda row: (row["told_on"], row["id"]))
        }

    async def queried(self) -> dict[int, Queried]:
        open_then = "d.opened_at < {} AND (d.resolved_at IS NULL OR d.resolved_at > {})"
        return await self.queried_while(open_then, self.now, self.now)

    async def awaiting(self) -> dict[int, list[AwaitingApproval]]:
        return defaultdict(list)

    async def template_failures(self) -> dict[int, dict[int, str]]:
        return defaultdict(dict)

    async def paid(self) -> dict[int, list[PaidInvoice]]:
        return defaultdict(list)

    async def unthankable(self) -> frozenset[int]:
        return frozenset()

    async def statements(self, calendar: ChaseCalendar) -> Callable[[dict[str, Any]], date | None]:
        """Customers whose statement went on that day."""
        rows = await self.rows(
            "SELECT m.customer_id, m.claimed_at FROM message m WHERE m.organisation_id = {} AND m.kind = 'statement'"  # noqa: S608
            f" AND m.state IN {DONE} AND m.claimed_at IS NOT NULL",
            "m.customer_id",
        )
        had = {row["customer_id"] for row in rows if self.day(row["claimed_at"]) == self.today}
        return lambda customer: self.today if customer["id"] in had else None
