"""The ladder: which step of its schedule an invoice comes to next, and when.

Steps before the due date go on the last chase day on or before their day, else, when that was missed, on the next chase
day before the due date; each at most once, and no earlier one after a later one. They lapse when the due date begins.

A step that was moved is still the same step: who had it where it stood has had it, and stands where it stands now.

Steps at or after the due date are climbed one at a time. An invoice never reminded since it fell due begins at the latest
step whose day is reached, but no later than the schedule's entry step, which is never the last of several. A mark from
before the due date (it was moved) counts as never.
"""

from datetime import date
from enum import Enum
from itertools import takewhile

import msgspec
from msgspec import Struct

from app.chasing.book import BookInvoice, Mark
from app.schedules.book import BookSchedule, BookStep
from app.schedules.calendar import ChaseCalendar, days_after


class Way(Enum):
    """How an invoice comes to a step."""

    BEFORE = "before its due date"
    ENTERS = "enters"
    CLIMBS = "climbs"
    REPEATS = "repeats"


class Rung(Struct, frozen=True):
    """The step an invoice comes to next; ready_on is the first chase day on which the step is ready.

    asked_by is the member who asked for it before its time, where that makes it ready sooner.
    """

    step: BookStep
    ready_on: date
    way: Way
    asked_by: str = ""


class Ladder:
    """A schedule's steps in order, read once for all its invoices."""

    def __init__(self, schedule: BookSchedule) -> None:
        ordered = sorted(schedule.steps, key=lambda step: (step.offset, step.id))
        self.schedule = schedule
        self.before = tuple(step for step in ordered if step.offset < 0)
        self.steps = tuple(step for step in ordered if step.offset >= 0)
        self.entries = self.steps[: self._entry_position() + 1]
        self._moved = tuple(step for step in ordered if step.stood)
        self._numbers = {step.id: number for number, step in enumerate(ordered, start=1)}

    def number(self, step: BookStep) -> int:
        """Counts from 1 over all steps of the schedule, those before the due date included."""
        return self._numbers[step.id]

    def as_it_stands(self, mark: Mark | None, invoice: BookInvoice) -> Mark | None:
        """The mark where its step stands now, unless that is beyond the due date; `times` counts it from all its places."""
        if mark is None:
            return None
        for step in self._moved:
            if step.offset_on(mark.went_on) == mark.offset and (step.offset < 0) == (mark.offset < 0):
                places = {step.offset, *(offset for offset, _ in step.stood)}
                times = sum(1 for _ in takewhile(places.__contains__, reversed(invoice.offsets_gone)))
                return Mark(step.offset, mark.went_on, max(times, mark.times))
        return mark

    def is_last_of_several(self, step: BookStep) -> bool:
        return len(self.steps) > 1 and step is self.steps[-1]

    def _entry_position(self) -> int:
        limit = self.schedule.entry_offset
        if limit is None:
            return len(self.steps) - 1
        allowed = [i for i, step in enumerate(self.steps[:-1]) if step.offset <= limit]
        return allowed[-1] if allowed else 0


def next_rung(ladder: Ladder, invoice: BookInvoice, calendar: ChaseCalendar, day: date) -> Rung | None:
    """The step that goes first on or after the day, were nothing else in its way; None when the ladder is finished.

    The step is ready on the day itself exactly when ready_on is not later. The invoice must have a due date.
    """
    rung = _rung(ladder, invoice, calendar, day)
    if rung is None or invoice.sooner is None or invoice.sooner.offset != rung.step.offset:
        return rung
    return _sooner(rung, invoice, calendar)


def _rung(ladder: Ladder, invoice: BookInvoice, calendar: ChaseCalendar, day: date) -> Rung | None:
    due = invoice.due_on
    assert due is not None
    if day < due and ladder.before:
        coming = _coming_step(ladder, invoice, due, calendar, day)
        if coming is not None:
            return coming
    if not ladder.steps:
        return None
    went = current_mark(invoice)
    mark = ladder.as_it_stands(went, invoice)
    if went is None or mark is None:
        return _entry(ladder, due, calendar, day)
    return _above(ladder, due, mark, went.offset, calendar)


