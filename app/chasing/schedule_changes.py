"""Changes of schedules that can be tried on a book before they are made."""

from collections.abc import Collection

import msgspec

from app.chasing.book import Book
from app.chasing.dry_run import Change
from app.schedules.book import BookSchedule


def with_schedule(schedule: BookSchedule) -> Change:
    """The schedule as it would be."""

    def change(book: Book) -> Book:
        return msgspec.structs.replace(book, schedules={**book.schedules, schedule.id: schedule})

    return change


def with_pause(schedule_id: int, paused: bool) -> Change:
    def change(book: Book) -> Book:
        schedule = msgspec.structs.replace(book.schedules[schedule_id], paused=paused)
        return with_schedule(schedule)(book)

    return change


def with_default(schedule_id: int) -> Change:
    def change(book: Book) -> Book:
        return msgspec.structs.replace(book, default_schedule_id=schedule_id)

    return change


def with_assignment(customer_ids: Collection[int], schedule_id: int | None) -> Change:
    """These customers on that schedule; None: the default."""
    chosen = frozenset(customer_ids)

    def change(book: Book) -> Book:
        customers = tuple(
            msgspec.structs.replace(each, schedule_id=schedule_id) if each.id in chosen else each for each in book.customers
        )
        return msgspec.structs.replace(book, customers=customers)

    return change
