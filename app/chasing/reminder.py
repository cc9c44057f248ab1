"""One email to one customer: which step leads it, what it carries, to whom it goes and from whom."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Literal

from msgspec import Struct

from app.chasing.book import BookCustomer, BookStep, Recipient, RecipientKind, SenderKind
from app.chasing.drafts import ApprovalWhy, Draft, approval_why
from app.chasing.sentences import say_amount, say_step, why_now
from app.chasing.standing import RunDay, Standing

Address = tuple[str, Literal["to", "cc"]]


class CarriedInvoice(Struct, frozen=True, gc=False):
    """An invoice whose step this reminder is; the reminder records it.

    occurrence counts from 1 how often the step goes for this invoice: invoice, step and occurrence are unique.
    """

    invoice_id: int
    number: str
    step_offset: int
    step_number: int
    occurrence: int
    amount: Decimal
    currency: str
    due_on: date
    step_name: str = ""


class ListedInvoice(Struct, frozen=True, gc=False):
    """An invoice the email mentions and records nothing for."""

    invoice_id: int
    number: str
    amount: Decimal
    currency: str
    due_on: date


class DueReminder(Struct, frozen=True, kw_only=True):
    """A reminder that is to go today, or that waits for a person.

    step           the leading step: template, sender and recipient kinds are its own; step_number counts from 1
    sender         after falling back to normal where there is no escalated one
    amount         carried and also overdue, in base currency
    approval_why   the first that asks for a person: its step, the amount, review mode; empty when none is needed
    approved       a person approved this very version
    fingerprint    of steps, amounts, recipients, sender kind and the template's text; days overdue and what is coming up
                   don't count
    """

    customer_id: int
    customer: str
    step: BookStep
    step_number: int
    schedule_id: int
    sender: SenderKind
    recipients: tuple[Address, ...]
    carried: tuple[CarriedInvoice, ...]
    also_overdue: tuple[ListedInvoice, ...]
    upcoming: tuple[ListedInvoice, ...]
    amount: Decimal
    approval_why: ApprovalWhy
    approved: bool
    reason: str
    fingerprint: str

    @property
    def template_id(self) -> int:
        return self.step.template_id

    @property
    def template(self) -> str:
        return self.step.name

    @property
    def needs_approval(self) -> bool:
        return self.approval_why != ""

    @property
    def invoices(self) -> tuple[str, ...]:
        return tuple(invoice.number for invoice in self.carried)

    @property
    def counts_for_the_gap(self) -> bool:
        """Steps before the due date never do."""
        return any(invoice.step_offset >= 0 for invoice in self.carried)


def written(
    email: Draft, customer: BookCustomer, upcoming: Iterable[Standing], day: RunDay, approved: frozenset[str]
) -> DueReminder:
    step = email.lead.next_rung.step
    sender: SenderKind = step.sender if step.sender in day.book.senders else "normal"
    recipients = addresses(step.recipient_kinds, customer.recipients)
    carried = tuple(carried_as(standing) for standing in email.carried)
    also = tuple(_listed(standing) for standing in email.also_overdue)
    fingerprint = fingerprint_of(step, customer.language, sender, recipients, carried, also)
    return DueReminder(
        customer_id=customer.id,
        customer=customer.name,
        step=step,
        step_number=email.lead.own_ladder.number(step),
        schedule_id=email.lead.own_ladder.schedule.id,
        sender=sender,
        recipients=recipients,
        carried=carried,
        also_overdue=also,
        upcoming=tuple(_listed(standing) for standing in upcoming),
        amount=email.amount,
        approval_why=approval_why(email, day),
        approved=day.assume_approved or fingerprint in approved,
        reason=_reason(email, customer, sender, day),
        fingerprint=fingerprint,
    )


def addresses(kinds: Sequence[RecipientKind], recipients: Sequence[Recipient]) -> tuple[Address, ...]:
    """The usable addresses, each once: the first kind is written to, or the normal ones where it has none; the rest copied."""
    usable = [recipient for recipient in recipients if not recipient.bounced]
    first = kinds[0] if kinds else "normal"
    addressed = first if any(recipient.kind == first for recipient in usable) else "normal"
    found: dict[str, Address] = {}
    for recipient in usable:
        if recipient.kind == addressed:
            found.setdefault(recipient.email.lower(), (recipient.email, "to"))
    for recipient in usable:
        if recipient.kind in kinds:
            found.setdefault(recipient.email.lower(), (recipient.email, "cc"))
    return tuple(found.values())


def fingerprint_of(
    step: BookStep,
    language: str,
    sender: SenderKind,
    recipients: Iterable[Address],
    carried: Iterable[CarriedInvoice],
    also_overdue: Iterable[ListedInvoice],
) -> str:
    facts = [
        f"{step.text(language)} {sender} {step.attach_invoices} {step.attach_statement} {step.link_portal}",
        *sorted(f"{kind} {email}" for email, kind in recipients),
        *(f"{i.invoice_id} {i.step_offset} {i.occurrence} {i.amount:.4f} {i.currency}" for i in carried),
        *(f"{i.invoice_id} {i.amount:.4f} {i.currency}" for i in also_overdue),
    ]
    return digest(facts)


def digest(facts: Iterable[str]) -> str:
    """32 hex digits that are the same for the same facts, on every machine and in every version of Python."""
    return blake2b("\n".join(facts).encode(), digest_size=16).hexdigest()


def _reason(email: Draft, customer: BookCustomer, sender: SenderKind, day: RunDay) -> str:
    lead = email.lead
    step, invoice = lead.next_rung.step, lead.invoice
    amount = say_amount(lead.chaseable, invoice.currency)
    said = say_step(lead.own_ladder, step)
    parts = [f"S{said[1:]}: {invoice.number}, {amount}, {why_now(lead.next_rung, invoice, day.today)}"]
    more = len(email.carried) - 1
    if more:
        parts.append("1 more invoice is ready too" if more == 1 else f"{more} more invoices are ready too")
    if sender != step.sender:
        parts.append("there is no escalated sender, so it comes from the normal one")
    if "escalated" in step.recipient_kinds and not _has_escalated(customer):
        instead = "it goes to the normal one" if step.recipient_kinds[0] == "escalated" else "none is copied"
        parts.append(f"{customer.name} has no usable escalated recipient, so {instead}")
    return "; ".join(parts)


def _has_escalated(customer: BookCustomer) -> bool:
    return any(recipient.kind == "escalated" and not recipient.bounced for recipient in customer.recipients)


def carried_as(standing: Standing) -> CarriedInvoice:
    """The invoice with the step it comes to next, as an email that takes this step records it."""
    invoice, step = standing.invoice, standing.next_rung.step
    assert invoice.due_on is not None
    return CarriedInvoice(
        invoice.id,
        invoice.number,
        step.offset,
        standing.own_ladder.number(step),
        invoice.offsets_gone.count(step.offset) + 1,
        standing.chaseable,
        invoice.currency,
        invoice.due_on,
        step.name,
    )


def _listed(standing: Standing) -> ListedInvoice:
    invoice = standing.invoice
    assert invoice.due_on is not None
    return ListedInvoice(invoice.id, invoice.number, standing.chaseable, invoice.currency, invoice.due_on)
