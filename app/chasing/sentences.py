"""The words in which the planner gives its reasons. Dates and amounts are written plainly and fast, for there are many."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision, get_currency_symbol

from app.chasing.book import BookCustomer, BookInvoice, BookStep, Decided, ExpectedDate, PaidInvoice, Queried, ToldPaid
from app.chasing.ladder import Ladder, Rung, Way, current_mark

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LOCALE = "en_GB"

STOPS = {
    "insolvent": "is insolvent",
    "breathing_space": "is in breathing space",
    "solicitor": "is with the solicitor",
    "agency": "is with a collection agency",
    "direct_debit": "pays by direct debit",
    "payment_plan": "has a payment plan",
}

PLACES = {"portal": "in the portal", "phone": "by phone", "reply": "in a reply"}


@lru_cache(maxsize=8192)
def say_day(day: date, today: date) -> str:
    """Fri 4 Dec, with the year where it is not this one's."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"


def say_until(day: date | None, today: date, otherwise: str) -> str:
    return f"until {say_day(day, today)}" if day is not None else otherwise


def say_instant(instant: datetime, today: date, timezone: str) -> str:
    local = instant.astimezone(ZoneInfo(timezone))
    return f"{say_day(local.date(), today)} at {local:%H:%M}"


def say_amount(amount: Decimal, currency: str) -> str:
    """£1,240.00, JP¥1,240 or CHF1,240.00: as the rest of the product writes it."""
    symbol, places = _style(currency)
    return f"{symbol}{amount:,.{places}f}"


@lru_cache(maxsize=512)
def _style(currency: str) -> tuple[str, int]:
    """What stands before an amount, and how many decimals it has. Babel knows, but formats a hundred times as slowly."""
    return (get_currency_symbol(currency, locale=LOCALE), get_currency_precision(currency)) if currency else ("", 2)


def say_days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def say_step(ladder: Ladder, step: BookStep) -> str:
    return f"step {ladder.number(step)} ({step.name})"


def decided(decision: Decided, today: date) -> str:
    """(Tom Hale on Mon 30 Nov: they are moving house), as far as it is known"""
    who = " ".join(filter(None, (decision.by, f"on {say_day(decision.on, today)}" if decision.on else "")))
    known = ": ".join(filter(None, (who, decision.note)))
    return f" ({known})" if known else ""


def stopped(customer: BookCustomer, today: date) -> str:
    """Acme is in breathing space until Fri 29 Jan 2027 (Tom Hale on Mon 30 Nov: reference 4711)"""
    until = f" until {say_day(customer.stop_until, today)}" if customer.stop_until else ""
    return f"{customer.name} {STOPS.get(customer.stop or '', 'is stopped')}{until}{decided(customer.stop_decided, today)}"


def queried(query: Queried | None, today: date) -> str:
    """by Maria Lopez by phone on Mon 30 Nov (The amount is wrong), noted by Tom Hale; Tom Hale answers by Mon 7 Dec"""
    if query is None:
        return ""
    by = f"by {query.said_by or 'the customer'} {PLACES.get(query.place, '')}".rstrip() if query.by or query.said_by else ""
    told = " ".join(filter(None, (by, f"on {say_day(query.on, today)}" if query.on else "")))
    noted = f", noted by {query.by}" if query.by and query.by != "the customer" else ""
    reason = f" ({query.reason}){noted}" if query.reason else noted
    more = f" and {query.more} more {'query' if query.more == 1 else 'queries'}" if query.more else ""
    return f"{' ' if told else ''}{told}{reason}{more}{_answer(query, today)}"


def _answer(query: Queried, today: date) -> str:
    if query.awaits_credit:
        return "; a credit is agreed, and its credit note is not in Xero yet"
    if query.answer_by is None:
        return f"; {query.owner} answers it" if query.owner else ""
    late = query.answer_by < today
    owner = query.owner or "nobody yet"
    return f"; {owner} {'was to answer' if late else 'answers'} by {say_day(query.answer_by, today)}"


def told_where(told: ToldPaid | None) -> str:
    """by phone, noted by Tom Hale,"""
    if told is None:
        return ""
    noted = f", noted by {told.by}," if told.by else ""
    return f" {PLACES.get(told.place, told.place)}{noted}"


def expected(date_: ExpectedDate, today: date) -> str:
    """promised for Fri 4 Dec by the customer in the portal on Mon 30 Nov"""
    on = say_day(date_.on, today)
    if date_.source == "customer":
        told = f"on {say_day(date_.set_on, today)}" if date_.set_on else ""
        noted = f", noted by {date_.by}" if date_.by and date_.by != "the customer" else ""
        who = f"promised for {on} by {date_.said_by or 'the customer'}"
        return " ".join(filter(None, (who, PLACES.get(date_.place, date_.place), told))) + noted
    place = " in Xero" if date_.source == "xero" else ""
    setter = "" if place and date_.by == "Xero" else date_.by or ("a controller" if date_.source == "controller" else "")
    by = f" by {setter}" if setter else ""
    when = f" on {say_day(date_.set_on, today)}" if date_.set_on else ""
    return f"payment is expected on {on}, set{place}{by}{when}"


def why_next(rung: Rung, invoice: BookInvoice, today: date) -> str:
    """Completes "step 3 on Tue 1 Dec because …"."""
    due, mark, offset = invoice.due_on or today, current_mark(invoice), rung.step.offset
    if rung.asked_by:
        return f"{rung.asked_by} asked for it to go sooner"
    falls = f"it {'falls' if due >= today else 'fell'} due on {say_day(due, today)}"
    if rung.way is Way.REPEATS and mark is not None:
        return f"the last step went on {say_day(mark.went_on, today)} and repeats"
    if rung.way is Way.CLIMBS and mark is not None:
        return f"{falls} and the step before went on {say_day(mark.went_on, today)}"
    if rung.way is Way.ENTERS and due < today:
        return f"{falls} and has had no step since"
    if offset == 0:
        return falls
    return f"{falls} and the step comes {say_days(abs(offset))} {'before' if offset < 0 else 'after'}"


def why_now(rung: Rung, invoice: BookInvoice, today: date) -> str:
    """Completes "step 3 (…): INV-1 …"."""
    due, mark = invoice.due_on or today, current_mark(invoice)
    late = (today - due).days
    if rung.asked_by:
        when = f"falls due on {say_day(due, today)}" if late <= 0 else f"was due on {say_day(due, today)}, {say_days(late)} ago"
        return f"{when}, and {rung.asked_by} asked for it to go sooner"
    if late < 0:
        return f"falls due on {say_day(due, today)}, in {say_days(-late)}"
    owed = f"was due on {say_day(due, today)}, {say_days(late)} ago" if late else "falls due today"
    if rung.way is Way.REPEATS and mark is not None:
        return f"{owed}, and the last step, which repeats, went on {say_day(mark.went_on, today)}"
    if rung.way is Way.CLIMBS and mark is not None:
        return f"{owed}, and the step before went on {say_day(mark.went_on, today)}"
    return f"{owed}, and has had no step since" if late else owed


def thanks(paid: tuple[PaidInvoice, ...], today: date) -> str:
    first = paid[0]
    more = f" and {len(paid) - 1} more" if len(paid) > 1 else ""
    return f"{first.number}, {say_amount(first.amount, first.currency)}, was paid on {say_day(first.paid_on, today)}{more}"
