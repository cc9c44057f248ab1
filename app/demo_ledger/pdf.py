"""A sales invoice as a small real PDF."""

from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .books import Books
from .records import Json, money, read_day

LEFT, RIGHT, TOP = 60, 535, 780


@cache
def _font() -> str:
    """A font with accents that comes with the library."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    return "Vera"


def invoice_pdf(books: Books, invoice: Json) -> bytes:
    """One page: who, what, when, how much. The same invoice gives the same bytes."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(f"Invoice {invoice.get('InvoiceNumber') or ''}")
    canvas.setFont(_font(), 18)
    canvas.drawString(LEFT, TOP, "TAX INVOICE" if invoice.get("Type") == "ACCREC" else "BILL")
    canvas.setFont(_font(), 9)
    y = _lines(canvas, TOP - 40, _heading(books, invoice))
    y = _table(canvas, y - 20, invoice)
    _totals(canvas, y - 10, invoice)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _heading(books: Books, invoice: Json) -> list[str]:
    contact = invoice.get("Contact") or {}
    return [
        str(books.organisation.get("LegalName") or books.organisation.get("Name")),
        "",
        str(contact.get("Name") or ""),
        f"Invoice number: {invoice.get('InvoiceNumber') or ''}",
        f"Reference: {invoice.get('Reference') or ''}",
        f"Invoice date: {_day(invoice.get('Date'))}",
        f"Due date: {_day(invoice.get('DueDate'))}",
    ]


def _day(text: object) -> str:
    day = read_day(text)
    return f"{day.day} {day:%b %Y}" if day else ""


def _lines(canvas: Canvas, y: int, texts: list[str]) -> int:
    for text in texts:
        canvas.drawString(LEFT, y, text)
        y -= 14
    return y


def _table(canvas: Canvas, y: int, invoice: Json) -> int:
    for item in (invoice.get("LineItems") or [])[:30]:
        canvas.drawString(LEFT, y, str(item.get("Description") or "")[:70])
        canvas.drawRightString(RIGHT, y, f"{money(item.get('LineAmount')):,}")
        y -= 14
    canvas.line(LEFT, y, RIGHT, y)
    return y - 10


def _totals(canvas: Canvas, y: int, invoice: Json) -> None:
    currency = invoice.get("CurrencyCode") or ""
    named = (("Subtotal", "SubTotal"), ("VAT", "TotalTax"), (f"Total {currency}", "Total"), ("Amount due", "AmountDue"))
    for label, name in named:
        canvas.drawRightString(RIGHT - 90, y, label)
        canvas.drawRightString(RIGHT, y, f"{money(invoice.get(name)):,}")
        y -= 14
