"""Where a customer stands with chasing, in a word and a sentence."""

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from app.customers.words import say_stop
from components.format import day


class Chased(Protocol):
    """What of a customer decides it."""

    @property
    def chasing(self) -> bool: ...
    @property
    def stop(self) -> str: ...
    @property
    def stop_note(self) -> str: ...
    @property
    def stop_until_on(self) -> date | None: ...
    @property
    def stopped_by(self) -> str: ...
    @property
    def paused_until_on(self) -> date | None: ...
    @property
    def pause_note(self) -> str: ...
    @property
    def paused_by(self) -> str: ...
    @property
    def replied_at(self) -> datetime | None: ...


class Status(Struct, frozen=True):
    """`tone` is a badge's: live, off, waiting."""

    code: str
    label: str
    tone: str
    sentence: str


def status_of(customer: Chased, today: date) -> Status:
    if is_stopped(customer, today):
        return Status("stopped", "Stopped", "off", _say_stopped(customer, today))
    if not customer.chasing:
        return Status("not_chasing", "Not chasing", "off", "No reminders are sent to this customer.")
    if customer.paused_until_on is not None and customer.paused_until_on > today:
        until = day(customer.paused_until_on, today)
        by = _noted(customer.paused_by, customer.pause_note)
        return Status("paused", "Paused", "off", f"Paused until {until}; then chasing goes on where it stood.{by}")
    if customer.replied_at is not None:
        return Status("replied", "Replied", "waiting", "They replied. Chasing waits until somebody decides.")
    return Status("chasing", "Chasing", "live", "Reminders go out as the schedule says.")


def is_stopped(customer: Chased, today: date) -> bool:
    """A stop with an end is over on its first free day."""
    return bool(customer.stop) and (customer.stop_until_on is None or today < customer.stop_until_on)


def _say_stopped(customer: Chased, today: date) -> str:
    until = f" before {day(customer.stop_until_on, today)}" if customer.stop_until_on else ""
    return f"{say_stop(customer.stop)}. No reminders are sent{until}.{_noted(customer.stopped_by, customer.stop_note)}"


def _noted(by: str, note: str) -> str:
    """As in " Tom Hale: the administrator is Baker LLP"."""
    known = ": ".join(filter(None, (by, note)))
    return f" {known}{'' if known.endswith('.') else '.'}" if known else ""
