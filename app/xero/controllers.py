"""Connecting with Xero, from the choice of the accounting software to the first sync."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app import clock
from app.organisations.forms import countries, timezones
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.problems import NotFound, Problem, Refused, TryLater
from app.screen import FormData, Screen, needs
from app.settings import settings
from app.xero import connect_actions
from app.xero.consent import ConsentProblem
from app.xero.gateway import XeroGateway
from app.xero.queries import by_largest_overdue, connection_for, has_customers
from app.xero.run_actions import ask_for_sync
from app.xero.set_up import SetUp, read_set_up
from app.xero.set_up_actions import set_up, start_with
from components.problem import ProblemView
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]
OWNERS = [needs(Role.OWNER)]


def tell_problem(request: HttpRequest, problem: Problem) -> Response[str]:
    """What went wrong while connecting, with the way to start again."""
    title, _, rest = str(problem).partition(". ")
    view = ProblemView(problem.status, title.rstrip("."), rest, link_label="Start again", link_url="/connect")
    return Screen(request, clock.now()).plain("errors/page.html", {"problem": view}, status=problem.status)


TOLD: MutableMapping[int | type[Exception], Any] = {ConsentProblem: tell_problem, TryLater: tell_problem, Refused: tell_problem}


class ConnectController(Controller):
    path = "/connect"
    exception_handlers = TOLD

    @get()
    async def new(self, member: Given[SignedIn], screen: Given[Screen], xero: Given[XeroGateway]) -> Response[str]:
        connection = await connection_for(member)
        facts = {
            "providers": list(xero.providers.values()),
            "connection": connection,
            "may_connect": member.may(Role.OWNER),
            "organisation": member.organisation,
        }
        return screen.plain("xero/connect.html", facts)

    @post("/{provider:str}", guards=OWNERS)
    async def create(
        self,
        provider: FromPath[str],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        xero: Given[XeroGateway],
    ) -> Response[str]:
        if provider not in (*xero.providers, connect_actions.REAL):
            raise NotFound
        base = settings().base_url
        return screen.back(await connect_actions.begin_connection(member, provider, xero=xero, base_url=base, now=now))


class ReconnectController(Controller):
    path = "/reconnect"
    exception_handlers = TOLD

    @post(guards=OWNERS)
    async def create(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], xero: Given[XeroGateway]
    ) -> Response[str]:
        """The same way once more, to the software that it is connected to."""
        connection = await connection_for(member)
        if connection is None:
            return screen.back("/connect")
        base, provider = settings().base_url, connection.provider
        return screen.back(await connect_actions.begin_connection(member, provider, xero=xero, base_url=base, now=now))


class CallbackController(Controller):
    """Where the consent page sends people back to."""

    path = connect_actions.CALLBACK
    exception_handlers = TOLD

    @get(guards=OWNERS)
    async def show(
        self,
        request: HttpRequest,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        xero: Given[XeroGateway],
    ) -> Response[str]:
        answer = {str(name): str(value) for name, value in request.query_params.items()}
        base = settings().base_url
        journey = await connect_actions.finish_connection(member, answer, xero=xero, base_url=base, now=now)
        if journey.is_reconnected:
            await ask_for_sync(member.organisation_id, "reconnected", now)
            sync_work.run.send(member.organisation_id, "reconnected")
            return screen.back("/", flash="Connected to Xero again. A sync is running; chasing goes on after it.")
        if len(journey.tenants) > 1:
            return screen.back(f"/connect/{journey.authorisation_id}/organisation")
        only = journey.tenants[0].tenant_id
        await connect_actions.choose_tenant(member, journey.authorisation_id, only, xero=xero, now=now)
        return screen.back("/set-up")


class TenantController(Controller):
    """A login may reach several organisations: which one is this business?"""

    path = "/connect/{authorisation_id:int}/organisation"
    guards = OWNERS
    exception_handlers = TOLD

    @get()
    async def new(
        self,
        authorisation_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        xero: Given[XeroGateway],
    ) -> Response[str]:
        journey = await connect_actions.journey_of(member, authorisation_id, now)
        tenants = await connect_actions.tenants_of(journey, xero=xero, now=now)
        facts = {
            "options": [(each.tenant_id, each.tenant_name or each.tenant_id, "") for each in tenants],
            "action": self.path.replace("{authorisation_id:int}", str(authorisation_id)),
        }
        return screen.plain("xero/organisation.html", facts)

    @post()
    async def create(
        self,
        authorisation_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        xero: Given[XeroGateway],
    ) -> Response[str]:
        tenant = data.get("tenant", "")
        await connect_actions.choose_tenant(member, authorisation_id, tenant, xero=xero, now=now)
        return screen.back("/set-up")


class SetUpController(Controller):
    """Account settings, prefilled from Xero, and whom to start with."""

    path = "/set-up"
    guards = OWNERS

    @get()
    async def new(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        if await connection_for(member) is None:
            return screen.back("/connect")
        row = await organisation_of(member)
        form = SetUp(name=row.name, country=row.country, timezone=row.timezone, starts_with=row.starts_with or "few")
        return self._page(screen, form, row.currency, {})

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        if await connection_for(member) is None:
            return screen.back("/connect")
        form, errors = read_set_up(data, frozenset(dict(countries())))
        if errors:
            return self._page(screen, form, member.currency, errors)
        run_id = await set_up(member, form, now)
        sync_work.run.send(member.organisation_id, "first")
        return screen.back(f"/syncs/{run_id}")

    def _page(self, screen: Screen, form: SetUp, currency: str, errors: dict[str, str]) -> Response[str]:
        facts = {"form": form, "currency": currency, "errors": errors}
        lists = {"countries": countries(), "timezones": timezones()}
        return screen.plain("xero/set_up.html", {**facts, **lists}, status=422 if errors else 200)


class FirstCustomersController(Controller):
    """ "A few": which ones, the largest overdue first."""

    path = "/set-up/customers"
    guards = [needs(Role.MANAGER)]

    @get()
    async def new(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        if not await has_customers(member.organisation_id):
            return screen.back("/customers", flash="No customers have come over yet. The first sync brings them.")
        facts = {"customers": await by_largest_overdue(member, now), "currency": member.currency}
        return await screen.page("xero/first_customers.html", facts)

    @post()
    async def create(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        form = await request.form()
        ids = [int(str(each)) for each in form.getall("ids", []) if str(each).isdecimal() and len(str(each)) < 10]
        count = await start_with(member, ids, now)
        many = "customer is" if count == 1 else "customers are"
        said = f"{count} {many} chased from now on. Nothing leaves before you approve it."
        return screen.back("/customers", flash=said if count else "Nobody is chased yet. Choose whom, whenever you like.")
