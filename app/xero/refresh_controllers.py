"""Coming back from Xero: the customer that was edited there is read anew."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.actions import plan_customers
from app.customers.page_controllers import changed
from app.customers.queries import customer_for
from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from app.xero.gateway import XeroGateway
from app.xero.refresh_actions import Refreshed, refresh_customer
from components.shell import Tone

SHOWN = 3


class CustomerRefreshController(Controller):
    """Asked by a press of *Refresh from Xero*, it answers with the page and what had changed; asked by a page to which
    somebody came back, it disturbs nobody while nothing has."""

    path = "/customers/{customer_id:int}/refresh"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def create(
        self,
        customer_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        xero: Given[XeroGateway],
        now: Given[datetime],
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        outcome = await refresh_customer(customer, xero=xero, now=now)
        if not screen.wants_fragment():
            tone: Tone = "broken" if outcome.problem else "plain"
            return screen.back(f"/customers/{customer_id}", flash=told(outcome), tone=tone)
        if not outcome.sentences:
            return Response("", status_code=204)
        if screen.wants_fragment("customer"):
            return await changed(member, customer_id, screen, now, told(outcome))
        await plan_customers(member.organisation_id, [customer_id], now)
        return Response("", status_code=204, headers={"HX-Refresh": "true"})


def told(outcome: Refreshed) -> str:
    if outcome.problem:
        return f"Not read from Xero. {outcome.problem}"
    if outcome.is_recent:
        return "This customer was read from Xero a moment ago."
    if not outcome.sentences:
        return "In step with Xero: nothing had changed."
    more = len(outcome.sentences) - SHOWN
    rest = f" And {more} more." if more > 0 else ""
    return f"From Xero: {' '.join(outcome.sentences[:SHOWN])}{rest}"
