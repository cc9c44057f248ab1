"""What a customer owes, in the customer's own words: overdue first, per currency, with days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.portal.tongue import Tongue

ZERO = Decimal(0)
MANY, FIRST = 20, 12


class OwedInvoice(Struct, frozen=True, kw_only=True):
    """An open invoice. `disputed` of it is in question; `when` and `note` say when it is or was due, and what the
    customer said of it. `is_told_paid` while we look for the money."""

    id: int
    number: str
    reference: str
    currency: str
    issued_on: date | None
    due_on: date | None
    total: Decimal
    outstanding: Decimal
    days_overdue: int
    when: str = ""
    disputed: Decimal = ZERO
    note: str = ""
    is_told_paid: bool = False

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.days_overdue > 0


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
    """Everything on a customer's page. `as_of` is the last good sync; `is_away` when Xero does not answer.
    `led_to_pay` are the ids of those whose payment page was opened lately, and `just_paid` those of them that are paid."""

    customer: str
    account_number: str
    business: str
    owed: tuple[OwedInvoice, ...]
    paid: tuple[PaidInvoice, ...]
    credits: tuple[OpenCredit, ...]
    contact: Contact
    today: date
    timezone: str
    say: Tongue
    as_of: datetime | None
    is_away: bool
    led_to_pay: frozenset[int] = frozenset()
    just_paid: tuple[PaidInvoice, ...] = ()

    @property
    def locale(self) -> str:
        return self.say.locale

    @property
    def sums(self) -> tuple[Sum, ...]:
        return sums_of(self.owed, self.credits)

    @property
    def overdue(self) -> tuple[OwedInvoice, ...]:
        return tuple(invoice for invoice in self.owed if invoice.is_overdue)

    @property
    def shown_first(self) -> tuple[OwedInvoice, ...]:
        """What a phone shows before the rest is asked for: all but very many."""
        return self.owed if len(self.owed) <= MANY else self.owed[:FIRST]

    @property
    def shown_after(self) -> tuple[OwedInvoice, ...]:
        return self.owed[len(self.shown_first) :]

    @property
    def headline(self) -> str:
        return headline(self.business, self.sums, self.say)

    @property
    def all_overdue(self) -> str:
        """£640.00 and €300.00: the overdue sums."""
        return self.say.all_of([self.say.money(each.overdue, each.currency) for each in self.sums if each.overdue])

    @property
    def credit(self) -> str:
        """£25.00: what could be set against it; '' for none."""
        return self.say.all_of([self.say.money(each.credit, each.currency) for each in self.sums if each.credit])

    @property
    def as_of_words(self) -> str:
        return as_of_words(self.as_of, self.today, self.timezone, self.say)

    @property
    def pay_first(self) -> OwedInvoice | None:
        """What the one large button pays: the oldest invoice that is not in question."""
        return next((invoice for invoice in self.owed if invoice.disputed < invoice.outstanding), None)

    @property
    def payment_reference(self) -> str:
        numbers = [invoice.number for invoice in (self.overdue or self.owed)]
        return self.account_number or ", ".join(numbers[:3]) or self.customer

    @property
    def perhaps_paid(self) -> tuple[OwedInvoice, ...]:
        """What they went to pay and what is still open here: to be asked about, for we cannot know."""
        return tuple(each for each in self.owed if each.id in self.led_to_pay and not each.is_told_paid)

    def listed(self, invoices: Sequence[OwedInvoice | PaidInvoice]) -> str:
        return self.say.listed([each.number for each in invoices])

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


def headline(business: str, sums: Sequence[Sum], say: Tongue) -> str:
    """You owe Borealis £1,240.00 and €300.00, £640.00 of it overdue"""
    owing = [say.money(each.outstanding, each.currency) for each in sums if each.outstanding]
    overdue = [say.money(each.overdue, each.currency) for each in sums if each.overdue]
    if not owing:
        return say("You owe {business} nothing", business=business)
    if overdue == owing and len(owing) == 1:
        return say("You owe {business} {sums}, all of it overdue", business=business, sums=owing[0])
    if overdue == owing:
        return say("You owe {business} {sums}, all overdue", business=business, sums=say.all_of(owing))
    if overdue:
        parts = {"sums": say.all_of(owing), "overdue": say.all_of(overdue)}
        return say("You owe {business} {sums}, {overdue} of it overdue", business=business, **parts)
    return say("You owe {business} {sums}", business=business, sums=say.all_of(owing))


def as_of_words(as_of: datetime | None, today: date, timezone: str, say: Tongue) -> str:
    """As of 10:42 today · As of 10:42 on Thu 26 Nov"""
    if as_of is None:
        return say("As of the last time our books were read")
    local = as_of.astimezone(ZoneInfo(timezone))
    if local.date() == today:
        return say("As of {time} today", time=f"{local:%H:%M}")
    return say("As of {time} on {day}", time=f"{local:%H:%M}", day=say.day(local.date(), today))
