"""The rules of deciding whom to chase, once more and slowly: straight from their wording, one day and one invoice at a time.

It shares with the planner the book it reads, which days are chased and worked, and nothing else. Reasons are holds with
their first free days, without sentences. What a person approved or asked for sooner is not its business.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from app.chasing.book import Book, BookCustomer, BookInvoice, ChasingSettings
from app.chasing.holds import Hold
from app.schedules.book import BookSchedule, BookStep
from app.schedules.calendar import ChaseCalendar

Holds = dict[Hold, date | None]


class Email(NamedTuple):
    step: int
    sender: str
    carried: tuple[int, ...]
    also_overdue: frozenset[int]


class Verdict(NamedTuple):
    """The email of each customer that may go, and the leading hold of every other open invoice, by id."""

    emails: dict[int, Email]
    held: dict[int, tuple[Hold, date | None]]


class Place(NamedTuple):
    """The step an invoice comes to, and the first day on which it is ready; neither once it is finished."""

    step: BookStep | None
    ready_on: date | None


class Line(NamedTuple):
    invoice: BookInvoice
    schedule: BookSchedule
    place: Place
    amount: Decimal
    holds: Holds


class Oracle:
    def __init__(self, book: Book, today: date, calendar: ChaseCalendar, settings: ChasingSettings) -> None:
        self.book, self.today, self.calendar, self.settings = book, today, calendar, settings

    def verdict(self) -> Verdict:
        verdict = Verdict({}, {})
        for customer in self.book.customers:
            lines = [self.line(customer, each) for each in customer.invoices if each.outstanding > 0]
            self.cover_by_credit(customer, lines)
            email = self.email(customer, lines)
            if email is not None:
                verdict.emails[customer.id] = email
            for line in lines:
                if line.holds:
                    verdict.held[line.invoice.id] = min(line.holds.items(), key=lambda item: list(Hold).index(item[0]))
        return verdict

    # Days, walked one by one.

    def walk(self, day: date, by: int, fits: Callable[[date], bool]) -> date:
        while not fits(day):
            day += timedelta(days=by)
        return day

    def chase_day_from(self, day: date) -> date:
        return self.walk(day, 1, self.calendar.is_chase_day)

    def after_working_days(self, day: date, count: int) -> date:
        """The first free day after so many working days."""
        for _ in range(count):
            day = self.walk(day + timedelta(days=1), 1, self.calendar.is_working_day)
        return day + timedelta(days=1)

    # The ladder: rules 2, 3 and 4.

    def place(self, schedule: BookSchedule, invoice: BookInvoice) -> Place:
        assert invoice.due_on is not None
        coming = self.before_due(schedule, invoice, invoice.due_on) if self.today < invoice.due_on else None
        return coming or self.on_the_ladder(schedule, invoice, invoice.due_on)

    def before_due(self, schedule: BookSchedule, invoice: BookInvoice, due: date) -> Place | None:
        had = invoice.before_mark.offset if invoice.before_mark else -1000
        days = {
            step.offset: Place(step, self.walk(due + timedelta(days=step.offset), -1, self.calendar.is_chase_day))
            for step in schedule.steps
            if had < step.offset < 0
        }
        reached = [offset for offset, place in days.items() if place.ready_on and place.ready_on <= self.today]
        if reached:
            return days[max(reached)] if self.chase_day_from(self.today) < due else None
        return days[min(days)] if days else None

    def on_the_ladder(self, schedule: BookSchedule, invoice: BookInvoice, due: date) -> Place:
        steps = sorted((step for step in schedule.steps if step.offset >= 0), key=lambda step: step.offset)
        mark = invoice.mark
        if mark is None or mark.went_on < due:
            return self.entry(steps, schedule.entry_offset, due)
        for step in steps:
            if step.offset > mark.offset:
                apart = mark.went_on + timedelta(days=step.offset - mark.offset)
                return Place(step, self.chase_day_from(max(due + timedelta(days=step.offset), apart)))
        if schedule.repeat_every_days and mark.times <= schedule.repeat_limit:
            return Place(steps[-1], self.chase_day_from(mark.went_on + timedelta(days=schedule.repeat_every_days)))
        return Place(None, None)

    def entry(self, steps: list[BookStep], limit: int | None, due: date) -> Place:
        allowed = steps
        if limit is not None:
            allowed = [step for step in steps[:-1] if step.offset <= limit] or steps[:1]
        places = [Place(step, self.chase_day_from(due + timedelta(days=step.offset))) for step in allowed]
        reached = [place for place in places if place.ready_on and place.ready_on <= self.today]
        return reached[-1] if reached else places[0]

    # What holds an invoice by itself.

    def line(self, customer: BookCustomer, invoice: BookInvoice) -> Line:
        number = invoice.schedule_id or customer.schedule_id or self.book.default_schedule_id
        schedule = self.book.schedules[number or 0]
        place = self.place(schedule, invoice) if invoice.due_on else Place(None, None)
        disputed = invoice.outstanding if invoice.disputed_amount is None else invoice.disputed_amount
        chaseable = max(invoice.outstanding - disputed, Decimal(0))
        holds = dict(self.reasons(customer, invoice, place, chaseable))
        return Line(invoice, schedule, place, chaseable, holds)

    def reasons(
        self, customer: BookCustomer, invoice: BookInvoice, place: Place, chaseable: Decimal
    ) -> Iterator[tuple[Hold, date | None]]:
        told = self.after_working_days(invoice.told_paid_on, 5) if invoice.told_paid_on else None
        expected = self.after_working_days(invoice.expected.on, 1) if invoice.expected else None
        normal = [recipient for recipient in customer.recipients if recipient.kind == "normal"]
        until: dict[Hold, date | None] = {
            Hold.CUSTOMER_PAUSED: customer.paused_until,
            Hold.TOLD_PAID: told,
            Hold.EXPECTED_DATE: None if invoice.chase_despite_expected else expected,
            Hold.SKIPPED: self.skipped_until(customer),
            Hold.NOT_REACHED: place.ready_on,
        }
        yield from ((hold, free) for hold, free in until.items() if free is not None and self.today < free)
        applies = {
            Hold.RESTORED: self.book.restored,
            Hold.DISCONNECTED: not self.book.connected,
            Hold.NO_SENDER: "normal" not in self.book.senders,
            Hold.NOT_CHASING: not customer.chasing,
            Hold.EXCLUDED: invoice.excluded,
            Hold.REPLIED: customer.replied_on is not None,
            Hold.DISPUTED: chaseable == 0,
            Hold.NO_DUE_DATE: invoice.due_on is None,
            Hold.NO_RECIPIENT: not normal,
            Hold.BOUNCED: bool(normal) and all(recipient.bounced for recipient in normal),
            Hold.UNKNOWN_SEND: customer.unknown_send_on is not None,
            Hold.FINISHED: invoice.due_on is not None and place.step is None,
        }
        yield from ((hold, None) for hold, is_so in applies.items() if is_so)
        if self.book.paused and (self.book.paused_until is None or self.today < self.book.paused_until):
            yield Hold.PAUSED, self.book.paused_until
        if customer.stop and (customer.stop_until is None or self.today < customer.stop_until):
            yield Hold.CUSTOMER_STOPPED, customer.stop_until

    def skipped_until(self, customer: BookCustomer) -> date | None:
        put_off = [each.until_on for each in customer.put_off if each.from_on <= self.today]
        return max([*put_off, *([customer.skipped_until] if customer.skipped_until else [])], default=None)

    def cover_by_credit(self, customer: BookCustomer, lines: list[Line]) -> None:
        for currency in {credit.currency for credit in customer.credits}:
            left = sum((credit.remaining for credit in customer.credits if credit.currency == currency), Decimal(0))
            of_it = [line for line in lines if line.invoice.currency == currency]
            for line in sorted(of_it, key=lambda each: (each.invoice.due_on or date.max, each.invoice.number)):
                if 0 < line.amount <= left:
                    line.holds[Hold.CREDIT] = None
                left -= min(left, line.amount)

    # The one email: rules 5, 6, 7 and 11.

    def email(self, customer: BookCustomer, lines: list[Line]) -> Email | None:
        later = [hold for hold in Hold if list(Hold).index(hold) > list(Hold).index(Hold.BELOW_MINIMUM) and hold != Hold.CREDIT]
        overdue = [line for line in lines if set(line.holds) <= set(later) and self.is_overdue_or_ready(line)]
        ready = [line for line in overdue if not line.holds]
        for line in overdue:
            if line not in ready and self.sum_of(overdue) < line.schedule.minimum:
                line.holds[Hold.BELOW_MINIMUM] = None
        carried, waiting = self.led(ready)
        for line in waiting:
            line.holds.update({Hold.BELOW_MINIMUM: None, **self.timing(customer)})
        if not carried:
            return None
        lead = carried[0]
        step, others = lead.place.step, [line for line in overdue if line not in carried and self.is_overdue(line)]
        assert step is not None
        found = {**self.timing(customer), **self.approval(carried)}
        if self.sum_of([*carried, *others]) < lead.schedule.minimum:
            found = {**self.timing(customer), Hold.BELOW_MINIMUM: None}
        elif step.template_id in customer.failed_templates:
            found = {**self.timing(customer), Hold.TEMPLATE_FAILED: None}
        for line in carried:
            line.holds.update(found)
        sender = step.sender if step.sender in self.book.senders else "normal"
        numbers = sorted((line.invoice.due_on or date.max, line.invoice.number, line.invoice.id) for line in carried)
        also = frozenset(line.invoice.id for line in others)
        return None if found else Email(step.id, sender, tuple(each[2] for each in numbers), also)

    def led(self, ready: list[Line]) -> tuple[list[Line], list[Line]]:
        """What the email carries, the leading step's first, and what waits for the sum that its step asks for."""
        left, waiting = sorted(ready, key=self.advancement), list[Line]()
        while left:
            step, schedule = left[0].place.step, left[0].schedule
            assert step is not None
            own = [line for line in left if line.place.step is step]
            ladder = [each for each in schedule.steps if each.offset >= 0]
            is_last = len(ladder) > 1 and step.offset == max(each.offset for each in ladder)
            if self.sum_of(own) >= max(step.minimum, schedule.last_step_minimum if is_last else Decimal(0)):
                break
            waiting += own
            left = [line for line in left if line not in own]
        return left, waiting

    def advancement(self, line: Line) -> tuple[object, ...]:
        step, invoice = line.place.step, line.invoice
        assert step is not None
        return (-step.offset, step.sender == "normal", invoice.due_on, invoice.number)

    def timing(self, customer: BookCustomer) -> Holds:
        found: Holds = {}
        last, tomorrow = customer.last_reminded_on, self.today + timedelta(days=1)
        if customer.statement_on == self.today:
            found[Hold.STATEMENT] = tomorrow
        if self.today in (customer.last_email_on, last):
            found[Hold.MINIMUM_GAP] = tomorrow
        if last is not None and self.today < last + timedelta(days=self.settings.minimum_gap_days):
            found[Hold.MINIMUM_GAP] = last + timedelta(days=self.settings.minimum_gap_days)
        if not self.calendar.is_chase_day(self.today):
            found[Hold.NOT_A_CHASE_DAY] = self.chase_day_from(self.today)
        return found

    def approval(self, carried: list[Line]) -> Holds:
        above, found = self.settings.approve_above, Holds()
        asks = any(line.place.step is not None and line.place.step.needs_approval for line in carried)
        if asks or (above is not None and self.sum_of(carried) > above):
            found[Hold.AWAITING_APPROVAL] = None
        if self.book.review_mode:
            found[Hold.REVIEW] = None
        return found

    def is_overdue(self, line: Line) -> bool:
        return line.invoice.due_on is not None and line.invoice.due_on < self.today

    def is_overdue_or_ready(self, line: Line) -> bool:
        return self.is_overdue(line) or (line.place.ready_on is not None and line.place.ready_on <= self.today)

    def sum_of(self, lines: list[Line]) -> Decimal:
        total = Decimal(0)
        for line in lines:
            foreign = line.invoice.currency != self.book.base_currency
            total += (line.amount / line.invoice.rate).quantize(Decimal("0.01"), ROUND_HALF_UP) if foreign else line.amount
        return total
