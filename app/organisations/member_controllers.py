"""Who belongs to the organisation: roles, removal, leaving, ownership, and what is asked of everybody."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.database import transaction
from app.handing_over import hand_over_work, work_of
from app.identity.door_controllers import fault_of_password, renew_session
from app.organisations import member_actions
from app.organisations.invitation_queries import waiting_invitations
from app.organisations.member_queries import Colleague, colleague_for, others_of
from app.organisations.membership import Presence, Role, SignedIn
from app.organisations.queries import members_of, organisation_of
from app.organisations.views import invited_lines_of, lines_of
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]
PATH = "/settings/members"
GIVEN = (Role.VIEWER, Role.CONTROLLER, Role.MANAGER)
"""The roles one gives by a choice; ownership is handed over, with the password again."""


class MembersController(Controller):
    path = PATH

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        return await members_page(screen, member, now)

    @post("/{member_id:int}/role", guards=[needs(Role.OWNER)])
    async def update(
        self,
        member_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        """Who may only look from now on works no more: their customers and tasks go to whom the next page asks for."""
        whom, role = await colleague_for(member, member_id), data.get("role", "")
        if role not in GIVEN:
            return await members_page(screen, member, now, {f"role_{member_id}": "Choose one of the roles"})
        could = await _heirs(member, member_id)
        if Role(role) is Role.VIEWER and (await work_of(member, member_id)).is_any and data.get("heir") not in could:
            errors = {"heir": "Choose a colleague, or nobody in particular"} if "heir" in data else {}
            return await _parting_page(screen, member, whom, errors, is_demotion=True)
        changed = await _change_role(member, whom, Role(role), could.get(data.get("heir", "")), now)
        return screen.back(PATH, flash=f"{whom.name} is {role} from now on." if changed else "Nothing to change.")

    @get("/{member_id:int}/removal", guards=[needs(Role.OWNER)])
    async def ask(self, member_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _parting_page(screen, member, await colleague_for(member, member_id))

    @post("/{member_id:int}/removal", guards=[needs(Role.OWNER)])
    async def destroy(
        self,
        member_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        whom = await colleague_for(member, member_id)
        if not await _part(member, whom, data.get("heir", ""), now):
            return await _parting_page(screen, member, whom, {"heir": "Choose a colleague, or anyone"})
        return screen.back(PATH, flash=f"{whom.name} is no member of {member.organisation} any more.")


class LeavingController(Controller):
    """Leaving by oneself."""

    path = "/account/leaving"

    @get()
    async def ask(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _parting_page(screen, member, await colleague_for(member, member.member_id))

    @post()
    async def destroy(
        self,
        request: HttpRequest,
        data: FormData,
        member: Given[SignedIn],
        presence: Given[Presence],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        whom = await colleague_for(member, member.member_id)
        if not await _part(member, whom, data.get("heir", ""), now):
            return await _parting_page(screen, member, whom, {"heir": "Choose a colleague, or anyone"})
        await renew_session(request, member.session_id, now)
        is_elsewhere = len(presence.memberships) > 1
        return screen.back("/" if is_elsewhere else "/sign-in", flash=f"You left {member.organisation}.")


async def _part(member: SignedIn, whom: Colleague, heir: str, now: datetime) -> bool:
    """Hand the work over and end the membership; False where `heir` is nobody to whom it could go."""
    could = await _heirs(member, whom.member_id)
    if heir not in could:
        return False
    async with transaction():
        await hand_over_work(member, whom.member_id, could[heir], now)
        await member_actions.remove(member, whom, now)
    return True


async def _heirs(member: SignedIn, of: int) -> dict[str, int | None]:
    """To whom the work of the member `of` may go, by what the form says; nobody in particular is among them."""
    return {"": None, **{str(each.member_id): each.member_id for each in await others_of(member, of)}}


async def _change_role(member: SignedIn, whom: Colleague, role: Role, heir: int | None, now: datetime) -> bool:
    async with transaction():
        changed = await member_actions.change_role(member, whom, role, now)
        if changed and role is Role.VIEWER:
            await hand_over_work(member, whom.member_id, heir, now)
    return changed


async def _parting_page(
    screen: Screen, member: SignedIn, whom: Colleague, errors: dict[str, str] | None = None, *, is_demotion: bool = False
) -> Response[str]:
    """`is_demotion`: they stay, to look only, and their work goes."""
    others = [(str(each.member_id), each.name) for each in await others_of(member, whom.member_id)]
    owners = [each for each in await members_of(member.organisation_id) if each.role is Role.OWNER]
    facts = {
        "whom": whom,
        "is_self": whom.member_id == member.member_id,
        "is_demotion": is_demotion,
        "is_last_owner": [each.member_id for each in owners] == [whom.member_id],
        "work": await work_of(member, whom.member_id),
        "heirs": [("", "Nobody in particular"), *others],
        "errors": errors or {},
    }
    return await screen.page("organisations/parting.html", facts, status=422 if errors else 200)


class OwnershipController(Controller):
    """Handing the organisation over: with the password again, since there is no way back without the new owner."""

    path = "/settings/ownership"
    guards = [needs(Role.OWNER)]

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _ownership_page(screen, member, {})

    @post()
    async def update(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        could = {str(each.member_id): each.member_id for each in await _could_own(member)}
        errors = {} if data.get("whom", "") in could else {"whom": "Choose who is to own it"}
        if not errors and (fault := await fault_of_password(request, member.user_id, data.get("current", ""), now)):
            errors = {"current": fault}
        if errors:
            return await _ownership_page(screen, member, errors)
        whom = await colleague_for(member, could[data["whom"]])
        await member_actions.hand_over(member, whom, bool(data.get("stays")), now)
        await renew_session(request, member.session_id, now)
        return screen.back(PATH, flash=f"{whom.name} owns {member.organisation} from now on.")


async def _could_own(member: SignedIn) -> list[Any]:
    return [each for each in await members_of(member.organisation_id) if each.role is not Role.OWNER]


async def _ownership_page(screen: Screen, member: SignedIn, errors: dict[str, str]) -> Response[str]:
    could = [(str(each.member_id), f"{each.name}, {each.role}") for each in await _could_own(member)]
    facts = {"could": could, "errors": errors}
    return await screen.page("organisations/ownership.html", facts, status=422 if errors else 200)


class SecondFactorRuleController(Controller):
    """Whether every member has to have a second factor."""

    path = "/settings/second-factor"
    guards = [needs(Role.OWNER)]

    @post()
    async def update(
        self, data: FormData, member: Given[SignedIn], presence: Given[Presence], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        required = bool(data.get("required"))
        if required and not presence.has_factor:
            return screen.back("/account/second-factor", flash="Set up your own second factor first.", tone="waiting")
        await member_actions.require_second_factor(member, required, now)
        on = "Members without a second factor set one up before anything else."
        return screen.back(PATH, flash=on if required else "A second factor is each member’s own choice now.")


async def members_page(
    screen: Screen,
    member: SignedIn,
    now: datetime,
    errors: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
) -> Response[str]:
    organisation, invited = await organisation_of(member), await waiting_invitations(member.organisation_id)
    facts = {
        "member": member,
        "members": lines_of(await members_of(member.organisation_id), now),
        "invited": invited_lines_of(invited, now, member.timezone, member.locale),
        "roles": [(role.value, role.capitalize()) for role in GIVEN],
        "is_owner": member.may(Role.OWNER),
        "requires_second_factor": organisation.requires_second_factor,
        "errors": errors or {},
        "given": {"email": "", "role": Role.CONTROLLER.value, **(given or {})},
    }
    return await screen.page("organisations/members.html", facts, status=422 if errors else 200)
