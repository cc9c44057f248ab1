"""Everything the page of a customer shows, and the answer after something was changed there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response

from app.activity.controllers import tasks_of_customer
from app.activity.queries import timeline_of_customer
from app.activity.showing import LABELS, Part
from app.activity.tables import Activity
from app.chasing.actions import plan_customers, planning_day
from app.chasing.book_queries import gather
from app.chasing.link_queries import links_of
from app.chasing.queries import Ahead, OpenInvoice, mail_by_id, open_invoices_of, reasons_of
from app.chasing.timeline import Entry, Happened, conversation
from app.chasing.upcoming import Coming, project
from app.customers.assignee_actions import assignable
from app.customers.contact import addresses_of, phones_of
from app.customers.days import local_time, today_of
from app.customers.queries import customer_for, recipients_of, standing_of
from app.customers.status import status_of
from app.customers.summing_up import Standing, ageing_of, summed_up
from app.customers.tables import Customer
from app.customers.words import HERE, KINDS, SOURCES, STOPS
from app.invoices.queries import closed_invoices_of, open_credits_of
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.outbox.states import MEANING, State
from app.promises.history_queries import promises_of_customer, record_of
from app.promises.page_controllers import HOW_SAID
from app.promises.words import say_record
from app.schedules.queries import schedule_name_of
from app.screen import Screen
from components.menu.items import MenuItem

SHOWN = 100
"""Invoices listed at once; more are a click away in the grid."""
LINES = 50
"""Of the timeline; earlier ones are a click away."""


async def customer_page(member: SignedIn, customer_id: int, now: datetime, part: Part = Part()) -> dict[str, Any]:
    customer = await customer_for(member, customer_id)
    today = today_of(member, now)
    invoices = await open_invoices_of(customer_id)
    coming = await _coming(member, customer_id, now) if invoices else ()
    standing = expecting(await standing_of(customer_id), coming)
    owed = [(each.due_on, each.outstanding_base) for each in invoices]
    return {
        "customer": customer,
        "today": today,
        "summed_up": summed_up(standing, today, member.locale),
        "status": status_of(customer, today),
        "schedule_name": await schedule_name_of(member.organisation_id, customer.schedule_id),
        "bar": ageing_of(owed, today, member.currency, member.locale),
        "invoices": invoices[:SHOWN],
        "shared": shared_reason(invoices),
        "more_invoices": max(0, len(invoices) - SHOWN),
        "closed": await closed_invoices_of(customer_id),
        "credits": [(each, amount(each.remaining)) for each in await open_credits_of(customer_id)],
        "recipients": await recipients_of(customer_id),
        "coming": coming,
        "why_nothing": () if coming else reasons_of(invoices),
        **await tasks_of_customer(member, customer_id, now),
        "promises": await promises_of_customer(customer_id),
        "kept": say_record(*msgspec.structs.astuple(await record_of(customer_id))),
        "how_said": HOW_SAID,
        **await timeline_part(member, customer_id, part, now),
        "assignable": await assignable(member),
        "phones": phones_of(customer.phones, member.country),
        "addresses": addresses_of(customer.addresses),
        "menu": await _menu(member, customer),
        "words": {"kinds": list(KINDS.items()), "stops": list(STOPS.items()), "sources": SOURCES, "here": HERE},
        "may_work": member.may(Role.CONTROLLER),
        "member": member,
        "errors": {},
        "given": {},
    }


def expecting(standing: Standing, coming: Sequence[Coming]) -> Standing:
    """The standing with the reminder that comes next, as it is foreseen now."""
    following = next((each for each in coming if each.reminder is not None), None)
    step = following.reminder.template if following is not None and following.reminder is not None else ""
    return msgspec.structs.replace(standing, next_step=step, next_on=following.on if following is not None else None)


def shared_reason(invoices: Sequence[OpenInvoice]) -> Ahead | None:
    """What holds every one of several invoices in the same words, so that it is said once."""
    alike = len({each.ahead.sentence for each in invoices}) == 1
    return invoices[0].ahead if alike and len(invoices) > 1 else None


async def _menu(member: SignedIn, customer: Customer) -> list[MenuItem]:
    links = await links_of(member.organisation_id)
    menu = [MenuItem("See the portal", f"/customers/{customer.id}/portal")]
    if member.may(Role.CONTROLLER):
        menu.insert(0, MenuItem("Chase now", f"/customers/{customer.id}/chase-now"))
    if member.may(Role.MANAGER):
        menu.append(MenuItem("Privacy", f"/customers/{customer.id}/privacy"))
    if links is None:
        return menu
    edit = MenuItem("Edit in Xero", links.contact(customer.xero_id), outside=True)
    refresh = MenuItem("Refresh from Xero", f"/customers/{customer.id}/refresh", method="post")
    return [*menu, edit, refresh] if member.may(Role.CONTROLLER) else [*menu, edit]


async def _coming(member: SignedIn, customer_id: int, now: datetime) -> tuple[Coming, ...]:
    gathered = await gather(member.organisation_id, now=now, customers=[customer_id])
    day = planning_day(gathered.calendar, gathered.settings, now)
    return project(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)


async def timeline_part(member: SignedIn, customer_id: int, part: Part, now: datetime) -> dict[str, Any]:
    """A part of the customer's timeline; `earlier` is the line before which it goes on, 0 where that is all."""
    rows = await timeline_of_customer(member.organisation_id, customer_id, part, LINES + 1)
    return {
        "entries": await conversation_of(member, rows[:LINES], now),
        "earlier": rows[LINES - 1].id if len(rows) > LINES else 0,
        "showing": part.showing,
        "showings": LABELS.items(),
        "is_further_back": bool(part.before),
    }


async def conversation_of(member: SignedIn, rows: Sequence[Activity], now: datetime) -> tuple[Entry, ...]:
    """Activities, the newest first, with the emails that they are about."""
    mailed = await mail_by_id(member.organisation_id, [row.message_id for row in rows if row.message_id])
    lines = []
    for row in rows:
        mail = mailed.get(row.message_id)
        trouble = MEANING[mail.state] if mail and mail.state in (State.UNKNOWN, State.FAILED) else ""
        about = {"subject": mail.subject, "to": ", ".join(mail.to), "url": f"/messages/{mail.id}"} if mail else _arrived(row)
        at = local_time(row.happened_at, member)
        lines.append(Happened(kind=row.kind, sentence=row.sentence, by=row.by, at=at, trouble=trouble, **about))
    return conversation(lines, today_of(member, now))


def _arrived(row: Activity) -> dict[str, str]:
    """Where the email that this is about can be read, if it came in."""
    incoming = msgspec.json.decode(row.facts).get("incoming")
    return {"url": f"/inbox/{incoming}"} if incoming else {}


async def changed(member: SignedIn, customer_id: int, screen: Screen, now: datetime, said: str) -> Response[str]:
    """After a change: plan the customer anew, then show its page again, or the part of it that htmx asked for."""
    await plan_customers(member.organisation_id, [customer_id], now)
    if not screen.wants_fragment("customer"):
        return screen.back(f"/customers/{customer_id}", flash=said)
    context = await customer_page(member, customer_id, now)
    return screen.plain("customers/_changed.html", {**context, "said": said})


async def mistaken(
    member: SignedIn, customer_id: int, screen: Screen, now: datetime, errors: dict[str, str], given: dict[str, str]
) -> Response[str]:
    """The page again with what needs another look; `given` is what was typed."""
    context = {**await customer_page(member, customer_id, now), "errors": errors, "given": given}
    return await screen.answer(
        page="customers/show.html", fragment="customers/_customer.html", context=context, region="customer", status=422
    )
