"""The schedules: all of them, and what is done to one as a whole."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing.actions import plan_customers
from app.chasing.dry_run import Change
from app.chasing.dry_run_controllers import MOST_AT_ONCE, MOST_SHOWN, foresee
from app.chasing.schedule_changes import with_default, with_pause
from app.customers.days import today_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.presence import address_of
from app.schedules import edit_actions
from app.schedules.editor import ladder_in_short
from app.schedules.queries import default_schedule_of, schedule_for, schedules_of
from app.schedules.use_queries import Use, archived_of, customers_on, uses_of
from app.screen import Screen, needs
from components.format import counted
from workers import chasing as chasing_work

PATH = "/schedules"
AT_ONCE = 50
"""So many customers are planned anew before the page answers; more in the background."""


class Question(NamedTuple):
    """What is asked before something changes what customers get; `act` is where the answer goes."""

    title: str
    said: str
    act: str


async def planned_anew(member: SignedIn, customers: Collection[int], now: datetime) -> str:
    """Plan those concerned; what to tell of it."""
    if not customers:
        return "Nobody is on it yet."
    if len(customers) > AT_ONCE:
        chasing_work.reconsider.send()
        return f"{counted(len(customers), 'customer is', 'customers are', member.locale)} being planned anew."
    plan = await plan_customers(member.organisation_id, customers, now)
    return f"{counted(len(plan.due) + len(plan.proposed), 'reminder', 'reminders', member.locale)} planned anew."


class SchedulesController(Controller):
    path = PATH

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        default_id = await default_schedule_of(member.organisation_id)
        uses = await uses_of(member.organisation_id, default_id)
        lines = [(each, ladder_in_short(each), uses.get(each.id, Use())) for each in await schedules_of(member.organisation_id)]
        context = {
            "schedules": lines,
            "default_id": default_id,
            "archived": await archived_of(member.organisation_id),
            "may_change": member.may(Role.MANAGER),
            "member": member,
        }
        return await screen.page("schedules/index.html", context)


class ScheduleStateController(Controller):
    """Pausing, the default, archiving: each that changes what customers get shows first what that is."""

    path = PATH + "/{schedule_id:int}"
    guards = [needs(Role.MANAGER)]

    @get("/pause")
    async def ask_pause(
        self,
        schedule_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        show: FromQuery[bool] = False,
    ) -> Response[str]:
        schedule = await schedule_for(member, schedule_id)
        title = f"Resume {schedule.name}" if schedule.paused else f"Pause {schedule.name}"
        said = (
            "Those on it are chased again where they stood: nobody leaps a step."
            if schedule.paused
            else "Nobody on it gets a reminder until it is resumed. What they were sent before stays counted."
        )
        act = f"{PATH}/{schedule_id}/pause{'/end' if schedule.paused else ''}"
        change = with_pause(schedule_id, not schedule.paused)
        concerned = await customers_on(member.organisation_id, schedule_id)
        return await _ask(screen, member, Question(title, said, act), change, concerned, now, show)

    @post("/pause")
    async def pause(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await self._set_paused(member, schedule_id, True, screen, now)

    @post("/pause/end")
    async def resume(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await self._set_paused(member, schedule_id, False, screen, now)

    async def _set_paused(
        self, member: SignedIn, schedule_id: int, paused: bool, screen: Screen, now: datetime
    ) -> Response[str]:
        schedule = await schedule_for(member, schedule_id)
        concerned = await edit_actions.set_paused(member, schedule_id, paused, now, address_of(screen.request))
        said = await planned_anew(member, concerned, now)
        return screen.back(PATH, flash=f"{schedule.name} is {'paused' if paused else 'running again'}. {said}")

    @get("/default")
    async def ask_default(
        self,
        schedule_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        show: FromQuery[bool] = False,
    ) -> Response[str]:
        schedule = await schedule_for(member, schedule_id)
        before = (await organisation_of(member)).default_schedule_id
        concerned = await customers_on(member.organisation_id, before) if before is not None else []
        said = "Customers without a schedule of their own follow the default, those who arrive later too."
        question = Question(f"Make {schedule.name} the default", said, f"{PATH}/{schedule_id}/default")
        return await _ask(screen, member, question, with_default(schedule_id), concerned, now, show)

    @post("/default")
    async def make_default(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        schedule = await schedule_for(member, schedule_id)
        await edit_actions.make_default(member, schedule_id, now, address_of(screen.request))
        said = await planned_anew(member, await customers_on(member.organisation_id, schedule_id), now)
        return screen.back(PATH, flash=f"{schedule.name} is the default now. {said}")

    @post("/archive")
    async def archive(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """In use it stays, and the sentence says what to do."""
        schedule = await schedule_for(member, schedule_id)
        try:
            await edit_actions.archive(member, schedule_id, now, address_of(screen.request))
        except (edit_actions.InUse, edit_actions.IsDefault) as problem:
            return screen.back(PATH, flash=str(problem), tone="waiting")
        return screen.back(PATH, flash=f"{schedule.name} is archived. It can be restored below.")

    @post("/archive/end")
    async def restore(
        self, schedule_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await edit_actions.restore(member, schedule_id, now, address_of(screen.request))
        return screen.back(PATH, flash="The schedule is back. Nobody is on it yet.")


async def _ask(
    screen: Screen, member: SignedIn, question: Question, change: Change, concerned: list[int], now: datetime, show: bool
) -> Response[str]:
    """What it changes stands on the page where that is quick; where it is not, the page asks for it once it is there."""
    quick = show or len(concerned) <= MOST_AT_ONCE
    context = {
        "question": question,
        "found": await foresee(member, change, concerned, now) if quick else None,
        "concerned": len(concerned),
        "most": MOST_SHOWN,
        "member": member,
        "today": today_of(member, now),
    }
    return await screen.answer(
        page="schedules/ask.html", fragment="schedules/_asked.html", context=context, region="what-would-change"
    )
