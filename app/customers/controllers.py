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
from app.organisations.membership import Role, SignedIn
from app.organisations.saved_view_queries import views_of
from app.organisations.saved_views import view_links
from app.screen import Screen
from components.grid.declaration import Grid
from components.grid.piccolo import fetch, matching_ids
from components.grid.spreadsheet import MOST_ROWS
from components.grid.sql import Scope, Where
from components.grid.state import GridState, read_state, url_of
from components.grid.view import view_of

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


async def asked_customers(member: SignedIn, query: str, now: datetime) -> tuple[Grid, GridState]:
    """The list that a query string asks for, not read yet."""
    grid = await _grid(member, now)
    return grid, read_state(grid, query, today=today_of(member, now), locale=member.locale)


async def matching_customers(member: SignedIn, grid: Grid, state: GridState) -> list[int]:
    """The ids of all that the state shows, on all its pages."""
    return await matching_ids(grid, state, table=Customer, scope=scope_of(member), most=MOST_ROWS)


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
        grid, state = await asked_customers(member, request.url.query, now)
        is_part = screen.wants_fragment(grid.element_id)
        if grid.opens_with and not request.url.query and not is_part:
            return screen.back(f"{PATH}?{grid.opens_with}")
        page = await fetch(grid, state, table=Customer, scope=scope_of(member))
        view = view_of(grid, page, path=PATH, today=today_of(member, now), locale=member.locale)
        facts: dict[str, Any] = {"grid": view, "may_work": member.may(Role.CONTROLLER)}
        if not is_part:
            facts["figures"] = await receivables_figures(member, now, url_of(PATH, grid, state))
            facts["views"] = view_links(await views_of(member, grid.name), PATH)
            facts["may_share"] = member.may(Role.CONTROLLER)
        return await screen.answer(
            page="customers/index.html", fragment="grid/grid.html", context=facts, region=grid.element_id
        )


async def selected_customers(request: HttpRequest, member: SignedIn, now: datetime) -> tuple[list[int], GridState, Grid]:
    """The customers that a list's form names: those ticked, or all that matched."""
    form = await request.form()
    grid, state = await asked_customers(member, str(form.get("matching", "")), now)
    if form.get("all_matching"):
        return await matching_customers(member, grid, state), state, grid
    ticked = [str(value) for value in form.getall("ids", [])]
    return [int(value) for value in ticked if value.isdecimal() and len(value) < 10], state, grid
