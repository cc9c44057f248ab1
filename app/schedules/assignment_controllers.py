"""Giving customers a schedule: first what that changes, then who has it now, and the way back."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.dry_run import DryRun
from app.chasing.dry_run_controllers import MOST_AT_ONCE, MOST_SHOWN, foresee
from app.chasing.schedule_changes import with_assignment
from app.customers.controllers import asked_customers
from app.customers.days import today_of
from app.customers.queries import customer_for, customers_among
from app.lists import selected
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.schedules import assign_actions
from app.schedules.controllers import PATH, planned_anew
from app.schedules.queries import default_schedule_of, schedule_for, schedules_of
from app.schedules.use_queries import assignment_for, schedules_of_customers
from app.screen import FormData, Screen, needs
from components.format import counted

HttpRequest = Request[Any, Any, Any]
DEFAULT = "default"


class CustomersScheduleController(Controller):
    """Where the lists and a customer's page lead: the choice for the customers selected there."""

    path = "/customers"
    guards = [needs(Role.CONTROLLER)]

    @post("/schedule")
    async def choose(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        ids, _ = await selected(asked_customers, request, member, now)
        chosen = await customers_among(member, ids)
        if not chosen:
            return screen.back("/customers", flash="Select the customers first.", tone="waiting")
        return await _choice(screen, member, chosen, "", now)

    @get("/{customer_id:int}/schedule")
    async def choose_for_one(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        return await _choice(screen, member, [customer.id], str(customer.schedule_id or DEFAULT), now)


class AssignmentsController(Controller):
    path = f"{PATH}/assignments"
    guards = [needs(Role.CONTROLLER)]

    @post("/draft")
    async def draft(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """The choice again, with what it would change."""
        return await _choice(screen, member, await _customers_in(member, data), data.get("schedule", ""), now, asked=True)

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customers, choice = await _customers_in(member, data), data.get("schedule", "")
        if not choice:
            return await _choice(screen, member, customers, "", now, asked=True)
        schedule_id = await _schedule_in(member, choice)
        assignment_id = await assign_actions.assign(member, customers, schedule_id, now)
        if assignment_id is None:
            return screen.back("/customers", flash="That changed nobody: they follow this schedule already.")
        changed = assign_actions.customers_of(await assignment_for(member, assignment_id))
        return screen.back(f"{PATH}/assignments/{assignment_id}", flash=await planned_anew(member, list(changed), now))

    @get("/{assignment_id:int}")
    async def show(
        self, assignment_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        assignment = await assignment_for(member, assignment_id)
        names = await _names(member)
        had = Counter(assign_actions.customers_of(assignment).values())
        context = {
            "assignment": assignment,
            "many": counted(assignment.changed, "customer", "customers", member.locale),
            "name": names.get(assignment.schedule_id, "an archived schedule"),
            "had": [(names.get(each, "an archived schedule"), count) for each, count in had.most_common()],
            "member": member,
        }
        return await screen.page("schedules/assigned.html", context)

    @post("/{assignment_id:int}/undo")
    async def undo(
        self, assignment_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        assignment = await assignment_for(member, assignment_id)
        many = await assign_actions.undo(member, assignment, now)
        await planned_anew(member, list(assign_actions.customers_of(assignment)), now)
        words = counted(many, "customer has the schedule", "customers have the schedules", member.locale)
        return screen.back("/customers", flash=f"Undone: {words} from before again.")


async def _customers_in(member: SignedIn, data: Mapping[str, str]) -> list[int]:
    """Those of the form that are the member's. Raise NotFound when none is."""
    ids = [int(each) for each in data.get("customers", "").split(",") if each.isascii() and each.isdigit() and len(each) < 10]
    found = await customers_among(member, ids)
    if not found:
        raise NotFound
    return found


async def _schedule_in(member: SignedIn, choice: str) -> int | None:
    """None for the default. Raise NotFound."""
    if choice == DEFAULT:
        return None
    if not (choice.isascii() and choice.isdigit() and len(choice) < 10):
        raise NotFound
    return (await schedule_for(member, int(choice))).id


async def _names(member: SignedIn) -> dict[int | None, str]:
    """By id; None is the default."""
    names: dict[int | None, str] = {each.id: each.name for each in await schedules_of(member.organisation_id)}
    default = names.get(await default_schedule_of(member.organisation_id), "none yet")
    return {None: f"the default ({default})", **names}


async def _choice(
    screen: Screen, member: SignedIn, customers: Collection[int], choice: str, now: datetime, *, asked: bool = False
) -> Response[str]:
    names = await _names(member)
    have = await schedules_of_customers(member.organisation_id, customers)
    found = await _foreseen(member, customers, choice, now) if asked and choice else None
    context = {
        "customers": sorted(customers),
        "who": await _who(member, customers),
        "have": [(names.get(each, "an archived schedule"), count) for each, count in Counter(have.values()).most_common()],
        "choices": [(str(each or DEFAULT), name) for each, name in names.items()],
        "choice": choice,
        "found": found,
        "missing": asked and not choice,
        "follows_along": len(customers) <= MOST_AT_ONCE,
        "most": MOST_SHOWN,
        "member": member,
        "today": today_of(member, now),
    }
    status = 422 if context["missing"] else 200
    return await screen.answer(
        page="schedules/assign.html", fragment="schedules/_assign.html", context=context, region="assign", status=status
    )


async def _foreseen(member: SignedIn, customers: Collection[int], choice: str, now: datetime) -> DryRun:
    return await foresee(member, with_assignment(customers, await _schedule_in(member, choice)), list(customers), now)


async def _who(member: SignedIn, customers: Collection[int]) -> str:
    if len(customers) == 1:
        return str((await customer_for(member, next(iter(customers)))).name)
    return counted(len(customers), "customer", "customers", member.locale)
