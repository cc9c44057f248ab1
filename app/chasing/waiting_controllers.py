"""The counts in the frame of every page, asked for again after whatever was done there."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given

from app.organisations.membership import SignedIn
from app.screen import Screen
from app.shell import PLACES, waiting_in


class WaitingController(Controller):
    path = "/waiting"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        icons = {url: icon for _, url, icon in PLACES}
        counts = await waiting_in(member, now)
        return screen.plain("layouts/_waiting.html", {"waiting": {icons[url]: count for url, count in counts.items()}})
