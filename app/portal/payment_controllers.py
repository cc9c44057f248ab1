"""Paying several invoices at once: by the business's own payment link, by one bank transfer, or one after the other."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from app.portal import actions, queries
from app.portal.account import Account, OwedInvoice, sums_of
from app.portal.controllers import PRIVATE, led_away, provide_visit, tell_customer
from app.portal.forms import read_paid
from app.portal.page_controllers import context_of, number_of, shown
from app.portal.queries import Visit
from app.problems import NotFound, Problem
from app.screen import FormData, Screen, redirect
from app.settings import settings
from app.xero.gateway import XeroGateway


class Payment(Controller):
    """Which invoices is in the address, what they come to is not."""

    path = "/p/{token:str}/payment"
    dependencies = {"visit": Provide(provide_visit)}
    response_headers = PRIVATE
    exception_handlers = {Problem: tell_customer}

    @post()
    async def create(
        self, request: Request[Any, Any, Any], visit: Given[Visit], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """A form cannot lead to another house, so that this one leads to a page whose links do."""
        answer = read_paid(data, await queries.account_of(visit, now))
        if answer.errors:
            return await shown(visit, screen, now, answer, "payment")
        if len(answer.invoices) == 1:
            return redirect(request, f"{visit.base}/invoices/{answer.invoices[0].id}/pay")
        return redirect(request, f"{visit.base}/payment?invoices={written(answer.invoices)}")

    @get()
    async def show(
        self, visit: Given[Visit], screen: Given[Screen], now: Given[datetime], invoices: FromQuery[str] = ""
    ) -> Response[str]:
        account = await queries.account_of(visit, now)
        meant = meant_by(account, invoices)
        sums = sums_of(meant, ())
        total = visit.say.all_of([visit.say.money(each.outstanding, each.currency) for each in sums])
        context = {
            "heading": visit.say.counted(
                "Pay {number} invoice: {total}", "Pay {number} invoices: {total}", len(meant), total=total
            ),
            "meant": meant,
            "sums": sums,
            "written": written(meant),
            "has_own_link": bool(visit.organisation.payment_link),
            "reference": ", ".join(each.number for each in meant),
        }
        return screen.plain("portal/payment.html", context_of(visit, account) | context)

    @get("/{currency:str}")
    async def pay(
        self,
        visit: Given[Visit],
        currency: FromPath[str],
        xero: Given[XeroGateway],
        now: Given[datetime],
        invoices: FromQuery[str] = "",
    ) -> Response[str]:
        """All of those in this currency; their sum is ours, never the visitor's."""
        ids = [each.id for each in meant_by(await queries.account_of(visit, now), invoices) if each.currency == currency]
        found = await queries.open_invoices_of(visit, ids) if ids else []
        url = await actions.payment_page(visit, found, xero=xero, demo_ledger_url=settings().demo_ledger_url, now=now)
        return led_away(url, visit, tuple(each.id for each in found), now)


def _heading(visit: Visit, number: int, total: str) -> str:
    return visit.say.counted("Pay {number} invoice: {total}", "Pay {number} invoices: {total}", number, total=total)


def meant_by(account: Account, written: str) -> tuple[OwedInvoice, ...]:
    """Those of "12-14" that are this customer's and open. Raise NotFound for what is no list, PaidMeanwhile for none."""
    if len(written) > LONGEST_LIST:
        raise NotFound
    ids = {number_of(each) for each in written.split("-")}
    meant = tuple(each for each in account.owed if each.id in ids)
    if not meant:
        raise actions.PaidMeanwhile
    return meant


def written(invoices: tuple[OwedInvoice, ...]) -> str:
    return "-".join(str(each.id) for each in invoices)


LONGEST_LIST = 4000
"""Characters; of several hundred invoices."""
