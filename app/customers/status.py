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
    def paused_until_on(self) -> date | None: ...
    @property
    def replied_at(self) -> datetime | None: ...


class Status(Struct, frozen=True):
    """`tone` is a badge's: live, off, waiting."""

    code: str
    label: str
    tone: str
    sentence: str


def status_of(customer: Chased, today: date) -> Status:
    if customer.stop:
        note = f" {customer.stop_note}" if customer.stop_note else ""
        return Status("stopped", "Stopped", "off", f"{say_stop(customer.stop)}. No reminders are sent.{note}")
    if not customer.chasing:
        return Status("not_chasing", "Not chasing", "off", "No reminders are sent to this customer.")
    if customer.paused_until_on is not None and customer.paused_until_on > today:
        until = day(customer.paused_until_on, today)
        return Status("paused", "Paused", "off", f"Paused until {until}; then chasing goes on where it stood.")
    if customer.replied_at is not None:
        return Status("replied", "Replied", "waiting", "They replied. Chasing waits until somebody decides.")
    return Status("chasing", "Chasing", "live", "Reminders go out as the schedule says.")
