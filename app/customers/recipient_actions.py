"""Whom a customer's emails go to. Kinds chosen here and addresses added here stay, whatever Xero says."""

from datetime import datetime

from app.activity.actions import record
from app.customers.actions import reconsider
from app.customers.tables import Customer, Recipient
from app.customers.words import HERE, KINDS, RecipientKind
from app.database import transaction
from app.organisations.membership import SignedIn
from app.problems import Problem


class AddressIsXeros(Problem):
    """This address comes from Xero and would come back with the next sync. Set it to None instead."""

    status = 422


async def add(member: SignedIn, customer: Customer, email: str, name: str, kind: RecipientKind, now: datetime) -> bool:
    """Whether the address was new; one that is there already only gets the kind."""
    async with transaction():
        known = await Recipient.objects().where(Recipient.customer == customer.id)
        same = next((row for row in known if row.email.lower() == email.lower()), None)
        if same is not None:
            await set_kind(member, same, kind, now)
            return False
        await Recipient(customer=customer.id, email=email, name=name, kind=kind.value, source=HERE, is_kind_chosen=True).save()
        await _tell(member, customer.id, f"Added {email} as {KINDS[kind].lower()}", now)
    return True


async def set_kind(member: SignedIn, recipient: Recipient, kind: RecipientKind, now: datetime) -> None:
    async with transaction():
        chosen: dict[object, object] = {Recipient.kind: kind.value, Recipient.is_kind_chosen: True}
        await Recipient.update(chosen).where(Recipient.id == recipient.id)  # type: ignore[arg-type]
        if recipient.kind != kind.value:
            await _tell(member, recipient.customer, f"{recipient.email} is now {KINDS[kind].lower()}", now)


async def mark_usable(member: SignedIn, recipient: Recipient, now: datetime) -> None:
    """The address that bounced has been put right."""
    async with transaction():
        cleared: dict[object, object] = {Recipient.bounced_at: None, Recipient.bounce_answer: ""}
        await Recipient.update(cleared).where(Recipient.id == recipient.id)  # type: ignore[arg-type]
        if recipient.bounced_at is not None:
            await _tell(member, recipient.customer, f"{recipient.email} is used again", now)


async def remove(member: SignedIn, recipient: Recipient, now: datetime) -> None:
    """Raise AddressIsXeros unless it was added here."""
    if recipient.source != HERE:
        raise AddressIsXeros
    async with transaction():
        await Recipient.delete().where(Recipient.id == recipient.id)
        await _tell(member, recipient.customer, f"Removed {recipient.email}", now)


async def _tell(member: SignedIn, customer_id: int, sentence: str, now: datetime) -> None:
    await reconsider([customer_id], now)
    await record(
        organisation_id=member.organisation_id, customer_id=customer_id, kind="status_changed",
        sentence=sentence, by=member.name, now=now,
    )  # fmt: skip
