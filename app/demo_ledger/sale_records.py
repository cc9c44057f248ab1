"""A generated sale as Xero writes it."""

from decimal import Decimal

from .cast import PROJECTS
from .draws import between, one_in
from .records import Json, day_twins, fragment, pence, stamp, stamp_string
from .sales import Line, Payment, Sale, Sales, number_of_sale, rate_on

_NO_TRACKING = fragment([])


def sale_record(sales: Sales, n: int) -> Json:
    """The invoice as Xero writes it, with line items, its contact only as a reference."""
    sale = sales.facts(n)
    date, date_string = day_twins(sale.issued)
    due, due_string = day_twins(sale.due)
    net = sum(line.amount for line in sale.lines)
    updated, status = sale.updated, sale.status
    rate = rate_on(sale.customer.currency, sale.issued)
    record: Json = {
        "Type": "ACCREC",
        "InvoiceID": sales.guid(n),
        "InvoiceNumber": number_of_sale(n),
        "Reference": reference(sale),
        "Payments": [_payment(sales, n, i, payment, rate) for i, payment in enumerate(sale.payments)],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": pence(sale.amount_due),
        "AmountPaid": pence(sale.paid),
        "AmountCredited": pence(sale.credited + sale.prepaid),
        "SentToContact": sale.kind not in ("draft", "submitted", "never_sent"),
        "CurrencyRate": rate,
        "IsDiscounted": False,
        "HasAttachments": False,
        "HasErrors": False,
        "Contact": {"ContactID": sale.customer.guid, "Name": sale.customer.name},
        "DateString": date_string,
        "Date": date,
        "DueDateString": due_string,
        "DueDate": due,
        "BrandingThemeID": sales.theme,
        "Status": status,
        "LineAmountTypes": "Exclusive",
        "LineItems": [_line(sales, n, i, line) for i, line in enumerate(sale.lines)],
        "SubTotal": pence(net),
        "TotalTax": pence(sale.total - net),
        "Total": pence(sale.total),
        "UpdatedDateUTC": stamp(updated),
        "UpdatedDateUTCString": stamp_string(updated),
        "CurrencyCode": sale.customer.currency,
    }
    _last_dates(sales, record, sale)
    return record


def _last_dates(sales: Sales, record: Json, sale: Sale) -> None:
    if (expected := sales.expected(sale)) is not None:
        record["ExpectedPaymentDate"], record["ExpectedPaymentDateString"] = day_twins(expected)
    if record["Status"] == "PAID":
        record["FullyPaidOnDate"] = day_twins(sale.touched)[0]


def _payment(sales: Sales, n: int, i: int, payment: Payment, rate: Decimal) -> Json:
    return {
        "PaymentID": sales.dice.guid(b"payment", n * 4 + i),
        "Date": day_twins(payment[0])[0],
        "Amount": pence(payment[1]),
        "Reference": number_of_sale(n),
        "CurrencyRate": rate,
        "HasAccount": False,
        "HasValidationErrors": False,
    }


def _line(sales: Sales, n: int, i: int, line: Line) -> Json:
    return {
        "Description": line.description,
        "UnitAmount": pence(line.unit),
        "TaxType": "OUTPUT2" if line.tax else "ZERORATEDOUTPUT",
        "TaxAmount": pence(line.tax),
        "LineAmount": pence(line.amount),
        "AccountCode": "200",
        "Tracking": _NO_TRACKING,
        "Quantity": Decimal(line.halves * 5000).scaleb(-4),
        "LineItemID": sales.dice.guid(b"line", n * 4 + i),
    }


def reference(sale: Sale) -> str:
    return reference_of(reference_code(sale.throw[12], orders="po" in sale.customer.oddities))


REFERENCES = ("", *PROJECTS)


def reference_code(draw: int, *, orders: bool) -> int:
    """A number for the reference; `orders`: the customer wants its own order's number there."""
    if orders:
        return between(draw, 10_000, 99_999)
    return 0 if one_in(draw, 4) else 1 + draw % len(PROJECTS)


def reference_of(code: int) -> str:
    return REFERENCES[code] if code < len(REFERENCES) else f"PO {code}"
