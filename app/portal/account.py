"""What a customer owes, in the customer's own words: overdue first, per currency, with days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.promises.words import listed
from components.format import age, day, money

ZERO = Decimal(0)


class OwedInvoice(Struct, frozen=True, kw_only=True):
    """An open invoice. `disputed` of it is in question; `note` is what the customer said of it, as a sentence."""

    id: int
    number: str
    reference: str
    currency: str
    issued_on: date | None
    due_on: date | None
    total: Decimal
    outstanding: Decimal
    days_overdue: int
    disputed: Decimal = ZERO
    note: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.days_overdue > 0

    @property
    def when(self) -> str:
        return age(self.days_overdue) if self.due_on else "no due date"


class PaidInvoice(Struct, frozen=True):
    id: int
    number: str
    currency: str
    total: Decimal
    paid_on: date | None


class OpenCredit(Struct, frozen=True):
    number: str
    currency: str
    remaining: Decimal
    issued_on: date | None


class Sum(Struct, frozen=True):
    """What is owed in one currency, before credits; `credit` is what could be set against it."""

    currency: str
    outstanding: Decimal
    overdue: Decimal
    credit: Decimal


class Contact(Struct, frozen=True):
    """The person who sends the reminders, or the business itself."""

    name: str
    email: str
    phone: str


class Account(Struct, frozen=True, kw_only=True):
    """Everything on a customer's page. `as_of` is the last good sync; `is_away` when Xero does not answer."""

    customer: str
    account_number: str
    business: str
    owed: tuple[OwedInvoice, ...]
    paid: tuple[PaidInvoice, ...]
    credits: tuple[OpenCredit, ...]
    contact: Contact
    today: date
    timezone: str
    locale: str
    as_of: datetime | None
    is_away: bool

    @property
    def sums(self) -> tuple[Sum, ...]:
        return sums_of(self.owed, self.credits)

    @property
    def overdue(self) -> tuple[OwedInvoice, ...]:
        return tuple(invoice for invoice in self.owed if invoice.is_overdue)

    @property
    def headline(self) -> str:
        return headline(self.business, self.sums, self.locale)

    @property
    def all_overdue(self) -> str:
        """£640.00 and €300.00: the overdue sums."""
        sums = [money(each.overdue, each.currency, self.locale) for each in self.sums if each.overdue]
        return listed(sums)

    @property
    def as_of_words(self) -> str:
        return as_of_words(self.as_of, self.today, self.timezone)

    @property
    def pay_first(self) -> OwedInvoice | None:
        """What the one large button pays: the oldest invoice that is not in question."""
        return next((invoice for invoice in self.owed if invoice.disputed < invoice.outstanding), None)

    @property
    def payment_reference(self) -> str:
        numbers = [invoice.number for invoice in (self.overdue or self.owed)]
        return self.account_number or ", ".join(numbers[:3]) or self.customer

    def owed_one(self, invoice_id: int) -> OwedInvoice | None:
        return next((invoice for invoice in self.owed if invoice.id == invoice_id), None)


def sums_of(owed: Iterable[OwedInvoice], credits: Iterable[OpenCredit]) -> tuple[Sum, ...]:
    """One per currency in which anything is owed or credited, the largest debt first."""
    owed, credits = tuple(owed), tuple(credits)
    currencies = dict.fromkeys([*(each.currency for each in owed), *(each.currency for each in credits)])
    sums = (_sum(currency, owed, credits) for currency in currencies)
    return tuple(sorted(sums, key=lambda each: -each.outstanding))


def _sum(currency: str, owed: Sequence[OwedInvoice], credits: Sequence[OpenCredit]) -> Sum:
    mine = [each for each in owed if each.currency == currency]
    return Sum(
        currency,
        sum((each.outstanding for each in mine), ZERO),
        sum((each.outstanding for each in mine if each.is_overdue), ZERO),
        sum((each.remaining for each in credits if each.currency == currency), ZERO),
    )


def headline(business: str, sums: Sequence[Sum], locale: str) -> str:
    """You owe Borealis £1,240.00 and €300.00, £640.00 of it overdue"""
    owing = [money(each.outstanding, each.currency, locale) for each in sums if each.outstanding]
    overdue = [money(each.overdue, each.currency, locale) for each in sums if each.overdue]
    if not owing:
        return f"You owe {business} nothing"
    if overdue == owing:
        return f"You owe {business} {listed(owing)}, {'all of it' if len(owing) == 1 else 'all'} overdue"
    return f"You owe {business} {listed(owing)}" + (f", {listed(overdue)} of it overdue" if overdue else "")


def as_of_words(as_of: datetime | None, today: date, timezone: str) -> str:
    """10:42 today · 10:42 on Thu 26 Nov"""
    if as_of is None:
        return "the last time our books were read"
    local = as_of.astimezone(ZoneInfo(timezone))
    when = "today" if local.date() == today else f"on {day(local.date(), today)}"
    return f"{local:%H:%M} {when}"
