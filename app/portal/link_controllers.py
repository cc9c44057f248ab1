"""The link of one customer's page: to look at, to give out by hand, to replace and to switch off."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.actions import record
from app.customers.days import today_of
from app.customers.link_actions import portal_link, revoke, rotate
from app.customers.link_queries import living_link
from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import Role, SignedIn
from app.screen import Screen, needs
from app.sealing import unseal
from app.settings import settings


class PortalLinkController(Controller):
    path = "/customers/{customer_id:int}/portal-link"
    guards = [needs(Role.CONTROLLER)]

    @get()
    async def show(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        living = await living_link(customer.id, member.organisation_id, now)
        context = {
            "customer": customer,
            "link": f"{settings().base_url}/p/{unseal(living.token_sealed)}" if living else "",
            "today": today_of(member, now),
            "made_on": today_of(member, living.created_at) if living else None,
            "opened_on": today_of(member, living.last_opened_at) if living and living.last_opened_at else None,
        }
        return await screen.page("portal/link.html", context)

    @post()
    async def create(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        await portal_link(customer.id, member.organisation_id, now)
        return screen.back(_page(customer), flash="The link is made.")

    @post("/rotation")
    async def rotate(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        async with transaction():
            await rotate(customer.id, member.organisation_id, now)
            await _tell(member, customer, "Replaced the link to the payment portal: the old one opens nothing any more", now)
        return screen.back(_page(customer), flash="There is a new link. The old one opens nothing any more.")

    @post("/revocation")
    async def revoke(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        async with transaction():
            await revoke(customer.id, member.organisation_id, now)
            await _tell(member, customer, "Switched off the link to the payment portal", now)
        return screen.back(_page(customer), flash="The link opens nothing any more. The next reminder brings a new one.")


def _page(customer: Customer) -> str:
    return f"/customers/{customer.id}/portal-link"


async def _tell(member: SignedIn, customer: Customer, sentence: str, now: datetime) -> None:
    await record(
        organisation_id=member.organisation_id, kind="portal_link", sentence=sentence, by=member.name, now=now,
        customer_id=customer.id,
    )  # fmt: skip
