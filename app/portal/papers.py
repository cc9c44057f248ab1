"""Several invoices' PDFs as one file: how many, how large, and what they are called in it."""

MOST = 30
"""Invoices. Each may cost one of the sixty calls a minute that Xero allows the whole business."""

LARGEST = 40_000_000
"""Bytes; a phone takes it, and a mail may still carry half of it."""


def name_of(number: str, invoice_id: int) -> str:
    """INV-0042.pdf"""
    return f"{number or invoice_id}.pdf"
