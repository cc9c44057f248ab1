"""The organisation's settings, its members, and the switcher."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.actions import reconsider_everyone
from app.database import transaction
from app.organisations import actions, forms
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.organisations.views import facts_of
from app.presence import address_of, presence_of
from app.problems import SignInNeeded
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]
CHASING = "/settings/chasing"


class SettingsController(Controller):
    """Who the business is."""

    path = "/settings"

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await self._page(screen, member, facts_of(await organisation_of(member)), {})

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        facts, errors = forms.read_facts(data)
        if errors:
            return await self._page(screen, member, facts, errors)
        async with transaction():
            if await actions.change_facts(member, facts, now, address_of(request)):
                await reconsider_everyone(member.organisation_id, now)
        return screen.back("/settings", flash="Saved.")

    async def _page(self, screen: Screen, member: SignedIn, facts: forms.GeneralFacts, errors: dict[str, str]) -> Response[str]:
        context = {
            "facts": facts,
            "errors": errors,
            "countries": forms.countries(),
            "timezones": forms.timezones(),
            "may_change": member.may(Role.MANAGER),
        }
        return await screen.page("organisations/facts.html", context, status=422 if errors else 200)


class ReviewModeController(Controller):
    """The switch that lets mail leave without asking."""

    path = "/settings/review-mode"

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        reviewing = bool(data.get("reviewing"))
        async with transaction():
            await actions.set_review_mode(member, reviewing, now, address_of(request))
            await reconsider_everyone(member.organisation_id, now)
        on = "Review mode is on: nothing leaves unless somebody approves it."
        off = "Review mode is off: what is due goes by itself on the next chase day."
        return screen.back(CHASING, flash=on if reviewing else off, tone="plain" if reviewing else "waiting")


class VisitController(Controller):
    """Looking at another organisation of one's own."""

    path = "/organisations/{organisation_id:int}/visit"

    @post()
    async def create(self, request: HttpRequest, organisation_id: FromPath[int], screen: Given[Screen]) -> Response[str]:
        presence = await presence_of(request)
        if presence is None:
            raise SignInNeeded
        await actions.visit(presence, organisation_id)
        return screen.back("/")
