"""Chasing one customer by hand: choose, write, look, send."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing.chase_now_actions import Chased, LeftOut, chase
from app.chasing.chase_now_form import read_asked, ticked_invoices
from app.chasing.chase_now_page_controllers import Sheet
from app.chasing.wording import OwnWords
from app.chasing.wording_controllers import written_as
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs
from workers.mail import deliver


class ChaseNowController(Controller):
    path = "/customers/{customer_id:int}/chase-now"
    guards = [needs(Role.CONTROLLER)]

    @get()
    async def new(
        self,
        customer_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        invoice: FromQuery[int] = 0,
    ) -> Response[str]:
        sheet = await Sheet.opened(member, customer_id, now)
        return await sheet.show(screen, sheet.ticked_at_first(invoice), None, {}, {})

    @post()
    async def create(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """`do` is fill, to begin the words anew, or send."""
        sheet = await Sheet.opened(member, customer_id, now, read_asked(data))
        ticked = ticked_invoices(data)
        words, errors = await sheet.read(data, ticked)
        if data.get("do") == "fill":
            return await sheet.show(screen, ticked, None, data, {})
        if errors:
            return await sheet.show(screen, ticked, words, data, errors)
        return await _sent(screen, sheet, data, words, await chase(member, sheet.order(data, ticked, words), now))

    @post("/letter")
    async def look(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], now: Given[datetime]
    ) -> Response[str]:
        """What is written, as the customer would see it, for the frame beside the form."""
        sheet = await Sheet.opened(member, customer_id, now, read_asked(data))
        facts = await sheet.facts(sheet.chosen(data, ticked_invoices(data)))
        return await written_as(data, facts, sheet.sender.id if sheet.sender else None)


async def _sent(screen: Screen, sheet: Sheet, data: FormData, words: OwnWords, found: Chased | LeftOut) -> Response[str]:
    if isinstance(found, LeftOut):
        return await sheet.show(screen, ticked_invoices(data), words, data, {"invoices": f"Nothing was sent. {found.why}."})
    where = f"/customers/{sheet.customer.id}"
    if found.waits:
        return screen.back(where, flash="It waits for a manager's approval, then it goes.")
    deliver.send(found.message_id)
    return screen.back(where, flash=f"It is on its way to {', '.join(words.to)}.")
