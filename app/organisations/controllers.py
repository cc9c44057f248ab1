"""The organisation's settings, its members, and the switcher."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.actions import reconsider_everyone
from app.database import transaction
from app.identity import gateway, limits
from app.identity.actions import count_try, forget_tries
from app.identity.queries import user
from app.organisations import actions, forms
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import members_of, organisation_of
from app.organisations.views import facts_of, lines_of
from app.portal.leaving import fault_of_payment_link, filled
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


class BankDetailsController(Controller):
    """Where customers pay to: bank details and the business's own payment page. Changed only with the password again."""

    path = "/settings/bank-details"

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        organisation = await organisation_of(member)
        return await self._page(screen, member, organisation.bank_details, organisation.payment_link, {})

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        details, link = forms.text_block(data, "bank_details"), data.get("payment_link", "").strip()
        errors = {"payment_link": fault} if (fault := fault_of_payment_link(link)) else {}
        if not errors and not await self._is_really(member, data.get("current", ""), request, now):
            errors = {"current": "This is not your password"}
        if errors:
            return await self._page(screen, member, details, link, errors)
        await actions.change_ways_to_pay(member, details, link, now, address_of(request))
        return screen.back(self.path, flash="Saved. Customers see it from now on.")

    async def _is_really(self, member: SignedIn, password: str, request: HttpRequest, now: datetime) -> bool:
        counted = limits.on_sign_in(member.email, address_of(request))
        await count_try(counted, now)
        if not await gateway.matches((await user(member.user_id)).password_hash, password):
            return False
        await forget_tries(counted, now)
        return True

    async def _page(self, screen: Screen, member: SignedIn, details: str, link: str, errors: dict[str, str]) -> Response[str]:
        context = {
            "bank_details": details,
            "payment_link": link,
            "example": filled(link, Decimal("1240.00"), member.currency, "INV-1042") if link and not errors else "",
            "errors": errors,
            "may_change": member.may(Role.MANAGER),
        }
        return await screen.page("organisations/bank_details.html", context, status=422 if errors else 200)


class MembersController(Controller):
    path = "/members"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        lines = lines_of(await members_of(member.organisation_id), now)
        return await screen.page("organisations/members.html", {"members": lines})


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
