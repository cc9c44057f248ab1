"""Which of a customer's ready invoices one email carries, and which step leads it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from app.chasing.standing import ZERO, RunDay, Standing

ApprovalWhy = Literal["", "step", "amount", "review", "skipped"]


class Draft(Struct, frozen=True, kw_only=True):
    """An email before it has words; `amount` is what it carries or lists as overdue, in base currency."""

    lead: Standing
    carried: list[Standing]
    also_overdue: list[Standing]
    amount: Decimal


def step_minimum(standing: Standing) -> Decimal:
    """In base currency, what the invoices of this one's step must reach together for the step to lead."""
    ladder, step = standing.own_ladder, standing.next_rung.step
    last = ladder.schedule.last_step_minimum if ladder.is_last_of_several(step) else ZERO
    return max(step.minimum, last)


def leading_first(ready: Iterable[Standing]) -> list[list[Standing]]:
    """Ready invoices grouped by step, the most advanced first; ties: escalated sender, earlier due date, number."""
    groups: dict[int, list[Standing]] = {}
    for standing in sorted(ready, key=_advancement):
        groups.setdefault(standing.next_rung.step.id, []).append(standing)
    return list(groups.values())


def split_by_minimum(ready: Sequence[Standing]) -> tuple[list[list[Standing]], list[Standing]]:
    """The groups from the one that leads, and the invoices of more advanced steps, which wait."""
    groups = leading_first(ready)
    waiting: list[Standing] = []
    while groups and sum((s.in_base for s in groups[0]), ZERO) < step_minimum(groups[0][0]):
        waiting += groups.pop(0)
    return groups, waiting


def draft(groups: Sequence[Sequence[Standing]], overdue: Iterable[Standing]) -> Draft:
    """The email that carries the groups, of which the first leads, and lists the other overdue invoices."""
    carried = sorted((s for group in groups for s in group), key=_by_due_date)
    ids = {s.invoice.id for s in carried}
    also = [s for s in overdue if s.invoice.id not in ids]
    amount = sum((s.in_base for s in carried), ZERO) + sum((s.in_base for s in also), ZERO)
    return Draft(lead=groups[0][0], carried=carried, also_overdue=also, amount=amount)


def approval_why(email: Draft, day: RunDay) -> ApprovalWhy:
    if any(standing.next_rung.step.needs_approval for standing in email.carried):
        return "step"
    above = day.settings.approve_above
    if above is not None and sum((s.in_base for s in email.carried), ZERO) > above:
        return "amount"
    return "review" if day.book.review_mode else ""


def asks_for_approval(standing: Standing, day: RunDay) -> bool:
    """Whether this invoice alone is why its reminder needs a person."""
    above = day.settings.approve_above
    return standing.next_rung.step.needs_approval or (above is not None and standing.in_base > above)


def _advancement(standing: Standing) -> tuple[int, bool, date | None, str, int]:
    step = standing.next_rung.step
    return (-step.offset, step.sender != "escalated", standing.invoice.due_on, standing.invoice.number, step.id)


def _by_due_date(standing: Standing) -> tuple[date | None, str, int]:
    return (standing.invoice.due_on, standing.invoice.number, standing.invoice.id)
