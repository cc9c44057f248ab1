"""Who looks after one customer."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.assignee_actions import assign, assignable
from app.customers.page_controllers import changed, mistaken
from app.customers.queries import customer_for
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs


class AssigneeController(Controller):
    path = "/customers/{customer_id:int}/assignee"
    guards = [needs(Role.CONTROLLER)]

    @post()
    async def update(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """An empty choice: nobody."""
        customer, able = await customer_for(member, customer_id), await assignable(member)
        asked = data.get("assignee", "")
        chosen = next((each for each in able if str(each) == asked), None)
        if asked and chosen is None:
            return await mistaken(member, customer.id, screen, now, {"assignee": "Choose a colleague, or nobody"}, data)
        await assign(member, [customer.id], chosen, now)
        said = f"{able[chosen]} looks after {customer.name}." if chosen is not None else f"Nobody looks after {customer.name}."
        return await changed(member, customer.id, screen, now, said)
