"""What a customer sends: invoices ticked, a date, a query. Amounts owed never come from here."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from app.portal.account import Account, OwedInvoice
from app.portal.tongue import Tongue
from app.promises.forms import LONGEST_TEXT, Errors, WhatIsOpen, read_part
from app.promises.words import DisputeReason

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
    (invoices, errors), say = _ticked(given, account), account.say
    on = _day(given.get("on", ""))
    if on is None:
        errors["on"] = say("Give the date on which you will pay")
    elif on < account.today:
        errors["on"] = say("That day has passed: give today or a later one")
    elif on > latest:
        errors["on"] = say(
            "The latest we can note here is {day}. For a later date, please call or reply",
            day=say.day(latest, account.today),
        )
    return Answer(given=given, errors=errors, invoices=invoices, on=on)


def read_paid(given: Mapping[str, str], account: Account) -> Answer:
    invoices, errors = _ticked(given, account)
    return Answer(given=given, errors=errors, invoices=invoices)


def read_dispute(given: Mapping[str, str], account: Account) -> Answer:
    (invoices, errors), say = _ticked(given, account), account.say
    reason, text = given.get("reason", ""), given.get("text", "").strip()
    if reason not in set(DisputeReason):
        errors["reason"] = say("Say what is wrong")
    if len(text) > LONGEST_TEXT:
        errors["text"] = say("Keep it under {number} characters", number=f"{LONGEST_TEXT:,}")
    if reason == DisputeReason.OTHER and not text:
        errors["text"] = say("Tell us in a few words what is wrong")
    amount = _amount_in_question(given.get("amount", "").strip(), account, invoices, errors)
    return Answer(given=given, errors=errors, invoices=invoices, reason=reason, text=text, amount=amount)


def latest_promise(today: date, longest_promise_days: int) -> date:
    return today + timedelta(days=longest_promise_days)


def _ticked(given: Mapping[str, str], account: Account) -> tuple[tuple[OwedInvoice, ...], Errors]:
    """The open invoices meant. An invoice that is not this customer's, or no longer open, is none of them."""
    ids = {int(match[1]) for name in given if (match := _TICK.fullmatch(name))}
    takes_overdue = bool(given.get(ALL_OVERDUE))
    meant = tuple(each for each in account.owed if each.id in ids or (takes_overdue and each.is_overdue))
    return meant, {} if meant else {"invoices": account.say("Tick the invoices you mean")}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _amount_in_question(text: str, account: Account, invoices: tuple[OwedInvoice, ...], errors: Errors) -> Decimal | None:
    """None: all of it."""
    if not text:
        return None
    if len(invoices) != 1:
        errors["amount"] = account.say("Give an amount for one invoice at a time, or leave it empty for all of them")
        return None
    return _part(text, invoices[0], account.say, errors)


def _part(text: str, invoice: OwedInvoice, say: Tongue, errors: Errors) -> Decimal | None:
    """As every query reads it, but what is wrong with it is said in the customer's language."""
    wrong: Errors = {}
    amount = read_part(text, WhatIsOpen(invoice.outstanding, invoice.currency, say.locale), wrong)
    if wrong and amount is None:
        errors["amount"] = say("Write the amount in figures, for example {example}", example=say.figure(Decimal("120.50")))
    elif wrong:
        most = say.money(invoice.outstanding, invoice.currency)
        errors["amount"] = say("The amount in question is between nothing and {most}", most=most)
    return amount
