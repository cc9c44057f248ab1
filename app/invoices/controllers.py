"""The list of invoices, the page of one, and its PDF."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.queries import timeline_of_invoice
from app.chasing.link_queries import links_of
from app.chasing.list_queries import list_facts
from app.chasing.queries import Mailed, awaiting_approval, mail_of_invoice, outlook_of
from app.customers.controllers import list_of_receivables
from app.customers.days import local_time, today_of
from app.customers.page_controllers import conversation_of
from app.invoices.grids import invoices_grid, open_first, open_only
from app.invoices.paper_controllers import tell_no_paper
from app.invoices.queries import customer_of, invoice_for, settlements_of
from app.invoices.tables import Invoice
from app.invoices.view import facts_of, why_closed
from app.lists import Asked
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound, Refused, TryLater
from app.promises.page_controllers import said_of
from app.promises.queries import expected_dates_of
from app.schedules.queries import schedules_for_invoice
from app.screen import Screen
from app.xero.actions import invoice_pdf
from app.xero.gateway import XeroGateway
from app.xero.refusal_queries import refusal_of
from components.grid.declaration import Grid
from components.grid.sql import Scope, Where
from components.grid.state import GridState, read_state

HttpRequest = Request[Any, Any, Any]
PATH = "/invoices"
TOLD: MutableMapping[int | type[Exception], Any] = {TryLater: tell_no_paper, Refused: tell_no_paper}


async def _grid(member: SignedIn) -> Grid:
    facts = await list_facts(member, "invoices")
    view = facts.links.view_invoice if facts.links else ""
    return invoices_grid(member.organisation_id, facts, view, for_reader=not member.may(Role.CONTROLLER))


def scope_of(member: SignedIn, state: GridState) -> Scope:
    """Open ones, unless a state is asked for or something is searched."""
    openly = "" if shows_closed(state) else " AND i.is_open = TRUE"
    return lambda owner: Where(f"{owner} = {{}}{openly}", (member.organisation_id,))


def shows_closed(state: GridState) -> bool:
    return bool(state.search or state.filter("state"))


async def asked_invoices(member: SignedIn, query: str, now: datetime) -> Asked:
    grid = await _grid(member)
    state = read_state(grid, query, today=today_of(member, now), locale=member.locale)
    fitting = open_only(grid) if not shows_closed(state) else grid if state.filter("state") else open_first(grid)
    return Asked(PATH, fitting, state, Invoice, scope_of(member, state))


class InvoicesController(Controller):
    path = PATH
    exception_handlers = TOLD

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        asked = await asked_invoices(member, request.url.query, now)
        return await list_of_receivables(asked, "invoices/index.html", request, member, screen, now)

    @get("/{invoice:str}")
    async def show(
        self,
        invoice: FromPath[str],
        member: Given[SignedIn],
        screen: Given[Screen],
        xero: Given[XeroGateway],
        now: Given[datetime],
    ) -> Response[Any]:
        """The page, or with `.pdf` behind the id Xero's own paper."""
        found = await invoice_for(member, _number(invoice.removesuffix(".pdf")))
        if invoice.endswith(".pdf"):
            return _paper(await invoice_pdf(found, xero=xero, now=now), found.number)
        context = await invoice_page(member, found, now)
        return await screen.answer(page="invoices/show.html", fragment="invoices/_amount.html", context=context, region="owed")


async def invoice_page(member: SignedIn, invoice: Invoice, now: datetime) -> dict[str, Any]:
    today, links = today_of(member, now), await links_of(member.organisation_id)
    expected = (await expected_dates_of([invoice.id])).get(invoice.id)
    customer = await customer_of(invoice)
    return {
        "invoice": invoice,
        "customer": customer,
        "is_stale": customer.reconsider_at is not None,
        "facts": facts_of(invoice, today, member.locale),
        "why_closed": "" if invoice.is_open else why_closed(invoice),
        "ahead": await outlook_of(invoice.id) if invoice.is_open else None,
        "awaits": await awaiting_approval(invoice.id) if invoice.is_open else 0,
        "settled": await settlements_of(invoice.id),
        "expected": expected,
        "refusal": await refusal_of(invoice.id),
        **await said_of(member, invoice, now),
        "errors": {},
        "given": {},
        "mailed": [(each, _sent_at(each, member)) for each in await mail_of_invoice(member.organisation_id, invoice.id)],
        "entries": await conversation_of(member, await timeline_of_invoice(member.organisation_id, invoice.id), now),
        "xero_url": links.invoice(invoice.xero_id) if links else "",
        "schedules": await schedules_for_invoice(member, invoice.schedule_id, customer.schedule_id),
        "may_work": member.may(Role.CONTROLLER),
        "member": member,
        "today": today,
    }


def _sent_at(mail: Mailed, member: SignedIn) -> datetime | None:
    return local_time(mail.at, member) if mail.at else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise NotFound
    return int(text)


def _paper(content: bytes, number: str) -> Response[bytes]:
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in number)
    headers = {"Content-Disposition": f'inline; filename="{name or "invoice"}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
