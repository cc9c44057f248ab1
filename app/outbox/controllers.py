"""Messages: what was sent, exactly; and what a person has to decide about."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.enums import MediaType
from litestar.params import FromPath

from app.chasing.actions import skip_message
from app.customers.days import local_time
from app.mail import decision_actions
from app.mail.inbox_queries import arrived_about, copy_of
from app.mail.picture_queries import with_pictures
from app.mail.queries import eml, message_for, messages_of, shown
from app.organisations.membership import Role, SignedIn
from app.outbox import queries
from app.outbox.messages import attachments_of
from app.outbox.states import State
from app.problems import NotFound
from app.screen import Screen, needs
from workers.mail import deliver

HttpRequest = Request[Any, Any, Any]
MESSAGES = "/messages"
TABS = (
    ("unknown", "Unknown", (State.UNKNOWN,)),
    ("failed", "Failed", (State.FAILED,)),
    ("waiting", "Waiting", (State.PLANNED, State.APPROVED, State.SENDING)),
    ("sent", "Sent", (State.SENT,)),
    ("cancelled", "Cancelled", (State.CANCELLED,)),
)
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For the letter inside its frame: nothing runs and nothing is fetched. Mail has its styles inline."""


class MessagesController(Controller):
    path = MESSAGES

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """`?state=` names a tab; by itself the page shows what a person must decide about, else what was sent."""
        first = "unknown" if await queries.has_unknown(member.organisation_id) else "sent"
        state = request.query_params.get("state", first)
        chosen = next((states for name, _, states in TABS if name == state), None)
        if chosen is None:
            raise NotFound
        context = {
            "messages": await messages_of(member, chosen),
            "tabs": TABS,
            "state": state,
            "member": member,
            "today": _today(member, now),
        }
        return await screen.page("outbox/index.html", context)

    @get("/{name:str}")
    async def show(
        self, name: FromPath[str], member: Given[SignedIn], screen: Given[Screen]
    ) -> Response[str] | Response[bytes]:
        """The message as it was sent; with `.eml`, its very bytes."""
        message = await message_for(member, _number(name.removesuffix(".eml")))
        if name.endswith(".eml"):
            return _download(await eml(message), "message/rfc822", f"message-{message.id}.eml")
        found = shown(message)
        context = {
            "message": found,
            "at": local_time(found.at, member) if found.at else None,
            "may_act": member.may(Role.CONTROLLER),
            "arrived": await arrived_about(member, message.id),
            "copy": await copy_of(message.id),
        }
        return await screen.page("outbox/show.html", context)

    @get("/{message_id:int}/letter")
    async def letter(self, message_id: FromPath[int], member: Given[SignedIn]) -> Response[str]:
        """The HTML part alone, for the frame."""
        message = shown(await message_for(member, message_id))
        html = await with_pictures(message.html, message.sender_id, message.attachments)
        head = '<!doctype html><meta charset="utf-8"><base target="_blank"><title>Letter</title>'
        page = f'{head}<body style="margin:20px 24px">{html}'
        return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": _LETTER_POLICY})

    @get("/{message_id:int}/files/{digest:str}")
    async def file(self, message_id: FromPath[int], digest: FromPath[str], member: Given[SignedIn]) -> Response[bytes]:
        message = await message_for(member, message_id)
        wanted = next((each for each in attachments_of(message.attachments) if each.hash == digest), None)
        stored = await queries.file(digest) if wanted else None
        if wanted is None or stored is None:
            raise NotFound
        return _download(bytes(stored.content), wanted.media_type, wanted.name)

    @post("/{message_id:int}/sending-again", guards=[needs(Role.CONTROLLER)])
    async def send_again(
        self, message_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await decision_actions.send_again(member, await message_for(member, message_id), now)
        deliver.send(message_id)
        return screen.back(f"{MESSAGES}/{message_id}", flash="It is being sent again.")

    @post("/{message_id:int}/mark-as-sent", guards=[needs(Role.CONTROLLER)])
    async def mark_as_sent(
        self, message_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await decision_actions.mark_as_sent(member, await message_for(member, message_id), now)
        return screen.back(f"{MESSAGES}/{message_id}", flash="It counts as sent.")

    @post("/{message_id:int}/cancellation", guards=[needs(Role.CONTROLLER)])
    async def cancel(
        self, message_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """A reminder would be planned anew the same day, were its customer not skipped until the next."""
        message = await message_for(member, message_id)
        if not await skip_message(member.organisation_id, message.id, by=member.name, now=now):
            await decision_actions.cancel(member, message, now)
        return screen.back(f"{MESSAGES}/{message_id}", flash="It does not go.")


def _today(member: SignedIn, now: datetime) -> date:
    return now.astimezone(ZoneInfo(member.timezone)).date()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound
    return int(text)


def _download(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)
