"""The grounds on which an organisation, a customer or a single invoice is held, each a sentence with its facts."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from app.chasing.book import Book, BookCustomer, BookInvoice, ChasingSettings
from app.chasing.holds import Hold, Reason
from app.chasing.sentences import (
    decided,
    expected,
    queried,
    say_amount,
    say_day,
    say_instant,
    say_step,
    say_until,
    stopped,
    told_where,
    why_next,
)
from app.chasing.standing import RunDay, Standing
from app.schedules.calendar import ChaseCalendar, days_after

FRESH_FOR = timedelta(hours=24)
WORKING_DAYS_AFTER_EXPECTED = 1
WORKING_DAYS_AFTER_TOLD_PAID = 5


def of_organisation(book: Book, today: date, settings: ChasingSettings, calendar: ChaseCalendar) -> list[Reason]:
    return list(_of_organisation(book, today, settings, calendar))


def _of_organisation(book: Book, today: date, settings: ChasingSettings, calendar: ChaseCalendar) -> Iterator[Reason]:
    if book.restored:
        yield Reason(Hold.RESTORED, "Held: this is a restored copy, and no owner has confirmed it yet")
    if not book.connected:
        yield Reason(Hold.DISCONNECTED, "Held: Xero is disconnected")
    synced = book.last_good_sync_at
    if synced is None:
        yield Reason(Hold.STALE, "Held: there has been no good sync with Xero yet")
    elif book.now - synced > FRESH_FOR:
        since = say_instant(synced, today, settings.timezone)
        yield Reason(Hold.STALE, f"Held: the last good sync with Xero was on {since}, more than 24 hours ago")
    if awaits_receipts(book, today, settings, calendar):
        yield Reason(Hold.STALE, _no_receipt_since(book.last_receipt_on, today, settings.receipt_patience_days))
    if book.paused and (book.paused_until is None or today < book.paused_until):
        until = say_until(book.paused_until, today, "until someone resumes it")
        by = f" by an admin of this installation: {book.paused_why}" if book.paused_why else ""
        yield Reason(Hold.PAUSED, f"Held: all chasing is paused {until}{by}", book.paused_until)
    if "normal" not in book.senders:
        yield Reason(Hold.NO_SENDER, "Held: no mailbox is set up to send reminders from")


def awaits_receipts(book: Book, today: date, settings: ChasingSettings, calendar: ChaseCalendar) -> bool:
    """As many working days as the organisation bears have begun and ended since the last receipt. Where there never was
    one, nothing can be missed."""
    patience, last = settings.receipt_patience_days, book.last_receipt_on
    return patience is not None and last is not None and today > calendar.add_working_days(last, patience)


def _no_receipt_since(last: date | None, today: date, patience: int | None) -> str:
    since, days = say_day(last or today, today), "working day" if patience == 1 else "working days"
    return f"Held: the last receipt in Xero is of {since}, more than {patience} {days} ago; is there one to be entered?"


def of_customer(customer: BookCustomer, today: date) -> list[Reason]:
    return list(_of_customer(customer, today))


def _of_customer(customer: BookCustomer, today: date) -> Iterator[Reason]:
    name = customer.name
    if not customer.chasing:
        yield Reason(Hold.NOT_CHASING, f"Held: {name} is not being chased")
    if customer.is_stopped(today):
        yield Reason(Hold.CUSTOMER_STOPPED, f"Held: {stopped(customer, today)}", customer.stop_until)
    if customer.paused_until is not None and today < customer.paused_until:
        until = say_day(customer.paused_until, today)
        sentence = f"Held: {name} is paused until {until}{decided(customer.pause_decided, today)}"
        yield Reason(Hold.CUSTOMER_PAUSED, sentence, customer.paused_until)
    if customer.replied_on is not None:
        when = say_day(customer.replied_on, today)
        yield Reason(Hold.REPLIED, f"Held: {name} replied on {when}, and the reply awaits a decision")
    addresses = [recipient for recipient in customer.recipients if recipient.kind == "normal"]
    if not addresses:
        yield Reason(Hold.NO_RECIPIENT, f"Held: {name} has no email address for reminders")
    elif all(recipient.bounced for recipient in addresses):
        bounced = ", ".join(recipient.email for recipient in addresses)
        yield Reason(Hold.BOUNCED, f"Held: {name} has no usable address left; bounced: {bounced}")
    if customer.unknown_send_on is not None:
        when = say_day(customer.unknown_send_on, today)
        yield Reason(Hold.UNKNOWN_SEND, f"Held: whether the reminder of {when} left is unknown until a person decides")
    if skipped := [*_skipped(customer, today)]:
        yield max(skipped, key=lambda reason: reason.until or today)


def _skipped(customer: BookCustomer, today: date) -> Iterator[Reason]:
    """By a skip, and by each member who put reminders off; the one that lasts longest is told."""
    if customer.skipped_until is not None and today < customer.skipped_until:
        until = say_day(customer.skipped_until, today)
        yield Reason(Hold.SKIPPED, f"Held: reminders to {customer.name} are skipped until {until}", customer.skipped_until)
    for put_off in customer.put_off:
        if put_off.from_on <= today < put_off.until_on:
            until = say_day(put_off.until_on, today)
            said = f"Held: {put_off.by} put reminders to {customer.name} off until {until}"
            yield Reason(Hold.SKIPPED, said, put_off.until_on)


def of_invoice(standing: Standing, day: RunDay) -> list[Reason]:
    """Of this invoice alone, in order; whether its step is ready is the last of them."""
    return [reason for ground in _GROUNDS if (reason := ground(standing, standing.invoice, day)) is not None]


def _schedule_paused(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    ladder = standing.ladder
    if ladder is None:
        return Reason(Hold.SCHEDULE_PAUSED, "Held: no schedule is chosen")
    if ladder.schedule.paused:
        return Reason(Hold.SCHEDULE_PAUSED, f"Held: the schedule {ladder.schedule.name} is paused")
    return None


def _excluded(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    return Reason(Hold.EXCLUDED, f"Held: {invoice.number} is excluded from chasing") if invoice.excluded else None


def _disputed(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    if standing.chaseable > 0:
        return None
    owed = say_amount(invoice.outstanding, invoice.currency)
    return Reason(Hold.DISPUTED, f"Held: all of the {owed} outstanding is disputed{queried(invoice.queried, day.today)}")


def _told_paid(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    if invoice.told_paid_on is None:
        return None
    until = days_after(day.calendar.add_working_days(invoice.told_paid_on, WORKING_DAYS_AFTER_TOLD_PAID), 1)
    if day.today >= until:
        return None
    on, free = say_day(invoice.told_paid_on, day.today), say_day(until, day.today)
    told = f"on {on} the customer told us{told_where(invoice.told_paid)} it is paid"
    return Reason(Hold.TOLD_PAID, f"Held: {told}; held until {free}", until)


def _expected_date(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    date_ = invoice.expected
    if date_ is None or invoice.chase_despite_expected or not day.settings.respect_expected_dates:
        return None
    until = days_after(day.calendar.add_working_days(date_.on, WORKING_DAYS_AFTER_EXPECTED), 1)
    if day.today >= until:
        return None
    return Reason(Hold.EXPECTED_DATE, f"Held: {expected(date_, day.today)}", until)


def _not_sent(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    if invoice.sent_in_xero or not day.settings.wait_for_sent_mark:
        return None
    return Reason(Hold.NOT_SENT, f"Held: {invoice.number} has not been marked as sent in Xero")


def _no_due_date(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    return Reason(Hold.NO_DUE_DATE, f"Held: {invoice.number} has no due date") if invoice.due_on is None else None


def _credit(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    if not standing.covered:
        return None
    amount = say_amount(standing.chaseable, invoice.currency)
    return Reason(Hold.CREDIT, f"Held: unallocated credit covers all of its {amount}")


def _waits_for_step(standing: Standing, invoice: BookInvoice, day: RunDay) -> Reason | None:
    ladder, rung = standing.ladder, standing.rung
    if standing.ready or ladder is None or invoice.due_on is None:
        return None
    if rung is None:
        had = "it has had every step of" if ladder.steps else "there is no step after the due date in"
        return Reason(Hold.FINISHED, f"Held: {had} the schedule {ladder.schedule.name}")
    step, on = say_step(ladder, rung.step), say_day(rung.ready_on, day.today)
    because = why_next(rung, invoice, day.today)
    return Reason(Hold.NOT_REACHED, f"Next: {step} on {on} because {because}", rung.ready_on)


_Ground = Callable[[Standing, BookInvoice, RunDay], Reason | None]

_GROUNDS: tuple[_Ground, ...] = (
    _schedule_paused,
    _excluded,
    _disputed,
    _told_paid,
    _expected_date,
    _not_sent,
    _no_due_date,
    _credit,
    _waits_for_step,
)
