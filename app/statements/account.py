"""A customer's account on one day, as the statement shows it. All amounts are exact, per currency."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from app.statements.activity import Activity

ZERO = Decimal(0)

BANDS = ("Not due", "1 to 30 days", "31 to 60", "61 to 90", "Over 90 days")
_UPPER_DAYS = (0, 30, 60, 90)


class OpenInvoice(Struct, frozen=True, kw_only=True):
    """An invoice with something outstanding; `mark` is "in query" or "in part in query" where it is, `pay_url` its page
    in Xero where it is known."""

    number: str
    reference: str
    currency: str
    issued_on: date | None
    due_on: date | None
    total: Decimal
    outstanding: Decimal
    mark: str = ""
    pay_url: str = ""


class UnusedCredit(Struct, frozen=True):
    """A credit note, prepayment or overpayment of which something is left."""

    number: str
    kind: str
    currency: str
    issued_on: date | None
    remaining: Decimal


class Receipt(Struct, frozen=True):
    """Money received, or a credit applied, since the last statement. `against` is the invoice's number."""

    on: date
    kind: str
    against: str
    currency: str
    amount: Decimal


class CurrencyAccount(Struct, frozen=True, kw_only=True):
    """The part of the account in one currency. `bands` sum to `outstanding`; the balance is that less `credit`.

    activity  where the statement tells all that happened; of a time that is over it tells nothing else
    """

    currency: str
    invoices: tuple[OpenInvoice, ...]
    credits: tuple[UnusedCredit, ...]
    receipts: tuple[Receipt, ...]
    bands: tuple[Decimal, ...]
    activity: Activity | None = None
    is_past: bool = False

    @property
    def outstanding(self) -> Decimal:
        return sum((each.outstanding for each in self.invoices), ZERO)

    @property
    def overdue(self) -> Decimal:
        return sum(self.bands[1:], ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((each.remaining for each in self.credits), ZERO)

    @property
    def balance(self) -> Decimal:
        if self.is_past and self.activity:
            return self.activity.closing
        return self.outstanding - self.credit

    @property
    def received(self) -> Decimal:
        return sum((each.amount for each in self.receipts), ZERO)


class Letterhead(Struct, frozen=True, kw_only=True):
    """The business as its paper shows it. `accent` is "#rrggbb"; `lines` its address, phone and email."""

    name: str
    lines: tuple[str, ...]
    particulars: str
    accent: str
    bank: tuple[tuple[str, str], ...]
    footer: str
    locale: str
    paper: str
    logo: str = ""
    """A PNG as a data address; empty: the name stands alone."""


class StatementAccount(Struct, frozen=True, kw_only=True):
    """`since_on` is the day of the last statement, or a month before: receipts begin the day after it. `is_past`: it tells
    what happened between two days, and not what is open now."""

    letterhead: Letterhead
    customer: str
    address: tuple[str, ...]
    account_number: str
    as_of_on: date
    since_on: date
    currencies: tuple[CurrencyAccount, ...]
    is_past: bool = False

    @property
    def owes_nothing(self) -> bool:
        return not any(each.invoices for each in self.currencies)


def band_of(due_on: date | None, today: date) -> int:
    """The place in BANDS; an invoice without a due date is not due."""
    days = (today - due_on).days if due_on else 0
    return sum(1 for upper in _UPPER_DAYS if days > upper)


def accounts(
    invoices: Iterable[OpenInvoice],
    credits: Iterable[UnusedCredit],
    receipts: Iterable[Receipt],
    today: date,
    base_currency: str,
    told: Mapping[str, Activity] | None = None,
) -> tuple[CurrencyAccount, ...]:
    """One account a currency, the business's own first; invoices by due date, receipts by day. `told`: the activity."""
    rows, left, came, told = tuple(invoices), tuple(credits), tuple(receipts), told or {}
    currencies = {*told, *(r.currency for r in rows), *(credit.currency for credit in left), *(r.currency for r in came)}
    made = [_account(currency, rows, left, came, today, told.get(currency)) for currency in currencies]
    return tuple(sorted(made, key=lambda each: (each.currency != base_currency, each.currency)))


def _account(
    currency: str,
    invoices: Sequence[OpenInvoice],
    credits: Sequence[UnusedCredit],
    receipts: Sequence[Receipt],
    today: date,
    activity: Activity | None,
) -> CurrencyAccount:
    mine = sorted((each for each in invoices if each.currency == currency), key=_by_due_date)
    bands = [ZERO] * len(BANDS)
    for each in mine:
        bands[band_of(each.due_on, today)] += each.outstanding
    return CurrencyAccount(
        currency=currency,
        invoices=tuple(mine),
        credits=tuple(each for each in credits if each.currency == currency),
        receipts=tuple(sorted((r for r in receipts if r.currency == currency), key=_by_day)),
        bands=tuple(bands),
        activity=activity,
    )


def past_accounts(told: Mapping[str, Activity], base_currency: str) -> tuple[CurrencyAccount, ...]:
    """Of a time that is over: the activity alone, the business's own currency first."""
    none: tuple[Decimal, ...] = (ZERO,) * len(BANDS)
    return tuple(
        CurrencyAccount(currency=each, invoices=(), credits=(), receipts=(), bands=none, activity=told[each], is_past=True)
        for each in sorted(told, key=lambda each: (each != base_currency, each))
    )


def _by_due_date(invoice: OpenInvoice) -> tuple[date, str]:
    return invoice.due_on or date.max, invoice.number


def _by_day(receipt: Receipt) -> tuple[date, str]:
    return receipt.on, receipt.against


def fingerprint(account: StatementAccount) -> str:
    """Of what the customer is told. Another day alone, with its days late, is another statement of the same account."""
    told = [
        [
            each.currency,
            [structs.replace(line, pay_url="") for line in each.invoices],
            each.credits,
            [(r.kind, r.against, r.amount) for r in each.receipts],
            each.activity,
        ]
        for each in account.currencies
    ]
    content = [account.customer, account.letterhead.bank, account.letterhead.particulars, told]
    return sha256(msgspec.json.encode(content)).hexdigest()
