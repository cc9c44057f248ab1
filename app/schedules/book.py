"""Schedules as the planner reads them: frozen values, free of tables."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

SenderKind = Literal["normal", "escalated"]
RecipientKind = Literal["normal", "escalated", "copy", "statements", "none"]


class BookStep(Struct, frozen=True, kw_only=True):
    """One step of a schedule; its name is its template's.

    offset            days from the due date; negative is before it, 0 on it
    recipient_kinds   the first kind is written to, the others get copies
    link_portal       its letter leads to the customer's portal
    minimum           in base currency: the step leads an email only if its own invoices reach this
    stood             where it stood before it was moved, and the last day on which it did, the earliest first
    in_language       the version of its template in each language that it has besides
    """

    id: int
    offset: int
    name: str
    template_id: int
    template_version: int = 1
    sender: SenderKind = "normal"
    recipient_kinds: tuple[RecipientKind, ...] = ("normal", "copy")
    attach_invoices: bool = True
    attach_statement: bool = False
    link_portal: bool = True
    needs_approval: bool = False
    minimum: Decimal = Decimal(0)
    stood: tuple[tuple[int, date], ...] = ()
    in_language: Mapping[str, int] = {}

    def offset_on(self, day: date) -> int:
        """Where the step stood on the day."""
        return next((offset for offset, last_on in self.stood if day <= last_on), self.offset)

    def text(self, language: str) -> str:
        """Which words a customer of this language gets: a name for them that changes with every edit."""
        variant = self.in_language.get(language)
        return f"{self.template_id}.{self.template_version}" if variant is None else f"{self.template_id}.{language}{variant}"


class BookSchedule(Struct, frozen=True, kw_only=True):
    """A schedule with its steps in any order, no two at the same offset.

    minimum             in base currency: no email goes whose carried and listed overdue invoices sum to less
    last_step_minimum   in base currency: what the last of several steps needs of its own invoices to lead
    entry_offset        an invoice never reminded since it fell due begins no later than the latest step up to here,
                        which is never the last of several; None switches this off, and its age alone decides
    repeat_every_days   the last step goes again this many days after it last went; None: never
    repeat_limit        how many times it goes again, the first time not counted
    """

    id: int
    name: str
    steps: tuple[BookStep, ...]
    entry_offset: int | None
    paused: bool = False
    minimum: Decimal = Decimal(5)
    last_step_minimum: Decimal = Decimal(100)
    repeat_every_days: int | None = None
    repeat_limit: int = 0
