"""What people decide about a customer: chased or not, paused, stopped, answered, and what they note down."""

from collections.abc import Collection
from datetime import date, datetime

from app.activity.actions import add_task, record
from app.activity.mentions import mentioned, shortened
from app.activity.tables import Activity
from app.customers.actions import reconsider
from app.customers.assignee_actions import assignable
from app.customers.queries import customers_among
from app.customers.tables import Customer
from app.customers.words import Stop, say_stop
from app.database import transaction
from app.organisations.membership import SignedIn
from components.format import day

Values = dict[object, object]


async def set_chasing(member: SignedIn, customer_ids: Collection[int], chasing: bool, now: datetime) -> list[int]:
    """Chase these customers or not; the ids of those for whom that is a change."""
    sentence = "Chasing is switched on" if chasing else "Chasing is switched off"
    async with transaction():
        changed: list[int] = []
        mine = await customers_among(member, customer_ids)
        for start in range(0, len(mine), 500):
            rows = (
                await Customer.update({Customer.chasing: chasing, Customer.reconsider_at: now})
                .where(Customer.id.is_in(mine[start : start + 500]), Customer.chasing.ne(chasing))
                .returning(Customer.id)
            )
            changed += [row["id"] for row in rows]
        lines = [_line(member, customer_id, sentence, now) for customer_id in changed]
        for start in range(0, len(lines), 500):
            await Activity.insert(*lines[start : start + 500])
    return changed


def _line(member: SignedIn, customer_id: int, sentence: str, now: datetime) -> Activity:
    return Activity(
        organisation_id=member.organisation_id, customer_id=customer_id, kind="status_changed",
        sentence=sentence, by=member.name, happened_at=now,
    )  # fmt: skip


async def pause(member: SignedIn, customer: Customer, until_on: date, today: date, now: datetime, *, note: str = "") -> None:
    """No reminders before `until_on`, the first free day."""
    values: Values = {Customer.paused_until_on: until_on, Customer.pause_note: note, Customer.paused_by: member.name}
    await _change(member, customer, values, f"Chasing is paused until {day(until_on, today)}{_in_brackets(note)}", now)


async def resume(member: SignedIn, customer: Customer, now: datetime) -> None:
    if customer.paused_until_on is not None:
        values: Values = {Customer.paused_until_on: None, Customer.pause_note: "", Customer.paused_by: ""}
        await _change(member, customer, values, "The pause has ended", now)


async def stop(
    member: SignedIn, customer: Customer, reason: Stop, note: str, now: datetime, *, until_on: date | None = None
) -> None:
    """Do not chase this customer while the reason holds: until that day where it has one, the first free one."""
    until = f" until {day(until_on, now.date())}" if until_on else ""
    values: Values = {
        Customer.stop: reason.value, Customer.stop_note: note, Customer.stop_until_on: until_on,
        Customer.stopped_at: now, Customer.stopped_by: member.name,
    }  # fmt: skip
    await _change(member, customer, values, f"Chasing is stopped{until}: {say_stop(reason).lower()}{_in_brackets(note)}", now)


async def end_stop(member: SignedIn, customer: Customer, now: datetime) -> None:
    if customer.stop:
        values: Values = {
            Customer.stop: "", Customer.stop_note: "", Customer.stop_until_on: None, Customer.stopped_at: None,
            Customer.stopped_by: "",
        }  # fmt: skip
        await _change(member, customer, values, f"No longer stopped: {say_stop(customer.stop).lower()}", now)


def _in_brackets(note: str) -> str:
    return f" ({note})" if note else ""


async def answer_reply(member: SignedIn, customer: Customer, now: datetime) -> None:
    """A person has decided on the customer's reply: chasing goes on."""
    if customer.replied_at is not None:
        await _change(member, customer, {Customer.replied_at: None}, "The reply is dealt with, chasing goes on", now)


async def add_note(member: SignedIn, customer: Customer, text: str, now: datetime) -> tuple[str, ...]:
    """On the timeline; each colleague named after an @ is asked to look. The names of those."""
    able = await assignable(member)
    asked = [each for each in mentioned(text, able) if each != member.member_id]
    async with transaction():
        await record(
            organisation_id=member.organisation_id, customer_id=customer.id, kind="note", sentence=text, by=member.name, now=now
        )
        for each in asked:
            await add_task(
                organisation_id=member.organisation_id, customer_id=customer.id, assigned_to=each, by=member.name, now=now,
                sentence=f"{member.name} asks you to look at {customer.name}: {shortened(text)}",
            )  # fmt: skip
    return tuple(able[each] for each in asked)


async def _change(member: SignedIn, customer: Customer, values: Values, sentence: str, now: datetime) -> None:
    async with transaction():
        await Customer.update(values).where(Customer.id == customer.id)  # type: ignore[arg-type]
        await reconsider([customer.id], now)
        await _tell(member, customer.id, sentence, now)


async def _tell(member: SignedIn, customer_id: int, sentence: str, now: datetime) -> None:
    await record(
        organisation_id=member.organisation_id, customer_id=customer_id, kind="status_changed",
        sentence=sentence, by=member.name, now=now,
    )  # fmt: skip
