"""What a customer sends: invoices ticked, a date, a query. Amounts owed never come from here."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.portal.account import Account, OwedInvoice
from app.promises.forms import LONGEST_TEXT, Errors, WhatIsOpen, read_part
from app.promises.words import DisputeReason
from components.format import day

ALL_OVERDUE = "all_overdue"
_TICK = re.compile(r"invoice_(\d{1,18})")


class Answer(Struct, frozen=True, kw_only=True):
    """A form as it came, and what it means where it could be read. `errors` is empty when all of it could."""

    given: Mapping[str, str]
    errors: Errors
    invoices: tuple[OwedInvoice, ...] = ()
    on: date | None = None
    reason: str = ""
    text: str = ""
    amount: Decimal | None = None


def read_promise(given: Mapping[str, str], account: Account, latest: date) -> Answer:
    invoices, errors = _ticked(given, account)
    on = _day(given.get("on", ""))
    if on is None:
        errors["on"] = "Give the date on which you will pay"
    elif on < account.today:
        errors["on"] = "That day has passed: give today or a later one"
    elif on > latest:
        errors["on"] = f"The latest we can note here is {day(latest, account.today)}. For a later date, please call or reply"
    return Answer(given=given, errors=errors, invoices=invoices, on=on)


def read_paid(given: Mapping[str, str], account: Account) -> Answer:
    invoices, errors = _ticked(given, account)
    return Answer(given=given, errors=errors, invoices=invoices)


def read_dispute(given: Mapping[str, str], account: Account) -> Answer:
    invoices, errors = _ticked(given, account)
    reason, text = given.get("reason", ""), given.get("text", "").strip()
    if reason not in set(DisputeReason):
        errors["reason"] = "Say what is wrong"
    if len(text) > LONGEST_TEXT:
        errors["text"] = f"Keep it under {LONGEST_TEXT:,} characters"
    if reason == DisputeReason.OTHER and not text:
        errors["text"] = "Tell us in a few words what is wrong"
    amount = _amount_in_question(given.get("amount", "").strip(), account, invoices, errors)
    return Answer(given=given, errors=errors, invoices=invoices, reason=reason, text=text, amount=amount)


def latest_promise(today: date, longest_promise_days: int) -> date:
    return today + timedelta(days=longest_promise_days)


def _ticked(given: Mapping[str, str], account: Account) -> tuple[tuple[OwedInvoice, ...], Errors]:
    """The open invoices meant. An invoice that is not this customer's, or no longer open, is none of them."""
    ids = {int(match[1]) for name in given if (match := _TICK.fullmatch(name))}
    takes_overdue = bool(given.get(ALL_OVERDUE))
    meant = tuple(each for each in account.owed if each.id in ids or (takes_overdue and each.is_overdue))
    return meant, {} if meant else {"invoices": "Tick the invoices you mean"}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _amount_in_question(text: str, account: Account, invoices: tuple[OwedInvoice, ...], errors: Errors) -> Decimal | None:
    """None: all of it."""
    if text and len(invoices) != 1:
        errors["amount"] = "Give an amount for one invoice at a time, or leave it empty for all of them"
        return None
    if not text:
        return None
    return read_part(text, WhatIsOpen(invoices[0].outstanding, invoices[0].currency, account.locale), errors)
