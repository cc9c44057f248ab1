"""The list of customers, and the page of one."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given

from app.chasing.list_queries import list_facts
from app.chasing.queries import promised_between
from app.customers.days import today_of
from app.customers.grids import customers_grid
from app.customers.queries import figures_of
from app.customers.receivables import Figure, figures, week_of
from app.customers.tables import Customer
from app.lists import Asked, answered, reading_of
from app.organisations.membership import Role, SignedIn
from app.organisations.saved_view_queries import views_of
from app.organisations.saved_views import view_links
from app.screen import Screen
from components.grid.declaration import Grid
from components.grid.sql import Scope, Where
from components.grid.state import read_state

HttpRequest = Request[Any, Any, Any]
PATH = "/customers"


async def receivables_figures(member: SignedIn, now: datetime, at: str) -> tuple[Figure, ...]:
    """The three figures on top of both lists; `at` is the address looked at, query included."""
    today = today_of(member, now)
    promised = await promised_between(member.organisation_id, *week_of(today))
    owed = await figures_of(member.organisation_id)
    return figures(owed.outstanding, owed.owing, owed.overdue, owed.overdue_customers, promised.amount, promised.count,
                   currency=member.currency, locale=member.locale, at=at)  # fmt: skip


async def _grid(member: SignedIn, now: datetime) -> Grid:
    facts = await list_facts(member, "customers")
    edit = facts.links.edit_contact if facts.links else ""
    here, today = member.organisation_id, today_of(member, now)
    return customers_grid(here, today, facts, edit, for_reader=not member.may(Role.CONTROLLER))


def scope_of(member: SignedIn) -> Scope:
    return lambda owner: Where(f"{owner} = {{}}", (member.organisation_id,))


async def asked_customers(member: SignedIn, query: str, now: datetime) -> Asked:
    grid = await _grid(member, now)
    state = read_state(grid, query, today=today_of(member, now), locale=member.locale)
    return Asked(PATH, grid, state, Customer, scope_of(member))


async def below_figures(asked: Asked, tab: str, screen: Screen, member: SignedIn, now: datetime) -> dict[str, Any]:
    """What a list of what customers said needs around it: the same three figures, so that the tabs stay where they are."""
    if screen.wants_fragment(asked.grid.element_id):
        return {}
    figures_above = await receivables_figures(member, now, asked.address)
    return {"tab": tab, "title": tab.capitalize(), "figures": figures_above}


async def list_of_receivables(
    asked: Asked, page: str, request: HttpRequest, member: SignedIn, screen: Screen, now: datetime
) -> Response[str]:
    """Customers or invoices: `page` with the three figures and the kept views, or the list alone."""
    is_part, name = screen.wants_fragment(asked.grid.element_id), asked.grid.name
    if asked.grid.opens_with and not request.url.query and not is_part:
        return screen.back(f"{asked.path}?{asked.grid.opens_with}")
    may = member.may(Role.CONTROLLER)
    facts: dict[str, Any] = {"may_work": may, "may_share": may}
    if not is_part:
        facts["figures"] = await receivables_figures(member, now, asked.address)
        facts["views"] = view_links(await views_of(member, name), asked.path)
    return await answered(asked, screen, page, reading_of(member, now), facts)


class ReceivablesController(Controller):
    path = "/receivables"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return screen.back(PATH)


class CustomersController(Controller):
    path = PATH

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        asked = await asked_customers(member, request.url.query, now)
        return await list_of_receivables(asked, "customers/index.html", request, member, screen, now)
