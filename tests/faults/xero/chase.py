"""Borealis chases one customer of a real ledger: what is sent depends on what Xero, read over HTTP, says at the time."""

import app.xero.reading_actions
from app.customers.tables import Customer, Recipient
from app.mail.tables import Sender
from app.schedules.actions import ship
from app.xero.freshness_actions import freshen
from tests import cast
from tests.scenarios.story import Story
from tests.xero_rig import NOW, Rig

NUMBER = "INV-STORY"


class Chase(Story):
    """Xero is the ledger, on the story's clock."""

    def __init__(self, firm: cast.Firm, rig: Rig) -> None:
        super().__init__(firm)
        self.rig, self.now, self.xero_answers = rig, NOW, False

    async def settle(self) -> None:
        self.rig.clock.instant = self.now
        await self.rig.sync(self.firm.id, "daily")
        await super().settle()

    async def _freshen(self, organisation_id: int) -> None:
        await freshen(organisation_id, xero=self.rig.xero, now=self.rig.clock)

    def mails(self, words: str = NUMBER) -> int:
        """How many that were sent name this."""
        return sum(words.encode() in content for content in self.postbox.taken)


async def chase(firm: cast.Firm, rig: Rig) -> Chase:
    """One customer is chased, who owes £120.00 since eight days ago; nothing has been sent yet."""
    app.xero.reading_actions.PAUSES = (0.0, 0.0)
    await ship(firm.id, NOW)
    await Sender(organisation=firm.id, kind="normal", name="Tom Hale", address="tom@borealis.example", host="localhost").save()
    contact = await rig.do("/control/contacts", Name="Acme Ltd", FirstName="Ada", EmailAddress="ap@acme.example")
    dates = {"date": "2026-10-15", "due": "2026-11-15"}
    await rig.do("/control/invoices", contact=contact["ContactID"], amount="100.00", number=NUMBER, **dates)
    rig.clock.forward(minutes=1)
    assert (await rig.sync(firm.id)).is_good
    await Customer.update({Customer.chasing: False}).where(Customer.name != "Acme Ltd")
    assert await Recipient.exists().where(Recipient.email == "ap@acme.example")
    return Chase(firm, rig)
