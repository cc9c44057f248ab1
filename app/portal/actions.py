"""What a customer does in the portal. Each act is on the visit log and, through promises, on the timeline."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from app.activity.actions import record
from app.customers.tables import PortalLink
from app.database import transaction
from app.invoices.tables import Invoice
from app.leases import take
from app.money import amount
from app.portal import queries
from app.portal.confirmation_actions import confirm
from app.portal.forms import Answer
from app.portal.leaving import filled, may_lead_to
from app.portal.queries import Visit
from app.portal.tables import PortalVisit
from app.portal.tongue import Tongue
from app.problems import Problem, Refused, TryLater
from app.promises import actions as promises
from app.promises.words import Said
from app.schedules.calendar import days_after
from app.schedules.queries import calendar_of
from app.sealing import new_token
from app.xero.actions import RESERVES
from app.xero.answers import Disconnected
from app.xero.budget import HOUR
from app.xero.gateway import XeroGateway
from app.xero.invoice_actions import invoice_pdf, online_invoice_url
from app.xero.tables import CallBudget

A_SITTING = timedelta(minutes=30)
SOME_CALLS = RESERVES["portal"] + 300
SAID_COUNTS_FOR = timedelta(seconds=HOUR)
A_MINUTE, FIVE_MINUTES = 60, 300


async def note_visit(visit: Visit, act: str, now: datetime, sentence: str = "", led_to_pay: Sequence[int] = ()) -> int:
    """Log it and give its id; the timeline tells of one visit a sitting, however many pages were opened. `led_to_pay`
    are the ids of the invoices whose payment page was opened."""
    async with transaction():
        since = (PortalVisit.customer == visit.customer.id) & (PortalVisit.happened_at > now - A_SITTING)
        is_new = not await PortalVisit.exists().where(since)
        row = PortalVisit(
            organisation_id=visit.organisation.id, customer=visit.customer.id, act=act, sentence=sentence,
            happened_at=now, invoice_ids=" ".join(map(str, led_to_pay)),
        )  # fmt: skip
        await row.save()
        mine = (PortalLink.customer == visit.customer.id) & PortalLink.revoked_at.is_null()
        await PortalLink.update({PortalLink.last_opened_at: now}).where(mine)
        if is_new:
            await _tell_of_visit(visit, now)
        return int(row.id)


async def may_refresh(organisation_id: int, now: datetime) -> bool:
    """Whether this visitor's arrival starts a sync: one serves all, at most once a minute, rarer when the day's
    calls run low, and none where it would be refused. A lease that nobody renews is the clock."""
    budget = await CallBudget.objects().where(CallBudget.organisation_id == organisation_id).first()
    seconds = _seconds_between(budget, now) if budget else A_MINUTE
    return seconds is not None and await take(f"portal-refresh:{organisation_id}", new_token("v"), now, seconds=seconds)


def _seconds_between(budget: CallBudget, now: datetime) -> int | None:
    """None: not at all, for what is left of the day is kept for what is more urgent. What Xero said of it counts as
    long as it does for the calls themselves."""
    left = budget.day_remaining
    is_fresh = budget.told_at is not None and now - budget.told_at < SAID_COUNTS_FOR
    if left is None or left > SOME_CALLS or not is_fresh:
        return A_MINUTE
    return FIVE_MINUTES if left > RESERVES["portal"] else None


async def promise(visit: Visit, answer: Answer, now: datetime) -> int:
    """Take the promise; the id of the act, whose page confirms it."""
    assert answer.on is not None  # the form has no errors
    invoices = await _meant(visit, answer)
    async with transaction():
        taken = await promises.promise(invoices, answer.on, source=Said.PORTAL, by=promises.THE_CUSTOMER, now=now)
        act = "promised" if taken.taken else "asked_date"
        return await _acted(visit, act, now, _promised(taken, visit.say.day(answer.on, visit.today), visit.say))


async def tell_paid(visit: Visit, answer: Answer, now: datetime) -> int:
    invoices = await _meant(visit, answer)
    until = days_after(calendar_of(visit.organisation).add_working_days(visit.today, 5), 1)
    async with transaction():
        await promises.tell_paid(invoices, source=Said.PORTAL, now=now, today=visit.today)
        numbers = visit.say.listed([invoice.number for invoice in invoices])
        facts = {"numbers": numbers, "day": visit.say.day(until, visit.today)}
        if len(invoices) == 1:
            said = visit.say("You told us that {numbers} is paid. We will not ask for it before {day}.", **facts)
        else:
            said = visit.say("You told us that {numbers} are paid. We will not ask for them before {day}.", **facts)
        return await _acted(visit, "told_paid", now, said)


async def dispute(visit: Visit, answer: Answer, now: datetime) -> int:
    invoices = await _meant(visit, answer)
    async with transaction():
        for invoice in invoices:
            await promises.open_dispute(
                invoice, amount=answer.amount, reason=answer.reason, text=answer.text, source=Said.PORTAL,
                by=promises.THE_CUSTOMER, now=now, answer_by_on=_answer_day(visit),
            )  # fmt: skip
        return await _acted(visit, "disputed", now, _queried(invoices, answer, visit.say))


async def _acted(visit: Visit, act: str, now: datetime, sentence: str) -> int:
    """Log it and confirm it by email, in the transaction that did it; the id of the act."""
    act_id = await note_visit(visit, act, now, sentence)
    await confirm(visit, act_id, act, sentence, now)
    return act_id


def _answer_day(visit: Visit) -> date:
    return calendar_of(visit.organisation).add_working_days(visit.today, visit.organisation.dispute_answer_days)


def _promised(taken: promises.Promised, on: str, say: Tongue) -> str:
    said = [say("You will pay {numbers} on {day}.", numbers=say.listed(taken.taken), day=on)] if taken.taken else []
    if taken.for_a_person:
        asked = {"numbers": say.listed(taken.for_a_person), "day": on}
        said.append(say("You gave a date for {numbers} before, so a person will look at {day} and answer you.", **asked))
    return " ".join(said)


def _queried(invoices: Sequence[Invoice], answer: Answer, say: Tongue) -> str:
    numbers = say.listed([invoice.number for invoice in invoices])
    if answer.amount is None:
        return say("You queried {numbers}.", numbers=numbers)
    part = say.money(answer.amount, invoices[0].currency)
    return say("You queried {part} of {number}.", part=part, number=numbers)


async def _meant(visit: Visit, answer: Answer) -> list[Invoice]:
    """The rows behind the form, as they are now. Raise Problem when they were paid meanwhile."""
    invoices = await queries.open_invoices_of(visit, [each.id for each in answer.invoices])
    if not invoices:
        raise PaidMeanwhile
    return invoices


async def payment_page(
    visit: Visit, invoices: Sequence[Invoice], *, xero: XeroGateway, demo_ledger_url: str, now: datetime
) -> str:
    """The business's own payment page, for one invoice or several in one currency; else the invoice's at Xero, where
    each has its own. Raise CannotPayNow, CannotPayOnline and PaidMeanwhile; what Xero says is nothing for a customer."""
    if not invoices or not all(invoice.is_open for invoice in invoices):
        raise PaidMeanwhile
    url = filled_for(invoices, visit.organisation.payment_link)
    if not url and len(invoices) > 1:
        raise CannotPayOnline
    try:
        url = url or await online_invoice_url(invoices[0], xero=xero, now=now)
    except (TryLater, Disconnected) as away:
        raise CannotPayNow from away
    except Refused as refusal:
        raise CannotPayOnline from refusal
    if not may_lead_to(url, demo_ledger_url):
        raise CannotPayOnline
    return url


def filled_for(invoices: Sequence[Invoice], template: str) -> str:
    """The payment link with the sum of these; '' without one, or where they are not in one currency."""
    currencies = {invoice.currency for invoice in invoices}
    if not template or len(currencies) > 1:
        return ""
    sum_of_them = sum((amount(invoice.outstanding) for invoice in invoices), Decimal(0))
    return filled(template, sum_of_them, currencies.pop(), ", ".join(invoice.number for invoice in invoices))


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
