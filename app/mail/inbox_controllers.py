"""The inbox: replies that wait for a person, what to decide about them, and answering."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.customers.days import today_of
from app.customers.queries import customer_for
from app.invoices.tables import Invoice
from app.mail import inbox_queries as queries
from app.mail.inbox_queries import LABELS, Tab
from app.mail.tables import Incoming
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.outbox.messages import attachments_of
from app.outbox.queries import file as stored_file
from app.problems import NotFound
from app.promises.words import REASONS
from app.schedules.queries import calendar_of
from app.screen import Screen, needs
from workers import mail as mail_work

HttpRequest = Request[Any, Any, Any]
INBOX = "/inbox"
MOST_INVOICES = 60
WORKING_DAYS = 2
"""A reply that has waited so many stands out."""
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""What a stranger's file may do, should anything ever show it."""


class InboxController(Controller):
    path = INBOX

    @get()
    async def index(
        self,
        request: HttpRequest,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        decided: FromQuery[int] = 0,
    ) -> Response[str]:
        """`?tab=` names one; by itself those that wait. `decided`: the mail that was dealt with a moment ago."""
        named = request.query_params.get("tab", Tab.WAITING.value)
        if named not in set(Tab):
            raise NotFound
        today = today_of(member, now)
        context = {
            "mails": await queries.inbox_of(member, Tab(named), today),
            "tab": named,
            "tabs": [(each.value, label) for each, label in LABELS.items()],
            "boxes": await queries.unread_boxes(member.organisation_id),
            "decided": await queries.decided_just_now(member, _id(decided)),
            "member": member,
            "today": today,
            "late_by": calendar_of(await organisation_of(member)).working_days_ago(today, WORKING_DAYS),
            "may_act": member.may(Role.CONTROLLER),
        }
        return await screen.page("mail/inbox.html", context)

    @get("/{mail_id:int}")
    async def show(
        self,
        mail_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        decided: FromQuery[int] = 0,
    ) -> Response[str]:
        return await mail_page(member, await queries.incoming_for(member, mail_id), screen, now, decided=_id(decided))

    @get("/{mail_id:int}/files/{digest:str}")
    async def file(self, mail_id: FromPath[int], digest: FromPath[str], member: Given[SignedIn]) -> Response[bytes]:
        """Always as a download: what strangers attach is never shown within our pages."""
        mail = await queries.incoming_for(member, mail_id)
        wanted = next((each for each in attachments_of(mail.attachments) if each.hash == digest), None)
        stored = await stored_file(digest) if wanted else None
        if wanted is None or stored is None:
            raise NotFound
        headers = {
            "Content-Disposition": f"attachment; filename*=utf-8''{quote(wanted.name)}",
            "Content-Security-Policy": _NOTHING,
        }
        return Response(bytes(stored.content), media_type="application/octet-stream", headers=headers)

    @post("/reading", guards=[needs(Role.CONTROLLER)])
    async def read_now(self, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        boxes = await queries.unread_boxes(member.organisation_id)
        for box in boxes:
            mail_work.read_inbox.send(box["id"])
        if not boxes:
            return screen.back(INBOX, flash="No mailbox is read yet: switch it on under Senders.", tone="waiting")
        return screen.back(INBOX, flash="The mailboxes are being read. New replies appear here in a moment.")


def _id(number: int) -> int:
    return number if 0 < number < 2**31 else 0


async def mail_page(
    member: SignedIn,
    mail: Incoming,
    screen: Screen,
    now: datetime,
    errors: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    decided: int = 0,
) -> Response[str]:
    """The mail, its customer's other replies that wait, and what can be decided; `given` is what was typed."""
    others = await queries.also_waiting(mail) if mail.customer_id else []
    context = {
        "mail": await queries.shown_mail(member, mail),
        "others": [await queries.shown_mail(member, each) for each in others],
        "place": await queries.place_of(member.organisation_id, mail.id, today_of(member, now)),
        "decided": await queries.decided_just_now(member, decided) if decided != mail.id else None,
        "upto": max([mail.id, *(each.id for each in others)]),
        "customer": await customer_for(member, mail.customer_id) if mail.customer_id else None,
        "invoices": [(each, amount(each.outstanding)) for each in await open_invoices(mail.customer_id)],
        "reasons": [(each.value, words) for each, words in REASONS.items()],
        "member": member,
        "today": today_of(member, now),
        "may_act": member.may(Role.CONTROLLER),
        "errors": errors or {},
        "given": given or {},
    }
    return await screen.page("mail/incoming.html", context, status=422 if errors else 200)


async def open_invoices(customer_id: int | None, ids: Sequence[int] | None = None) -> list[Invoice]:
    """The customer's, oldest due first; of `ids` where given."""
    if customer_id is None or ids == []:
        return []
    mine = (Invoice.customer == customer_id) & Invoice.is_open.eq(True)
    if ids is not None:
        mine = mine & Invoice.id.is_in(list(ids))
    return await Invoice.objects().where(mine).order_by(Invoice.due_on, Invoice.id).limit(MOST_INVOICES)
