"""The page that says what Tactful does without being told."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given

from app.organisations.membership import SignedIn
from app.reports.default_queries import facts_of
from app.reports.defaults import every_default
from app.screen import Screen


class DefaultsController(Controller):
    path = "/settings/defaults"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        groups = every_default(await facts_of(member))
        return await screen.page("reports/defaults.html", {"groups": groups, "tab": "/settings/defaults"})
