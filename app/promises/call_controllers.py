"""Ringing a customer: what to know while it rings, and noting how it went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.activity.controllers import asking as whom_to_ask
from app.customers.contact import phones_of
from app.customers.days import today_of
from app.customers.page_controllers import changed
from app.customers.queries import customer_for, standing_of
from app.customers.summing_up import summed_up
from app.customers.tables import Customer
from app.invoices.queries import open_invoices_of
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.promises.call_actions import Query, note_call
from app.promises.call_queries import calls_of
from app.promises.calls import ABOUT_INVOICES, LABELS, Call, read_call
from app.promises.forms import Errors, WhatIsOpen, read_dispute_form, ticked
from app.promises.history_queries import promises_of_customer, record_of
from app.promises.page_controllers import answer_day, asking
from app.promises.words import say_record
from app.screen import FormData, Screen, needs
from workers import sync as sync_work

MOST = 100
"""Invoices to tick; whoever owes more is rung about the oldest."""


class CallsController(Controller):
    path = "/customers/{customer_id:int}/calls"
    guards = [needs(Role.CONTROLLER)]

    @get("/new")
    async def new(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        return await _panel(member, customer, screen, now, {}, {})

    @post()
    async def create(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer, today = await customer_for(member, customer_id), today_of(member, now)
        invoices = await open_invoices_of(customer.id)
        form, errors = read_call(data, today, [int(value) for value, _ in await whom_to_ask(member) if value])
        about = _about(form.outcome, invoices, data)
        if form.outcome in ABOUT_INVOICES and not about:
            errors["invoices"] = "Tick the invoices that they mean"
        query = await _query(member, form.outcome, about, data, errors, now)
        if errors:
            return await _panel(member, customer, screen, now, errors, data)
        await note_call(member, customer, form, about, query, today=today, now=now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return await changed(member, customer.id, screen, now, "The call is on the timeline.")


def _about(outcome: Call | None, invoices: Sequence[Invoice], data: dict[str, str]) -> list[Invoice]:
    by_id = {each.id: each for each in invoices}
    if outcome in ABOUT_INVOICES:
        return [by_id[each] for each in ticked(data, by_id)]
    queried = data.get("queried", "") if outcome is Call.QUERY else ""
    return [each for each in invoices if str(each.id) == queried]


async def _query(
    member: SignedIn, outcome: Call | None, about: Sequence[Invoice], data: dict[str, str], errors: Errors, now: datetime
) -> Query | None:
    """What is wrong with it goes into `errors`."""
    if outcome is not Call.QUERY:
        return None
    if not about:
        errors["queried"] = "Choose the invoice"
        return None
    what = WhatIsOpen(amount(about[0].outstanding), about[0].currency, member.locale)
    form, wrong = read_dispute_form({**data, "text": data.get("note", "")}, what)
    errors.update({("note" if name == "text" else name): said for name, said in wrong.items()})
    return Query(form, await answer_day(member, now)) if form is not None else None


async def _panel(
    member: SignedIn, customer: Customer, screen: Screen, now: datetime, errors: Errors, given: dict[str, str]
) -> Response[str]:
    """On the customer's page, or a page of its own; it comes back with what needs another look and all that was typed."""
    is_within = screen.wants_fragment()
    context = {**await _facts(member, customer, now), "errors": errors, "given": given, "is_within": is_within}
    status = 422 if errors else 200
    if not is_within:
        return await screen.page("promises/call.html", context, status=status)
    answer = screen.plain("promises/_call.html", context, status=status)
    answer.headers.update({"HX-Retarget": "#call", "HX-Reswap": "innerHTML show:#call:top"})
    return answer


async def _facts(member: SignedIn, customer: Customer, now: datetime) -> dict[str, Any]:
    today = today_of(member, now)
    record = await record_of(customer.id)
    return {
        "customer": customer,
        "member": member,
        "today": today,
        "phones": phones_of(customer.phones, member.country),
        "summed_up": summed_up(await standing_of(customer.id), today, member.locale),
        "invoices": [(each, amount(each.outstanding)) for each in (await open_invoices_of(customer.id))[:MOST]],
        "promises": (await promises_of_customer(customer.id))[:4],
        "kept": say_record(record.kept, record.broken),
        "calls": await calls_of(member, customer.id),
        "endings": LABELS.items(),
        "task_choices": await whom_to_ask(member),
        **await asking(member, now),
    }
