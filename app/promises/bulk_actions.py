"""Changing many rows of a list at once, with the way back: each row gets again what it had before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from app.activity.tables import Activity
from app.customers.actions import reconsider
from app.customers.assignee_actions import assign, assignable
from app.customers.care_actions import set_chasing
from app.customers.tables import BulkChange, Customer
from app.database import transaction
from app.invoices.tables import Invoice
from app.organisations.membership import SignedIn
from app.problems import NotFound, OutOfDate
from app.promises.actions import set_expected_date
from app.promises.queries import expected_dates_of, promises_of
from app.promises.words import DateSource, PromiseState

AT_ONCE = 500
Before = Mapping[int, Any]


async def change_chasing(member: SignedIn, customers: Collection[int], chasing: bool, now: datetime) -> BulkChange | None:
    """Chase these customers or not; None where that changes nobody."""
    async with transaction():
        changed = await set_chasing(member, customers, chasing, now)
        return await _kept(member, "chasing", "on" if chasing else "off", dict.fromkeys(changed, not chasing), now)


async def change_assignee(
    member: SignedIn, customers: Collection[int], assignee: int | None, now: datetime
) -> BulkChange | None:
    """Give these customers to a member, one of `assignable`, or to nobody."""
    async with transaction():
        before = await assign(member, customers, assignee, now)
        return await _kept(member, "assigned", str(assignee or ""), before, now)


async def change_exclusion(member: SignedIn, invoices: Collection[int], excluded: bool, now: datetime) -> BulkChange | None:
    """Take these invoices out of chasing, or back in."""
    async with transaction():
        changed = await _exclude(member, invoices, excluded, now)
        return await _kept(member, "excluded", "yes" if excluded else "", dict.fromkeys(changed, not excluded), now)


async def change_expected(
    member: SignedIn, invoices: Sequence[Invoice], expected_on: date | None, now: datetime
) -> tuple[BulkChange | None, int]:
    """Expect these invoices, of the member's organisation, on a day, or on none any more; and how many were left alone
    because their customer has promised a day."""
    ids = [invoice.id for invoice in invoices]
    promised = {row.invoice for row in await promises_of(ids) if row.state == PromiseState.ACTIVE}
    known = await expected_dates_of(ids)
    had = {each: (known[each].expected_on, known[each].source) if each in known else (None, "") for each in ids}
    mine = [invoice for invoice in invoices if invoice.id not in promised and had[invoice.id][0] != expected_on]
    async with transaction():
        for invoice in mine:
            await set_expected_date(invoice, expected_on, source=DateSource.CONTROLLER, by=member.name, now=now)
        before = {invoice.id: had[invoice.id] for invoice in mine}
        value = expected_on.isoformat() if expected_on else ""
        return await _kept(member, "expected", value, before, now), len(promised)


async def change_for(member: SignedIn, change_id: int) -> BulkChange:
    mine = (BulkChange.id == change_id) & (BulkChange.organisation == member.organisation_id)
    row = await BulkChange.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row


async def undo(member: SignedIn, change: BulkChange, now: datetime) -> list[int]:
    """Give back what each row had; the ids of those given back. Rows that were changed since are left as they are. Raise
    OutOfDate when it is undone already."""
    async with transaction():
        fresh = (BulkChange.id == change.id) & BulkChange.undone_at.is_null()
        if not await BulkChange.update({BulkChange.undone_at: now}).where(fresh).returning(BulkChange.id):
            raise OutOfDate
        return await _UNDO[change.kind](member, change.value, before_of(change), now)


def before_of(change: BulkChange) -> dict[int, Any]:
    """What each row had, by its id."""
    return {int(key): value for key, value in msgspec.json.decode(change.before).items()}


async def _kept(member: SignedIn, kind: str, value: str, before: Before, now: datetime) -> BulkChange | None:
    if not before:
        return None
    row = BulkChange(
        organisation=member.organisation_id, kind=kind, value=value, made_by=member.name, made_at=now,
        before=msgspec.json.encode({str(key): had for key, had in before.items()}).decode(),
    )  # fmt: skip
    await row.save()
    return row


async def _exclude(member: SignedIn, invoices: Collection[int], excluded: bool, now: datetime) -> list[int]:
    ids, changed = sorted(set(invoices)), list[dict[str, Any]]()
    for start in range(0, len(ids), AT_ONCE):
        mine = Invoice.id.is_in(ids[start : start + AT_ONCE]) & (Invoice.organisation == member.organisation_id)
        changed += (
            await Invoice.update({Invoice.excluded: excluded})
            .where(mine, Invoice.excluded.ne(excluded))
            .returning(Invoice.id, Invoice.customer, Invoice.number)
        )
    done = "excluded from chasing" if excluded else "chased again"
    for start in range(0, len(changed), AT_ONCE):
        some = changed[start : start + AT_ONCE]
        await reconsider({row["customer"] for row in some}, now)
        await Activity.insert(*(_line(member, row, f"{row['number']} is {done}", now) for row in some))
    return [row["id"] for row in changed]


def _line(member: SignedIn, row: Mapping[str, Any], sentence: str, now: datetime) -> Activity:
    return Activity(
        organisation_id=member.organisation_id, customer_id=row["customer"], invoice_id=row["id"], kind="status_changed",
        sentence=sentence, by=member.name, happened_at=now,
    )  # fmt: skip


async def _chasing_again(member: SignedIn, value: str, before: Before, now: datetime) -> list[int]:
    """All had the opposite, and those who have it again already are passed over."""
    return await set_chasing(member, list(before), value != "on", now)


async def _assigned_again(member: SignedIn, value: str, before: Before, now: datetime) -> list[int]:
    """To nobody where whoever looked after it has left."""
    living, given = await assignable(member), int(value) if value else None
    by_assignee: dict[int | None, list[int]] = defaultdict(list)
    for customer in await _still(list(before), given):
        had = before[customer]
        by_assignee[had if had in living else None].append(customer)
    for assignee, customers in by_assignee.items():
        await assign(member, customers, assignee, now)
    return [customer for customers in by_assignee.values() for customer in customers]


async def _still(customers: Sequence[int], assignee: int | None) -> list[int]:
    found: list[int] = []
    for start in range(0, len(customers), AT_ONCE):
        rows = await Customer.select(Customer.id, Customer.assigned_to).where(
            Customer.id.is_in(list(customers[start : start + AT_ONCE]))
        )
        found += [row["id"] for row in rows if row["assigned_to"] == assignee]
    return found


async def _excluded_again(member: SignedIn, value: str, before: Before, now: datetime) -> list[int]:
    return await _exclude(member, list(before), value != "yes", now)


async def _expected_again(member: SignedIn, value: str, before: Before, now: datetime) -> list[int]:
    known = await expected_dates_of(list(before))
    still = [each for each in before if each in known and str(known[each].expected_on or "") == value]
    rows = await Invoice.objects().where(Invoice.id.is_in(still)) if still else []
    for invoice in rows:
        had = before[invoice.id][0]
        on = date.fromisoformat(had) if had else None
        await set_expected_date(invoice, on, source=DateSource.CONTROLLER, by=member.name, now=now)
    return [invoice.id for invoice in rows]


_UNDO = {
    "chasing": _chasing_again,
    "assigned": _assigned_again,
    "excluded": _excluded_again,
    "expected": _expected_again,
}
