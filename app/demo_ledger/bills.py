"""The generated purchase bills: few, and only there so that filters have something to leave out."""

from decimal import Decimal

from .cast import SUPPLIERS
from .columns import Row
from .customers import Customer, Customers
from .draws import Dice, Throw, between, one_in
from .records import PARITY, Json, day_twins, ms_of_day, pence, stamp, stamp_string
from .sales import SPAN

WHAT = ("Stationery", "Broadband and telephones", "Studio rent", "Web hosting", "Courier deliveries", "Bookkeeping")


class Bills:
    """Bill b is a pure function of (seed, b)."""

    def __init__(self, dice: Dice, count: int, customers: Customers, today: int) -> None:
        self.dice, self.count, self.customers, self.today = dice, count, customers, today

    def __len__(self) -> int:
        return self.count

    def guid(self, b: int) -> str:
        return self.dice.guid(b"bill", b)

    def supplier(self, b: int) -> Customer:
        return self.customers.get(self.customers.count + b % len(SUPPLIERS))

    def number(self, b: int) -> str:
        return f"{between(self.dice.throw(b'bill', b)[3], 10_000, 99_999)}"

    def _facts(self, b: int) -> tuple[Throw, int, int, bool]:
        """Draws, day, pence before tax, paid."""
        throw = self.dice.throw(b"bill", b)
        day = self.today - SPAN + b * SPAN // self.count
        return throw, day, between(throw[0], 20, 900) * 100, self.today - day > 20 and not one_in(throw[1], 8)

    def _updated(self, b: int) -> int:
        throw, day, _, paid = self._facts(b)
        return ms_of_day(day + 20 * paid - paid) + between(throw[2], 8 * 3600, 18 * 3600) * 1000

    def row(self, b: int) -> Row:
        _, day, net, paid = self._facts(b)
        dates = ms_of_day(day), ms_of_day(day + 30)
        due = 0 if paid else net + net // 5
        return ("ACCPAY", "PAID" if paid else "AUTHORISED", *dates, self.supplier(b).guid, due, due, self._updated(b), "")

    def record(self, b: int) -> Json:
        _, day, net, paid = self._facts(b)
        supplier = self.supplier(b)
        tax = net // 5
        date, date_string = day_twins(day)
        due, due_string = day_twins(day + 30)
        updated = self._updated(b)
        record: Json = {
            "Type": "ACCPAY",
            "InvoiceID": self.guid(b),
            "InvoiceNumber": self.number(b),
            "Payments": [self._payment(b, day + 19, net + tax)] if paid else [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "AmountDue": pence(0 if paid else net + tax),
            "AmountPaid": pence(net + tax if paid else 0),
            "AmountCredited": pence(0),
            "CurrencyRate": PARITY,
            "IsDiscounted": False,
            "HasAttachments": False,
            "HasErrors": False,
            "Contact": {"ContactID": supplier.guid, "Name": supplier.name},
            "DateString": date_string,
            "Date": date,
            "DueDateString": due_string,
            "DueDate": due,
            "Status": "PAID" if paid else "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": [self._line(b, net, tax)],
            "SubTotal": pence(net),
            "TotalTax": pence(tax),
            "Total": pence(net + tax),
            "UpdatedDateUTC": stamp(updated),
            "UpdatedDateUTCString": stamp_string(updated),
            "CurrencyCode": "GBP",
        }
        if paid:
            record["FullyPaidOnDate"] = day_twins(day + 19)[0]
        return record

    def _payment(self, b: int, day: int, amount: int) -> Json:
        return {
            "PaymentID": self.dice.guid(b"bill-payment", b),
            "Date": day_twins(day)[0],
            "Amount": pence(amount),
            "CurrencyRate": PARITY,
            "HasAccount": False,
            "HasValidationErrors": False,
        }

    def _line(self, b: int, net: int, tax: int) -> Json:
        return {
            "Description": WHAT[b % len(WHAT)],
            "UnitAmount": pence(net),
            "TaxType": "INPUT2",
            "TaxAmount": pence(tax),
            "LineAmount": pence(net),
            "AccountCode": "400",
            "Tracking": [],
            "Quantity": Decimal("1.0000"),
            "LineItemID": self.dice.guid(b"bill-line", b),
        }
