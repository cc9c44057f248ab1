"""Help: the usual questions, each with a look at this very organisation and a button for what can be mended."""

from datetime import datetime

from litestar import Controller, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.help.contact_queries import customers_like, wanted
from app.help.queries import checks_of
from app.help.topics import TOPICS, topic_called
from app.organisations.membership import SignedIn
from app.problems import NotFound
from app.screen import Screen
from app.settings import settings


class HelpController(Controller):
    path = "/help"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await screen.page("help/index.html", {"topics": TOPICS, "support": support()})

    @get("/{key:str}")
    async def show(
        self,
        key: FromPath[str],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        customer: FromQuery[str] = "",
        q: FromQuery[str] = "",
    ) -> Response[str]:
        """`customer`: which contact differs; `q`: part of its name, to find it by."""
        topic = topic_called(key)
        if topic is None:
            raise NotFound
        context = {
            "topic": topic,
            "checks": await checks_of(key, member, now, wanted(customer)),
            "asks_which": key == "contact-differs" and not customer,
            "q": q[:100],
            "found": await customers_like(member, q[:100]),
            "support": support(),
        }
        return await screen.page("help/topic.html", context)


def support() -> list[tuple[str, str]]:
    """Words and address of whoever helps further on this installation."""
    known = settings()
    mail = [(known.support_email, f"mailto:{known.support_email}")] if known.support_email else []
    page = [("Support page", known.support_url)] if known.support_url.startswith(("https://", "http://")) else []
    return [*mail, *page]
