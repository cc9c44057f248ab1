"""The search on top of every page (Ctrl-K): customers, invoices and pages to jump to, as one types or as a page."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.customers.days import today_of
from app.invoices.jump import Found, pages_for
from app.invoices.jump_queries import found_for
from app.invoices.queries import numbered
from app.organisations.membership import SignedIn
from app.screen import Screen, open_paths

LONGEST = 100


class SearchController(Controller):
    path = "/search"

    @get()
    async def index(
        self,
        request: Request[Any, Any, Any],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        q: FromQuery[str] = "",
    ) -> Response[str]:
        """Where somebody pressed Enter on the whole number of an invoice, straight to it."""
        text = " ".join(q.replace("\x00", "").split())[:LONGEST]
        is_typing = screen.wants_fragment("jump-found")
        if text and not is_typing:
            invoice_ids = await numbered(member, text)
            if len(invoice_ids) == 1:
                return screen.back(f"/invoices/{invoice_ids[0]}")
        found = await found_for(member, text, today_of(member, now)) if text else Found(text)
        found = msgspec.structs.replace(found, pages=pages_for(text, open_paths(request)))
        context = {"found": found, "member": member}
        return await screen.answer(
            page="invoices/search.html", fragment="invoices/_found.html", context=context, region="jump-found"
        )
