"""A worker process of the tests: delivers what is due until nothing is left, or until it is killed on its way.

DATABASE_URL names the database, TACTFUL_KILL_AT the point of its death.
"""

import asyncio
from datetime import UTC, datetime

from app.database import opened
from app.mail import actions, delivery_actions
from app.mail.rechecks import Found, Same
from app.outbox.holders import identity
from app.outbox.tables import Message


async def _same(_: Message) -> Found:
    return Same()


async def main() -> None:
    mailboxes = delivery_actions.Mailboxes()
    async with opened():
        await actions.park_abandoned(datetime.now(UTC))
        while rings := await delivery_actions.to_ring(datetime.now(UTC)):
            for ring in rings:
                now = datetime.now(UTC)
                await actions.deliver(
                    ring.message_id,
                    mailbox=lambda message, now=now: mailboxes.of(message, now),
                    recheck=_same,
                    worker=identity(),
                    now=now,
                )
        await mailboxes.close()


if __name__ == "__main__":
    asyncio.run(main())
