"""What a controller notes about one invoice: a promise, a date, a query, leaving it out."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.days import today_of
from app.invoices.queries import invoice_for
from app.invoices.tables import Invoice
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound, OutOfDate
from app.promises import actions
from app.promises.forms import WhatIsOpen, read_day, read_dispute_form, read_promised_on
from app.promises.queries import dispute_for
from app.promises.words import DateSource, Said, say_expected
from app.screen import FormData, Screen, needs
from components.format import day
from workers import sync as sync_work

MOST_OF_A_RESOLUTION = 2000


class InvoiceSayingsController(Controller):
    """Each answers with the invoice's page and one sentence that says what was noted, or what is missing."""

    path = "/invoices/{invoice:str}"
    guards = [needs(Role.CONTROLLER)]

    @post("/promise")
    async def promise(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found, today = await _open_one(member, invoice), today_of(member, now)
        on, errors = read_promised_on(data, today)
        if on is None:
            return _missing(screen, found, errors)
        await actions.promise([found], on, source=Said.PHONE, by=member.name, now=now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return _noted(screen, found, f"Promised for {day(on, today)}. Chasing of {found.number} waits.")

    @post("/expected-date")
    async def expected_date(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found = await _open_one(member, invoice)
        on, errors = read_day(data, "expected_on")
        if errors:
            return _missing(screen, found, errors)
        await actions.set_expected_date(found, on, source=DateSource.CONTROLLER, by=member.name, now=now)
        sync_work.push_expected_dates.send(member.organisation_id)
        return _noted(screen, found, f"{say_expected(found.number, on, today_of(member, now), 'You')}. Xero is told.")

    @post("/dispute")
    async def dispute(
        self, invoice: FromPath[str], member: Given[SignedIn], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        found = await _open_one(member, invoice)
        form, errors = read_dispute_form(data, WhatIsOpen(amount(found.outstanding), found.currency, member.locale))
        if form is None:
            return _missing(screen, found, errors)
        await actions.open_dispute(
            found,
            amount=form.amount,
            reason=form.reason,
            text=form.text,
            source=Said.PHONE,
            by=member.name,
            now=now,
        )
        return _noted(screen, found, f"Query on {found.number} opened. Chasing of that part waits.")

    @post("/dispute/{dispute_id:int}/resolution")
    async def resolution(
        self,
        invoice: FromPath[str],
        dispute_id: FromPath[int],
        member: Given[SignedIn],
        screen: Given[Screen],
        data: FormData,
        now: Given[datetime],
    ) -> Response[str]:
        found = await _one(member, invoice)
        dispute = await dispute_for(member, found.id, dispute_id)
        agreed = data.get("resolution", "").strip()[:MOST_OF_A_RESOLUTION]
        if not agreed:
            return _missing(screen, found, {"resolution": "Say what was agreed"})
        await actions.resolve_dispute(dispute, agreed, member.name, now)
        return _noted(screen, found, f"Query on {found.number} resolved. It is chased again.")

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


def _missing(screen: Screen, invoice: Invoice, errors: dict[str, str]) -> Response[str]:
    """Back to the page with what is missing: these forms are one line each, and nothing was noted."""
    return screen.back(f"/invoices/{invoice.id}", flash=f"{'. '.join(errors.values())}. Nothing was noted.", tone="broken")
