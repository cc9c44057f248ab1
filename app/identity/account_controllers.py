"""One's own account: name, address, password, and the browsers that are signed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.actions import audit
from app.identity import actions, cookies, forms, limits
from app.identity.devices import device_of
from app.identity.door_controllers import HttpRequest, fault_of_password, fault_of_proof, renew_session
from app.identity.queries import address_in_link, user_with_email
from app.identity.session_queries import sessions_of
from app.mail.actions import draft_system
from app.organisations.ages import ago
from app.organisations.membership import Presence, SignedIn
from app.organisations.queries import IDLE
from app.presence import address_of, set_cookie
from app.screen import FormData, Screen
from workers.mail import deliver

PATH = "/account"
TAKEN = "There is another account with this address"


class AccountController(Controller):
    path = PATH

    @get()
    async def show(self, member: Given[SignedIn], presence: Given[Presence], screen: Given[Screen]) -> Response[str]:
        return await account_page(screen, presence, member)

    @post("/name")
    async def rename(
        self, data: FormData, member: Given[SignedIn], presence: Given[Presence], screen: Given[Screen]
    ) -> Response[str]:
        name = forms.line(data, "name", 120)
        if not name:
            return await account_page(screen, presence, member, {"name": "Give your name, as your customers know you"})
        await actions.change_name(member.user_id, name)
        return screen.back(PATH, flash="Saved.")

    @post("/password")
    async def update_password(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        presence: Given[Presence],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        """Every other session ends; this one goes on under a new token."""
        password, errors = forms.read_new_password(data, member.name, member.email, member.organisation)
        if fault := await fault_of_proof(request, presence, data.get("current", ""), now):
            errors = {"current": fault, **errors}
        if errors:
            return await account_page(screen, presence, member, errors)
        await actions.set_password(member.user_id, password, keep_session=member.session_id)
        await renew_session(request, member.session_id, now)
        await _note(request, member, "change password", "password", now)
        return screen.back(PATH, flash="Your password is changed. Other browsers are signed out.")

    @post("/other-sessions/end")
    async def end_others(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        await actions.end_other_sessions(member.user_id, member.session_id)
        return screen.back(SessionsController.path, flash="Every other browser is signed out.")


class EmailController(Controller):
    """Another address to sign in with: a letter there, a button, and only then is it used."""

    path = "/account/email"

    @post()
    async def create(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        presence: Given[Presence],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        email = forms.email_of(data)
        errors = {"email": fault} if (fault := await _fault_of_address(email, member)) else {}
        if not errors and (fault := await fault_of_password(request, member.user_id, data.get("password_again", ""), now)):
            errors = {"password_again": fault}
        if errors:
            return await account_page(screen, presence, member, errors, new_email=email)
        await actions.count_try(limits.on_new_address(member.user_id), now)
        await _ask_for_proof(member, email, now)
        return screen.back(PATH, flash=f"A letter with a link is on its way to {email}. Until it is used, nothing changes.")

    @get("/{token:str}")
    async def show(
        self, token: FromPath[str], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        email = await address_in_link(member.user_id, token, now)
        return screen.plain("identity/new_email.html", {"token": token, "email": email, "before": member.email})

    @post("/{token:str}")
    async def update(
        self,
        request: HttpRequest,
        token: FromPath[str],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        email = await actions.take_new_email(member.user_id, token, now)
        await actions.end_other_sessions(member.user_id, member.session_id)
        await renew_session(request, member.session_id, now)
        await _note(request, member, "change email", "email", now)
        await _send("email_changed", member.email, {"name": member.name, "email": email}, now)
        return screen.back(PATH, flash=f"You sign in with {email} from now on.")


async def _fault_of_address(email: str, member: SignedIn) -> str:
    if not forms.is_email(email):
        return "Give an email address, such as anna@borealis.example"
    if email == member.email:
        return "This is your address already"
    return TAKEN if await user_with_email(email) else ""


async def _ask_for_proof(member: SignedIn, email: str, now: datetime) -> None:
    link = await actions.make_link(member.user_id, actions.NEW_EMAIL, now, email=email)
    facts = {"name": member.name, "email": email, "before": member.email, "link": link}
    await _send("new_email", email, facts, now, secret=link.rsplit("/", 1)[1])


async def _send(letter: str, to: str, facts: Mapping[str, object], now: datetime, secret: str = "") -> None:
    message_id = await draft_system(letter, to, facts, now, secret=secret)
    if message_id is not None:
        deliver.send(message_id)


class SessionLine(msgspec.Struct, frozen=True):
    """A signed-in browser; `is_here` when it is this very one."""

    session_id: int
    device: str
    address: str
    began: str
    last_seen: str
    is_here: bool


class SessionsController(Controller):
    path = "/account/sessions"

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        lines = [
            SessionLine(
                row.id, device_of(row.user_agent), row.address, ago(row.created_at, now), ago(row.last_seen_at, now),
                row.id == member.session_id,
            )
            for row in await sessions_of(member.user_id, now, now - IDLE)
        ]  # fmt: skip
        return await screen.page("identity/sessions.html", {"sessions": lines})

    @post("/{session_id:int}/end")
    async def destroy(self, session_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        await actions.end_session_of(member.user_id, session_id)
        return screen.back(self.path, flash="That browser is signed out.")

    @post("/end")
    async def end_all(self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        """Everywhere, this browser too."""
        await actions.end_every_session(member.user_id)
        set_cookie(request, cookies.SESSION, "", seconds=0)
        return screen.back("/sign-in")


async def account_page(
    screen: Screen, presence: Presence, member: SignedIn, errors: dict[str, str] | None = None, *, new_email: str = ""
) -> Response[str]:
    facts: dict[str, Any] = {"member": member, "presence": presence, "errors": errors or {}, "new_email": new_email}
    return await screen.page("identity/account.html", facts, status=422 if errors else 200)


async def _note(request: HttpRequest, member: SignedIn, act: str, field: str, now: datetime) -> None:
    await audit(
        organisation_id=member.organisation_id,
        user_id=member.user_id,
        act=act,
        subject=f"user {member.user_id}",
        now=now,
        fields=(field,),
        address=address_of(request),
    )
