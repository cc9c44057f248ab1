"""Home, and the line that tells how fresh the books are."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency as Given

from app.activity.controllers import tasks_on_home
from app.invoices.queries import newest_receipt_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import NotFound
from app.reports import home, queries
from app.reports.brought_in import collected_since
from app.reports.brought_in_queries import chased_since, reading_from, receipts_since
from app.screen import Screen, open_paths
from app.shell import sync_view
from app.xero.refusal_queries import refusals_in


class HomeController(Controller):
    path = "/"

    @get()
    async def show(
        self, request: Request[Any, Any, Any], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        today = now.astimezone(ZoneInfo(member.timezone)).date()
        paths, here = open_paths(request), member.organisation_id
        done, waiting = await queries.done_by(member), await queries.waiting_in(await organisation_of(member), today, now)
        context = {
            "today": today,
            "member": member,
            "figures": await queries.figures_of(here),
            "ageing_bar": (await queries.ageing_of(here, today)).bar(member.currency, member.locale),
            "last_receipt": await newest_receipt_of(here),
            "collected": await _collected(member, today),
            "waiting": home.reachable(home.waiting_lines(waiting), paths),
            "why_nothing": home.why_nothing_goes(done),
            "going": await queries.going_next(here, today),
            **await tasks_on_home(member, now),
            "refusals": await refusals_in(here),
            "may_work": member.may(Role.CONTROLLER),
            "checklist": home.reachable(home.checklist(done), paths) if member.may(Role.MANAGER) else (),
            "may_set_up": member.may(Role.MANAGER),
        }
        return await screen.page("reports/home.html", context)


async def _collected(member: SignedIn, today: date) -> Decimal:
    """What came in after reminders over the last thirty days."""
    since = today - timedelta(days=home.LATELY_DAYS)
    emails = await chased_since(member.organisation_id, reading_from(since), ZoneInfo(member.timezone))
    return collected_since(since, emails, await receipts_since(member.organisation_id, since)) if emails else Decimal(0)


class SyncLineController(Controller):
    """The line beside *Sync now*, asked again every second while a sync runs."""

    path = "/syncs/line"

    @get()
    async def show(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        view = await sync_view(member, now)
        if view is None:
            raise NotFound
        return screen.plain("layouts/_sync.html", {"sync": view})
