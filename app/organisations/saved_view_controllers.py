"""What members keep of the lists: views under a name, and the columns they read them in."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.invoices.list_controllers import LISTS
from app.organisations.membership import Role, SignedIn
from app.organisations.saved_view_actions import choose_columns, keep_view, open_with, remove_view
from app.organisations.saved_view_queries import view_for, view_to_remove, views_of
from app.problems import NotAllowed
from app.screen import Screen
from components.grid.declaration import Grid
from components.grid.state import GridState, parameters
from components.grid.view import shown_columns

HttpRequest = Request[Any, Any, Any]
LONGEST_NAME = 60
MOST_VIEWS = 100
"""Of one list, for one member, theirs and others' together."""


class SavedViewsController(Controller):
    path = "/views"

    @post([f"/{name}" for name in LISTS])
    async def create(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        form, name = await request.form(), request.url.path.split("/")[2]
        listed = await LISTS[name](member, str(form.get("matching", "")), now)
        called = " ".join(str(form.get("name", "")).split())[:LONGEST_NAME]
        back = listed.address
        if not called:
            return screen.back(back, flash="Give the view a name, so that you find it again.", tone="waiting")
        if len(await views_of(member, name)) >= MOST_VIEWS:
            return screen.back(back, flash="There are 100 views of this list: remove one first.", tone="waiting")
        is_shared = bool(form.get("shared"))
        if is_shared and not member.may(Role.CONTROLLER):
            raise NotAllowed
        await keep_view(member, name, called, _as_kept(listed.grid, listed.state), is_shared=is_shared, now=now)
        return screen.back(back, flash=f"Kept as “{called}”, under Views{' for everybody' if is_shared else ''}.")

    @post([f"/{name}/columns" for name in LISTS])
    async def columns(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        form, name = await request.form(), request.url.path.split("/")[2]
        asked = [str(key) for key in form.getall("cols", [])]
        listed = await LISTS[name](member, "", now)
        await choose_columns(member, name, [column.key for column in listed.grid.columns if column.key in asked])
        return screen.back((await LISTS[name](member, _without_columns(str(form.get("matching", ""))), now)).address)

    @post("/{view_id:int}/first")
    async def open_with(self, view_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        view = await view_for(member, view_id)
        await open_with(member, view.list_name, view.id)
        return screen.back(f"/{view.list_name}?{view.query}", flash=f"The list opens with “{view.name}” from now on.")

    @post("/{view_id:int}/first/end")
    async def open_with_all(self, view_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        view = await view_for(member, view_id)
        await open_with(member, view.list_name, None)
        return screen.back(f"/{view.list_name}", flash=f"The list opens with all {view.list_name} again.")

    @post("/{view_id:int}/end")
    async def destroy(self, view_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        view = await view_to_remove(member, view_id)
        await remove_view(view)
        return screen.back(f"/{view.list_name}?{view.query}", flash=f"“{view.name}” is no longer kept. It is shown here still.")


def _as_kept(grid: Grid, state: GridState) -> str:
    """The query of the first page, its columns named, so that it looks the same to whoever opens it."""
    said = [pair for pair in parameters(grid, state, page=False) if pair[0] != "cols"]
    return urlencode([*said, *(("cols", column.key) for column in shown_columns(grid, state))])


def _without_columns(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not pair.startswith("cols="))
