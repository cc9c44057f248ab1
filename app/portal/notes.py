"""What the customer already said about an invoice, told back in one sentence, and what happens next."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from app.portal.tongue import Tongue


class Sayings(Struct, frozen=True, kw_only=True):
    """`disputed` is the sum of the open queries, in the invoice's currency; `told_paid_until` the first day on
    which it is asked for again."""

    promised_on: date | None = None
    told_paid_on: date | None = None
    told_paid_until: date | None = None
    disputed: Decimal = Decimal(0)

    def is_looked_for(self, today: date) -> bool:
        """Told paid, and the days in which we look for the money are not over."""
        return self.told_paid_on is not None and self.told_paid_until is not None and today < self.told_paid_until


def note(said: Sayings, currency: str, outstanding: Decimal, today: date, say: Tongue) -> str:
    """The most weighty first: a query, then paid, then a date."""
    if said.disputed >= outstanding > 0:
        return say("You queried this. We will answer you; nothing is due on it meanwhile.")
    if said.disputed:
        part = say.money(said.disputed, currency)
        return say("You queried {part} of this. We will answer you; nothing is due on that part meanwhile.", part=part)
    if said.told_paid_on and said.is_looked_for(today):
        days = {"day": say.day(said.told_paid_on, today), "until": say.day(said.told_paid_until or today, today)}
        return say("You told us on {day} that this is paid. We will not ask again before {until}.", **days)
    if said.promised_on and said.promised_on >= today:
        return say("You said you will pay this on {day}.", day=say.day(said.promised_on, today))
    if said.promised_on:
        return say("You said you would pay this on {day}.", day=say.day(said.promised_on, today))
    return ""
