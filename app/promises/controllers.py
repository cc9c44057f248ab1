"""What a controller notes about one invoice: a promise, a date, a query, leaving it out."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.days import today_of
from app.invoices.controllers import invoice_page
from app.invoices.queries import invoice_for
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound, OutOfDate
from app.promises import actions, dispute_actions
from app.promises.dispute_queries import colleagues
from app.promises.forms import WhatIsOpen, read_dispute_form, read_expected_on, read_handling, read_promised_on, read_said
from app.promises.page_controllers import answer_day
from app.promises.queries import promise_for
from app.promises.words import DateSource, say_expected
from app.screen import FormData, Screen, needs
from components.format import day
from workers import sync as sync_work


class InvoiceSayingsController(Controller):
    """Each answers with the invoice's page and one sentence that says what was noted, or the page again with what is
    missing and all that was typed."""

    path = "/invoices/{invoice:str}"
    guards = [needs(Role.CONTROLLER)]

    @post("/promise")
    async def promise(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found, today = await _open_one(member, invoice), today_of(member, now)
        on, errors = read_promised_on(data, today)
        if on is None:
            return await _missing(member, screen, found, now, errors, data)
        said = read_said(data)
        await actions.promise([found], on, source=said.source, by=member.name, now=now, said_by=said.said_by)
        sync_work.push_expected_dates.send(member.organisation_id)
        return _noted(screen, found, f"Promised for {day(on, today)}. Chasing of {found.number} waits.")

    @post("/promise/{promise_id:int}/end")
    async def take_back(
        self,
        invoice: FromPath[str],
        promise_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:
        found = await _one(member, invoice)
        await actions.withdraw_promise(await promise_for(member, found.id, promise_id), by=member.name, now=now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return _noted(screen, found, "The promise is taken back. What held before it holds again.")

    @post("/told-paid")
    async def told_paid(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found, said = await _open_one(member, invoice), read_said(data)
        facts = {"source": said.source, "by": member.name, "said_by": said.said_by}
        await actions.tell_paid([found], now=now, today=today_of(member, now), **facts)  # type: ignore[arg-type]
        return _noted(screen, found, f"They say that {found.number} is paid. Chasing of it waits five working days.")

    @post("/told-paid/end")
    async def not_paid(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        found = await _one(member, invoice)
        await actions.withdraw_told_paid(found, by=member.name, now=now)
        return _noted(screen, found, f"{found.number} is not paid after all. It is chased again.")

    @post("/expected-date")
    async def expected_date(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found = await _open_one(member, invoice)
        today = today_of(member, now)
        on, errors = read_expected_on(data, today)
        if errors:
            return await _missing(member, screen, found, now, errors, data)
        await actions.set_expected_date(found, on, source=DateSource.CONTROLLER, by=member.name, now=now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return _noted(screen, found, f"{say_expected(found.number, on, today, 'You')}. Xero is told.")

    @post("/dispute")
    async def dispute(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found = await _open_one(member, invoice)
        form, errors = read_dispute_form(data, WhatIsOpen(amount(found.outstanding), found.currency, member.locale))
        said = read_said(data)
        able = [each.member_id for each in await colleagues(member.organisation_id)]
        handling, wrong = read_handling(data, able)
        if form is None or wrong:
            return await _missing(member, screen, found, now, {**errors, **wrong}, data)
        await dispute_actions.open_dispute(
            found,
            amount=form.amount,
            reason=form.reason,
            text=form.text,
            source=said.source,
            said_by=said.said_by,
            by=member.name,
            now=now,
            owner=handling.owner,
            answer_by_on=handling.answer_by_on or await answer_day(member, now),
        )
        return _noted(screen, found, f"Query on {found.number} opened. Chasing of that part waits.")

    @post("/exclusion")
    async def exclusion(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found, excluded = await _one(member, invoice), bool(data.get("excluded"))
        await actions.set_excluded(found, excluded, by=member.name, now=now)
        return _noted(screen, found, f"{found.number} is {'left out of chasing' if excluded else 'chased again'}.")


class NothingOpen(OutOfDate):
    """Nothing is outstanding on this invoice any more, so there is nothing to note."""


async def _one(member: SignedIn, invoice: str) -> Invoice:
    if not invoice.isascii() or not invoice.isdigit() or len(invoice) > 9:
        raise NotFound
    return await invoice_for(member, int(invoice))


async def _open_one(member: SignedIn, invoice: str) -> Invoice:
    found = await _one(member, invoice)
    if not found.is_open:
        raise NothingOpen
    return found


def _noted(screen: Screen, invoice: Invoice, sentence: str) -> Response[str]:
    return screen.back(f"/invoices/{invoice.id}", flash=sentence)


async def _missing(
    member: SignedIn, screen: Screen, invoice: Invoice, now: datetime, errors: dict[str, str], given: dict[str, str]
) -> Response[str]:
    context = {**await invoice_page(member, invoice, now), "errors": errors, "given": given}
    return await screen.page("invoices/show.html", context, status=422)
