"""Invitations: sent by an owner, taken up by whoever reads that mailbox."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.database import transaction
from app.identity import actions as identity
from app.identity import forms, limits
from app.identity.door_controllers import come_in, renew_session
from app.identity.queries import user, user_with_email
from app.mail.actions import draft_system
from app.organisations import invitation_actions
from app.organisations.actions import visit
from app.organisations.invitation_queries import invitation_for, invitation_of_link
from app.organisations.member_controllers import GIVEN, PATH, members_page
from app.organisations.membership import IN_SHORT, Presence, Role, SignedIn
from app.organisations.queries import organisation
from app.organisations.tables import Invitation
from app.presence import address_of, presence_of
from app.problems import SignInNeeded
from app.screen import FormData, Screen, needs
from components.format import day_in_full
from workers.mail import deliver

HttpRequest = Request[Any, Any, Any]


class InvitationsController(Controller):
    path = "/settings/invitations"
    guards = [needs(Role.OWNER)]

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        email, role = forms.email_of(data), data.get("role", "")
        errors = {} if forms.is_email(email) else {"email": "Give an email address, such as tom@borealis.example"}
        if role not in GIVEN:
            errors["role"] = "Choose what they are to be"
        if errors:
            return await members_page(screen, member, now, errors, {"email": email})
        await identity.count_try(limits.on_invitation(member.organisation_id), now)
        try:
            row, token = await invitation_actions.invite(member, email, Role(role), now)
        except invitation_actions.MemberAlready as already:
            return await members_page(screen, member, now, {"email": str(already)}, {"email": email, "role": role})
        await _send(member, row, token, now)
        return screen.back(PATH, flash=f"An invitation is on its way to {email}. It lasts a week.")

    @post("/{invitation_id:int}/sending")
    async def send_again(
        self, invitation_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        row = await invitation_for(member, invitation_id)
        await identity.count_try(limits.on_invitation(member.organisation_id), now)
        await _send(member, row, await invitation_actions.renew_invitation(member, row, now), now)
        return screen.back(PATH, flash=f"A new link is on its way to {row.email}; the earlier one is void.")

    @post("/{invitation_id:int}/removal")
    async def destroy(
        self, invitation_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        row = await invitation_for(member, invitation_id)
        await invitation_actions.take_back(member, row, now)
        return screen.back(PATH, flash=f"The invitation to {row.email} is taken back; its link is void.")


async def _send(member: SignedIn, row: Invitation, token: str, now: datetime) -> None:
    until = day_in_full((now + invitation_actions.LIVES).date(), member.locale)
    facts = {
        "by": member.name, "organisation": member.organisation, "role": row.role, "may": IN_SHORT[Role(row.role)],
        "until": until, "link": invitation_actions.link_of(token),
    }  # fmt: skip
    message_id = await draft_system("invitation", row.email, facts, now, member.organisation_id, secret=token)
    if message_id is not None:
        deliver.send(message_id)


class InvitationController(Controller):
    """The link in the letter. Its GET only shows what is offered: mail scanners and previews open links too."""

    path = "/invitations/{token:str}"

    @get()
    async def show(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _page(request, screen, token, await _living(request, token, now), {})

    @post()
    async def create(
        self, request: HttpRequest, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Join as the user who is signed in, where that is the one invited."""
        row, presence = await _living(request, token, now), await presence_of(request)
        if presence is None:
            raise SignInNeeded
        if presence.email != row.email:
            return await _page(request, screen, token, row, {"email": "You are signed in with another address"})
        here = await invitation_actions.accept(row, await user(presence.user_id), now, address_of(request))
        return await _arrive(request, screen, presence, here, now)

    @post("/account")
    async def open_account(
        self, request: HttpRequest, data: FormData, token: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Join as somebody new: the letter proved the address, so that also a closed installation lets them in."""
        row = await _living(request, token, now)
        form, errors = forms.read_invited(data, row.email)
        if errors:
            return await _page(request, screen, token, row, errors, form.name)
        async with transaction():
            user_id = await identity.create_user(form.name, row.email, form.password, now)
            here = await invitation_actions.accept(row, await user(user_id), now, address_of(request))
        return screen.back(await come_in(request, user_id, now, "/", organisation_id=here))


async def _living(request: HttpRequest, token: str, now: datetime) -> Invitation:
    """Guesses are counted, a living link is not."""
    counted = limits.on_link(address_of(request))
    await identity.count_try(counted, now)
    row = await invitation_of_link(token, now)
    await identity.forget_tries(counted, now)
    return row


async def _arrive(request: HttpRequest, screen: Screen, presence: Presence, here: int, now: datetime) -> Response[str]:
    """In the new organisation, under a new token: the session may do more than before."""
    await renew_session(request, presence.session_id, now)
    fresh = await presence_of(request)
    assert fresh is not None
    await visit(fresh, here)
    return screen.back("/", flash=f"Welcome to {(await organisation(here)).name}.")


async def _page(
    request: HttpRequest, screen: Screen, token: str, row: Invitation, errors: dict[str, str], name: str = ""
) -> Response[str]:
    presence = await presence_of(request)
    facts = {
        "token": token,
        "invitation": row,
        "may": IN_SHORT[Role(row.role)],
        "organisation": (await organisation(row.organisation)).name,
        "signed_in_as": presence.email if presence else "",
        "has_account": await user_with_email(row.email) is not None,
        "name": name,
        "errors": errors,
    }
    return screen.plain("organisations/invitation.html", facts, status=422 if errors else 200)
