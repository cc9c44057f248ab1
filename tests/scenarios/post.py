"""The mail worker's round, against a mail server that answers as a test tells it to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from app.chasing.actions import plan_organisation
from app.chasing.compose_actions import Papers
from app.chasing.recheck_actions import recheck
from app.database import fetch
from app.invoices.tables import Invoice
from app.mail import actions, delivery_actions
from app.mail.rechecks import Found
from app.outbox.tables import Message
from app.statements.actions import pdf_of
from app.xero.freshness_actions import freshen
from app.xero.invoice_actions import invoice_pdf
from tests.faults.mail.counting_server import CountingServer
from tests.scenarios.desk import Desk


class PostRoom:
    def __init__(self, desk: Desk, server: CountingServer) -> None:
        self.desk, self.server, self.boxes = desk, server, delivery_actions.Mailboxes()

    @property
    def now(self) -> datetime:
        return self.desk.rig.clock()

    async def add_a_mailbox(self) -> None:
        """By the page for it."""
        form = {
            "kind": "normal", "name": "Anna Berg", "address": "anna@borealis.example", "host": "127.0.0.1",
            "port": str(self.server.port), "tls": "none", "seconds_between": "0", "daily_cap": "300",
        }  # fmt: skip
        answer = await self.desk.client.post("/senders", data=form)
        assert answer.status_code == 303, answer.text

    async def round(self) -> None:
        """What the workers do within a minute: sweep, plan what changed, deliver what is due."""
        await actions.lapse(self.now)
        for ring in await delivery_actions.to_ring(self.now):
            await actions.deliver(
                ring.message_id,
                mailbox=lambda message: self.boxes.of(message, self.now),
                recheck=self._recheck,
                worker="w",
                now=self.now,
            )
        await plan_organisation(self.desk.firm.id, self.now)

    async def _recheck(self, message: Message) -> Found:
        return await recheck(message, freshen=self._freshen, papers=Papers(self._paper, pdf_of), now=self.now)

    async def _freshen(self, organisation_id: int) -> None:
        await freshen(organisation_id, xero=self.desk.rig.xero, now=self.desk.rig.clock)

    async def _paper(self, invoice: Invoice) -> bytes:
        return await invoice_pdf(invoice, xero=self.desk.rig.xero, now=self.now)

    async def states(self) -> dict[str, int]:
        rows = await fetch("SELECT state, COUNT(*) AS n FROM message WHERE kind = 'reminder' GROUP BY state")
        return {row["state"]: int(row["n"]) for row in rows}


@asynccontextmanager
async def post_room(desk: Desk) -> AsyncIterator[PostRoom]:
    """Ten past ten on a Monday, books read, a mailbox there, reminders planned and none of them needing approval."""
    with CountingServer() as server:
        room = PostRoom(desk, server)
        await room.add_a_mailbox()
        assert (await desk.press_sync_now("first")).is_good
        desk.rig.clock.forward(minutes=40)
        await plan_organisation(desk.firm.id, room.now)
        yield room
        await room.boxes.close()
