"""The door: sign-up, sign-in, sign-out, one-time links."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.identity import actions, cookies, forms, gateway, limits
from app.identity.door_controllers import HttpRequest, come_in
from app.identity.factor_queries import waiting_session
from app.identity.queries import has_users, owner_of_link, user_with_email
from app.identity.tables import User
from app.opening import open_account
from app.presence import address_of, cookie, presence_of, set_cookie
from app.problems import NotAllowed
from app.screen import FormData, Screen
from app.settings import settings

WRONG = "This email address and password do not belong together"


class SignUpClosed(NotAllowed):
    """Accounts are opened by invitation here. Ask an owner of your organisation for one."""


class SignUpController(Controller):
    path = "/sign-up"

    @get()
    async def new(self, screen: Given[Screen]) -> Response[str]:
        await _allow_sign_up()
        return screen.plain("identity/sign_up.html", {"form": forms.read_sign_up({})[0], "errors": {}})

    @post()
    async def create(self, request: HttpRequest, data: FormData, screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        await _allow_sign_up()
        form, errors = forms.read_sign_up(data)
        if not errors:
            await actions.count_try(limits.on_sign_up(address_of(request)), now)
            try:
                user_id, organisation_id = await open_account(form, now)
            except actions.EmailTaken:
                errors = {"email": "There is an account with this address already; sign in instead"}
        if errors:
            return screen.plain("identity/sign_up.html", {"form": form, "errors": errors}, status=422)
        return screen.back(await come_in(request, user_id, now, "/connect", organisation_id=organisation_id))


async def _allow_sign_up() -> None:
    """Closed installations still let their first user in."""
    if not settings().sign_up_open and await has_users():
        raise SignUpClosed


class SignInController(Controller):
    path = "/sign-in"

    @get()
    async def new(self, request: HttpRequest, screen: Given[Screen], next: FromQuery[str] = "/") -> Response[str]:
        to = forms.local_path(next)
        if await presence_of(request):
            return screen.back(to)
        return _sign_in_page(screen, forms.SignIn("", "", to))

    @post()
    async def create(self, request: HttpRequest, data: FormData, screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        form = forms.read_sign_in(data)
        counted = limits.on_sign_in(form.email, address_of(request))
        await actions.count_try(counted, now)
        known = await user_with_email(form.email)
        if not await gateway.matches(known.password_hash if known else "", form.password) or known is None:
            return _sign_in_page(screen, form, error=WRONG)
        await actions.forget_tries(counted, now)
        await actions.renew_hash(known, form.password)
        return screen.back(await come_in(request, known.id, now, form.next_url))


def _sign_in_page(screen: Screen, form: forms.SignIn, error: str = "") -> Response[str]:
    facts = {"form": form, "error": error, "may_sign_up": settings().sign_up_open}
    return screen.plain("identity/sign_in.html", facts, status=422 if error else 200)


class SignInLinkController(Controller):
    """The GET only shows a button: mail scanners and previews open links too."""

    path = "/sign-in/link/{token:str}"

    @get()
    async def show(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        owner = await _owner_of_link(request, token, actions.SIGN_IN, now)
        return screen.plain("identity/sign_in_link.html", {"token": token, "name": owner.name})

    @post()
    async def create(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await _owner_of_link(request, token, actions.SIGN_IN, now)
        user_id = await actions.use_link(token, actions.SIGN_IN, now)
        return screen.back(await come_in(request, user_id, now, "/"))


async def _owner_of_link(request: HttpRequest, token: str, purpose: str, now: datetime) -> User:
    """Whose link it is; guesses are counted, a living link is not."""
    counted = limits.on_link(address_of(request))
    await actions.count_try(counted, now)
    owner = await owner_of_link(token, purpose, now)
    await actions.forget_tries(counted, now)
    return owner


class SignOutController(Controller):
    path = "/sign-out"

    @post()
    async def create(self, request: HttpRequest, screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        """Also for somebody who stands before the second factor and turns back."""
        presence = await presence_of(request)
        waiting = await waiting_session(cookie(request, cookies.SESSION), now)
        for session_id in [presence.session_id] if presence else [waiting.id] if waiting else []:
            await actions.end_session(session_id)
        set_cookie(request, cookies.SESSION, "", seconds=0)
        return screen.back("/sign-in")
