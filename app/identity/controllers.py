"""The door: sign-up, sign-in, sign-out, forgotten passwords, one-time links, one's own account."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.activity.actions import audit
from app.identity import actions, cookies, forms, gateway, limits
from app.identity.queries import has_users, owner_of_link, user, user_with_email
from app.identity.tables import User
from app.opening import open_account
from app.organisations.membership import SignedIn
from app.presence import address_of, presence_of, set_cookie
from app.problems import NotAllowed
from app.screen import FormData, Screen
from app.settings import settings

HttpRequest = Request[Any, Any, Any]
WRONG = "This email address and password do not belong together"


class SignUpClosed(NotAllowed):
    """Accounts are opened by invitation here. Ask an owner of your organisation for one."""


async def come_in(request: HttpRequest, user_id: int, now: datetime, *, organisation_id: int | None = None) -> None:
    """Begin a new session in this browser and end the one it had: no id chosen before sign-in lives on."""
    before = await presence_of(request)
    if before is not None:
        await actions.end_session(before.session_id)
    agent = request.headers.get("user-agent", "")
    token = await actions.begin_session(
        user_id, now, organisation_id=organisation_id, user_agent=agent, address=address_of(request)
    )
    set_cookie(request, cookies.SESSION, token, seconds=int(actions.LONGEST_SESSION.total_seconds()))


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
        await come_in(request, user_id, now, organisation_id=organisation_id)
        return screen.back("/connect")


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
        await come_in(request, known.id, now)
        return screen.back(form.next_url)


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
        await come_in(request, await actions.use_link(token, actions.SIGN_IN, now), now)
        return screen.back("/")


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
    async def create(self, request: HttpRequest, screen: Given[Screen]) -> Response[str]:
        presence = await presence_of(request)
        if presence is not None:
            await actions.end_session(presence.session_id)
        set_cookie(request, cookies.SESSION, "", seconds=0)
        return screen.back("/sign-in")


class AccountController(Controller):
    path = "/account"

    @get()
    async def show(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await screen.page("identity/account.html", {"member": member, "errors": {}})

    @post("/password")
    async def update_password(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        """Every other session ends; this one goes on under a new token."""
        password, errors = forms.read_new_password(data, member.name, member.email, member.organisation)
        counted = limits.on_sign_in(member.email, address_of(request))
        await actions.count_try(counted, now)
        if not await gateway.matches((await user(member.user_id)).password_hash, data.get("current", "")):
            errors = {"current": "This is not your present password", **errors}
        else:
            await actions.forget_tries(counted, now)
        if errors:
            return await screen.page("identity/account.html", {"member": member, "errors": errors}, status=422)
        await actions.set_password(member.user_id, password, keep_session=member.session_id)
        set_cookie(request, cookies.SESSION, await actions.rotate_session(member.session_id))
        await _note_password(member.user_id, member.organisation_id, now, address_of(request))
        return screen.back("/account", flash="Your password is changed. Other browsers are signed out.")

    @post("/other-sessions/end")
    async def end_others(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        await actions.end_other_sessions(member.user_id, member.session_id)
        return screen.back("/account", flash="Every other browser is signed out.")


async def _note_password(user_id: int, organisation_id: int | None, now: datetime, address: str) -> None:
    await audit(
        organisation_id=organisation_id,
        user_id=user_id,
        act="change password",
        subject=f"user {user_id}",
        now=now,
        fields=("password",),
        address=address,
    )