def _sooner(rung: Rung, invoice: BookInvoice, calendar: ChaseCalendar) -> Rung:
    """From the day that was asked for, but what says "overdue" never before the invoice is, and no repeat."""
    asked, due, offset = invoice.sooner, invoice.due_on, rung.step.offset
    assert asked is not None
    assert due is not None
    earliest = asked.on if offset < 0 else max(asked.on, days_after(due, min(offset, 1)))
    ready_on = calendar.next_chase_day(earliest)
    if ready_on >= rung.ready_on or rung.way is Way.REPEATS or (offset < 0 and ready_on >= due):
        return rung
    return msgspec.structs.replace(rung, ready_on=ready_on, asked_by=asked.by)


def current_mark(invoice: BookInvoice) -> Mark | None:
    """The mark, unless it was made before the invoice fell due."""
    mark, due = invoice.mark, invoice.due_on
    return mark if mark is not None and due is not None and mark.went_on >= due and mark.offset >= 0 else None


def mark_after(invoice: BookInvoice, offset: int, on: date) -> Mark:
    """The mark once the step at that offset has gone: the `before_mark` if the offset is negative, else the `mark`."""
    before = current_mark(invoice)
    if offset < 0 or before is None or before.offset != offset:
        return Mark(offset, on)
    return Mark(offset, on, before.times + 1)


def _coming_step(ladder: Ladder, invoice: BookInvoice, due: date, calendar: ChaseCalendar, day: date) -> Rung | None:
    """The latest step before the due date whose day is reached, else the latest that is when the first to come goes."""
    mark = ladder.as_it_stands(invoice.before_mark, invoice)
    done = mark.offset if mark is not None else None
    chase_day = calendar.next_chase_day(day)
    found: Rung | None = None
    for step in ladder.before:
        if done is not None and step.offset <= done:
            continue
        goes_on = calendar.last_chase_day(days_after(due, step.offset))
        if found is None or goes_on <= _horizon(found.ready_on, day, chase_day):
            found = Rung(step, goes_on, Way.BEFORE)
    return found if found is not None and max(chase_day, found.ready_on) < due else None


def _entry(ladder: Ladder, due: date, calendar: ChaseCalendar, day: date) -> Rung:
    """The latest step whose day is reached, else the latest that is when the first goes; the entry step at the latest."""
    found = Rung(ladder.entries[0], calendar.next_chase_day(days_after(due, ladder.entries[0].offset)), Way.ENTERS)
    horizon = _horizon(found.ready_on, day, calendar.next_chase_day(day))
    for step in ladder.entries[1:]:
        ready_on = calendar.next_chase_day(days_after(due, step.offset))
        if ready_on <= horizon:
            found = Rung(step, ready_on, Way.ENTERS)
    return found


def _horizon(first_ready_on: date, day: date, chase_day: date) -> date:
    """Up to which day later steps are looked for: where one is ready on a day without chasing, what will be ready on the
    next chase day keeps nobody from going today."""
    return day if first_ready_on <= day else max(chase_day, first_ready_on)


def _above(ladder: Ladder, due: date, mark: Mark, went_at: int, calendar: ChaseCalendar) -> Rung | None:
    """The lowest step above the mark, no sooner after the last one than the two steps' own distance; or the repeat.

    The distance is that from where the last one stood when it went: that it was moved since brings nothing sooner.
    """
    for step in ladder.steps:
        if step.offset > mark.offset:
            apart = step.offset - (went_at if went_at < step.offset else mark.offset)
            reached = max(days_after(due, step.offset), days_after(mark.went_on, apart))
            return Rung(step, calendar.next_chase_day(reached), Way.CLIMBS)
    every = ladder.schedule.repeat_every_days
    if every is None or mark.times > ladder.schedule.repeat_limit:
        return None
    again = calendar.next_chase_day(days_after(mark.went_on, every))
    return Rung(ladder.steps[-1], again, Way.REPEATS)
