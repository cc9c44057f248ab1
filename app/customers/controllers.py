"""The list of customers, and the page of one."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.actions import plan_customers
from app.chasing.link_queries import links_of
from app.chasing.queries import promised_between
from app.customers.care_actions import set_chasing
from app.customers.days import today_of
from app.customers.grids import customers_grid
from app.customers.page_controllers import customer_page
from app.customers.queries import figures_of
from app.customers.receivables import Figure, figures, week_of
from app.customers.tables import Customer
from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from components.format import counted
from components.grid.declaration import Grid
from components.grid.piccolo import fetch, matching_ids
from components.grid.sql import Where
from components.grid.state import GridPage, GridState, read_state, url_of
from components.grid.view import view_of
from workers import chasing as chasing_work

HttpRequest = Request[Any, Any, Any]
PATH = "/customers"
AT_ONCE = 50
"""So many customers are planned anew before the page answers; more in the background."""


async def receivables_figures(member: SignedIn, now: datetime, at: str) -> tuple[Figure, ...]:
    """The three figures on top of both lists; `at` is the address looked at, query included."""
    today = today_of(member, now)
    promised = await promised_between(member.organisation_id, *week_of(today))
    owed = await figures_of(member.organisation_id)
    return figures(owed.outstanding, owed.owing, owed.overdue, owed.overdue_customers, promised.amount, promised.count,
                   currency=member.currency, locale=member.locale, at=at)  # fmt: skip


async def _grid(member: SignedIn, now: datetime) -> Grid:
    links = await links_of(member.organisation_id)
    return customers_grid(today_of(member, now), member.currency, links.edit_contact if links else "")


def _scope(member: SignedIn, state: GridState) -> Where:
    """Sorted by name, the database reads the names in order."""
    return Where("c.organisation = {}" if state.sort == "name" else "s.organisation_id = {}", (member.organisation_id,))


async def found_customers(member: SignedIn, query: str, now: datetime) -> tuple[Grid, GridState, GridPage]:
    """The list as a query string asks for it."""
    grid = await _grid(member, now)
    state = read_state(grid, query, today=today_of(member, now), locale=member.locale)
    return grid, state, await fetch(grid, state, table=Customer, scope=_scope(member, state))


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
        grid, state, page = await found_customers(member, request.url.query, now)
        view = view_of(grid, page, path=PATH, today=today_of(member, now), locale=member.locale)
        facts: dict[str, Any] = {"grid": view, "may_work": member.may(Role.CONTROLLER)}
        if not screen.wants_fragment(grid.element_id):
            facts["figures"] = await receivables_figures(member, now, url_of(PATH, grid, state))
        return await screen.answer(
            page="customers/index.html", fragment="grid/grid.html", context=facts, region=grid.element_id
        )

    @get("/{customer_id:int}")
    async def show(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        context = await customer_page(member, customer_id, now)
        return await screen.answer(
            page="customers/show.html", fragment="customers/_customer.html", context=context, region="customer"
        )

    @post("/chasing", guards=[needs(Role.CONTROLLER)])
    async def chase(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _switch(request, member, screen, True, now)

    @post("/chasing/end", guards=[needs(Role.CONTROLLER)])
    async def leave(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _switch(request, member, screen, False, now)


async def _switch(request: HttpRequest, member: SignedIn, screen: Screen, chasing: bool, now: datetime) -> Response[str]:
    ids, state, grid = await _selected(request, member, now)
    changed = await set_chasing(member, ids, chasing, now)
    if 0 < len(changed) <= AT_ONCE:
        await plan_customers(member.organisation_id, changed, now)
    elif changed:
        chasing_work.reconsider.send()
    many = counted(len(changed), "customer is", "customers are", member.locale)
    said = f"{many} {'now chased' if chasing else 'no longer chased'}."
    return screen.back(url_of(PATH, grid, state), flash=said if changed else "That changed nobody.")


async def _selected(request: HttpRequest, member: SignedIn, now: datetime) -> tuple[list[int], GridState, Grid]:
    """The customers that a list's form names: those ticked, or all that matched."""
    form, grid = await request.form(), await _grid(member, now)
    state = read_state(grid, str(form.get("matching", "")), today=today_of(member, now), locale=member.locale)
    if form.get("all_matching"):
        return await matching_ids(grid, state, table=Customer, scope=_scope(member, state)), state, grid
    ticked = [str(value) for value in form.getall("ids", [])]
    return [int(value) for value in ticked if value.isdecimal() and len(value) < 10], state, grid
