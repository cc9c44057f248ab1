"""What customers said and members decided, as the planner's sentences tell it. Days are those of the organisation."""

from datetime import date
from decimal import Decimal

from msgspec import Struct


class ToldPaid(Struct, frozen=True):
    """The customer says that it is paid: when, where, and the member who noted it."""

    on: date
    place: str = "portal"
    by: str = ""


class Queried(Struct, frozen=True, kw_only=True):
    """The open disputes of an invoice: what they are about in all (None: everything) and the facts of the oldest, with
    how many more there are. `awaits_credit`: a credit is agreed, and Xero has no credit note yet."""

    amount: Decimal | None = None
    on: date | None = None
    place: str = "portal"
    by: str = ""
    said_by: str = ""
    """Who of the customer asked; empty: nobody wrote that down. `by` wrote it down."""
    reason: str = ""
    owner: str = ""
    answer_by: date | None = None
    awaits_credit: bool = False
    more: int = 0


class Decided(Struct, frozen=True):
    """A member's decision: who, when, and why in their own words."""

    by: str = ""
    on: date | None = None
    note: str = ""
