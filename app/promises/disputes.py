"""A dispute as pages show it."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct


class DisputeView(Struct, frozen=True, kw_only=True):
    """`part` None: all of the invoice. `owner` is empty where nobody answers it yet."""

    id: int
    invoice_id: int
    number: str
    customer_id: int
    customer: str
    currency: str
    outstanding: Decimal
    is_open_invoice: bool
    part: Decimal | None
    reason: str
    text: str
    said: str
    said_by: str
    opened_by: str
    opened_on: date
    owner_id: int | None
    owner: str
    answer_by_on: date | None
    awaits_credit: bool
    resolved_at: datetime | None
    outcome: str
    resolution: str
    resolved_by: str

    @property
    def is_open(self) -> bool:
        """Chasing of it waits."""
        return self.resolved_at is None

    @property
    def is_settled(self) -> bool:
        """A person has said how it ends, even where the credit note is still to come."""
        return bool(self.outcome) or self.resolved_at is not None

    def is_late(self, today: date) -> bool:
        return not self.is_settled and self.answer_by_on is not None and self.answer_by_on < today
