"""What people decide about a customer: chased or not, paused, stopped, answered, and what they note down."""

from collections.abc import Collection
from datetime import date, datetime

from app.activity.actions import record
from app.activity.tables import Activity
from app.customers.actions import reconsider
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


async def pause(member: SignedIn, customer: Customer, until_on: date, today: date, now: datetime) -> None:
    """No reminders before `until_on`, the first free day."""
    await _change(
        member, customer, {Customer.paused_until_on: until_on}, f"Chasing is paused until {day(until_on, today)}", now
    )


async def resume(member: SignedIn, customer: Customer, now: datetime) -> None:
    if customer.paused_until_on is not None:
        await _change(member, customer, {Customer.paused_until_on: None}, "The pause has ended", now)


async def stop(member: SignedIn, customer: Customer, reason: Stop, note: str, now: datetime) -> None:
    """Never chase this customer while the reason holds."""
    said = f"Chasing is stopped: {say_stop(reason).lower()}" + (f" ({note})" if note else "")
    await _change(member, customer, {Customer.stop: reason.value, Customer.stop_note: note}, said, now)


async def end_stop(member: SignedIn, customer: Customer, now: datetime) -> None:
    if customer.stop:
        ended = f"No longer stopped: {say_stop(customer.stop).lower()}"
        await _change(member, customer, {Customer.stop: "", Customer.stop_note: ""}, ended, now)


async def answer_reply(member: SignedIn, customer: Customer, now: datetime) -> None:
    """A person has decided on the customer's reply: chasing goes on."""
    if customer.replied_at is not None:
        await _change(member, customer, {Customer.replied_at: None}, "The reply is dealt with, chasing goes on", now)


async def add_note(member: SignedIn, customer: Customer, text: str, now: datetime) -> None:
    await record(
        organisation_id=member.organisation_id, customer_id=customer.id, kind="note", sentence=text, by=member.name, now=now
    )


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
