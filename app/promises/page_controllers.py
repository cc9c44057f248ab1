"""What the page of an invoice shows of promises, disputes and "told us it is paid", and what it asks."""

from datetime import date, datetime
from typing import Any

from app.customers.days import today_of
from app.invoices.tables import Invoice
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.promises.dispute_queries import colleagues, disputes_of_invoice
from app.promises.queries import promises_of, told_paid_row
from app.promises.words import OUTCOMES, PLACES, REASONS, PromiseState, Said
from app.schedules.calendar import days_after
from app.schedules.queries import calendar_of

WORKING_DAYS_TOLD_PAID = 5
HOW_SAID = (("phone", "On the phone"), ("reply", "In a reply"))


async def said_of(member: SignedIn, invoice: Invoice, now: datetime) -> dict[str, Any]:
    today = today_of(member, now)
    disputes = await disputes_of_invoice(member, invoice.id)
    return {
        "disputes": [each for each in disputes if each.is_open],
        "resolved": [each for each in disputes if not each.is_open],
        "promise": next((each for each in await promises_of([invoice.id]) if each.state == PromiseState.ACTIVE), None),
        "told_paid": await _told_paid(member, invoice, today),
        **await asking(member, now),
    }


async def asking(member: SignedIn, now: datetime) -> dict[str, Any]:
    """What the forms need: the choices, and what stands in them at first."""
    return {
        "reasons": [(reason.value, text) for reason, text in REASONS.items()],
        "outcomes": [("", "Choose one"), *((outcome.value, text) for outcome, text in OUTCOMES.items())],
        "how_said": HOW_SAID,
        "colleagues": [("", "Nobody yet"), *((str(m.member_id), m.name) for m in await colleagues(member.organisation_id))],
        "answer_by": (await answer_day(member, now)).isoformat(),
    }


async def answer_day(member: SignedIn, now: datetime) -> date:
    """The day by which a dispute that is opened now is to be answered."""
    organisation = await organisation_of(member)
    return calendar_of(organisation).add_working_days(today_of(member, now), organisation.dispute_answer_days)


async def _told_paid(member: SignedIn, invoice: Invoice, today: date) -> dict[str, Any] | None:
    """While it holds: who noted it, and the first free day."""
    row = await told_paid_row(invoice.id)
    if row is None:
        return None
    calendar = calendar_of(await organisation_of(member))
    until = days_after(calendar.add_working_days(row.told_on, WORKING_DAYS_TOLD_PAID), 1)
    said = PLACES[Said(row.source)] if row.source in set(Said) else ""
    facts = {"on": row.told_on, "by": row.noted_by, "until": until, "said": said, "said_by": row.said_by}
    return facts if today < until else None
