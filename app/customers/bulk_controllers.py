"""What is done to many customers of the list at once, each time with the way back."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.actions import plan_customers
from app.customers.assignee_actions import assignable
from app.customers.controllers import PATH, asked_customers
from app.customers.queries import customers_among
from app.customers.tables import BulkChange
from app.invoices.tables import Invoice
from app.lists import selected
from app.organisations.membership import Role, SignedIn
from app.promises import bulk_actions
from app.screen import Screen, needs
from components.format import counted
from workers import chasing as chasing_work
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]
AT_ONCE = 50
"""So many customers are planned anew before the page answers; more in the background."""
ABOUT_CUSTOMERS = frozenset({"chasing", "assigned"})


async def answered(
    screen: Screen, member: SignedIn, change: BulkChange | None, back: str, now: datetime, said: str, also: str = ""
) -> Response[str]:
    """Back at the list, with what was done and how to undo it. `said` has {many} in it."""
    if change is None:
        return screen.back(back, flash=f"That changed nothing.{also}")
    changed = list(bulk_actions.before_of(change))
    about = ("customer", "customers") if change.kind in ABOUT_CUSTOMERS else ("invoice", "invoices")
    await planned_anew(member, change.kind, changed, now)
    many = counted(len(changed), *about, member.locale)
    return screen.back(back, flash=f"{said.format(many=many)}.{also}", undo=f"/bulk-changes/{change.id}/undo")


async def planned_anew(member: SignedIn, kind: str, changed: list[int], now: datetime) -> None:
    """At once, where they are few, so that the list shows what follows."""
    few = changed[: AT_ONCE + 1]
    if kind not in ABOUT_CUSTOMERS and few:
        rows = await Invoice.select(Invoice.customer).where(Invoice.id.is_in(few)).distinct()
        few = [row["customer"] for row in rows] + few[AT_ONCE:]
    if len(few) > AT_ONCE:
        chasing_work.reconsider.send()
    elif few and kind != "assigned":
        await plan_customers(member.organisation_id, few, now)
    if kind == "expected":
        sync_work.push_expected_dates.send(member.organisation_id)


class BulkCustomersController(Controller):
    path = PATH
    guards = [needs(Role.CONTROLLER)]

    @post("/assignee")
    async def assign(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Without a choice: asks for it. An empty one: nobody."""
        form = await request.form()
        ids, listed = await selected(asked_customers, request, member, now)
        able = await assignable(member)
        asked = str(form.get("assignee", "?"))
        chosen = next((each for each in able if str(each) == asked), None)
        if chosen is None and asked:
            return await _whom(request, member, screen, ids, able, asked)
        change = await bulk_actions.change_assignee(member, ids, chosen, now)
        who = f"assigned to {able[chosen]}" if chosen is not None else "assigned to nobody"
        return await answered(screen, member, change, listed.address, now, f"{{many}} {who}")


async def _whom(
    request: HttpRequest, member: SignedIn, screen: Screen, ids: list[int], able: dict[int, str], asked: str
) -> Response[str]:
    mine = await customers_among(member, ids)
    if not mine:
        return screen.back(PATH, flash="Select the customers first.", tone="waiting")
    form = await request.form()
    context = {
        "title": f"Who looks after {counted(len(mine), 'customer', 'customers', member.locale)}?",
        "path": f"{PATH}/assignee",
        "list": ("Customers", PATH),
        "kept": kept_selection(form),
        "choices": [("", "Nobody"), *((str(key), name) for key, name in able.items())],
        "label": "Assigned to",
        "name": "assignee",
        "errors": {} if asked == "?" else {"assignee": "Choose a colleague, or nobody"},
        "given": {"assignee": str(member.member_id) if member.member_id in able else ""},
        "button": f"Assign {counted(len(mine), 'customer', 'customers', member.locale)}",
    }
    return await screen.page("receivables/choose.html", context, status=200 if asked == "?" else 422)


def kept_selection(form: Any) -> list[tuple[str, str]]:
    """The fields that say which rows were selected, to be sent along once more."""
    kept = [(name, str(form.get(name, ""))) for name in ("all_matching", "matching") if form.get(name)]
    return kept + [("ids", str(each)) for each in form.getall("ids", [])]


class BulkChangesController(Controller):
    path = "/bulk-changes/{change_id:int}"
    guards = [needs(Role.CONTROLLER)]

    @post("/undo")
    async def undo(
        self, change_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        change = await bulk_actions.change_for(member, change_id)
        changed = await bulk_actions.undo(member, change, now)
        await planned_anew(member, change.kind, changed, now)
        about = ("customer has", "customers have") if change.kind in ABOUT_CUSTOMERS else ("invoice has", "invoices have")
        said = f"Undone: {counted(len(changed), *about, member.locale)} again what was there before."
        left = change_left(len(bulk_actions.before_of(change)) - len(changed))
        return screen.back(PATH if change.kind in ABOUT_CUSTOMERS else "/invoices", flash=said + left)


def change_left(many: int) -> str:
    return f" {many} changed since, and stay as they are." if many else ""
