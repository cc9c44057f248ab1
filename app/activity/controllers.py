"""Tasks: what waits for me, for everybody, what was done; and doing them."""

import re
from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.activity import queries, task_actions
from app.activity.actions import add_task
from app.activity.tables import Task
from app.activity.tasks import TaskLine, lines, read_task
from app.customers.days import today_of
from app.customers.queries import customer_for, names_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import members_of
from app.screen import FormData, Screen, needs
from components.format import counted

PATH = "/tasks"
DONE_LATELY = timedelta(hours=12)
_OURS = re.compile(r"/|/tasks(\?whose=(mine|all|done))?|/customers/\d{1,9}")


async def lines_of(member: SignedIn, tasks: tuple[Task, ...], now: datetime) -> tuple[TaskLine, ...]:
    """The tasks with the names of customers and colleagues."""
    customers = await names_of(member, {task.customer_id for task in tasks if task.customer_id is not None})
    colleagues = {each.member_id: each.name for each in await members_of(member.organisation_id)}
    return lines(tasks, today_of(member, now), customers, colleagues)


async def asking(member: SignedIn) -> list[tuple[str, str]]:
    """Whom a task may be given to."""
    able = [each for each in await members_of(member.organisation_id) if each.role.includes(Role.CONTROLLER)]
    return [("", "Anyone"), *((str(each.member_id), each.name) for each in able)]


async def tasks_of_customer(member: SignedIn, customer_id: int, now: datetime) -> dict[str, Any]:
    """What the page of a customer shows of them: the open ones, and those done just now, that can be taken back."""
    here = member.organisation_id
    done = await queries.done_tasks(here, since=now - DONE_LATELY, customer_id=customer_id, limit=3)
    return {
        "tasks": await lines_of(member, await queries.tasks_of_customer(here, customer_id), now),
        "tasks_done": await lines_of(member, done, now),
        "task_choices": await asking(member),
    }


async def tasks_on_home(member: SignedIn, now: datetime, limit: int = 8) -> dict[str, Any]:
    here = member.organisation_id
    done = [task for task in await queries.done_tasks(here, since=now - DONE_LATELY, limit=20) if task.done_by == member.name]
    return {
        "tasks": await lines_of(member, await queries.tasks_for(here, member.member_id, limit), now),
        "tasks_done": await lines_of(member, tuple(done[:2]), now),
        "tasks_waiting": await queries.count_tasks(here, member.member_id),
    }


class TasksController(Controller):
    path = PATH

    @get()
    async def index(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], whose: FromQuery[str] = "mine"
    ) -> Response[str]:
        context = await _list(member, whose if whose in ("mine", "all", "done") else "mine", now)
        return await screen.answer(page="activity/tasks.html", fragment="activity/_tasks.html", context=context, region="tasks")

    @post(guards=[needs(Role.CONTROLLER)])
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """For a customer, where the form names one of ours."""
        form, errors = read_task(data, [int(value) for value, _ in await asking(member) if value])
        named = data.get("customer_id", "")
        customer = await customer_for(member, int(named)) if named.isdecimal() and len(named) < 10 else None
        if errors:
            context = {**await _list(member, "mine", now), "errors": errors, "given": data}
            return await screen.page("activity/tasks.html", context, status=422)
        await add_task(
            organisation_id=member.organisation_id, sentence=form.sentence, now=now, assigned_to=form.assigned_to,
            due_on=form.due_on, customer_id=customer.id if customer else None, by=member.name,
        )  # fmt: skip
        return screen.back(_origin(data), flash="The task is on the list.")

    @post("/{task_id:int}", guards=[needs(Role.CONTROLLER)])
    async def update(
        self, task_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen]
    ) -> Response[str]:
        """Hand it on, or put it off."""
        task = await queries.task_in(member.organisation_id, task_id)
        able = [int(value) for value, _ in await asking(member) if value]
        form, errors = read_task({**data, "sentence": task.sentence}, able)
        if errors:
            return screen.back(_origin(data), flash=f"{'. '.join(errors.values())}. Nothing was changed.", tone="broken")
        await task_actions.change_task(task, assigned_to=form.assigned_to, due_on=form.due_on)
        return screen.back(_origin(data), flash="Saved.")

    @post("/{task_id:int}/done", guards=[needs(Role.CONTROLLER)])
    async def finish(
        self, task_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        task = await queries.task_in(member.organisation_id, task_id)
        await task_actions.finish_task(member.organisation_id, task.id, now, member.name)
        return screen.back(_origin(data), flash=f"Done: {task.sentence}")

    @post("/{task_id:int}/done/end", guards=[needs(Role.CONTROLLER)])
    async def reopen(
        self, task_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        task = await queries.task_in(member.organisation_id, task_id)
        await task_actions.reopen_task(member.organisation_id, task.id, now, member.name)
        return screen.back(_origin(data), flash="Back on the list.")


def _origin(data: dict[str, str]) -> str:
    """The page of ours on which the button was pressed."""
    origin = data.get("origin", "")
    return origin if _OURS.fullmatch(origin) else PATH


async def _list(member: SignedIn, whose: str, now: datetime) -> dict[str, Any]:
    tasks = await lines_of(member, await _found(member, whose), now)
    return {
        "tasks": tasks,
        "whose": whose,
        "counted": counted(len(tasks), "task", "tasks", member.locale),
        "task_choices": await asking(member),
        "origin": f"{PATH}?whose={whose}",
        "may_work": member.may(Role.CONTROLLER),
        "member": member,
        "today": today_of(member, now),
        "errors": {},
        "given": {},
    }


async def _found(member: SignedIn, whose: str) -> tuple[Task, ...]:
    if whose == "done":
        return await queries.done_tasks(member.organisation_id, limit=100)
    if whose == "all":
        return await queries.open_tasks(member.organisation_id, limit=200)
    return await queries.tasks_for(member.organisation_id, member.member_id)
