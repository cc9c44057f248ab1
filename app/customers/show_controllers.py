"""The page of one customer, and the parts of its timeline."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.activity.showing import read_part
from app.customers.page_controllers import customer_page, timeline_part
from app.customers.queries import customer_for
from app.organisations.membership import SignedIn
from app.screen import Screen


class CustomerController(Controller):
    path = "/customers/{customer_id:int}"

    @get()
    async def show(
        self,
        customer_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        show: FromQuery[str] = "",
        before: FromQuery[str] = "",
    ) -> Response[str]:
        """`show` is a part of the timeline, `before` the line from which it goes on further back."""
        part = read_part(show, before)
        if screen.wants_fragment("timeline-lines"):
            customer = await customer_for(member, customer_id)
            facts = {"customer": customer, **await timeline_part(member, customer.id, part, now)}
            return screen.plain("customers/_lines.html", facts)
        context = await customer_page(member, customer_id, now, part)
        return await screen.answer(
            page="customers/show.html", fragment="customers/_customer.html", context=context, region="customer"
        )
