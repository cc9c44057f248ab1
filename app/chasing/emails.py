"""Which reminder a customer gets today, if any, and the holds that this decision lays on its ready invoices."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from app.chasing.book import BookCustomer
from app.chasing.drafts import Draft, approval_why, asks_for_approval, draft, split_by_minimum, step_minimum
from app.chasing.holds import Hold, Reason
from app.chasing.reminder import DueReminder, written
from app.chasing.sentences import say_amount, say_day, say_days, say_step
from app.chasing.standing import ZERO, RunDay, Standing
from app.schedules.calendar import days_after


def reminders_of(
    customer: BookCustomer, standings: Sequence[Standing], day: RunDay
) -> tuple[DueReminder | None, DueReminder | None]:
    """The reminder that may go today and the one that waits for a person. Every ready invoice left out gets its reason.

    Expects the standings to bear the reasons that don't depend on the email.
    """
    chased = [s for s in standings if not s.held_before(Hold.BELOW_MINIMUM) and not s.covered]
    listed = [s for s in chased if s.overdue or s.ready]
    ready = [s for s in listed if not s.reasons]
    _hold_small_ones(listed, ready, day)
    if not ready:
        return None, None
    upcoming = [s for s in chased if not s.overdue and not s.ready]
    timing = timing_of(customer, day)
    due = proposed = None
    for group in _groups(customer, ready, day):
        reminder = _email(customer, group, listed, upcoming, timing, day)
        if reminder is not None and reminder.needs_approval and (timing or not reminder.approved):
            proposed = reminder
        elif reminder is not None and not timing:
            due = reminder
    return due, proposed


def timing_of(customer: BookCustomer, day: RunDay) -> list[Reason]:
    """What keeps every reminder to this customer from going today, in the order of the holds."""
    today, reasons = day.today, list[Reason]()
    if customer.statement_on == today:
        sentence = "Held: the statement takes the day, and the reminder waits"
        reasons.append(Reason(Hold.STATEMENT, sentence, days_after(today, 1)))
    gap = _gap(customer, day)
    if gap is not None:
        reasons.append(gap)
    if not day.calendar.is_chase_day(today):
        until = day.calendar.next_chase_day(today)
        sentence = f"Held: {say_day(today, today)} is no chase day; the next is {say_day(until, today)}"
        reasons.append(Reason(Hold.NOT_A_CHASE_DAY, sentence, until))
    return reasons


def left_unapproved(customer: BookCustomer, day: RunDay) -> frozenset[int]:
    """Invoices proposed on an earlier chase day and approved in no version since."""
    left = [a.invoice_ids for a in customer.awaiting if not a.approved and _a_chase_day_passed(a.planned_on, day)]
    approved = [a.invoice_ids for a in customer.awaiting if a.approved]
    return frozenset[int]().union(*left) - frozenset[int]().union(*approved)


def _a_chase_day_passed(planned_on: date, day: RunDay) -> bool:
    return day.calendar.next_chase_day(planned_on) < day.today


def _gap(customer: BookCustomer, day: RunDay) -> Reason | None:
    today, last, least = day.today, customer.last_reminded_on, day.settings.minimum_gap_days
    if last is not None and (today - last).days < least:
        until, when = days_after(last, least), say_day(last, today)
        did = "is chased by hand" if customer.chased_by_hand_on == last else "was reminded"
        sentence = f"Held: {customer.name} {did} on {when}; reminders are at least {say_days(least)} apart"
        return Reason(Hold.MINIMUM_GAP, sentence, until)
    if today in (last, customer.last_email_on):
        sentence = f"Held: {customer.name} has had an email today, and one a day is the most"
        return Reason(Hold.MINIMUM_GAP, sentence, days_after(today, 1))
    return None


def _hold_small_ones(listed: list[Standing], ready: list[Standing], day: RunDay) -> None:
    """Holds what is overdue and between two steps, when all that an email would list is below the minimum."""
    amount, ready_ids = sum((s.in_base for s in listed), ZERO), {s.invoice.id for s in ready}
    for standing in listed:
        if standing.invoice.id not in ready_ids and amount < standing.own_ladder.schedule.minimum:
            standing.add(_below_minimum(amount, standing, day))


def _groups(customer: BookCustomer, ready: list[Standing], day: RunDay) -> list[list[Standing]]:
    """Ready invoices by email: one, unless some were left unapproved too long and the others can go without a person."""
    if not customer.awaiting or day.assume_approved:
        return [ready]
    left = left_unapproved(customer, day)
    behind = [s for s in ready if s.invoice.id in left and asks_for_approval(s, day)]
    others = [s for s in ready if s not in behind]
    groups, _ = split_by_minimum(others)
    alone = bool(behind and groups) and not approval_why(draft(groups, []), day)
    return [others, behind] if alone else [ready]


def _email(
    customer: BookCustomer,
    ready: list[Standing],
    listed: list[Standing],
    upcoming: list[Standing],
    timing: list[Reason],
    day: RunDay,
) -> DueReminder | None:
    """The email of these ready invoices; None when there is to be none, and then its invoices know why."""
    groups, waiting = split_by_minimum(ready)
    _add_all(waiting, [*(_step_below_minimum(waiting, day)), *timing])
    if not groups:
        return None
    email = draft(groups, [s for s in listed if s.overdue])
    barred = _barred(customer, email, day)
    _add_all(email.carried, barred + timing)
    if barred:
        return None
    approved = frozenset(awaiting.fingerprint for awaiting in customer.awaiting if awaiting.approved)
    reminder = written(email, customer, upcoming, day, approved)
    if not reminder.needs_approval or reminder.approved:
        return reminder
    _add_all(email.carried, _wanting_approval(email, day))
    return reminder if customer.awaiting or not timing else None


def _barred(customer: BookCustomer, email: Draft, day: RunDay) -> list[Reason]:
    reasons = list[Reason]()
    if email.amount < email.lead.own_ladder.schedule.minimum:
        reasons.append(_below_minimum(email.amount, email.lead, day))
    step = email.lead.next_rung.step
    failure = customer.failed_templates.get(step.template_id)
    if failure is not None:
        sentence = f"Held: the template {step.name} could not be written for {customer.name}: {failure}"
        reasons.append(Reason(Hold.TEMPLATE_FAILED, sentence))
    return reasons


def _below_minimum(amount: Decimal, standing: Standing, day: RunDay) -> Reason:
    currency, schedule = day.book.base_currency, standing.own_ladder.schedule
    least = say_amount(schedule.minimum, currency)
    sentence = f"Held: {say_amount(amount, currency)} is below the {least} that {schedule.name} asks for"
    return Reason(Hold.BELOW_MINIMUM, sentence)


def _step_below_minimum(waiting: Sequence[Standing], day: RunDay) -> list[Reason]:
    if not waiting:
        return []
    currency, first = day.book.base_currency, waiting[0]
    least = say_amount(step_minimum(first), currency)
    step = say_step(first.own_ladder, first.next_rung.step)
    return [Reason(Hold.BELOW_MINIMUM, f"Held: {step} waits until its invoices reach {least}")]


def _wanting_approval(email: Draft, day: RunDay) -> list[Reason]:
    reasons = list[Reason]()
    step = say_step(email.lead.own_ladder, email.lead.next_rung.step)
    why = approval_why(email, day)
    if why in ("step", "amount"):
        asks = "" if why == "step" else f" because it carries more than {_approve_above(day)}"
        reasons.append(Reason(Hold.AWAITING_APPROVAL, f"Held: the reminder with {step} awaits approval{asks}"))
    if day.book.review_mode:
        reasons.append(Reason(Hold.REVIEW, f"Held: review mode is on, and the reminder with {step} awaits approval"))
    return reasons


def _approve_above(day: RunDay) -> str:
    return say_amount(day.settings.approve_above or ZERO, day.book.base_currency)


def _add_all(standings: Iterable[Standing], reasons: Sequence[Reason]) -> None:
    for standing in standings:
        for reason in reasons:
            standing.add(reason)
