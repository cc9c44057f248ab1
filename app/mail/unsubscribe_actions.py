"""A recipient asks not to be written to any more: off unless the organisation offers it (reminders are personal letters)."""

from datetime import datetime
from typing import Any

from app.activity.actions import audit, record
from app.activity.task_actions import open_task
from app.activity.tasks import TaskKind
from app.customers.actions import reconsider
from app.customers.tables import Customer, Recipient
from app.database import transaction
from app.mail.unsubscribing import headers_for, message_of, token_of
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.outbox.messages import addresses_of
from app.outbox.queries import message as message_by_id
from app.outbox.states import Kind
from app.outbox.tables import Message
from app.problems import NotFound
from app.settings import settings

ADDRESS = "/unsubscribe"
TO_CUSTOMERS = frozenset({Kind.REMINDER.value, Kind.CHASE_NOW.value, Kind.THANK_YOU.value, Kind.STATEMENT.value})


async def unsubscribe_headers(message: Message, offers: bool | None = None) -> dict[str, str]:
    """None where it is not offered, and in letters to several: a step must be one recipient's own.

    `offers`: whether the organisation offers it, where the caller knows.
    """
    recipients = (*addresses_of(message.to_addresses), *addresses_of(message.cc_addresses))
    if message.kind not in TO_CUSTOMERS or message.customer_id is None or len(recipients) != 1:
        return {}
    if not (await _offers(message.organisation_id) if offers is None else offers):
        return {}
    token = token_of(message.id, settings().secret_keys[0].encode())
    return headers_for(f"{settings().base_url}{ADDRESS}/{token}")


async def _offers(organisation_id: int) -> bool:
    row = await Organisation.select(Organisation.offers_unsubscribe).where(Organisation.id == organisation_id).first()
    return bool(row and row["offers_unsubscribe"])


async def asked_by(token: str) -> Message:
    """The message whose recipient asks. Raise NotFound for a token of nobody's."""
    number = message_of(token, [key.encode() for key in settings().secret_keys])
    message = await message_by_id(number) if number is not None else None
    if message is None or message.customer_id is None:
        raise NotFound
    return message


async def unsubscribe(token: str, now: datetime) -> str:
    """The address that is written to no more. Asked again, nothing more happens. Raise NotFound."""
    message = await asked_by(token)
    address = addresses_of(message.to_addresses)[0]
    async with transaction():
        await reconsider([message.customer_id], now)
        rows = await Recipient.select(Recipient.id, Recipient.email).where(
            Recipient.customer == message.customer_id, Recipient.kind != "none"
        )
        ids = [row["id"] for row in rows if row["email"].lower() == address.lower()]
        if ids:
            none: dict[Any, Any] = {Recipient.kind: "none", Recipient.is_kind_chosen: True}
            await Recipient.update(none).where(Recipient.id.is_in(ids))
            await _tell(message, address, now)
    return address


async def _tell(message: Message, address: str, now: datetime) -> None:
    await record(
        organisation_id=message.organisation_id, kind="unsubscribed", by="the customer", now=now,
        sentence=f"{address} asked not to be written to any more", customer_id=message.customer_id,
    )  # fmt: skip
    row = await Customer.select(Customer.assigned_to).where(Customer.id == message.customer_id).first()
    await open_task(
        TaskKind.COMPLAINT, f"unsubscribed:{message.id}", organisation_id=message.organisation_id, now=now,
        sentence=f"Ring them: {address} asked not to be written to any more", customer_id=message.customer_id,
        assigned_to=row["assigned_to"] if row else None,
    )  # fmt: skip


async def offer(member: SignedIn, offers: bool, now: datetime, address: str = "") -> None:
    async with transaction():
        await Organisation.update({Organisation.offers_unsubscribe: offers}).where(Organisation.id == member.organisation_id)
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="change settings",
            subject=f"organisation {member.organisation_id}", now=now, fields=("offers_unsubscribe",), address=address,
        )  # fmt: skip
