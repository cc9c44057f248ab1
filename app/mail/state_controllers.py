"""Whether a mailbox works: a test, taking it up again, reading it now, its domain's records, its signature."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency as Given
from litestar.enums import MediaType, RequestEncodingType
from litestar.params import Body, FromPath

from app.mail import picture_actions, sender_actions
from app.mail.domain_actions import check_domain
from app.mail.picture_queries import with_pictures
from app.mail.pictures_gateway import NotAPicture
from app.mail.proving_actions import send_test
from app.mail.queries import sender_for
from app.mail.reading_actions import read_mailbox
from app.mail.signature_queries import signature_of
from app.organisations.membership import Role, SignedIn
from app.presence import address_of
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
_PICTURED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox"
)


class SenderStateController(Controller):
    path = "/senders/{sender_id:int}"

    @post("/test", guards=[needs(Role.MANAGER)])
    async def test(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        proof = await send_test(member, await sender_for(member, sender_id), now)
        if proof.went:
            return _back(screen, sender_id, f"The test has gone to {member.email}: the mailbox works.")
        return _back(screen, sender_id, f"The test did not go: {proof.answer}", broken=True)

    @post("/resumption", guards=[needs(Role.MANAGER)])
    async def resume(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await sender_actions.take_up_again(await sender_for(member, sender_id), now)
        return _back(screen, sender_id, "The mailbox sends again.")

    @post("/reading", guards=[needs(Role.CONTROLLER)])
    async def read(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """At once, so that whoever set it up sees whether it works."""
        await sender_for(member, sender_id)
        outcome = await read_mailbox(sender_id, now)
        if outcome.trouble:
            return _back(screen, sender_id, f"The inbox could not be read: {outcome.trouble}.", broken=True)
        if outcome.is_elsewhere:
            return _back(screen, sender_id, "The inbox is being read just now.")
        return _back(
            screen, sender_id, f"The inbox was read: {outcome.looked_at:,} new, {outcome.taken:,} of them from customers."
        )

    @post("/domain-check", guards=[needs(Role.CONTROLLER)])
    async def look_up(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await sender_for(member, sender_id)
        await check_domain(sender_id, now)
        return screen.back(f"/senders/{sender_id}#domain", flash="Looked up anew. A record you just added may need an hour.")

    @get("/signature")
    async def signature(self, sender_id: FromPath[int], member: Given[SignedIn]) -> Response[str]:
        """As it stands under a letter, alone, for the frame."""
        row = await sender_for(member, sender_id)
        html = await with_pictures((await signature_of(row)).html, row.id)
        page = f'<!doctype html><meta charset="utf-8"><title>Signature</title><body style="margin:16px">{html}'
        return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": _PICTURED})

    @post("/pictures", guards=[needs(Role.MANAGER)])
    async def add_picture(
        self,
        request: HttpRequest,
        sender_id: FromPath[int],
        data: Upload,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        row, file = await sender_for(member, sender_id), data.get("picture")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = file.filename if isinstance(file, UploadFile) else ""
        try:
            added = await picture_actions.add_picture(member, row, content, name, now, address_of(request))
        except (NotAPicture, picture_actions.TooManyPictures) as refused:
            return _back(screen, sender_id, str(refused), broken=True)
        return _back(screen, sender_id, f"{added} stands at the end of the signature now.")

    @post("/pictures/removal", guards=[needs(Role.MANAGER)])
    async def remove_picture(
        self,
        request: HttpRequest,
        sender_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        row, name = await sender_for(member, sender_id), data.get("name", "")
        await picture_actions.remove_picture(member, row, name, now, address_of(request))
        return _back(screen, sender_id, "The picture is gone from the signature.")


def _back(screen: Screen, sender_id: int, said: str, *, broken: bool = False) -> Response[str]:
    return screen.back(f"/senders/{sender_id}", flash=said, tone="broken" if broken else "plain")
