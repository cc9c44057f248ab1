"""Fetching the PDFs of several invoices for a customer, before they go out as one file."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from app.invoices.tables import Invoice
from app.portal.papers import LARGEST, name_of
from app.problems import Problem, Refused, TryLater
from app.xero.actions import RESERVES
from app.xero.gateway import XeroGateway
from app.xero.invoice_actions import invoice_pdf

AT_ONCE = 3
PATIENCE = 6.0
"""Seconds that a call may wait for its place: a few others may be under way."""

LEFT_FOR_OTHERS = 20
"""Of the minute's calls."""


class PapersAreAway(TryLater):
    """Not all of these invoices can be fetched as PDFs just now. Please try again in a minute: those that came are kept, so
    that the next try is shorter. Each can also be opened by itself."""


class PapersAreTooLarge(Problem):
    """These invoices are too large for one file. Tick fewer of them and download them in parts."""

    status = 413


async def fetch_papers(invoices: Sequence[Invoice], *, xero: XeroGateway, now: datetime) -> None:
    """Have all of them kept here, asking Xero for those that are not yet. Raise PapersAreAway and PapersAreTooLarge."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def size_of(invoice: Invoice) -> int:
        async with turn:
            return len(await _paper(invoice, xero, now))

    sizes = await asyncio.gather(*(size_of(each) for each in invoices), return_exceptions=True)
    for each in sizes:
        if isinstance(each, TryLater | Refused):
            raise PapersAreAway from each
        if isinstance(each, BaseException):
            raise each
    if sum(each for each in sizes if isinstance(each, int)) > LARGEST:
        raise PapersAreTooLarge


async def papers(invoices: Sequence[Invoice], *, xero: XeroGateway, now: datetime) -> AsyncIterator[tuple[str, bytes]]:
    """Name and content of each, one by one: they are all kept."""
    for invoice in invoices:
        yield name_of(invoice.number, invoice.id), await _paper(invoice, xero, now)


async def _paper(invoice: Invoice, xero: XeroGateway, now: datetime) -> bytes:
    return await invoice_pdf(
        invoice, xero=xero, now=now, patience=PATIENCE, spare=LEFT_FOR_OTHERS, reserve=RESERVES["portal"]
    )  # fmt: skip
