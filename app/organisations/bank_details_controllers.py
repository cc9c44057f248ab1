"""Where customers pay to: bank details and the business's own payment page. Changed only with the password again and,
where there are two managers, a second person's consent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given

from app.identity.door_controllers import fault_of_password
from app.mail.actions import draft_system
from app.organisations import actions, bank_details_actions, forms
from app.organisations.bank_details_queries import change_for, may_consent, waiting_change
from app.organisations.member_queries import deciders_of
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import MemberView, organisation_of
from app.organisations.tables import BankDetailsChange
from app.portal.leaving import fault_of_payment_link, filled
from app.presence import address_of
from app.screen import FormData, Screen, needs
from app.settings import settings
from components.format import day_in_full
from workers.mail import deliver

HttpRequest = Request[Any, Any, Any]
PATH = "/settings/bank-details"


class BankDetailsController(Controller):
    path = PATH

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        organisation = await organisation_of(member)
        return await _page(screen, member, now, organisation.bank_details, organisation.payment_link, {})

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        details, link = forms.text_block(data, "bank_details"), data.get("payment_link", "").strip()
        errors = {"payment_link": fault} if (fault := fault_of_payment_link(link)) else {}
        if not errors and (fault := await fault_of_password(request, member.user_id, data.get("current", ""), now)):
            errors = {"current": fault}
        if errors:
            return await _page(screen, member, now, details, link, errors)
        before = await organisation_of(member)
        if (before.bank_details, before.payment_link) == (details, link):
            return screen.back(PATH, flash="Nothing to change.")
        others = [each for each in await deciders_of(member.organisation_id) if each.member_id != member.member_id]
        if others:
            change = await bank_details_actions.ask_for_consent(member, details, link, now)
            await _ask(member, others, change, now)
            return screen.back(
                PATH, flash="It waits for a second person. Customers see the old ones until then.", tone="waiting"
            )
        await actions.change_ways_to_pay(member, details, link, now, address_of(request))
        return screen.back(PATH, flash="Saved. Customers see it from now on.")

    @post("/consent", guards=[needs(Role.MANAGER)])
    async def consent(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        change = await change_for(member, now)
        if fault := await fault_of_password(request, member.user_id, data.get("consenting", ""), now):
            organisation = await organisation_of(member)
            errors = {"consenting": fault}
            return await _page(screen, member, now, organisation.bank_details, organisation.payment_link, errors)
        await bank_details_actions.consent(member, change, now, address_of(request))
        return screen.back(PATH, flash="Changed. Customers see it from now on.")

    @post("/refusal", guards=[needs(Role.MANAGER)])
    async def refuse(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        await bank_details_actions.refuse(member, await change_for(member, now), now)
        return screen.back(PATH, flash="Nothing changes: customers go on seeing what they saw.")


async def _ask(member: SignedIn, others: list[MemberView], change: BankDetailsChange, now: datetime) -> None:
    """A letter to everybody who could consent. The new details do not stand in it: they belong on the page only."""
    until = day_in_full(change.expires_at.date(), member.locale)
    link = f"{settings().base_url.rstrip('/')}{PATH}"
    for each in others:
        facts = {
            "name": each.name, "by": member.name, "organisation": member.organisation, "until": until, "link": link,
        }  # fmt: skip
        once = f"bank-details:{change.id}:{each.member_id}"
        letter = "bank_details_change"
        message_id = await draft_system(letter, each.email, facts, now, member.organisation_id, unique_key=once)
        if message_id is not None:
            deliver.send(message_id)


async def _page(
    screen: Screen, member: SignedIn, now: datetime, details: str, link: str, errors: dict[str, str]
) -> Response[str]:
    change = await waiting_change(member.organisation_id, now)
    deciders = await deciders_of(member.organisation_id)
    context = {
        "bank_details": details,
        "payment_link": link,
        "example": filled(link, Decimal("1240.00"), member.currency, "INV-1042") if link and not errors else "",
        "errors": errors,
        "may_change": member.may(Role.MANAGER),
        "needs_consent": len(deciders) > 1,
        "change": change,
        "now_shown": await organisation_of(member),
        "is_own": change is not None and change.asked_by == member.member_id,
        "may_consent": change is not None and member.may(Role.MANAGER) and await may_consent(member, change),
        "until": day_in_full(change.expires_at.date(), member.locale) if change else "",
    }
    return await screen.page("organisations/bank_details.html", context, status=422 if errors else 200)
