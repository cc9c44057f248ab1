"""What people decide about replies. Each decision settles all that the person could see of that customer, and no more."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.activity.actions import record
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import transaction
from app.invoices.tables import Invoice
from app.mail.reading import Nature
from app.mail.tables import Incoming
from app.organisations.membership import SignedIn
from app.problems import OutOfDate
from app.promises import actions as promises
from app.promises import dispute_actions
from app.promises.words import Said, listed
from components.format import day

IS_REPLY = Incoming.kind == Nature.REPLY.value


class AlreadyDecided(OutOfDate):
    """Somebody has dealt with this reply meanwhile. What they decided stands below it; put it back to decide anew."""


async def carry_on(member: SignedIn, mail: Incoming, upto: int, now: datetime) -> None:
    """`upto`: the id of the newest reply that the person could see."""
    async with transaction():
        await _settle(member, mail, upto, "Carry on chasing", now)


async def take_promise(
    member: SignedIn, mail: Incoming, upto: int, invoices: Sequence[Invoice], on: date, now: datetime
) -> None:
    async with transaction():
        said = f"They will pay {listed([each.number for each in invoices])} on {day(on, now.date())}"
        await _settle(member, mail, upto, said, now)
        await promises.promise(invoices, on, source=Said.REPLY, by=member.name, now=now, said_by=_who(mail))


async def note_paid(
    member: SignedIn, mail: Incoming, upto: int, invoices: Sequence[Invoice], today: date, now: datetime
) -> None:
    async with transaction():
        await _settle(member, mail, upto, f"They say that {listed([each.number for each in invoices])} is paid", now)
        await promises.tell_paid(
            invoices, source=Said.REPLY, now=now, today=today, by=member.name, said_by=_who(mail)
        )  # fmt: skip


async def open_dispute(
    member: SignedIn,
    mail: Incoming,
    upto: int,
    invoice: Invoice,
    *,
    amount: Decimal | None,
    reason: str,
    text: str,
    answer_by_on: date,
    now: datetime,
) -> None:
    async with transaction():
        await _settle(member, mail, upto, f"A query on {invoice.number}", now)
        await dispute_actions.open_dispute(
            invoice, amount=amount, reason=reason, text=text, source=Said.REPLY, by=member.name, now=now,
            answer_by_on=answer_by_on, said_by=_who(mail),
        )  # fmt: skip


async def snooze(member: SignedIn, mail: Incoming, upto: int, until_on: date, today: date, now: datetime) -> None:
    """It comes back on that day. Chasing waits all the while: nobody has decided."""
    async with transaction():
        values: dict[Any, Any] = {Incoming.snoozed_until_on: until_on}
        if not await Incoming.update(values).where(_of(mail), Incoming.id <= upto).returning(Incoming.id):
            raise AlreadyDecided
        await _tell(member, mail, f"The reply is snoozed until {day(until_on, today)}; chasing waits", now)


async def put_back(member: SignedIn, mail: Incoming, now: datetime) -> None:
    """Decided by mistake, or a machine's mail that a person should decide about: it waits again, and so does chasing."""
    if mail.customer_id is None:
        raise OutOfDate
    async with transaction():
        again: dict[Any, Any] = {
            Incoming.kind: Nature.REPLY.value, Incoming.decided_at: None, Incoming.decided_by: "", Incoming.decision: "",
            Incoming.snoozed_until_on: None,
        }  # fmt: skip
        decided = Incoming.decided_at.is_not_null() | Incoming.snoozed_until_on.is_not_null()
        if not await Incoming.update(again).where(Incoming.id == mail.id, decided).returning(Incoming.id):
            raise OutOfDate
        await Customer.update({Customer.replied_at: now}).where(Customer.id == mail.customer_id, Customer.replied_at.is_null())
        await _tell(member, mail, f"{member.name} put the email from {_who(mail)} back into the inbox; chasing waits", now)


async def settle_all(member: SignedIn, customer_id: int, decision: str, now: datetime) -> None:
    """Decided on the page of the customer rather than in the inbox."""
    waiting = (Incoming.customer_id == customer_id) & IS_REPLY & Incoming.decided_at.is_null()
    await Incoming.update(_decided(member, decision, now)).where(waiting)


async def _settle(member: SignedIn, mail: Incoming, upto: int, decision: str, now: datetime) -> None:
    """Raise AlreadyDecided. A reply that came since the person looked goes on holding the customer."""
    values = _decided(member, decision, now)
    if not await Incoming.update(values).where(_of(mail), Incoming.id <= upto).returning(Incoming.id):
        raise AlreadyDecided
    if not await Incoming.exists().where(_of(mail)):
        await Customer.update({Customer.replied_at: None}).where(Customer.id == mail.customer_id)
    await _tell(member, mail, f"{member.name} decided on the reply: {decision[:1].lower()}{decision[1:]}", now)


def _decided(member: SignedIn, decision: str, now: datetime) -> dict[Any, Any]:
    return {
        Incoming.decided_at: now, Incoming.decided_by: member.name, Incoming.decision: decision,
        Incoming.snoozed_until_on: None,
    }  # fmt: skip


def _of(mail: Incoming) -> Any:
    same = (Incoming.organisation_id == mail.organisation_id) & (Incoming.customer_id == mail.customer_id)
    return same & IS_REPLY & Incoming.decided_at.is_null()


def _who(mail: Incoming) -> str:
    return str(mail.from_name or mail.from_address)[:120]


async def _tell(member: SignedIn, mail: Incoming, sentence: str, now: datetime) -> None:
    await record(
        organisation_id=mail.organisation_id, kind="reply_decided", sentence=sentence, by=member.name, now=now,
        customer_id=mail.customer_id, facts={"incoming": mail.id},
    )  # fmt: skip
    await reconsider([mail.customer_id], now)
