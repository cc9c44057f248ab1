"""Mail of the product itself that did not leave, or of which nobody knows: sent again by an admin, for no member can."""

from datetime import datetime

from app.activity.actions import audit
from app.database import transaction
from app.outbox import actions as outbox
from app.outbox import queries
from app.outbox.states import Kind, State
from app.problems import OutOfDate, Problem


class NoProductMail(Problem):
    """There is no mail of the product with this number. Members decide about mail to customers."""

    status = 404


class NothingToSend(OutOfDate):
    """This mail was sent, still waits by itself, or its words have been removed."""


async def send_again(admin_id: int, by: str, message_id: int, now: datetime) -> None:
    """Raise NoProductMail, NothingToSend."""
    message = await queries.message(message_id)
    if message is None or message.kind != Kind.SYSTEM.value:
        raise NoProductMail
    if message.state not in (State.FAILED.value, State.UNKNOWN.value) or not message.text:
        raise NothingToSend
    async with transaction():
        await outbox.send_again(message_id, by, now)
        await audit(
            organisation_id=message.organisation_id, user_id=admin_id, act="send product mail again", now=now,
            subject=f"message {message_id}", is_by_admin=True, changes={"state": (message.state, State.APPROVED.value)},
        )  # fmt: skip
