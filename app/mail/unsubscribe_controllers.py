"""One step for a recipient to be written to no more. Looking changes nothing: scanners of mail open every link."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.identity.actions import count_try
from app.identity.limits import on_portal_link
from app.mail import unsubscribe_actions
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation
from app.outbox.messages import addresses_of
from app.presence import address_of
from app.problems import NotFound, Problem
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]


ONE_CLICK = ("List-Unsubscribe", "One-Click")


class NotOneClick(Problem):
    """Nobody was taken off a list: this is not how mail programs ask. Open the link in the email and press the button."""


class UnsubscribeController(Controller):
    """`without_form_token`: mail programs post here by themselves, without a page of ours, and say nothing but
    `List-Unsubscribe=One-Click` (RFC 8058, 3.1), as our own button does; the token in the address proves whom it is about.
    Cookies count for nothing here."""

    path = unsubscribe_actions.ADDRESS
    opt = {"without_form_token": True}

    @get("/{token:str}")
    async def show(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _page(request, token, screen, now, is_done=False)

    @post("/{token:str}")
    async def create(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        said = [(name, value) for name, value in (await request.form()).multi_items() if name != "_csrf_token"]
        if said != [ONE_CLICK]:
            raise NotOneClick
        return await _page(request, token, screen, now, is_done=True)


async def _page(request: HttpRequest, token: str, screen: Screen, now: datetime, *, is_done: bool) -> Response[str]:
    try:
        message = await unsubscribe_actions.asked_by(token)
    except NotFound:
        await count_try(on_portal_link(address_of(request)), now)
        raise
    if is_done:
        await unsubscribe_actions.unsubscribe(token, now)
    business = await organisation(message.organisation_id)
    context = {
        "business": {"name": business.name, "logo_url": "", "colour_url": ""},
        "address": addresses_of(message.to_addresses)[0],
        "token": token,
        "is_done": is_done,
        "phone": business.phone,
    }
    return screen.plain("mail/unsubscribe.html", context)


class OffersUnsubscribeController(Controller):
    path = "/senders/unsubscribing"

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        offers = bool(data.get("offers"))
        await unsubscribe_actions.offer(member, offers, now, address_of(request))
        said = "Emails offer to be written to no more." if offers else "Emails are personal letters again, without a way out."
        return screen.back("/senders", flash=said)
