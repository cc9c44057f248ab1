"""Chasing by hand: what of a customer's invoices can be written about, what stands against it, and what no tick overrides.

It ignores the gap in days, statements, chase days and whether a step is ready, and starts a gap. What is paid, in question or
forbidden by law never goes; what was promised, told paid, paused or stopped goes only when a person says so for that customer.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.chasing.book import BookCustomer
from app.chasing.drafts import ApprovalWhy
from app.chasing.grounds import of_customer, of_invoice
from app.chasing.holds import Hold, Reason
from app.chasing.reminder import Address, CarriedInvoice, addresses, carried_as
from app.chasing.standing import ZERO, RunDay, Standing, standings_of

NEVER_FOR_ANYBODY = frozenset({Hold.RESTORED, Hold.DISCONNECTED, Hold.STALE, Hold.NO_SENDER})
"""The organisation cannot send, or does not know what is owed."""
NEVER = NEVER_FOR_ANYBODY | {Hold.UNKNOWN_SEND, Hold.DISPUTED, Hold.NO_DUE_DATE}
DESPITE = frozenset(
    {
        Hold.PAUSED, Hold.NOT_CHASING, Hold.CUSTOMER_STOPPED, Hold.CUSTOMER_PAUSED, Hold.REPLIED,
        Hold.EXCLUDED, Hold.TOLD_PAID, Hold.EXPECTED_DATE, Hold.NOT_SENT, Hold.CREDIT, Hold.MINIMUM_GAP,
    }
)  # fmt: skip
"""A person can override these, by a tick of their own."""
KEEPS = timedelta(days=1)
"""One that could not leave for so long does not leave by itself any more."""
STOPS_BY_LAW = frozenset({"breathing_space", "insolvent"})
"""Nobody may press somebody in a breathing space (SI 2020/1311), or an insolvent company, for payment."""


class Choice(Struct, frozen=True, kw_only=True):
    """An invoice that can be written about. `step` is the one it comes to next; None once its ladder is finished."""

    invoice_id: int
    number: str
    due_on: date | None
    days_overdue: int
    amount: Decimal
    currency: str
    in_base: Decimal
    step: CarriedInvoice | None
    step_template_id: int
    step_needs_approval: bool
    step_links_portal: bool = True
    against: tuple[Reason, ...]
    never: tuple[Reason, ...]

    @property
    def is_free(self) -> bool:
        return not self.against and not self.never

    @property
    def codes(self) -> frozenset[str]:
        """What a tick overrides: the hold and its day, so that a promise made since the tick stands in the way again."""
        return frozenset(f"{r.hold}:{self.invoice_id}:{r.until or ''}" for r in self.against)


class Candidate(Struct, frozen=True, kw_only=True):
    """A customer who may be chased by hand; `cannot` concerns everybody, `never` this one, `against` takes a tick."""

    customer_id: int
    customer: str
    choices: tuple[Choice, ...]
    recipients: tuple[Address, ...]
    cannot: tuple[Reason, ...]
    never: tuple[Reason, ...]
    against: tuple[Reason, ...]

    def about(self, invoice_ids: Collection[int], despite: Collection[str]) -> tuple[Choice, ...]:
        """Those of the invoices that go; none while something stands against the customer itself."""
        if self.cannot or self.never or any(str(reason.hold) not in despite for reason in self.against):
            return ()
        return tuple(c for c in self.choices if c.invoice_id in invoice_ids and not c.never and c.codes <= frozenset(despite))

    @property
    def at_first(self) -> tuple[int, ...]:
        """What is overdue and free; where nothing is, what is free and due later."""
        late = tuple(choice.invoice_id for choice in self.choices if choice.is_free and choice.days_overdue > 0)
        return late or tuple(choice.invoice_id for choice in self.choices if choice.is_free)[:1]

    @property
    def why_not(self) -> str:
        """The first thing that stands in the way, in a sentence; empty: nothing does."""
        reasons = (*self.cannot, *self.never, *self.against)
        if reasons:
            return said(reasons[0])
        held = [reason for choice in self.choices for reason in (*choice.never, *choice.against)]
        if not self.choices:
            return "Nothing is owed"
        return "" if self.at_first else said(held[0])


def candidate(customer: BookCustomer, day: RunDay) -> Candidate:
    theirs = of_customer(customer, day.today)
    by_law = customer.stop in STOPS_BY_LAW
    every = (*day.organisation, *theirs, *_written_to_today(customer, day))
    never = [r for r in theirs if r.hold in NEVER or (by_law and r.hold is Hold.CUSTOMER_STOPPED)]
    return Candidate(
        customer_id=customer.id,
        customer=customer.name,
        choices=tuple(_choice(standing, day) for standing in standings_of(customer, day)),
        recipients=addresses(("normal", "copy"), customer.recipients),
        cannot=tuple(reason for reason in day.organisation if reason.hold in NEVER_FOR_ANYBODY),
        never=tuple(never),
        against=tuple(r for r in every if r.hold in DESPITE and r not in never),
    )


def _written_to_today(customer: BookCustomer, day: RunDay) -> list[Reason]:
    """The gap is ignored, a second email on one day is not."""
    if customer.chased_by_hand_on == day.today:
        return [Reason(Hold.MINIMUM_GAP, f"Held: {customer.name} is being chased by hand today")]
    if day.today in (customer.last_reminded_on, customer.last_email_on):
        return [Reason(Hold.MINIMUM_GAP, f"Held: {customer.name} has had an email today")]
    return []


def _choice(standing: Standing, day: RunDay) -> Choice:
    invoice, reasons = standing.invoice, of_invoice(standing, day)
    late = (day.today - invoice.due_on).days if invoice.due_on is not None else 0
    rung = standing.rung
    return Choice(
        invoice_id=invoice.id,
        number=invoice.number,
        due_on=invoice.due_on,
        days_overdue=max(late, 0),
        amount=standing.chaseable,
        currency=invoice.currency,
        in_base=standing.in_base,
        step=carried_as(standing) if rung is not None else None,
        step_template_id=rung.step.template_id if rung is not None else 0,
        step_needs_approval=rung is not None and rung.step.needs_approval,
        step_links_portal=rung is None or rung.step.link_portal,
        against=tuple(reason for reason in reasons if reason.hold in DESPITE),
        never=tuple(reason for reason in reasons if reason.hold in NEVER),
    )


def said(reason: Reason) -> str:
    """Without the “Held:” in front of it."""
    words = reason.sentence.removeprefix("Held: ")
    return words[:1].upper() + words[1:]


def approval_why(chosen: Iterable[Choice], day: RunDay, *, counts_as_step: bool) -> ApprovalWhy:
    """What asks for a manager, by the same rules as what is planned."""
    about = list(chosen)
    if counts_as_step and any(choice.step is not None and choice.step_needs_approval for choice in about):
        return "step"
    above = day.settings.approve_above
    if above is not None and sum((choice.in_base for choice in about), ZERO) > above:
        return "amount"
    return "review" if day.book.review_mode else ""


def leads_to_portal(chosen: Iterable[Choice]) -> bool:
    """As the most advanced step says that they come to; without any step they do."""
    said = [(choice.step.step_offset, choice.step_links_portal) for choice in chosen if choice.step is not None]
    return max(said, default=(0, True))[1]


def has_changed(amounts: Mapping[int, Decimal], chosen: Iterable[Choice]) -> bool:
    """Whether it is about other invoices, or other sums, than when it was written."""
    return {choice.invoice_id: choice.amount for choice in chosen} != dict(amounts)
