"""The Statements page, previews, and the PDFs that went."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.actions import audit
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import OutOfDate
from app.schedules.queries import calendar_of
from app.screen import FormData, Screen, needs
from app.statements import queries
from app.statements.account_queries import subject_for
from app.statements.actions import pdf_of
from app.statements.approval_actions import approve_one, approve_waiting
from app.statements.days import LAST_DAY, statement_day
from app.statements.forms import DAYS, read_month, read_number, read_settings_form
from app.statements.month_actions import CannotSendNow, MonthPlan, plan_month, settle_settings
from components.format import counted
from workers import statements as statement_work

MOST_PREVIEWS = 30


class StatementsController(Controller):
    path = "/statements"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        organisation, settings = await organisation_of(member), await queries.settings_of(member.organisation_id)
        today = queries.today_of(organisation, now)
        plan = await plan_month(member.organisation_id, f"{today:%Y-%m}", now)
        waiting, up_to = await queries.waiting_of(member)
        context = {
            "plan": plan,
            "month_words": format_date(today, "MMMM yyyy", locale=member.locale),
            "going_words": counted(len(plan.going), "statement", "statements"),
            "customers_words": counted(len(plan.going), "customer", "customers"),
            "settings": settings,
            "next_on": statement_day(settings.day, today, calendar_of(organisation)),
            "today": today,
            "review_mode": organisation.review_mode,
            "waiting_words": counted(waiting, "statement", "statements") if waiting else "",
            "up_to": up_to,
            "member": member,
            "history": await queries.history(member),
            "days": [(str(day), _day_words(day)) for day in DAYS],
            "may_manage": member.may(Role.MANAGER),
            "most": MOST_PREVIEWS,
        }
        return await screen.page("statements/index.html", context)

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
        statement_work.make_month.send(member.organisation_id, month)
        await _note(member, "sent statements", ("month",), now)
        return screen.back("/statements", flash=_under_way(plan))

    @post("/approval", guards=[needs(Role.MANAGER)])
    async def approve(
        self, member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """All that the page showed."""
        released = await approve_waiting(member, read_number(data.get("up_to", "")), now)
        await _note(member, "approved statements", ("state",), now)
        many = counted(released, "statement is", "statements are")
        said = f"{many} approved and will go in the next chase window."
        return screen.back("/statements", flash=said if released else "None was waiting any more.")

    @post("/{statement_id:int}/approval", guards=[needs(Role.MANAGER)])
    async def approve_one(
        self, member: Given[SignedIn], screen: Given[Screen], statement_id: FromPath[int], now: Given[datetime]
    ) -> Response[str]:
        if not await approve_one(member, statement_id, now):
            raise OutOfDate
        return screen.back("/statements", flash="Approved. It goes in the next chase window.")

    @post("/settings", guards=[needs(Role.MANAGER)])
    async def settle(
        self, member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        form, errors = read_settings_form(data)
        if form is None:
            return screen.back("/statements", flash=errors["day"], tone="broken")
        await settle_settings(member.organisation_id, day=form.day, chasing_only=form.chasing_only, is_on=form.is_on, now=now)
        await _note(member, "settled statements", ("day", "chasing_only", "switched_on_at"), now)
        return screen.back("/statements", flash="Statements are on." if form.is_on else "Statements are off.")

    @get("/{statement_id:int}")
    async def show(self, member: Given[SignedIn], statement_id: FromPath[int]) -> Response[bytes]:
        """The very PDF that was sent."""
        return paper(await queries.file_for(member, statement_id), f"Statement {statement_id}.pdf")


@get("/customers/{customer_id:int}/statement.pdf")
async def preview(member: Given[SignedIn], customer_id: FromPath[int], now: Given[datetime]) -> Response[bytes]:
    """The customer's statement as of today; nothing is kept."""
    subject = await subject_for(member, customer_id, now)
    return paper(await pdf_of(subject.customer.id, now), f"Statement {subject.today.isoformat()}.pdf")


def paper(content: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type="application/pdf", headers=headers)


def _day_words(day: int) -> str:
    return "the last day" if day == LAST_DAY else f"day {day}"


def _under_way(plan: MonthPlan) -> str:
    how_many = counted(len(plan.going), "statement is", "statements are")
    return f"{how_many} being written. They appear below, and under Approvals while you review."


async def _note(member: SignedIn, act: str, fields: tuple[str, ...], now: datetime) -> None:
    subject = f"organisation {member.organisation_id}"
    who: dict[str, Any] = {"organisation_id": member.organisation_id, "user_id": member.user_id}
    await audit(**who, act=act, subject=subject, now=now, fields=fields)
