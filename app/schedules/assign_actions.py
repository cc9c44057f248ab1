"""Which schedule a customer or an invoice follows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from app.activity.actions import record
from app.activity.tables import Activity
from app.customers.actions import reconsider
from app.customers.queries import customers_among
from app.customers.tables import Customer
from app.database import transaction
from app.invoices.tables import Invoice
from app.organisations.membership import SignedIn
from app.problems import OutOfDate
from app.schedules.edit_actions import lock
from app.schedules.queries import schedule_for, schedules_of
from app.schedules.tables import Assignment
from app.schedules.use_queries import schedules_of_customers

AT_ONCE = 500


async def assign(member: SignedIn, customer_ids: Collection[int], schedule_id: int | None, now: datetime) -> int | None:
    """Give the customers this schedule, or with None the default again; the assignment, None when that changed nobody."""
    async with transaction():
        name = await _name_of(member, schedule_id)
        mine = await customers_among(member, customer_ids)
        had = await schedules_of_customers(member.organisation_id, mine)
        before = {customer: old for customer, old in had.items() if old != schedule_id}
        if not before:
            return None
        await _give(member, dict.fromkeys(before, schedule_id), now)
        sentence = f"Follows the schedule “{name}” from now on" if name else "Follows the default schedule from now on"
        await _tell(member, list(before), sentence, now)
        row = Assignment(
            organisation=member.organisation_id,
            schedule_id=schedule_id,
            before=msgspec.json.encode({str(customer): old for customer, old in before.items()}).decode(),
            changed=len(before),
            made_by=member.name,
            made_at=now,
        )
        await row.save()
    return int(row.id)


async def undo(member: SignedIn, assignment: Assignment, now: datetime) -> int:
    """Give back what they had before, or the default where that is archived by now; how many. Those who were given another
    one since are left as they are. Raise OutOfDate when it is undone already."""
    before = customers_of(assignment)
    async with transaction():
        fresh = (Assignment.id == assignment.id) & Assignment.undone_at.is_null()
        if not await Assignment.update({Assignment.undone_at: now}).where(fresh).returning(Assignment.id):
            raise OutOfDate
        have = await schedules_of_customers(member.organisation_id, list(before))
        living = {schedule.id for schedule in await schedules_of(member.organisation_id)}
        back = {
            customer: before[customer] if before[customer] in living else None
            for customer, now_on in have.items()
            if now_on == assignment.schedule_id
        }
        await _give(member, back, now)
        await _tell(member, list(back), "Follows the schedule it had before again", now)
    return len(back)


def customers_of(assignment: Assignment) -> dict[int, int | None]:
    """The customers whom it changed, with the schedules they had."""
    before: dict[str, int | None] = msgspec.json.decode(assignment.before)
    return {int(customer): old for customer, old in before.items()}


async def override(member: SignedIn, invoice: Invoice, schedule_id: int | None, now: datetime) -> bool:
    """Have this invoice follow a schedule of its own, or with None its customer's again; whether that is a change."""
    if invoice.schedule_id == schedule_id:
        return False
    async with transaction():
        name = await _name_of(member, schedule_id)
        said = f"follows the schedule “{name}” from now on" if name else "follows its customer's schedule again"
        await Invoice.update({Invoice.schedule_id: schedule_id}).where(Invoice.id == invoice.id)
        await reconsider([invoice.customer], now)
        await record(
            organisation_id=member.organisation_id, customer_id=invoice.customer, invoice_id=invoice.id,
            kind="schedule_changed", sentence=f"{invoice.number} {said}", by=member.name, now=now,
        )  # fmt: skip
    return True


async def _name_of(member: SignedIn, schedule_id: int | None) -> str:
    """Inside the transaction that gives it to somebody, so that nobody archives it meanwhile. Empty: the default."""
    if schedule_id is None:
        return ""
    await lock(member, schedule_id)
    return (await schedule_for(member, schedule_id)).name


async def _give(member: SignedIn, schedules: Mapping[int, int | None], now: datetime) -> None:
    by_schedule: dict[int | None, list[int]] = defaultdict(list)
    for customer, schedule_id in schedules.items():
        by_schedule[schedule_id].append(customer)
    for schedule_id, customers in by_schedule.items():
        for start in range(0, len(customers), AT_ONCE):
            mine = Customer.id.is_in(customers[start : start + AT_ONCE]) & (Customer.organisation == member.organisation_id)
            await Customer.update({Customer.schedule_id: schedule_id, Customer.reconsider_at: now}).where(mine)


async def _tell(member: SignedIn, customers: list[int], sentence: str, now: datetime) -> None:
    lines = [
        Activity(
            organisation_id=member.organisation_id, customer_id=customer, kind="schedule_changed",
            sentence=sentence, by=member.name, happened_at=now,
        )
        for customer in customers
    ]  # fmt: skip
    for start in range(0, len(lines), AT_ONCE):
        await Activity.insert(*lines[start : start + AT_ONCE])
