"""Books out of a seed: the same seed on the same day gives the same books, to the byte."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from .bills import Bills
from .books import Books
from .columns import Column, Row, columns_from, extend
from .credits import Credits, Overpayments, Prepayments
from .customers import Customers
from .draws import Dice
from .organisation import accounts, payment_account, print_shop, set_up, studio
from .outlines import PaymentColumns, SaleColumns
from .records import NOTHING, Json, day_twins, ms_of_day, stamp, stamp_string
from .sale_records import sale_record
from .sales import ACCOUNTS, Payment, Sale, Sales, in_pounds
from .shelf import Source
from .spelt import ContactWords, InvoiceWords


class ContactsSource:
    """Customers, then suppliers; found by identifier or account number."""

    def __init__(self, customers: Customers) -> None:
        self.customers = customers

    def __len__(self) -> int:
        return len(self.customers)

    def record(self, i: int) -> Json:
        return self.customers.record(i)

    def columns(self, field: str) -> dict[str, Column]:
        return columns_from(map(self._row, range(len(self))))

    def _row(self, i: int) -> Row:
        customer = self.customers.get(i)
        status = "ARCHIVED" if "archived" in customer.oddities else "ACTIVE"
        return ("", status, NOTHING, NOTHING, customer.guid, 0, 0, self.customers.updated(i), "")

    def locate(self, ref: str) -> int | None:
        return self.customers.locate(ref)

    @cached_property
    def words(self) -> ContactWords:
        return ContactWords(self.customers)


class InvoicesSource:
    """Sales with what was credited on them, then bills."""

    def __init__(self, sales: Sales, bills: Bills, credits: tuple[Credits, ...]) -> None:
        self.sales, self.bills, self.credits = sales, bills, credits
        self._sale_columns = SaleColumns(sales)

    def __len__(self) -> int:
        return self.sales.count + len(self.bills)

    def record(self, i: int) -> Json:
        if i >= self.sales.count:
            return self.bills.record(i - self.sales.count)
        record = sale_record(self.sales, i)
        if record["AmountCredited"]:
            self._add_credits(i, record)
        return record

    def _add_credits(self, n: int, record: Json) -> None:
        for credits in self.credits:
            k = credits.of_sale(n)
            if k is not None and credits.applied(credits.sale(k)):
                record[credits.plural] = [credits.entry(k)]

    def columns(self, field: str) -> dict[str, Column]:
        made = self._sale_columns.columns(field)
        bills = columns_from(map(self.bills.row, range(len(self.bills))))
        for name, column in made.items():
            extend(column, bills[name])
        return made

    @cached_property
    def words(self) -> InvoiceWords:
        return InvoiceWords(self.sales, self.bills)

    def locate(self, ref: str) -> int | None:
        if ref[:4].upper() == "INV-":
            n = int(ref[4:]) - 1 if ref[4:].isdigit() else -1
            return n if 0 <= n < self.sales.count else None
        return self._by_guid(ref)

    def _by_guid(self, guid: str) -> int | None:
        n = self.sales.dice.number_of(b"sale", guid)
        if n is not None and n < self.sales.count:
            return n
        b = self.bills.dice.number_of(b"bill", guid)
        return self.sales.count + b if b is not None and b < self.bills.count else None


class PaymentsSource:
    """The payments of all sales. Which sales have any is found out by one pass, on first use."""

    def __init__(self, sales: Sales, accounts: list[Json]) -> None:
        self.sales, self.accounts = sales, accounts

    @cached_property
    def _booked(self) -> PaymentColumns:
        return PaymentColumns(self.sales)

    @property
    def keys(self) -> Sequence[int]:
        """Sale number * 4 + place of the payment within the sale, ascending."""
        return self._booked.keys

    def __len__(self) -> int:
        return len(self.keys)

    def _facts(self, i: int) -> tuple[Sale, Payment]:
        n, place = divmod(self.keys[i], 4)
        sale = self.sales.facts(n)
        return sale, sale.payments[place]

    def columns(self, field: str) -> dict[str, Column]:
        """What no list is asked for by takes a look at every sale."""
        if field in ("amount", "base", "contact", "due"):
            return columns_from(map(self._row, range(len(self))))
        if field == "account":
            return {"account": self._booked.accounts([payment_account(self.accounts, code)["AccountID"] for code in ACCOUNTS])}
        return self._booked.columns()

    def _row(self, i: int) -> Row:
        sale, (day, amount, code) = self._facts(i)
        base = in_pounds(amount, sale.customer.currency, sale.issued)
        # fmt: off
        return ("ACCRECPAYMENT", "AUTHORISED", ms_of_day(day), NOTHING, "", amount, base,
                _paid_at(sale, day), payment_account(self.accounts, code)["AccountID"])

    def record(self, i: int) -> Json:
        sale, (day, _, code) = self._facts(i)
        invoice = sale_record(self.sales, sale.number)
        [entry] = [entry for entry in invoice["Payments"] if entry["PaymentID"] == self.guid(i)]
        updated = _paid_at(sale, day)
        return {
            **entry,
            "DateString": day_twins(day)[1],
            "BankAmount": entry["Amount"],
            "PaymentType": "ACCRECPAYMENT",
            "Status": "AUTHORISED",
            "UpdatedDateUTC": stamp(updated),
            "UpdatedDateUTCString": stamp_string(updated),
            "HasAccount": True,
            "IsReconciled": True,
            "Account": payment_account(self.accounts, code),
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        }

    def guid(self, i: int) -> str:
        return self.sales.dice.guid(b"payment", self.keys[i])

    words = None

    def locate(self, ref: str) -> int | None:
        key = self.sales.dice.number_of(b"payment", ref)
        if key is None:
            return None
        i = bisect_left(self.keys, key)
        return i if i < len(self.keys) and self.keys[i] == key else None


def _paid_at(sale: Sale, day: int) -> int:
    """The invoice's stamp for its last payment; others came at the same hour of their own day."""
    return sale.updated - ms_of_day(sale.touched) + ms_of_day(day)


def generate_books(seed: int = 1, customers: int = 60, invoices: int = 400, *, today: date) -> Books:
    """The demo organisation: sales invoices up to yesterday, besides a few bills from suppliers."""
    return _books(studio(Dice(seed)), seed, max(1, customers), max(1, invoices), today)


def second_books(seed: int = 1, *, today: date) -> Books:
    """A smaller organisation that the same person can reach, so that there is something to choose."""
    return _books(print_shop(Dice(seed + 7919)), seed + 7919, 9, 36, today)


def _books(organisation: Json, seed: int, customers: int, invoices: int, today: date) -> Books:
    dice = Dice(seed)
    ordinal = today.toordinal()
    people = Customers(dice, customers, ordinal)
    sales = Sales(dice, invoices, people, ordinal)
    bills = Bills(dice, max(6, invoices // 40), people, ordinal)
    credits = (Credits(sales), Prepayments(sales), Overpayments(sales))
    sources: dict[str, Source] = {
        "Contacts": ContactsSource(people),
        "Invoices": InvoicesSource(sales, bills, credits),
        "Payments": PaymentsSource(sales, accounts(dice)),
        **{kind.plural: kind for kind in credits},
    }
    return set_up(Books(organisation, dice, sources))
