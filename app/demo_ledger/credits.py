"""The generated credit notes, prepayments and overpayments: each hangs on one sale."""

from decimal import Decimal

from .columns import Column, Row, columns_from
from .draws import Dice, between
from .records import NOTHING, Json, day_twins, ms_of_day, pence, stamp, stamp_string
from .sales import CREDITED, OVERPAID, PREPAID, Sale, Sales, credit_note_total, in_pounds, number_of_sale, rate_on

PREPAYMENT_TOTAL = 60_000


class Credits:
    """One kind of credit: number k belongs to sale k * cycle + place."""

    plural = "CreditNotes"
    singular = "CreditNote"
    kind = b"credit"
    type = "ACCRECCREDIT"
    cycle, place = CREDITED
    words = None

    def __init__(self, sales: Sales) -> None:
        self.sales = sales

    @property
    def dice(self) -> Dice:
        return self.sales.dice

    def __len__(self) -> int:
        return max(0, (self.sales.count - self.place - 1) // self.cycle + 1)

    def guid(self, k: int) -> str:
        return self.dice.guid(self.kind, k)

    def locate(self, guid: str) -> int | None:
        k = self.dice.number_of(self.kind, guid)
        return k if k is not None and k < len(self) else None

    def sale(self, k: int) -> Sale:
        return self.sales.facts(k * self.cycle + self.place)

    def of_sale(self, n: int) -> int | None:
        return n // self.cycle if n % self.cycle == self.place else None

    def total(self, sale: Sale) -> int:
        return credit_note_total(sale.total)

    def applied(self, sale: Sale) -> int:
        return sale.credited

    def days(self, sale: Sale) -> tuple[int, int]:
        """When it was written, and when it was applied."""
        last = self.sales.today - 1
        return min(sale.issued + 10, last), min(sale.issued + 12, last)

    def columns(self, field: str) -> dict[str, Column]:
        return columns_from(map(self._row, range(len(self))))

    def _row(self, k: int) -> Row:
        sale = self.sale(k)
        remaining = self.total(sale) - self.applied(sale)
        date = ms_of_day(self.days(sale)[0])
        status = "AUTHORISED" if remaining else "PAID"
        base = in_pounds(remaining, sale.customer.currency, sale.issued)
        return (self.type, status, date, NOTHING, sale.customer.guid, remaining, base, self._updated(k, sale), "")

    def _updated(self, k: int, sale: Sale) -> int:
        return ms_of_day(self.days(sale)[1]) + between(self.dice.throw(self.kind, k)[0], 8 * 3600, 18 * 3600) * 1000

    def tax(self, sale: Sale) -> int:
        return self.total(sale) // 6 if sale.customer.currency == "GBP" else 0

    def record(self, k: int) -> Json:
        sale = self.sale(k)
        total, tax, applied = self.total(sale), self.tax(sale), self.applied(sale)
        date, date_string = day_twins(self.days(sale)[0])
        updated = self._updated(k, sale)
        return {
            f"{self.singular}ID": self.guid(k),
            "ID": self.guid(k),
            **self.numbering(k),
            "Type": self.type,
            "Reference": self.reference(sale),
            "RemainingCredit": pence(total - applied),
            "Allocations": [self._allocation(k, sale, applied)] if applied else [],
            "Payments": [],
            "HasAttachments": False,
            "Contact": {"ContactID": sale.customer.guid, "Name": sale.customer.name},
            "DateString": date_string,
            "Date": date,
            "Status": "AUTHORISED" if total > applied else "PAID",
            "LineAmountTypes": "Exclusive" if tax else "NoTax",
            "LineItems": [self._line(k, total, tax)],
            "SubTotal": pence(total - tax),
            "TotalTax": pence(tax),
            "Total": pence(total),
            "UpdatedDateUTC": stamp(updated),
            "UpdatedDateUTCString": stamp_string(updated),
            "CurrencyCode": sale.customer.currency,
            "CurrencyRate": rate_on(sale.customer.currency, sale.issued),
        }

    def numbering(self, k: int) -> Json:
        return {"CreditNoteNumber": f"CN-{k + 1:04d}", "SentToContact": True, "HasErrors": False}

    def reference(self, sale: Sale) -> str:
        return number_of_sale(sale.number)

    def _allocation(self, k: int, sale: Sale, applied: int) -> Json:
        date, date_string = day_twins(self.days(sale)[1])
        return {
            "AllocationID": self.dice.guid(b"allocation:" + self.kind, k),
            "Amount": pence(applied),
            "DateString": date_string,
            "Date": date,
            "Invoice": {"InvoiceID": self.sales.guid(sale.number), "InvoiceNumber": number_of_sale(sale.number)},
            "IsDeleted": False,
        }

    def _line(self, k: int, total: int, tax: int) -> Json:
        return {
            "Description": f"{self.singular} {self.reference(self.sale(k))}".strip(),
            "UnitAmount": pence(total - tax),
            "TaxType": "OUTPUT2" if tax else "NONE",
            "TaxAmount": pence(tax),
            "LineAmount": pence(total - tax),
            "AccountCode": "200",
            "Tracking": [],
            "Quantity": Decimal("1.0000"),
        }

    def entry(self, k: int) -> Json:
        """How it appears inside the invoice it was applied to."""
        return applied_entry(self.singular, self.record(k), pence(self.applied(self.sale(k))))


class Prepayments(Credits):
    plural = "Prepayments"
    singular = "Prepayment"
    kind = b"prepayment"
    type = "RECEIVE-PREPAYMENT"
    cycle, place = PREPAID

    def total(self, sale: Sale) -> int:
        return PREPAYMENT_TOTAL

    def applied(self, sale: Sale) -> int:
        return sale.prepaid

    def numbering(self, k: int) -> Json:
        return {}

    def reference(self, sale: Sale) -> str:
        return "Deposit"


class Overpayments(Credits):
    plural = "Overpayments"
    singular = "Overpayment"
    kind = b"overpayment"
    type = "RECEIVE-OVERPAYMENT"
    cycle, place = OVERPAID

    def total(self, sale: Sale) -> int:
        return max(500, sale.total // 10)

    def applied(self, sale: Sale) -> int:
        return 0

    def tax(self, sale: Sale) -> int:
        return 0

    def numbering(self, k: int) -> Json:
        return {}

    def reference(self, sale: Sale) -> str:
        return f"Paid twice with {number_of_sale(sale.number)}"


def applied_entry(singular: str, credit: Json, amount: Decimal) -> Json:
    """The summary of a credit inside an invoice; its date is the credit's own, as lists have it."""
    wanted = (f"{singular}ID", "ID", "CreditNoteNumber", "Date", "DateString", "CurrencyRate")
    entry = {name: credit[name] for name in wanted if name in credit}
    return {**entry, "AppliedAmount": amount, "Total": credit.get("Total", amount), "HasErrors": False, "LineItems": []}
