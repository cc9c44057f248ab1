"""“They’ll pay on …” of any row: one date for an invoice, or for what a customer owes, without leaving the list."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery
from msgspec import Struct

from app.chasing.actions import plan_customers
from app.customers.days import today_of
from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.invoices.queries import customer_of, invoice_for, open_invoices_of
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound
from app.promises import actions
from app.promises.forms import Errors, read_promised_on, read_said, ticked
from app.promises.page_controllers import HOW_SAID
from app.promises.words import listed
from app.screen import FormData, Screen, needs
from components.format import day
from workers import sync as sync_work

OURS = re.compile(r"/(customers|invoices|promises)?(/\d{1,9})?(\?[\w=&%+.,:*~-]*)?", re.ASCII)
"""Where such a form may lead back to."""


class Word(Struct, frozen=True):
    """Whose word it is, and the open invoices that it may be about; `of` is the one that was asked for."""

    customer: Customer
    invoices: Sequence[Invoice]
    of: Invoice | None


class NewPromiseController(Controller):
    guards = [needs(Role.CONTROLLER)]

    @get("/promises/new")
    async def new(
        self,
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
        invoice: FromQuery[str] = "",
        customer: FromQuery[str] = "",
        origin: FromQuery[str] = "",
    ) -> Response[str]:
        given = {"invoice": invoice, "customer": customer, "origin": origin}
        return await _form(member, await _word(member, given), screen, now, {}, given)

    @post("/promises/new")
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        word, today = await _word(member, data), today_of(member, now)
        on, errors = read_promised_on(data, today)
        by_id = {each.id: each for each in word.invoices}
        meant = [word.of] if word.of is not None else [by_id[each] for each in ticked(data, by_id)]
        if on is None or not meant:
            missing = {} if meant else {"invoices": "Tick the invoices that they mean"}
            return await _form(member, word, screen, now, {**errors, **missing}, data)
        said = read_said(data)
        await actions.promise(meant, on, source=said.source, by=member.name, now=now, said_by=said.said_by)
        sync_work.push_expected_dates.send(member.organisation_id)
        await plan_customers(member.organisation_id, [word.customer.id], now)
        numbers = listed([each.number or "No number" for each in meant])
        return _noted(screen, word, data, f"{word.customer.name} promised {numbers} for {day(on, today)}. Chasing waits.")


async def _word(member: SignedIn, given: dict[str, str]) -> Word:
    """Raise NotFound where it is none of ours, or nothing is open."""
    if _number(given.get("invoice", "")):
        invoice = await invoice_for(member, _number(given["invoice"]))
        if not invoice.is_open:
            raise NotFound("Nothing is outstanding on this invoice any more.")
        return Word(await customer_of(invoice), [invoice], invoice)
    customer = await customer_for(member, _number(given.get("customer", "")))
    invoices = await open_invoices_of(customer.id)
    if not invoices:
        raise NotFound(f"{customer.name} owes nothing any more.")
    return Word(customer, invoices, None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _form(
    member: SignedIn, word: Word, screen: Screen, now: datetime, errors: Errors, given: dict[str, str]
) -> Response[str]:
    context: dict[str, Any] = {
        "customer": word.customer,
        "invoice": word.of,
        "invoices": [(each, amount(each.outstanding)) for each in word.invoices],
        "member": member,
        "today": today_of(member, now),
        "how_said": HOW_SAID,
        "origin": _origin(given),
        "errors": errors,
        "given": given,
        "is_first": not errors,
    }
    return await screen.answer(
        page="promises/new.html", fragment="promises/_new.html", context=context, region="new-promise",
        status=422 if errors else 200,
    )  # fmt: skip


def _origin(given: dict[str, str]) -> str:
    origin = given.get("origin", "")
    return origin if OURS.fullmatch(origin) else ""


def _noted(screen: Screen, word: Word, given: dict[str, str], said: str) -> Response[str]:
    """In its small window the page behind it is asked again; else back to where it came from."""
    if screen.wants_fragment("new-promise"):
        answer = screen.plain("promises/_noted.html", {"said": said})
        answer.headers["HX-Trigger"] = "promised"
        return answer
    there = f"/invoices/{word.of.id}" if word.of is not None else f"/customers/{word.customer.id}"
    return screen.back(_origin(given) or there, flash=said)
