"""What a person needs to chase by hand: the candidates with the facts of this moment, and the letter before it is kept."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.chasing.book_queries import Gathered, gather
from app.chasing.chase_now import Candidate, Choice, candidate
from app.chasing.letter_queries import Telling, invoices_told, letter_of, portal_at
from app.chasing.mail_fact_queries import DONE
from app.chasing.planner import run_day
from app.chasing.standing import RunDay
from app.chasing.writing_queries import STAND_IN
from app.customers.tables import Customer
from app.database import fetch
from app.email_templates.facts import facts_of
from app.email_templates.queries import TemplateText, templates_of
from app.email_templates.rendering import Facts
from app.mail.tables import Sender
from app.money import units
from app.organisations.membership import SignedIn
from app.problems import NotFound


class Desk(NamedTuple):
    """The facts of one moment, and the customers asked about, in the order of their ids."""

    gathered: Gathered
    day: RunDay
    candidates: tuple[Candidate, ...]

    def of(self, customer_id: int) -> Candidate | None:
        return next((each for each in self.candidates if each.customer_id == customer_id), None)


async def desk_for(organisation_id: int, customer_ids: Collection[int], now: datetime, *, ignoring: int = 0) -> Desk:
    """A customer without any open invoice is left out. `ignoring` is a message that is taken as not sent."""
    gathered = await gather(organisation_id, now=now, customers=sorted(set(customer_ids)), ignoring=ignoring)
    day = run_day(gathered.book, today=gathered.today, calendar=gathered.calendar, settings=gathered.settings)
    customers = sorted(gathered.book.customers, key=lambda customer: customer.id)
    return Desk(gathered, day, tuple(candidate(customer, day) for customer in customers))


async def reminder_templates(member: SignedIn, language: str = "") -> tuple[TemplateText, ...]:
    return tuple(text for text in await templates_of(member.organisation_id, language) if text.purpose == "reminder")


async def template_among(member: SignedIn, template_id: int, language: str) -> TemplateText:
    """Raise NotFound when it is no reminder of this organisation, or archived."""
    found = next((text for text in await reminder_templates(member, language) if text.id == template_id), None)
    if found is None:
        raise NotFound
    return found


async def facts_about(
    desk: Desk, customer_id: int, chosen: Sequence[Choice], sender_id: int | None, *, portal: bool = True, language: str = ""
) -> Facts:
    """The facts of a letter to this customer about these invoices, as it would be written now; `portal`: it leads there;
    `language`: that of its text."""
    organisation, today = desk.gathered.organisation, desk.gathered.today
    customer = await Customer.objects().get(Customer.id == customer_id)
    if customer is None:
        raise NotFound
    sender = await Sender.objects().get(Sender.id == sender_id) if sender_id else None
    address = portal_at(STAND_IN) if portal else ""
    told = await invoices_told({choice.invoice_id: units(choice.amount) for choice in chosen}, address)
    history = await _went_before([choice.invoice_id for choice in chosen], ZoneInfo(organisation.timezone))
    telling = Telling(organisation, customer, sender, False, [(True, invoice) for invoice in told.values()], history)
    return facts_of(await letter_of(telling, address, today), language)


async def _went_before(invoice_ids: Collection[int], zone: ZoneInfo) -> list[date]:
    ids = ", ".join(str(int(number)) for number in invoice_ids) or "0"
    rows = await fetch(
        "SELECT DISTINCT m.id, m.claimed_at FROM reminder_invoice ri JOIN reminder r ON r.id = ri.reminder"  # noqa: S608
        " JOIN message m ON m.id = r.message WHERE ri.occurrence > 0 AND r.kind <> 'thank_you'"
        f" AND m.state IN {DONE} AND ri.invoice IN ({ids})"
    )
    return sorted(row["claimed_at"].astimezone(zone).date() for row in rows)


async def lately_chased(organisation_id: int, customer_ids: Collection[int], since: datetime) -> dict[int, str]:
    """Who was written to by hand, or reminded, after that moment: by customer, by whom (empty: by the schedule)."""
    ids = ", ".join(str(int(number)) for number in customer_ids) or "0"
    rows = await fetch(
        "SELECT r.customer, r.written_by FROM reminder r JOIN message m ON m.id = r.message"  # noqa: S608  ids
        f" WHERE r.organisation = {{}} AND r.customer IN ({ids}) AND r.kind IN ('reminder', 'chase_now')"
        f" AND (m.state = 'sending' OR (m.state IN {DONE} AND m.claimed_at > {{}})"
        " OR (r.kind = 'chase_now' AND m.state IN ('planned', 'approved') AND m.created_at > {}))",
        organisation_id,
        since,
        since,
    )
    return {row["customer"]: row["written_by"] for row in rows}
