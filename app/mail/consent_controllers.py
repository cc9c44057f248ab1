"""Signing in to a mailbox at Google or Microsoft."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.mail import consent_actions
from app.mail.consent_actions import CALLBACK, ConsentFailed
from app.mail.queries import sender_for
from app.organisations.membership import Role, SignedIn
from app.presence import address_of
from app.problems import Refused, TryLater
from app.screen import Screen, needs
from app.settings import settings
from workers import mail as mail_work

HttpRequest = Request[Any, Any, Any]


class MailConsentController(Controller):
    path = "/senders"
    guards = [needs(Role.MANAGER)]

    @post("/sign-in/{account:str}")
    async def create(
        self, account: FromPath[str], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        try:
            url = await consent_actions.begin(member, account, sender=None, base_url=settings().base_url, now=now)
        except Refused as reason:
            return screen.back("/senders/new", flash=str(reason), tone="broken")
        return screen.back(url)

    @post("/{sender_id:int}/sign-in")
    async def again(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        row = await sender_for(member, sender_id)
        try:
            url = await consent_actions.begin(member, row.account, sender=row, base_url=settings().base_url, now=now)
        except Refused as reason:
            return screen.back(f"/senders/{sender_id}", flash=str(reason), tone="broken")
        return screen.back(url)


class MailCallbackController(Controller):
    """Where the consent page sends people back to."""

    path = CALLBACK
    guards = [needs(Role.MANAGER)]

    @get()
    async def show(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        answer = dict(request.query_params)
        try:
            sender_id = await consent_actions.finish(
                member, answer, base_url=settings().base_url, now=now, address=address_of(request)
            )
        except (ConsentFailed, Refused, TryLater) as reason:
            return screen.back("/senders", flash=" ".join(str(reason).split()), tone="broken")
        mail_work.check_domain.send(sender_id)
        mail_work.read_inbox.send(sender_id)
        return screen.back(f"/senders/{sender_id}", flash="Signed in. Check name and signature, then use Send test.")
