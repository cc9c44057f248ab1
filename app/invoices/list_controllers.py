"""What both lists of receivables do alike: leave as a file, add up, switch something on or off for many rows at once."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.response import Response as Answer
from litestar.response import Stream

from app.customers.bulk_controllers import answered
from app.customers.controllers import asked_customers
from app.customers.tables import BulkChange
from app.invoices.controllers import asked_invoices
from app.lists import Asks, reading_of, selected, suffix_of
from app.organisations.membership import Role, SignedIn
from app.promises.bulk_actions import change_chasing, change_exclusion
from app.screen import Screen, needs
from components.format import exact, money
from components.grid.piccolo import sums

HttpRequest = Request[Any, Any, Any]
LISTS: dict[str, Asks] = {"customers": asked_customers, "invoices": asked_invoices}
FILES = [f"/{name}.{suffix}" for name in LISTS for suffix in ("csv", "xlsx")]
SUMMED = {"customers": ("s.overdue_base", "''"), "invoices": ("i.outstanding", "i.currency")}
"""What is added up, in which currency; '' is the organisation's own."""


class ListFilesController(Controller):
    """/customers.csv: all that match, or, posted, those that were ticked."""

    @get(FILES)
    async def index(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        asked = await LISTS[_name(request)](member, request.url.query, now)
        return asked.file(await asked.ids(), suffix_of(request), reading_of(member, now))

    @post(FILES, status_code=200, guards=[needs(Role.CONTROLLER)])
    async def create(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Stream:
        ids, asked = await selected(LISTS[_name(request)], request, member, now)
        return asked.file(ids, suffix_of(request), reading_of(member, now))


class ListSumsController(Controller):
    @get([f"/{name}/sum" for name in LISTS])
    async def show(self, request: HttpRequest, member: Given[SignedIn], now: Given[datetime]) -> Answer[str]:
        """What all that match add up to, for the bar that says what is selected: amounts, each in its currency."""
        name = _name(request)
        asked, (amount, currency) = await LISTS[name](member, request.url.query, now), SUMMED[name]
        found = await sums(asked.grid, asked.state, table=asked.table, scope=asked.scope, amount=amount, currency=currency)
        text = " + ".join(money(exact(each, 4), code or member.currency, member.locale) for _, code, each in found if each)
        return Answer(text, media_type="text/plain")


class Switch(NamedTuple):
    """Something that is on or off for each row of a list; `said` tells of either with {many} in it."""

    asks: Asks
    turn: Callable[[SignedIn, Collection[int], bool, datetime], Awaitable[BulkChange | None]]
    said: dict[bool, str]


SWITCHES = {
    "/customers/chasing": Switch(
        asked_customers, change_chasing, {True: "{many} set to chasing", False: "{many} set to not chasing"}
    ),
    "/invoices/exclusion": Switch(
        asked_invoices, change_exclusion, {True: "{many} excluded from chasing", False: "{many} chased again"}
    ),
}


class ListSwitchesController(Controller):
    guards = [needs(Role.CONTROLLER)]

    @post(list(SWITCHES))
    async def create(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _turned(SWITCHES[request.url.path], True, request, member, screen, now)

    @post([f"{path}/end" for path in SWITCHES])
    async def destroy(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _turned(SWITCHES[request.url.path.removesuffix("/end")], False, request, member, screen, now)


async def _turned(
    switch: Switch, on: bool, request: HttpRequest, member: SignedIn, screen: Screen, now: datetime
) -> Response[str]:
    ids, asked = await selected(switch.asks, request, member, now)
    return await answered(screen, member, await switch.turn(member, ids, on, now), asked.address, now, switch.said[on])


def _name(request: HttpRequest) -> str:
    """The customers of /customers.csv and of /customers/sum."""
    return request.url.path[1:].partition("/")[0].partition(".")[0]
