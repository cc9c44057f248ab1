"""An invoice's own schedule, in place of its customer's."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing.actions import plan_customers
from app.invoices.queries import invoice_for
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.schedules import assign_actions
from app.schedules.queries import schedule_for
from app.screen import FormData, Screen, needs


class InvoiceScheduleController(Controller):
    path = "/invoices/{invoice:str}/schedule"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def update(
        self, invoice: FromPath[str], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """An empty choice: its customer's."""
        found = await invoice_for(member, _number(invoice))
        choice = data.get("schedule", "")
        schedule = await schedule_for(member, _number(choice)) if choice else None
        if await assign_actions.override(member, found, schedule.id if schedule else None, now):
            await plan_customers(member.organisation_id, [found.customer], now)
        said = (
            f"{found.number} follows {schedule.name} now." if schedule else f"{found.number} follows its customer's schedule."
        )
        return screen.back(f"/invoices/{found.id}", flash=said)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise NotFound
    return int(text)
