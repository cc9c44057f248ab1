"""The mailboxes that send."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.mail import sender_actions
from app.mail.forms import SenderForm, read_sender
from app.mail.proving_actions import send_test
from app.mail.queries import sender_for, sender_view, senders_of
from app.mail.tables import Sender
from app.organisations.membership import Role, SignedIn
from app.presence import address_of
from app.screen import FormData, Screen, needs

HttpRequest = Request[Any, Any, Any]
SENDERS = "/senders"
KINDS = (("normal", "Normal"), ("escalated", "Escalated: a more senior person"))
TLS = (
    ("starttls", "STARTTLS (usually port 587)"),
    ("tls", "TLS (usually port 465)"),
    ("none", "None: a server on this machine"),
)


class SendersController(Controller):
    path = SENDERS

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        context = {"senders": await senders_of(member.organisation_id), "may_change": member.may(Role.MANAGER)}
        return await screen.page("mail/senders.html", context)

    @get("/new", guards=[needs(Role.MANAGER)])
    async def new(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _form(screen, SenderForm(name=member.organisation), {}, None)

    @post(guards=[needs(Role.MANAGER)])
    async def create(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        form, errors = read_sender(data)
        if errors:
            return await _form(screen, form, errors, None)
        sender_id = await sender_actions.create(member, form, now, address_of(request))
        return screen.back(f"{SENDERS}/{sender_id}", flash="Saved. Use Send test to prove that it works.")

    @get("/{sender_id:int}")
    async def edit(self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        row = await sender_for(member, sender_id)
        return await _form(screen, _as_form(row), {}, row, may_change=member.may(Role.MANAGER))

    @post("/{sender_id:int}", guards=[needs(Role.MANAGER)])
    async def update(
        self,
        request: HttpRequest,
        sender_id: FromPath[int],
        data: FormData,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        row = await sender_for(member, sender_id)
        form, errors = read_sender(data)
        if errors:
            return await _form(screen, form, errors, row)
        await sender_actions.update(member, row, form, now, address_of(request))
        return screen.back(f"{SENDERS}/{sender_id}", flash="Saved.")

    @post("/{sender_id:int}/test", guards=[needs(Role.MANAGER)])
    async def test(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        proof = await send_test(member, await sender_for(member, sender_id), now)
        if proof.went:
            return screen.back(f"{SENDERS}/{sender_id}", flash=f"The test has gone to {member.email}: the mailbox works.")
        return screen.back(f"{SENDERS}/{sender_id}", flash=f"The test did not go: {proof.answer}", tone="broken")

    @post("/{sender_id:int}/resumption", guards=[needs(Role.MANAGER)])
    async def resume(
        self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        await sender_actions.take_up_again(await sender_for(member, sender_id), now)
        return screen.back(f"{SENDERS}/{sender_id}", flash="The mailbox sends again.")

    @post("/{sender_id:int}/removal", guards=[needs(Role.MANAGER)])
    async def destroy(
        self,
        request: HttpRequest,
        sender_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        row = await sender_for(member, sender_id)
        await sender_actions.remove(member, row, now, address_of(request))
        return screen.back(SENDERS, flash=f"{row.address} sends nothing any more.")


async def _form(
    screen: Screen, form: SenderForm, errors: dict[str, str], row: Sender | None, *, may_change: bool = True
) -> Response[str]:
    context = {
        "form": form,
        "errors": errors,
        "sender": sender_view(row) if row else None,
        "kinds": KINDS,
        "tls_modes": TLS,
        "may_change": may_change,
    }
    return await screen.page("mail/sender.html", context, status=422 if errors else 200)


def _as_form(row: Sender) -> SenderForm:
    return SenderForm(**{name: getattr(row, name) for name in SenderForm.__struct_fields__ if name != "password"})
