"""What makes an email that waits for approval stand out, so that a person looks at it before the rest.

Unchanged is what bears no mark that ends the batch: nobody wrote or edited it, no approval of it died, and it says what it
said when it was first shown. Unremarkable is what bears no mark at all.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple, Self

LARGE: Final = Decimal(10_000)
"""In base currency, where the organisation has no rule of its own."""


class Mark(StrEnum):
    """In the order in which they are looked at."""

    label: str
    meaning: str

    def __new__(cls, code: str, label: str, meaning: str) -> Self:
        mark = str.__new__(cls, code)
        mark._value_ = code
        mark.label, mark.meaning = label, meaning
        return mark

    DIED = "died", "Approval ended", "It was approved, and then its facts changed."
    CHANGED = "changed", "Changed", "Its facts changed since it was first shown."
    EDITED = "edited", "Edited", "A colleague wrote its words."
    BY_HAND = "by_hand", "Chase now", "A colleague wrote to this customer by hand."
    FAILED = "failed", "Failed before", "An email to this customer could not be written, or could not be delivered."
    REDIRECTED = "redirected", "New recipient", "It goes to other addresses than the customer's last reminder."
    DISPUTED = "disputed", "Open dispute", "Something of this customer's is in dispute. What is asked for here is not."
    CREDIT = "credit", "Credit", "This customer has credit that is not allocated to any invoice yet."
    LAST = "last", "Last step", "No step of its schedule comes after this one."
    ESCALATED = "escalated", "Escalated", "It comes from the escalated sender."
    LARGE = "large", "Large", "It asks for a large amount."
    FIRST = "first", "First contact", "This customer has never been reminded, most of the others here have."


_RANKS = {mark: rank for rank, mark in enumerate(Mark)}
LOOKED_AT_ALONE: Final = frozenset({Mark.DIED, Mark.CHANGED, Mark.EDITED, Mark.BY_HAND})
"""None of these is ever approved together with others."""


def seen_as(fingerprint: str, wording_id: int | None) -> str:
    """Names one version of an email, its facts and its words: what an approval is given for."""
    return f"{fingerprint}.{wording_id}" if wording_id else fingerprint


class Waiting(NamedTuple):
    """A place in the queue; `weight` in base currency."""

    id: int
    weight: Decimal
    marks: tuple[Mark, ...]

    @property
    def is_unremarkable(self) -> bool:
        return not self.marks

    @property
    def is_only_remarkable(self) -> bool:
        """Worth a look of its own, and unchanged."""
        return bool(self.marks) and not LOOKED_AT_ALONE & set(self.marks)


class Facts(NamedTuple):
    """Of one email that waits. `approve_above` is the organisation's rule, in base currency."""

    kind: str
    weight: Decimal
    was_approved: bool
    has_changed: bool
    is_edited: bool
    is_escalated: bool
    was_reminded: bool
    approve_above: Decimal | None
    is_last: bool = False
    has_credit: bool = False
    has_dispute: bool = False
    has_failed: bool = False
    goes_elsewhere: bool = False


def marks_of(facts: Facts) -> tuple[Mark, ...]:
    by_hand, asks = facts.kind == "chase_now", facts.kind != "thank_you"
    large = LARGE if facts.approve_above is None else facts.approve_above
    bears = {
        Mark.DIED: facts.was_approved,
        Mark.CHANGED: facts.has_changed and not facts.was_approved,
        Mark.EDITED: facts.is_edited and not by_hand,
        Mark.BY_HAND: by_hand,
        Mark.FAILED: facts.has_failed,
        Mark.REDIRECTED: asks and facts.goes_elsewhere,
        Mark.DISPUTED: asks and facts.has_dispute,
        Mark.CREDIT: asks and facts.has_credit,
        Mark.LAST: asks and facts.is_last,
        Mark.ESCALATED: facts.is_escalated,
        Mark.LARGE: asks and facts.weight > large,
        Mark.FIRST: asks and not facts.was_reminded,
    }
    return tuple(mark for mark in Mark if bears[mark])


def exceptional(waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """The same, where a first contact stands out only among others: on the first day all of them are."""
    first = sum(Mark.FIRST in each.marks for each in waiting)
    if first * 2 <= len(waiting):
        return tuple(waiting)
    return tuple(each._replace(marks=tuple(mark for mark in each.marks if mark is not Mark.FIRST)) for each in waiting)


class Group(NamedTuple):
    """What stands out for the same first reason; `mark` None: what does not stand out."""

    mark: Mark | None
    size: int


def groups(waiting: Iterable[Waiting]) -> dict[int, Group]:
    """By the id of the first email of each group, of a queue in order."""
    found = [[*those] for _, those in groupby(waiting, key=lambda each: each.marks[:1])]
    return {those[0].id: Group(next(iter(those[0].marks), None), len(those)) for those in found}


def in_order(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """What stands out first, by its first mark; then the largest sums."""
    return tuple(sorted(waiting, key=_place))


def _place(each: Waiting) -> tuple[int, Decimal, int]:
    first = _RANKS[each.marks[0]] if each.marks else len(_RANKS)
    return first, -each.weight, each.id
