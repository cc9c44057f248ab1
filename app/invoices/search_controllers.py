"""The search on top of every page: straight to an invoice of that number, else to the list in which something is found."""

from datetime import datetime
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.customers.controllers import found_customers
from app.invoices.controllers import found_invoices
from app.invoices.queries import numbered
from app.organisations.membership import SignedIn
from app.screen import Screen


class SearchController(Controller):
    path = "/search"

    @get()
    async def index(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], q: FromQuery[str] = ""
    ) -> Response[str]:
        return screen.back(await _place_of(" ".join(q.split())[:100], member, now))


async def _place_of(words: str, member: SignedIn, now: datetime) -> str:
    if not words:
        return "/customers"
    invoice_ids = await numbered(member, words)
    if len(invoice_ids) == 1:
        return f"/invoices/{invoice_ids[0]}"
    asked = urlencode({"q": words})
    *_, customers = await found_customers(member, asked, now)
    *_, invoices = await found_invoices(member, asked, now)
    return f"/invoices?{asked}" if invoices.rows and not customers.rows else f"/customers?{asked}"
