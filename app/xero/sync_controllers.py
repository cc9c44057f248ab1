"""Syncs: asking for one, watching it, and what they did."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.screen import Screen, needs
from app.shell import sync_view
from app.xero import words
from app.xero.budget_actions import budget_of
from app.xero.queries import connection_for, quarantine_of, run_for, runs_of
from app.xero.run_actions import ask_for_sync
from app.xero.tables import SyncRun
from components.progress.view import ProgressView
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]


class SyncsController(Controller):
    path = "/syncs"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        connection = await connection_for(member)
        if connection is None:
            return screen.back("/connect")
        budget = await budget_of(member.organisation_id)
        facts = {
            "connection": connection,
            "runs": [_line(each, member.timezone) for each in await runs_of(member)],
            "quarantine": await quarantine_of(member),
            "calls_left": budget.day_remaining,
            "blocked_until": _clock(budget.blocked_until, now, member.timezone),
            "may_reconnect": member.may(Role.OWNER),
        }
        return await screen.page("xero/syncs.html", facts)

    @get("/{run_id:int}")
    async def show(self, run_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        run = await run_for(member, run_id)
        starts_with = (await organisation_of(member)).starts_with
        facts = {"progress": _progress(run, starts_with), "is_first": run.trigger == "first"}
        fragment = "progress/progress.html"
        return await screen.answer(page="xero/sync.html", fragment=fragment, context=facts, region="progress-sync")

    @post(guards=[needs(Role.CONTROLLER)])
    async def create(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        connection = await connection_for(member)
        if connection is None or connection.state != "connected":
            return screen.back("/connect")
        run_id = await ask_for_sync(member.organisation_id, "asked", now)
        sync_work.run.send(member.organisation_id, "asked")
        if screen.wants_fragment("sync"):
            return screen.plain("layouts/_sync.html", {"sync": await sync_view(member, now)})
        return screen.back(f"/syncs/{run_id}")


def _progress(run: SyncRun, starts_with: str) -> ProgressView:
    picks = run.trigger == "first" and starts_with == "few"
    return ProgressView(
        name="sync",
        sentence=words.progress_sentence(run.state, run.stage, run.read, run.expected, run.problem),
        done=run.read,
        of=run.expected or None,
        url=f"/syncs/{run.id}",
        finished=run.state != "running",
        failed=run.state == "failed",
        next_label="Choose whom to chase first" if picks else "See your customers",
        next_url="/set-up/customers" if picks else "/customers",
    )


def _line(run: SyncRun, zone: str) -> words.RunLine:
    return words.run_line(
        run.id, run.trigger, run.state, run.changed, run.examples, run.problem, run.calls, run.started_at, zone
    )


def _clock(epoch: float, now: datetime, zone: str) -> str:
    """When calls are allowed again, if they are not."""
    if epoch <= now.timestamp():
        return ""
    return f"{datetime.fromtimestamp(epoch, ZoneInfo(zone)):%a %d %b, %H:%M}"
