"""The settings of the customers' page, with the page itself beside them."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency as Given
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from app.middleware import content_policy, csp_nonce
from app.organisations.logo_actions import keep_logo, remove_logo
from app.organisations.logo_gateway import LogoRefused, picture_of
from app.organisations.logo_queries import logo_content, logo_url
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.portal import look_actions, look_queries, queries
from app.portal.look import SHOWN, Look, look_of, read_look
from app.portal.page_controllers import context_of
from app.presence import address_of
from app.problems import NotFound
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
ADDRESS = "/settings/portal"


class LookController(Controller):
    """What customers see when they open their link."""

    path = ADDRESS

    @get()
    async def edit(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        organisation = await organisation_of(member)
        look = look_of(organisation.accent, await look_queries.settings_of(member.organisation_id))
        return await _page(screen, member, look, {})

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        look, errors = read_look(data)
        if errors:
            return await _page(screen, member, look, errors)
        changed = await look_actions.change_look(member, look, now, address_of(request))
        return screen.back(ADDRESS, flash="Saved. Customers see it from now on." if changed else "Nothing was changed.")

    @post("/preview")
    async def preview(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """The page as it would be with what the form says now; nothing is saved."""
        customer = data.get("customer", "")
        if not customer.isdecimal() or len(customer) > 9:
            raise NotFound
        look, _ = read_look(data)
        visit = await queries.preview_for(member, int(customer), now)
        visit.organisation.accent = look.accent
        for name, value in look.settings().items():
            setattr(visit.settings, name, value)
        request.scope["state"]["content_policy"] = content_policy(csp_nonce(request.scope), framed_by="'self'")
        account = await queries.account_of(visit, now)
        return screen.plain("portal/show.html", context_of(visit, account))


class LogoController(Controller):
    """The logo of portal, statement and emails."""

    path = "/settings/logo"

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, request: HttpRequest, data: Upload, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        file = data.get("logo")
        content = await file.read() if isinstance(file, UploadFile) else b""
        try:
            picture = picture_of(content)
        except LogoRefused as refusal:
            organisation = await organisation_of(member)
            look = look_of(organisation.accent, await look_queries.settings_of(member.organisation_id))
            return await _page(screen, member, look, {"logo": str(refusal)})
        await keep_logo(member, picture, now, address_of(request))
        return screen.back(ADDRESS, flash=f"The logo is changed. It is {picture.width} × {picture.height} pixels.")

    @post("/removal", guards=[needs(Role.MANAGER)])
    async def destroy(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await remove_logo(member, now, address_of(request))
        return screen.back(ADDRESS, flash="The logo is removed. The name stands in its place.")


@get("/logos/{name:str}")
async def logo(name: FromPath[str]) -> Response[bytes]:
    """A business's logo; its name is its content's, so it never changes."""
    content = await logo_content(name.removesuffix(".png"))
    kept = {"Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(content, media_type="image/png", headers=kept)


async def _page(screen: Screen, member: SignedIn, look: Look, errors: dict[str, str]) -> Response[str]:
    context = {
        "look": look,
        "errors": errors,
        "shown": SHOWN,
        "logo_url": logo_url((await organisation_of(member)).logo),
        "customers": [(str(each), name) for each, name in await look_queries.to_preview_with(member)],
        "may_change": member.may(Role.MANAGER),
    }
    return await screen.page("portal/look.html", context, status=422 if errors else 200)
