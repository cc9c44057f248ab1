"""Money in: payments and credits applied to invoices, and taken off again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .books import CREDIT_SHELVES, Books
from .credits import applied_entry
from .organisation import BANK_CODE
from .records import PARITY, Json, money, msdate, read_day, set_day, set_updated
from .refusals import NOT_MODIFIABLE, TOO_MUCH, Refused

NO_DELETE = "Payment is already deleted"


@dataclass(frozen=True)
class Receipt:
    """A payment to be booked; amount None pays all that is due."""

    amount: Decimal | None
    on: date
    account: str = BANK_CODE
    reference: str = ""


def settle(invoice: Json, on: date) -> None:
    """Works out what is due and the status from what was paid and credited; `on` is the day of the latest change."""
    due = money(invoice.get("Total")) - money(invoice.get("AmountPaid")) - money(invoice.get("AmountCredited"))
    invoice["AmountDue"] = due
    if due > 0:
        invoice["Status"] = "AUTHORISED"
        set_day(invoice, "FullyPaidOnDate", None)
    else:
        invoice["Status"] = "PAID"
        invoice["FullyPaidOnDate"] = msdate(on)


def record_payment(books: Books, ref: str, receipt: Receipt, *, at: datetime) -> Json:
    """Books a payment on an invoice and returns it. Raises Missing, or Refused in Xero's words."""
    place, invoice = books.open("Invoices", ref)
    if invoice.get("Status") != "AUTHORISED":
        raise Refused(NOT_MODIFIABLE)
    amount = _amount(receipt.amount, money(invoice.get("AmountDue")))
    books.check_lock(receipt.on)
    payment = _payment(books, invoice, receipt, amount)
    set_updated(payment, at)
    invoice.setdefault("Payments", []).append(_summary(payment))
    invoice["AmountPaid"] = money(invoice.get("AmountPaid")) + amount
    settle(invoice, receipt.on)
    set_updated(invoice, at)
    books.payments.add(payment)
    books.invoices.put(place, invoice)
    return payment


def _amount(wanted: Decimal | None, due: Decimal) -> Decimal:
    amount = due if wanted is None else money(wanted)
    if amount <= 0:
        raise Refused("Payment amount must be greater than 0")
    if amount > due:
        raise Refused(TOO_MUCH)
    return amount


def _payment(books: Books, invoice: Json, receipt: Receipt, amount: Decimal) -> Json:
    account = books.account(receipt.account)
    payment: Json = {
        "PaymentID": books.new_guid("payment"),
        "BankAmount": amount,
        "Amount": amount,
        "Reference": receipt.reference,
        "CurrencyRate": invoice.get("CurrencyRate") or PARITY,
        "PaymentType": "ACCRECPAYMENT" if invoice.get("Type") == "ACCREC" else "ACCPAYPAYMENT",
        "Status": "AUTHORISED",
        "HasAccount": True,
        "IsReconciled": False,
        "HasValidationErrors": False,
        "Account": {name: account[name] for name in ("AccountID", "Code", "Name")},
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
    }
    set_day(payment, "Date", receipt.on)
    return payment


def _summary(payment: Json) -> Json:
    """A payment as the invoice lists it, without its account."""
    wanted = ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate")
    return {**{name: payment[name] for name in wanted}, "HasAccount": False, "HasValidationErrors": False}


def delete_payment(books: Books, ref: str, *, at: datetime) -> Json:
    """Takes a payment off its invoice, which is then open again. Raises Missing or Refused."""
    place, payment = books.open("Payments", ref)
    if payment.get("Status") == "DELETED":
        raise Refused(NO_DELETE)
    books.check_lock(read_day(payment.get("Date")))
    payment["Status"] = "DELETED"
    set_updated(payment, at)
    books.payments.put(place, payment)
    _take_off(books, payment, at)
    return payment


def _take_off(books: Books, payment: Json, at: datetime) -> None:
    place, invoice = books.open("Invoices", payment["Invoice"]["InvoiceID"])
    others = [entry for entry in invoice.get("Payments") or [] if entry["PaymentID"] != payment["PaymentID"]]
    invoice["Payments"] = others
    invoice["AmountPaid"] = money(invoice.get("AmountPaid")) - money(payment["Amount"])
    settle(invoice, at.date())
    set_updated(invoice, at)
    books.invoices.put(place, invoice)


def allocate_credit(books: Books, credit_ref: str, invoice_ref: str, amount: Decimal | None, *, on: date, at: datetime) -> Json:
    """Applies a credit note, prepayment or overpayment to an invoice; amount None applies as much as fits."""
    plural = next((name for name in CREDIT_SHELVES if books.shelves[name].find(credit_ref) is not None), CREDIT_SHELVES[0])
    credit_place, credit = books.open(plural, credit_ref)
    place, invoice = books.open("Invoices", invoice_ref)
    if invoice.get("Status") != "AUTHORISED" or credit.get("Status") != "AUTHORISED":
        raise Refused(NOT_MODIFIABLE)
    remaining, due = money(credit.get("RemainingCredit")), money(invoice.get("AmountDue"))
    applied = _amount(min(remaining, due) if amount is None else amount, min(remaining, due))
    _allocate(books, credit, invoice, applied, on)
    _apply(books.shelves[plural].singular, plural, credit, invoice, applied)
    settle(invoice, on)
    for record in (credit, invoice):
        set_updated(record, at)
    books.shelves[plural].put(credit_place, credit)
    books.invoices.put(place, invoice)
    return credit


def _allocate(books: Books, credit: Json, invoice: Json, amount: Decimal, on: date) -> None:
    allocation: Json = {
        "AllocationID": books.new_guid("allocation"),
        "Amount": amount,
        "Invoice": {name: invoice.get(name) for name in ("InvoiceID", "InvoiceNumber")},
        "IsDeleted": False,
    }
    set_day(allocation, "Date", on)
    credit.setdefault("Allocations", []).append(allocation)
    credit["RemainingCredit"] = money(credit.get("RemainingCredit")) - amount
    if not credit["RemainingCredit"]:
        credit["Status"] = "PAID"
        credit["FullyPaidOnDate"] = msdate(on)


def _apply(singular: str, plural: str, credit: Json, invoice: Json, amount: Decimal) -> None:
    invoice.setdefault(plural, []).append(applied_entry(singular, credit, amount))
    invoice["AmountCredited"] = money(invoice.get("AmountCredited")) + amount
