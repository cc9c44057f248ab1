"""Deciding whom to remind of what today. Pure: the same book, day, calendar and settings give the same plan.

The law: every open invoice appears exactly once, carried by one due reminder or under one leading hold, the further ones
behind it. A customer gets at most one email a day: a statement, else a reminder, else a thank-you.

Approval. A reminder that needs a person is `proposed` and its invoices are held (awaiting_approval, review) until the book
tells that its fingerprint was approved; then it is due. A proposal stays in `proposed` while only the gap, a statement or a
day without chasing keeps it from going, so that its approval lives on; a first one is not made on such days. When an
invoice that needs a person was left unapproved for a whole chase day, the customer's other invoices go without it and the
proposal shrinks to what needs the person.

Whoever records a plan keeps a planned reminder whose fingerprint is found in `due` or `proposed`; for any other its
approval dies, and it is written anew or cancelled. While `suspended`, planned reminders are left as they are.
"""

from datetime import date
from typing import NamedTuple

from msgspec import Struct

from app.chasing.book import Book, BookCustomer, ChasingSettings
from app.chasing.emails import left_unapproved, reminders_of, timing_of
from app.chasing.grounds import of_customer, of_invoice, of_organisation
from app.chasing.holds import APPROVALS, ORGANISATION_WIDE, Held, in_order
from app.chasing.ladder import Ladder, Rung, next_rung
from app.chasing.reminder import DueReminder
from app.chasing.sentences import why_next
from app.chasing.standing import RunDay, Standing, standings_of
from app.chasing.thanks import DueThankYou, thank_you
from app.schedules.calendar import ChaseCalendar


class Plan(Struct, frozen=True, kw_only=True):
    """due and thank_yous may go today, thank_yous in review mode once approved; proposed wait for a person. displaced are
    thank-yous that a person was asked about already and that another email keeps from going today.

    Customers come by id, their invoices oldest due first, whatever the order of the book.
    """

    due: tuple[DueReminder, ...]
    proposed: tuple[DueReminder, ...]
    held: tuple[Held, ...]
    thank_yous: tuple[DueThankYou, ...]
    suspended: bool
    displaced: tuple[DueThankYou, ...] = ()


class Weighed(NamedTuple):
    """The standings bear all their reasons; those of the invoices that `due` carries have none."""

    standings: list[Standing]
    due: DueReminder | None
    proposed: DueReminder | None
    thank_you: DueThankYou | None

    @property
    def carried_ids(self) -> frozenset[int]:
        return frozenset(invoice.invoice_id for invoice in self.due.carried) if self.due is not None else frozenset()


class CustomerPlan(NamedTuple):
    due: DueReminder | None
    proposed: DueReminder | None
    held: list[Held]
    thank_you: DueThankYou | None


def plan(book: Book, *, today: date, calendar: ChaseCalendar, settings: ChasingSettings) -> Plan:
    """The plan of a day, which is a day in the organisation's timezone."""
    day = run_day(book, today=today, calendar=calendar, settings=settings)
    customers = sorted(book.customers, key=lambda c: c.id)
    plans = [plan_customer(customer, day) for customer in customers]
    asked = [customer for customer, p in zip(customers, plans, strict=True) if customer.awaiting and p.thank_you is None]
    return Plan(
        due=tuple(p.due for p in plans if p.due is not None),
        proposed=tuple(p.proposed for p in plans if p.proposed is not None),
        held=tuple(held for p in plans for held in p.held),
        thank_yous=tuple(p.thank_you for p in plans if p.thank_you is not None),
        suspended=is_suspended(day),
        displaced=tuple(thanks for customer in asked if (thanks := thank_you(customer, day)) is not None),
    )


def is_suspended(day: RunDay) -> bool:
    """Whether something keeps every reminder of the organisation from going."""
    return any(reason.hold in ORGANISATION_WIDE for reason in day.organisation)


def run_day(
    book: Book,
    *,
    today: date,
    calendar: ChaseCalendar,
    settings: ChasingSettings,
    assume_approved: bool = False,
) -> RunDay:
    return RunDay(
        book=book,
        today=today,
        calendar=calendar,
        settings=settings,
        ladders={schedule_id: Ladder(schedule) for schedule_id, schedule in book.schedules.items()},
        organisation=of_organisation(book, today, settings, calendar),
        assume_approved=assume_approved,
    )


def plan_customer(customer: BookCustomer, day: RunDay) -> CustomerPlan:
    weighed = weigh(customer, day)
    carried = weighed.carried_ids
    held = [_held(customer, standing, day) for standing in weighed.standings if standing.invoice.id not in carried]
    return CustomerPlan(weighed.due, weighed.proposed, held, weighed.thank_you)


def weigh(customer: BookCustomer, day: RunDay) -> Weighed:
    """What the customer gets on the day, and where each of its invoices stands; no more, for a projection asks often."""
    standings = standings_of(customer, day)
    shared = day.organisation + of_customer(customer, day.today)
    for standing in standings:
        standing.reasons = in_order(shared + of_invoice(standing, day))
    due, proposed = reminders_of(customer, standings, day)
    thanks = None if _day_is_taken(customer, due, proposed, day) else thank_you(customer, day)
    return Weighed(standings, due, proposed, thanks)


def _day_is_taken(customer: BookCustomer, due: DueReminder | None, proposed: DueReminder | None, day: RunDay) -> bool:
    """Whether a statement or reminder goes today, has gone, or may still go once a person approves it."""
    if due is not None or day.today in (customer.statement_on, customer.last_email_on):
        return True
    if proposed is None or timing_of(customer, day):
        return False
    return not {invoice.invoice_id for invoice in proposed.carried} <= left_unapproved(customer, day)


def _held(customer: BookCustomer, standing: Standing, day: RunDay) -> Held:
    leading, behind = standing.reasons[0], tuple(standing.reasons[1:])
    rung, on = next_of(standing, day)
    return Held(
        customer_id=customer.id,
        customer=customer.name,
        invoice_id=standing.invoice.id,
        number=standing.invoice.number,
        hold=leading.hold,
        sentence=leading.sentence,
        until=leading.until,
        behind=behind,
        next_step=rung.step.name if rung is not None else "",
        next_step_number=standing.own_ladder.number(rung.step) if rung is not None else 0,
        next_on=on,
        next_because=why_next(rung, standing.invoice, day.today) if rung is not None and on is not None else "",
    )


def next_of(standing: Standing, day: RunDay) -> tuple[Rung | None, date | None]:
    """The step that comes once all holds have ended, and the chase day it is then expected to go on, once approved."""
    if standing.rung is None:
        return None, None
    until = day.today
    for reason in standing.reasons:
        if reason.until is not None:
            until = max(until, reason.until)
        elif reason.hold not in APPROVALS:
            return standing.rung, None
    chase_day = day.calendar.next_chase_day(until)
    rung = next_rung(standing.own_ladder, standing.invoice, day.calendar, chase_day)
    return rung, max(rung.ready_on, chase_day) if rung is not None else None
