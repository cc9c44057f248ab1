"""The second factor: asked for at the door, set up and ended on one's account."""

from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.activity.actions import audit
from app.identity import actions, cookies, factor_actions, factor_queries, forms, limits, totp
from app.identity.door_controllers import SESSION_SECONDS, HttpRequest, fault_of_proof, renew_session
from app.identity.qr_gateway import qr_svg
from app.identity.queries import user
from app.identity.tables import Session
from app.organisations.membership import Presence
from app.presence import address_of, cookie, set_cookie
from app.problems import SignInNeeded
from app.screen import FormData, Screen

PATH = "/account/second-factor"
NO_CODE = "This code does not fit. Wait for the next one, and look whether the clock of the phone is right."
NOT_AT_THE_DOOR = "This code does not fit, or it has been used. Wait for the next one in the app."


class CodeController(Controller):
    """Between the password and the product."""

    path = "/sign-in/code"

    @get()
    async def new(
        self, request: HttpRequest, screen: Given[Screen], now: Given[datetime], next: FromQuery[str] = "/"
    ) -> Response[str]:
        await _waiting(request, now)
        return screen.plain("identity/code.html", {"next_url": forms.local_path(next), "error": ""})

    @post()
    async def create(self, request: HttpRequest, data: FormData, screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        waiting, to = await _waiting(request, now), forms.local_path(data.get("next", ""))
        counted = limits.on_code(waiting.user, address_of(request))
        await actions.count_try(counted, now)
        if not await factor_actions.show_factor(waiting.user, data.get("code", "")[:60], now):
            return screen.plain("identity/code.html", {"next_url": to, "error": NOT_AT_THE_DOOR}, status=422)
        await actions.forget_tries(counted, now)
        set_cookie(request, cookies.SESSION, await factor_actions.open_session(waiting.id, now), seconds=SESSION_SECONDS)
        return screen.back(to)


async def _waiting(request: HttpRequest, now: datetime) -> Session:
    waiting = await factor_queries.waiting_session(cookie(request, cookies.SESSION), now)
    if waiting is None:
        raise SignInNeeded
    return waiting


class SecondFactorController(Controller):
    path = PATH

    @get()
    async def show(self, presence: Given[Presence], screen: Given[Screen]) -> Response[str]:
        return await _page(screen, presence, {})

    @post()
    async def create(
        self, request: HttpRequest, data: FormData, presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Shows the secret; it counts once a code of it comes back."""
        if fault := await fault_of_proof(request, presence, data.get("current", ""), now):
            return await _page(screen, presence, {"current": fault})
        await factor_actions.begin_factor(presence.user_id, now)
        return screen.back(PATH)

    @post("/confirmation")
    async def confirm(
        self, request: HttpRequest, data: FormData, presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Sessions begun without it end; this one goes on under a new token."""
        counted = limits.on_code(presence.user_id, address_of(request))
        await actions.count_try(counted, now)
        codes = await factor_actions.confirm_factor(presence.user_id, data.get("code", "")[:60], now)
        if codes is None:
            return await _page(screen, presence, {"code": NO_CODE})
        await actions.forget_tries(counted, now)
        await actions.end_other_sessions(presence.user_id, presence.session_id)
        await _note(request, presence, "switch second factor on", now)
        await renew_session(request, presence.session_id, now)
        return await _told_once(screen, codes, is_new=True)

    @post("/recovery-codes")
    async def renew(
        self, request: HttpRequest, data: FormData, presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        if fault := await fault_of_proof(request, presence, data.get("current", ""), now):
            return await _page(screen, presence, {"current": fault})
        if not presence.has_factor:
            return screen.back(PATH)
        codes = await factor_actions.renew_recovery_codes(presence.user_id)
        await _note(request, presence, "renew recovery codes", now)
        return await _told_once(screen, codes, is_new=False)

    @post("/end")
    async def destroy(
        self, request: HttpRequest, data: FormData, presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """With the password and a code: whoever found the browser open has neither."""
        counted = limits.on_code(presence.user_id, address_of(request))
        if fault := await fault_of_proof(request, presence, data.get("password_again", ""), now):
            return await _page(screen, presence, {"password_again": fault})
        await actions.count_try(counted, now)
        if presence.has_factor and not await factor_actions.show_factor(presence.user_id, data.get("code", "")[:60], now):
            return await _page(screen, presence, {"code": NOT_AT_THE_DOOR})
        await actions.forget_tries(counted, now)
        await factor_actions.drop_factor(presence.user_id)
        await renew_session(request, presence.session_id, now)
        await _note(request, presence, "switch second factor off", now)
        return screen.back(PATH, flash="The second factor is off: your password alone opens this account.", tone="waiting")


async def _page(screen: Screen, presence: Presence, errors: dict[str, str]) -> Response[str]:
    secret = "" if presence.has_factor else await factor_queries.unconfirmed_secret(presence.user_id, screen.now)
    said = totp.address_of_secret(secret, (await user(presence.user_id)).email) if secret else ""
    facts: dict[str, Any] = {
        "presence": presence,
        "errors": errors,
        "codes_left": await factor_queries.recovery_codes_left(presence.user_id),
        "secret": totp.in_groups(secret),
        "address": said,
        "qr": qr_svg(said, "QR code for your authenticator app") if secret else "",
    }
    return await screen.page("identity/second_factor.html", facts, status=422 if errors else 200)


async def _told_once(screen: Screen, codes: list[str], *, is_new: bool) -> Response[str]:
    return await screen.page("identity/recovery_codes.html", {"codes": codes, "is_new": is_new})


async def _note(request: HttpRequest, presence: Presence, act: str, now: datetime) -> None:
    await audit(
        organisation_id=presence.member.organisation_id if presence.member else None,
        user_id=presence.user_id,
        act=act,
        subject=f"user {presence.user_id}",
        now=now,
        fields=("second factor",),
        address=address_of(request),
    )
