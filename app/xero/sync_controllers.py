"""Syncs: asking for one, watching it, what they did, and what needs a hand in Xero."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.link_queries import XeroLinks, links_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import NotFound
from app.screen import Screen, needs
from app.shell import sync_view
from app.xero import standing, words
from app.xero.budget_actions import budget_of
from app.xero.contact_queries import A_PAGE, Flaw, counts_of, flawed
from app.xero.queries import calls_since, connection_for, quarantine_of, run_for, runs_of
from app.xero.run_actions import ask_for_sync
from app.xero.tables import Connection, Quarantined, SyncRun
from components.progress.view import ProgressView
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]
DAY = timedelta(days=1)


class SyncsController(Controller):
    path = "/syncs"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        connection = await connection_for(member)
        if connection is None:
            return screen.back("/connect")
        links = await links_of(member.organisation_id)
        counts = await counts_of(member.organisation_id)
        facts = {
            "facts": await _facts(member, connection, now),
            "is_connected": connection.state == "connected",
            "runs": [_line(each, member.timezone) for each in await runs_of(member)],
            "quarantine": [_aside(each, links) for each in await quarantine_of(member)],
            "lists": [(words.FLAWS[flaw], flaw.value, count) for flaw, count in counts.items() if count],
            "is_owner": member.may(Role.OWNER),
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


class FlawedContactsController(Controller):
    """Contacts that need a hand in Xero, one list at a time."""

    path = "/syncs/contacts"

    @get()
    async def index(self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        flaw, page = _list_asked(request)
        counts, links = await counts_of(member.organisation_id), await links_of(member.organisation_id)
        rows = await flawed(flaw, member.organisation_id, page)
        facts = {
            "tabs": [(words.FLAWS[each], each.value, counts[each]) for each in Flaw],
            "here": flaw.value,
            "rows": [(each, links.contact(each.xero_id) if links else "") for each in rows],
            "page": page,
            "first": (page - 1) * A_PAGE + 1,
            "total": counts[flaw],
            "member": member,
            "may_work": member.may(Role.CONTROLLER),
        }
        fragment = "xero/_contacts.html"
        return await screen.answer(page="xero/contacts.html", fragment=fragment, context=facts, region="flawed")


def _list_asked(request: HttpRequest) -> tuple[Flaw, int]:
    """Raise NotFound for a list or a page that there is not."""
    name, number = (str(request.query_params.get(key, default)) for key, default in (("list", "same-name"), ("page", "1")))
    if name not in set(Flaw) or not (number.isascii() and number.isdigit()) or not 0 < int(number[:9]) < 100_000:
        raise NotFound
    return Flaw(name), int(number)


async def _facts(member: SignedIn, connection: Connection, now: datetime) -> list[standing.Fact]:
    zone = member.timezone
    budget, used = await budget_of(member.organisation_id), await calls_since(member, now - DAY)
    found = (
        standing.connection_fact(
            connection.state, connection.tenant_name, connection.reason, connection.last_good_sync_at, zone
        ),
        standing.role_fact(connection.user_role),
        standing.calls_fact(budget, used, now, zone),
        standing.reminders_fact(connection.sends_own_reminders),
    )
    return [each for each in found if each]


def _aside(row: Quarantined, links: XeroLinks | None) -> standing.Aside:
    address = {"invoices": links.invoice, "contacts": links.contact}.get(row.resource) if links else None
    url = address(row.xero_id) if address and row.xero_id else ""
    return standing.Aside(row.label or row.xero_id or "without a name", standing.kind_of(row.resource), row.reason, url)


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
