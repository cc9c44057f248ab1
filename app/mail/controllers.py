"""The mailboxes that send."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.days import local_time
from app.mail import sender_actions
from app.mail.domain_actions import findings_of
from app.mail.forms import SECRETS, SenderForm, read_sender, wants_password_again
from app.mail.providers import providers_of
from app.mail.queries import lacking_particulars, sender_for, sender_view, senders_of
from app.mail.tables import Sender
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.presence import address_of
from app.screen import FormData, Screen, needs
from app.settings import settings
from workers import mail as mail_work

HttpRequest = Request[Any, Any, Any]
SENDERS = "/senders"
KINDS = (("normal", "Normal"), ("escalated", "Escalated: a more senior person"))
TLS = (
    ("starttls", "STARTTLS (usually port 587)"),
    ("tls", "TLS (usually port 465)"),
    ("none", "None: a server on this machine"),
)


IMAP_TLS = (
    ("tls", "TLS (usually port 993)"),
    ("starttls", "STARTTLS (usually port 143)"),
    ("none", "None: a server on this machine"),
)


class SendersController(Controller):
    path = SENDERS

    @get()
    async def index(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        context = {
            "senders": await senders_of(member.organisation_id),
            "organisation": await organisation_of(member),
            "may_change": member.may(Role.MANAGER),
        }
        return await screen.page("mail/senders.html", context)

    @get("/new", guards=[needs(Role.MANAGER)])
    async def new(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _form(screen, member, SenderForm(name=member.organisation), {}, None)

    @post(guards=[needs(Role.MANAGER)])
    async def create(
        self, request: HttpRequest, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        form, errors = read_sender(data)
        if errors:
            return await _form(screen, member, form, errors, None)
        sender_id = await sender_actions.create(member, form, now, address_of(request))
        _look_around(sender_id)
        return screen.back(f"{SENDERS}/{sender_id}", flash="Saved. Use Send test to prove that it works.")

    @get("/{sender_id:int}")
    async def edit(self, sender_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        row = await sender_for(member, sender_id)
        return await _form(screen, member, _as_form(row), {}, row)

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
        form, errors = read_sender(data, row.account)
        errors = errors or wants_password_again(row, form)
        if errors:
            return await _form(screen, member, form, errors, row)
        await sender_actions.update(member, row, form, now, address_of(request))
        _look_around(sender_id)
        return screen.back(f"{SENDERS}/{sender_id}", flash="Saved.")

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


def _look_around(sender_id: int) -> None:
    """What a person wants to see at once: the domain's records, and whether the inbox can be read."""
    mail_work.check_domain.send(sender_id)
    mail_work.read_inbox.send(sender_id)


async def _form(
    screen: Screen,
    member: SignedIn,
    form: SenderForm,
    errors: dict[str, str],
    row: Sender | None,
) -> Response[str]:
    may_change = member.may(Role.MANAGER)
    context = {
        "form": form,
        "errors": errors,
        "sender": sender_view(row) if row else None,
        "read_at": local_time(row.read_at, member) if row and row.read_at else None,
        "findings": findings_of(row) if row else (),
        "providers": list(providers_of(settings()).values()) if row is None else [],
        "provider": providers_of(settings()).get(row.account) if row else None,
        "lacks": await lacking_particulars(member.organisation_id) if row else (),
        "kinds": KINDS,
        "tls_modes": TLS,
        "imap_tls_modes": IMAP_TLS,
        "member": member,
        "may_change": may_change,
    }
    return await screen.page("mail/sender.html", context, status=422 if errors else 200)


def _as_form(row: Sender) -> SenderForm:
    return SenderForm(**{name: getattr(row, name) for name in SenderForm.__struct_fields__ if name not in SECRETS})
