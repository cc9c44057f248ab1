"""What a controller notes about several invoices of a customer at once: a promise, or that they are paid."""

from collections.abc import Sequence
from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.days import today_of
from app.customers.page_controllers import changed, mistaken
from app.customers.queries import customer_for
from app.invoices.queries import open_invoices_of
from app.invoices.tables import Invoice
from app.organisations.membership import Role, SignedIn
from app.promises import actions
from app.promises.forms import read_promised_on, read_said, ticked
from app.promises.words import listed
from app.screen import FormData, Screen, needs
from components.format import day
from workers import sync as sync_work

NONE_TICKED = {"invoices": "Tick the invoices that they mean"}


class CustomerSayingsController(Controller):
    path = "/customers/{customer_id:int}"
    guards = [needs(Role.CONTROLLER)]

    @post("/promise")
    async def promise(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer, today = await customer_for(member, customer_id), today_of(member, now)
        meant, said = await _meant(customer.id, data), read_said(data)
        on, errors = read_promised_on(data, today)
        if on is None or not meant:
            wrong = {**errors, **({} if meant else NONE_TICKED)}
            return await mistaken(member, customer.id, screen, now, wrong, {**data, "saying": "promise"})
        await actions.promise(meant, on, source=said.source, by=member.name, now=now, said_by=said.said_by)
        sync_work.push_expected_dates.send(member.organisation_id)
        numbers = listed([each.number for each in meant])
        return await changed(member, customer.id, screen, now, f"{numbers} promised for {day(on, today)}. Chasing waits.")

    @post("/told-paid")
    async def told_paid(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer, said = await customer_for(member, customer_id), read_said(data)
        meant = await _meant(customer.id, data)
        if not meant:
            return await mistaken(member, customer.id, screen, now, NONE_TICKED, {**data, "saying": "paid"})
        today = today_of(member, now)
        await actions.tell_paid(meant, source=said.source, now=now, today=today, by=member.name, said_by=said.said_by)
        numbers = listed([each.number for each in meant])
        sentence = f"They say that {numbers} is paid. Chasing waits five working days."
        return await changed(member, customer.id, screen, now, sentence)


async def _meant(customer_id: int, data: dict[str, str]) -> Sequence[Invoice]:
    """The open invoices that are ticked; all of them where the form asks for all."""
    every = {each.id: each for each in await open_invoices_of(customer_id)}
    return list(every.values()) if data.get("all") else [every[each] for each in ticked(data, every)]
