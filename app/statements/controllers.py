"""The Statements page: the month, what waits, the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.actions import audit
from app.email_templates.queries import templates_of
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.organisations.tables import Organisation
from app.problems import OutOfDate
from app.schedules.queries import calendar_of
from app.screen import FormData, HttpRequest, Screen, needs
from app.statements import queries
from app.statements.approval_actions import approve_one, approve_waiting
from app.statements.days import LAST_DAY, next_month, statement_day
from app.statements.forms import DAYS, read_month, read_number
from app.statements.month_actions import CannotSendNow, MonthPlan, ask_for, plan_month
from app.statements.overview import Find, grouped, part_of, planned_words, read_find
from app.statements.tables import StatementSettings
from components.format import counted, day
from workers import statements as statement_work

HALF_AN_HOUR = 30


async def statements_page(
    member: SignedIn, screen: Screen, now: datetime, *, errors: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None, asked: Mapping[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """`given`: what was written into the form of the settings and cannot stand like that; `asked`: the address's query."""
    organisation, settings = await organisation_of(member), await queries.settings_of(member.organisation_id)
    today = queries.today_of(organisation, now)
    months = await queries.months_of(member)
    find = read_find(asked or {}, [month for month, _ in months])
    this_month = await plan_month(member.organisation_id, f"{today:%Y-%m}", now)
    waiting, up_to = await queries.waiting_of(member)
    context = {
        **await _planned(organisation, settings, this_month, find, now),
        "this_month": this_month,
        "going_words": counted(len(this_month.going), "statement", "statements"),
        "settings": settings,
        "today": today,
        "review_mode": organisation.review_mode,
        "waiting_words": counted(waiting, "statement", "statements") if waiting else "",
        "up_to": up_to,
        "member": member,
        "find": find,
        "history": await queries.history(member, find),
        "months": months,
        "may_manage": member.may(Role.MANAGER),
        "may_work": member.may(Role.CONTROLLER),
        "errors": errors or {},
        "given": given or written(settings),
        "choices": await choices_of(organisation),
        "currency": organisation.currency,
        "owing": _names(this_month),
    }
    return await screen.page("statements/index.html", context, status=422 if errors else 200)


async def _planned(
    organisation: Organisation, settings: StatementSettings, this_month: MonthPlan, find: Find, now: datetime
) -> dict[str, Any]:
    """Whom the next run goes to, where there is one; else whom this month's would go to."""
    today, calendar = queries.today_of(organisation, now), calendar_of(organisation)
    next_on, is_on = statement_day(settings.day, today, calendar), settings.switched_on_at is not None
    month = next_month(settings.day, today, calendar) if is_on else this_month.month
    plan = this_month if month == this_month.month else await plan_month(organisation.id, month, now)
    return {
        "plan": plan,
        "next_on": next_on,
        "planned_words": planned_words(len(plan.going), len(plan.left_out), day(next_on, today) if is_on else "", today),
        "going": part_of([each for each in plan.going if find.has(each.name)], find.page),
        "left_out": grouped([(each.because, each) for each in plan.left_out if find.has(each.name)]),
    }


def _names(plan: MonthPlan) -> list[tuple[str, str]]:
    """Everybody with open invoices, to choose from."""
    return [(str(e.id), e.name) for e in plan.going] + [(str(e.customer_id), e.name) for e in plan.left_out]


def written(settings: StatementSettings) -> dict[str, str]:
    """The settings as they stand in their form."""
    return {
        "day": str(settings.day),
        "at_minute": "" if settings.at_minute is None else str(settings.at_minute),
        "who": "chasing" if settings.chasing_only else "all",
        "minimum": f"{amount(settings.minimum)}" if settings.minimum else "",
        "shows": settings.shows,
        "sends": settings.sends,
        "same_day": "statement" if settings.replaces_reminder else "reminder",
        "template": str(settings.template_id or ""),
        "footer": settings.footer,
        "is_on": "1" if settings.switched_on_at else "",
    }


async def choices_of(organisation: Organisation) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, by field: pairs of value and words."""
    minutes = range(organisation.chase_from_minute, organisation.chase_until_minute, HALF_AN_HOUR)
    texts = [each for each in await templates_of(organisation.id) if each.purpose == "statement"]
    return {
        "day": [(str(day), _day_words(day)) for day in DAYS],
        "at_minute": [("", "As soon as chasing begins"), *((str(m), f"{m // 60}:{m % 60:02}") for m in minutes)],
        "template": [("", "The one that came with Tactful"), *((str(t.id), t.name) for t in texts if not t.shipped_as)],
    }


class StatementsController(Controller):
    path = "/statements"

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await statements_page(member, screen, now, asked=dict(request.query_params))

    @post(guards=[needs(Role.MANAGER)])
    async def create(
        self, member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """Make the month's statements, in the background: there may be thousands."""
        today = queries.today_of(await organisation_of(member), now)
        month = read_month(data.get("month", ""), f"{today:%Y-%m}")
        plan = await plan_month(member.organisation_id, month, now)
        if plan.halted:
            raise CannotSendNow(plan.halted)
        await ask_for(member.organisation_id, month, now)
        statement_work.make_month.send(member.organisation_id, month)
        await note(member, "sent statements", ("month",), now)
        return screen.back("/statements", flash=_under_way(plan))

    @post("/approval", guards=[needs(Role.MANAGER)])
    async def approve(
        self, member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """All that the page showed."""
        released = await approve_waiting(member, read_number(data.get("up_to", "")), now)
        await note(member, "approved statements", ("state",), now)
        many = counted(released, "statement is", "statements are")
        said = f"{many} approved and will go at the next chase time."
        return screen.back("/statements", flash=said if released else "None was waiting any more.")

    @post("/{statement_id:int}/approval", guards=[needs(Role.MANAGER)])
    async def approve_one(
        self, member: Given[SignedIn], screen: Given[Screen], statement_id: FromPath[int], now: Given[datetime]
    ) -> Response[str]:
        if not await approve_one(member, statement_id, now):
            raise OutOfDate
        return screen.back("/statements", flash="Approved. It goes at the next chase time.")


def _day_words(day: int) -> str:
    return "the last day" if day == LAST_DAY else f"day {day}"


def _under_way(plan: MonthPlan) -> str:
    how_many = counted(len(plan.going), "statement is", "statements are")
    return f"{how_many} being written. They appear below, and under Approvals while you review."


async def note(member: SignedIn, act: str, fields: tuple[str, ...], now: datetime) -> None:
    subject = f"organisation {member.organisation_id}"
    who: dict[str, Any] = {"organisation_id": member.organisation_id, "user_id": member.user_id}
    await audit(**who, act=act, subject=subject, now=now, fields=fields)
