"""The schedules, as they stand."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given

from app.organisations.membership import SignedIn
from app.schedules.queries import default_schedule_of, schedules_of
from app.screen import Screen


class SchedulesController(Controller):
    path = "/schedules"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        context = {
            "schedules": await schedules_of(member.organisation_id),
            "default_id": await default_schedule_of(member.organisation_id),
            "currency": member.currency,
            "locale": member.locale,
        }
        return await screen.page("schedules/index.html", context)
