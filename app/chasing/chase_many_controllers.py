"""Chasing many customers by hand, from a selection in a list: what goes to whom, looked at, then sent."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from app.chasing.approval_controllers import framed
from app.chasing.chase_many import Line, Pile, pile_of, reasons_shown
from app.chasing.chase_now import leads_to_portal, said
from app.chasing.chase_now_actions import LeftOut, Order, chase_many
from app.chasing.chase_now_form import MOST_AT_ONCE, Asked, ids_in, read_asked
from app.chasing.chase_now_queries import desk_for, facts_about, reminder_templates, template_among
from app.chasing.wording import OwnWords
from app.customers.controllers import PATH as CUSTOMERS
from app.customers.controllers import asked_customers
from app.customers.days import today_of
from app.customers.queries import customer_for, customers_among
from app.database import fetch
from app.email_templates.filling import Filled, fill
from app.email_templates.queries import TemplateText
from app.email_templates.rendering import Unrenderable, render
from app.invoices.controllers import PATH as INVOICES
from app.invoices.controllers import asked_invoices
from app.lists import selected
from app.mail.picture_queries import with_pictures
from app.mail.queries import SenderView, senders_of
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs
from components.format import counted
from workers.mail import deliver

HttpRequest = Request[Any, Any, Any]
TOO_MANY = f"Choose at most {MOST_AT_ONCE} customers at once: somebody answers for each."
ASKED_FOR = "When can we expect it?"
"""The shipped template that fits most customers of a mixed selection."""


class ChaseManyController(Controller):
    guards = [needs(Role.CONTROLLER)]

    @post("/customers/chase-now")
    async def customers(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        ids, _ = await selected(asked_customers, request, member, now)
        if not 0 < len(ids) <= MOST_AT_ONCE:
            return screen.back(CUSTOMERS, flash=TOO_MANY if ids else "Tick the customers to chase first.", tone="waiting")
        return await _show(member, screen, {"customers": _joined(ids)}, now)

    @post("/invoices/chase-now")
    async def invoices(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        ids, _ = await selected(asked_invoices, request, member, now)
        owners = await _owners(member, ids)
        if not 0 < len(owners) <= MOST_AT_ONCE:
            return screen.back(INVOICES, flash=TOO_MANY if ids else "Tick the invoices to chase first.", tone="waiting")
        return await _show(member, screen, {"customers": _joined(owners), "invoices": _joined(ids)}, now)

    @get("/chase-now")
    async def index(self, screen: Given[Screen]) -> Response[str]:
        return screen.back(CUSTOMERS)

    @post("/chase-now")
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """`do` is show, with another template or sender, or send."""
        asked = read_asked(data)
        ids = await customers_among(member, ids_in(data.get("customers", "")))
        if data.get("do") != "send" or not asked.template_id or not 0 < len(ids) <= MOST_AT_ONCE:
            return await _show(member, screen, data, now)
        return await _send(member, screen, data, asked, now)

    @get("/chase-now/{customer_id:int}/letter")
    async def letter(
        self,
        customer_id: FromPath[int],
        member: Given[SignedIn],
        now: Given[datetime],
        template: FromQuery[int],
        sender: FromQuery[int] = 0,
        invoices: FromQuery[str] = "",
    ) -> Response[str]:
        """What would go to this customer, for a frame."""
        customer = await customer_for(member, customer_id)
        text = await template_among(member, template, customer.language)
        desk = await desk_for(member.organisation_id, [customer_id], now)
        found, wanted = desk.of(customer_id), ids_in(invoices)
        chosen = [choice for choice in (found.choices if found else ()) if choice.invoice_id in wanted]
        own = sender if any(each.id == sender for each in await senders_of(member.organisation_id)) else None
        leads = leads_to_portal(chosen)
        facts = await facts_about(desk, customer_id, chosen, own, portal=leads, language=text.language)
        written = render(text.subject, text.body, facts)
        if isinstance(written, Unrenderable):
            return framed(f"<p>{escape(written.sentence)}</p>")
        return framed(await with_pictures(written.html, own))


async def _owners(member: SignedIn, invoice_ids: list[int]) -> list[int]:
    found: set[int] = set()
    for start in range(0, len(invoice_ids), 1000):
        ids = ", ".join(str(int(number)) for number in invoice_ids[start : start + 1000])
        sql = f"SELECT DISTINCT customer FROM invoice WHERE organisation = {{}} AND id IN ({ids})"  # noqa: S608  ids
        found |= {row["customer"] for row in await fetch(sql, member.organisation_id)}
    return sorted(found)


async def _show(member: SignedIn, screen: Screen, data: Mapping[str, str], now: datetime) -> Response[str]:
    asked, pile = read_asked(data), await _pile(member, data, now)
    templates, senders = await reminder_templates(member), await _senders(member)
    first = next((text for text in templates if text.shipped_as == ASKED_FOR), next(iter(templates), None))
    context = {
        "pile": pile,
        "templates": [(text.id, text.name) for text in templates],
        "template": asked.template_id or (first.id if first else 0),
        "senders": [(each.id, f"{each.name} <{each.address}>") for each in senders],
        "sender": asked.sender_id or (senders[0].id if senders else 0),
        "counts_as_step": asked.counts_as_step,
        "customers": data.get("customers", ""),
        "invoices": data.get("invoices", ""),
        "opened_at": (asked.opened_at or now).isoformat(),
        "reasons_shown": reasons_shown,
        "said": said,
        "asks": pile.asks and not member.may(Role.MANAGER),
        "member": member,
        "today": today_of(member, now),
    }
    return await screen.page("chasing/chase_many.html", context)


async def _pile(member: SignedIn, data: Mapping[str, str], now: datetime) -> Pile:
    ids = (await customers_among(member, ids_in(data.get("customers", ""))))[:MOST_AT_ONCE]
    desk = await desk_for(member.organisation_id, ids, now)
    return pile_of(desk.candidates, frozenset(ids_in(data.get("invoices", ""))), desk.day, read_asked(data).counts_as_step)


async def _senders(member: SignedIn) -> list[SenderView]:
    return [each for each in await senders_of(member.organisation_id) if each.can_send]


async def _send(member: SignedIn, screen: Screen, data: FormData, asked: Asked, now: datetime) -> Response[str]:
    pile = await _pile(member, data, now)
    senders = await _senders(member)
    sender = next((each for each in senders if each.id == asked.sender_id), next(iter(senders), None))
    ticked = [line for line in (*pile.goes, *pile.could) if f"customer_{line.customer_id}" in data]
    if not ticked or sender is None:
        return await _show(member, screen, data, now)
    text = await template_among(member, asked.template_id, "")
    own = [await _own_words(member, line, asked, sender, now) for line in ticked]
    orders = [_order(line, data, asked, text, words, sender, now) for line, words in zip(ticked, own, strict=True)]
    found = await chase_many(member, orders, now)
    for _, each in found:
        if not isinstance(each, LeftOut) and not each.waits:
            deliver.send(each.message_id)
    left = [each.why for _, each in found if isinstance(each, LeftOut)]
    waiting = sum(not isinstance(each, LeftOut) and each.waits for _, each in found)
    return screen.back(
        CUSTOMERS, flash=_say(len(found) - len(left) - waiting, waiting, left), tone="waiting" if left else "plain"
    )


async def _own_words(member: SignedIn, line: Line, asked: Asked, sender: SenderView, now: datetime) -> Filled:
    """Empty, so that the template's are written when it leaves; where its step leads to no portal, the words without it."""
    if leads_to_portal(line.chosen):
        return Filled("", "")
    customer = await customer_for(member, line.customer_id)
    text = await template_among(member, asked.template_id, customer.language)
    desk = await desk_for(member.organisation_id, [line.customer_id], now)
    about = (desk, line.customer_id, line.chosen, sender.id)
    return fill(text.subject, text.body, await facts_about(*about, portal=False, language=text.language))


def _order(
    line: Line, data: FormData, asked: Asked, text: TemplateText, own: Filled, sender: SenderView, now: datetime
) -> Order:
    shown = data.get(f"shown_{line.customer_id}", "").split()
    return Order(
        customer_id=line.customer_id,
        invoice_ids=frozenset(choice.invoice_id for choice in line.chosen),
        template=text,
        words=OwnWords(subject=own.subject, body=own.body, to=line.to, cc=line.cc, attaches_invoices=True),
        sender_id=sender.id,
        sender_kind=sender.kind,
        counts_as_step=asked.counts_as_step,
        despite=frozenset(shown),
        opened_at=asked.opened_at or now,
    )


def _say(going: int, waiting: int, left: list[str]) -> str:
    parts = [f"{counted(going, 'email is', 'emails are')} on the way."] if going or not waiting else []
    if waiting:
        parts.append(f"{counted(waiting, 'email waits', 'emails wait')} for a manager's approval.")
    if left:
        parts.append(f"{counted(len(left), 'was', 'were')} left out: {'; '.join(left[:3])}.")
    return " ".join(parts)


def _joined(ids: list[int]) -> str:
    return " ".join(map(str, ids))
