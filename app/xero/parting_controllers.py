"""Ending the connection with Xero from here."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given

from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from app.xero.gateway import XeroGateway
from app.xero.leaving_actions import leave
from workers import sync as sync_work

GONE = "Disconnected from Xero. Nothing is chased until you reconnect; what was read stays here."


class DisconnectController(Controller):
    path = "/disconnect"
    guards = [needs(Role.OWNER)]

    @post()
    async def create(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], xero: Given[XeroGateway]
    ) -> Response[str]:
        left = await leave(member, xero=xero, now=now)
        if not left.was_connected:
            return screen.back("/syncs", flash="It is not connected to Xero.")
        sync_work.tell_owners.send()
        if left.problem:
            advice = "Remove Tactful in Xero too: Settings, Connected apps."
            return screen.back("/syncs", flash=f"Disconnected here, but Xero could not be told. {advice}", tone="waiting")
        return screen.back("/syncs", flash=GONE)
