"""What a customer does in the portal. Each act is on the visit log and, through promises, on the timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.activity.actions import record
from app.customers.tables import PortalLink
from app.database import transaction
from app.invoices.tables import Invoice
from app.leases import take
from app.money import amount
from app.portal import queries
from app.portal.forms import Answer
from app.portal.leaving import filled, may_lead_to
from app.portal.queries import Visit
from app.portal.tables import PortalVisit
from app.problems import Problem, Refused, TryLater
from app.promises import actions as promises
from app.promises.words import Said, listed
from app.schedules.calendar import days_after
from app.schedules.queries import calendar_of
from app.sealing import new_token
from app.xero.answers import Disconnected
from app.xero.gateway import XeroGateway
from app.xero.invoice_actions import invoice_pdf, online_invoice_url
from app.xero.tables import CallBudget
from components.format import day, money

A_SITTING = timedelta(minutes=30)
CALLS_KEPT_FOR_SENDING = 100
SOME_CALLS = 300


async def note_visit(visit: Visit, act: str, now: datetime, sentence: str = "") -> int:
    """Log it and give its id; the timeline tells of one visit a sitting, however many pages were opened."""
    async with transaction():
        since = (PortalVisit.customer == visit.customer.id) & (PortalVisit.happened_at > now - A_SITTING)
        is_new = not await PortalVisit.exists().where(since)
        row = PortalVisit(
            organisation_id=visit.organisation.id, customer=visit.customer.id, act=act, sentence=sentence,
            happened_at=now,
        )  # fmt: skip
        await row.save()
        mine = (PortalLink.customer == visit.customer.id) & PortalLink.revoked_at.is_null()
        await PortalLink.update({PortalLink.last_opened_at: now}).where(mine)
        if is_new:
            await _tell_of_visit(visit, now)
        return int(row.id)


async def may_refresh(organisation_id: int, now: datetime) -> bool:
    """Whether this visitor's arrival starts a sync: one serves all, at most once a minute, rarer when the day's
    calls run low. A lease that nobody renews is the clock."""
    budget = await CallBudget.objects().where(CallBudget.organisation_id == organisation_id).first()
    seconds = _seconds_between(budget.day_remaining if budget else None)
    return await take(f"portal-refresh:{organisation_id}", new_token("v"), now, seconds=seconds)


def _seconds_between(day_remaining: int | None) -> int:
    if day_remaining is None or day_remaining > SOME_CALLS:
        return 60
    return 300 if day_remaining > CALLS_KEPT_FOR_SENDING else 1800


async def promise(visit: Visit, answer: Answer, now: datetime) -> int:
    """Take the promise; the id of the act, whose page confirms it."""
    assert answer.on is not None  # the form has no errors
    invoices = await _meant(visit, answer)
    async with transaction():
        taken = await promises.promise(invoices, answer.on, source=Said.PORTAL, by=promises.THE_CUSTOMER, now=now)
        on = day(answer.on, visit.today)
        said = [f"You will pay {listed(taken.taken)} on {on}."] if taken.taken else []
        if taken.for_a_person:
            numbers = listed(taken.for_a_person)
            said.append(f"You gave a date for {numbers} before, so a person will look at {on} and answer you.")
        return await note_visit(visit, "promised", now, " ".join(said))


async def tell_paid(visit: Visit, answer: Answer, now: datetime) -> int:
    invoices = await _meant(visit, answer)
    until = days_after(calendar_of(visit.organisation).add_working_days(visit.today, 5), 1)
    async with transaction():
        await promises.tell_paid(invoices, source=Said.PORTAL, now=now, today=visit.today)
        numbers = listed([invoice.number for invoice in invoices])
        said = f"You told us that {numbers} is paid. We will not ask for it before {day(until, visit.today)}."
        return await note_visit(visit, "told_paid", now, said)


async def dispute(visit: Visit, answer: Answer, now: datetime) -> int:
    invoices = await _meant(visit, answer)
    async with transaction():
        for invoice in invoices:
            await promises.open_dispute(
                invoice, amount=answer.amount, reason=answer.reason, text=answer.text, source=Said.PORTAL,
                by=promises.THE_CUSTOMER, now=now,
            )  # fmt: skip
        return await note_visit(visit, "disputed", now, _queried(invoices, answer, visit.organisation.locale))


def _queried(invoices: Sequence[Invoice], answer: Answer, locale: str) -> str:
    numbers = listed([invoice.number for invoice in invoices])
    if answer.amount is None:
        return f"You queried {numbers}."
    return f"You queried {money(answer.amount, invoices[0].currency, locale)} of {numbers}."


async def _meant(visit: Visit, answer: Answer) -> list[Invoice]:
    """The rows behind the form, as they are now. Raise Problem when they were paid meanwhile."""
    invoices = await queries.open_invoices_of(visit, [each.id for each in answer.invoices])
    if not invoices:
        raise PaidMeanwhile
    return invoices


async def payment_page(visit: Visit, invoice: Invoice, *, xero: XeroGateway, demo_ledger_url: str, now: datetime) -> str:
    """The business's own payment page, else the invoice's at Xero. Raise CannotPayNow, CannotPayOnline and
    PaidMeanwhile; what Xero itself says is nothing for a customer."""
    if not invoice.is_open:
        raise PaidMeanwhile
    template = visit.organisation.payment_link
    url = template and filled(template, amount(invoice.outstanding), invoice.currency, invoice.number)
    try:
        url = url or await online_invoice_url(invoice, xero=xero, now=now)
    except (TryLater, Disconnected) as away:
        raise CannotPayNow from away
    except Refused as refusal:
        raise CannotPayOnline from refusal
    if not may_lead_to(url, demo_ledger_url):
        raise CannotPayOnline
    return url


async def invoice_paper(invoice: Invoice, *, xero: XeroGateway, now: datetime) -> bytes:
    """The PDF. Raise PaperIsAway, in a customer's words."""
    try:
        return await invoice_pdf(invoice, xero=xero, now=now)
    except (TryLater, Refused) as problem:
        raise PaperIsAway from problem


class CannotPayNow(TryLater):
    """The payment page cannot be opened just now. Nothing was charged. Please try again in a few minutes."""


class CannotPayOnline(Refused):
    """This invoice cannot be paid online. Nothing was charged."""

    status = 503


class PaperIsAway(TryLater):
    """This invoice cannot be shown as a PDF just now. Please try again in a few minutes, or reply to our email and we
    will send it to you."""


class PaidMeanwhile(Problem):
    """Nothing is outstanding on these invoices any more. Open the link again to see the latest figures."""

    status = 409


async def _tell_of_visit(visit: Visit, now: datetime) -> None:
    await record(
        organisation_id=visit.organisation.id, kind="portal_visit", sentence="Opened the payment portal",
        by=promises.THE_CUSTOMER, now=now, customer_id=visit.customer.id,
    )  # fmt: skip
