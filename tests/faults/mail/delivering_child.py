"""A worker process of the tests: delivers what is due until nothing is left, or until it is killed on its way.

DATABASE_URL names the database, TACTFUL_KILL_AT the point of its death. Several deliveries are under way at once, as in
a worker with threads, and yet a kill may leave no more than one message in doubt.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from app.database import opened
from app.mail import actions, delivery_actions
from app.mail.delivery_actions import Ring
from app.mail.rechecks import Found, Same
from app.outbox.holders import identity
from app.outbox.tables import Message

AT_ONCE = 3


async def _same(_: Message) -> Found:
    return Same()


async def main() -> None:
    mailboxes = delivery_actions.Mailboxes()
    async with opened():
        await actions.park_abandoned(datetime.now(UTC))
        while rings := await delivery_actions.to_ring(datetime.now(UTC)):
            left = iter(rings)
            await asyncio.gather(*(_work(left, mailboxes) for _ in range(AT_ONCE)))
        await mailboxes.close()


async def _work(rings: Iterator[Ring], mailboxes: delivery_actions.Mailboxes) -> None:
    for ring in rings:
        now = datetime.now(UTC)
        await actions.deliver(
            ring.message_id,
            mailbox=lambda message, now=now: mailboxes.of(message, now),
            recheck=_same,
            worker=identity(),
            now=now,
        )


if __name__ == "__main__":
    asyncio.run(main())
