"""A forgotten password: a letter with a link, a page with a field, a new password."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.identity import actions, forms, limits
from app.identity.queries import owner_of_link, user_with_email
from app.identity.tables import User
from app.mail.actions import draft_system
from app.presence import address_of
from app.screen import FormData, Screen
from app.settings import settings
from workers.mail import deliver

HttpRequest = Request[Any, Any, Any]


class ForgottenPasswordController(Controller):
    path = "/forgotten-password"

    @get()
    async def new(self, screen: Given[Screen]) -> Response[str]:
        facts = {"email": "", "error": "", "can_mail": bool(settings().smtp_url)}
        return screen.plain("identity/forgotten_password.html", facts)

    @post()
    async def create(self, request: HttpRequest, data: FormData, screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        """The answer is the same whether there is such an account or not."""
        email = forms.email_of(data)
        if not forms.is_email(email):
            facts = {"email": email, "error": "Give the email address you sign in with", "can_mail": True}
            return screen.plain("identity/forgotten_password.html", facts, status=422)
        await actions.count_try(limits.on_reset(email, address_of(request)), now)
        known = await user_with_email(email)
        if known is not None:
            await _send(known, now)
        return screen.plain("identity/letter_is_on_its_way.html", {"email": email})


class NewPasswordController(Controller):
    path = "/new-password/{token:str}"

    @get()
    async def new(self, token: FromPath[str], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        owner = await owner_of_link(token, actions.RESET, now)
        return _page(screen, token, owner, {})

    @post()
    async def create(self, data: FormData, token: FromPath[str], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        owner = await owner_of_link(token, actions.RESET, now)
        password, errors = forms.read_new_password(data, owner.name, owner.email)
        if errors:
            return _page(screen, token, owner, errors)
        await actions.set_password(await actions.use_link(token, actions.RESET, now), password)
        return screen.back("/sign-in")


def _page(screen: Screen, token: str, owner: User, errors: dict[str, str]) -> Response[str]:
    facts = {"token": token, "email": owner.email, "errors": errors}
    return screen.plain("identity/new_password.html", facts, status=422 if errors else 200)


async def _send(known: User, now: datetime) -> None:
    link = await actions.make_link(known.id, actions.RESET, now)
    token = link.rsplit("/", 1)[1]
    message_id = await draft_system("password_reset", known.email, {"name": known.name, "link": link}, now, secret=token)
    if message_id is not None:
        deliver.send(message_id)
