"""The pages that both customers and previewing members see, and the preview."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromPath

from app.invoices.tables import Invoice
from app.middleware import content_policy, csp_nonce
from app.organisations.logo_queries import logo_url
from app.organisations.membership import SignedIn
from app.portal import actions, queries
from app.portal.account import Account
from app.portal.business import Business, colour_url
from app.portal.forms import Answer
from app.portal.pages import NOTHING_GIVEN, live_url, told
from app.portal.papers import MOST
from app.portal.queries import Visit
from app.problems import NotFound, Problem, TryLater
from app.promises.words import REASONS
from app.screen import Screen
from app.statements.actions import past_pdf_of, pdf_of
from app.statements.forms import read_period
from app.statements.letterhead import bank_lines, particulars
from app.xero.gateway import XeroGateway
from workers import sync as sync_work


async def provide_preview(
    request: Request[Any, Any, Any], customer_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]
) -> Visit:
    """What a member sees may stand in a frame of ours, beside the settings that make it."""
    request.scope["state"]["content_policy"] = content_policy(csp_nonce(request.scope), framed_by="'self'")
    return await queries.preview_for(member, customer_id, now)


class Pages(Controller):
    """What both customers and previewing members see."""

    @get()
    async def show(self, visit: Given[Visit], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        answer = await shown(visit, screen, now)
        answer.background = after(visit, "opened", now)
        return answer

    @get("/invoices/{invoice:str}")
    async def invoice(
        self, visit: Given[Visit], invoice: FromPath[str], screen: Given[Screen], xero: Given[XeroGateway], now: Given[datetime]
    ) -> Response[Any]:
        """One open invoice, or with `.pdf` the paper of any."""
        if invoice.endswith(".pdf"):
            return await _paper(visit, number_of(invoice.removesuffix(".pdf")), xero, now)
        account = await queries.account_of(visit, now)
        found = account.owed_one(number_of(invoice))
        if found is None:
            raise NotFound
        one = {"invoice": found, "several": False, "reference": found.number}
        return screen.plain("portal/invoice.html", context_of(visit, account) | one)

    @get("/statement.pdf")
    async def statement(self, visit: Given[Visit], request: Request[Any, Any, Any], now: Given[datetime]) -> Response[bytes]:
        """As of today, or of the time from `from` to `to`; of what cannot be read as days, today's."""
        period, _ = read_period(request.query_params, visit.today)
        content = await (past_pdf_of(visit.customer.id, *period, now) if period else pdf_of(visit.customer.id, now))
        return _file(content, f"{visit.say('Statement')} {visit.today.isoformat()}.pdf", after(visit, "statement", now))


class Preview(Pages):
    """The same pages as a member sees them from the customer's page: no link is made, no visit is counted."""

    path = "/customers/{customer_id:int}/portal"
    dependencies = {"visit": Provide(provide_preview)}

    @get("/invoices/{invoice:str}/pay")
    async def pay(
        self, visit: Given[Visit], invoice: FromPath[str], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Where the customer would be led away to pay."""
        found = await queries.invoice_of(visit, number_of(invoice))
        return await other_ways_to_pay(visit, screen, now, found, NothingIsPaidHere())


class NothingIsPaidHere(Problem):
    """From here your customer is led to the payment page. This is a preview: nothing is paid in it."""

    status = 200


async def shown(
    visit: Visit, screen: Screen, now: datetime, answer: Answer = NOTHING_GIVEN, section: str = ""
) -> Response[str]:
    """The page, with what was given and what was wrong with it when a form comes back."""
    account = await queries.account_of(visit, now)
    context = context_of(visit, account, answer) | {"section": section}
    return screen.plain("portal/show.html", context, status=422 if section else 200)


async def other_ways_to_pay(visit: Visit, screen: Screen, now: datetime, invoice: Invoice, problem: Problem) -> Response[str]:
    """Why the payment page is not shown, and how the money can come all the same."""
    title, advice = told(str(problem), visit.say)
    said = {"title": title, "advice": advice, "can_retry": isinstance(problem, TryLater), "invoice": invoice}
    context = context_of(visit, await queries.account_of(visit, now)) | said | {"reference": invoice.number}
    return screen.plain("portal/other_ways_to_pay.html", context, status=problem.status)


def context_of(visit: Visit, account: Account, answer: Answer = NOTHING_GIVEN) -> dict[str, Any]:
    return {
        "visit": visit,
        "account": account,
        "business": _business(visit),
        "answer": answer,
        "section": "",
        "several": len(account.owed) > 1,
        "reference": account.payment_reference,
        "say": visit.say,
        "counted": visit.say.counted,
        "reasons": [("", visit.say("Choose")), *((reason.value, visit.say(words)) for reason, words in REASONS.items())],
        "live_url": live_url(visit.base, account, visit.is_preview),
        "most_papers": MOST,
    }


def _business(visit: Visit) -> Business:
    of, look = visit.organisation, visit.settings
    return Business(
        name=of.name,
        colour_url=colour_url(of.accent),
        logo_url=logo_url(of.logo),
        greeting=look.greeting,
        footer=look.footer,
        particulars=particulars(of.legal_name or of.name, of.registration_number, of.registered_office),
        bank=bank_lines(of.bank_details) if look.shows_bank_details else (),
    )


async def _paper(visit: Visit, invoice_id: int, xero: XeroGateway, now: datetime) -> Response[bytes]:
    found = await queries.invoice_of(visit, invoice_id)
    content = await actions.invoice_paper(found, xero=xero, now=now)
    return _file(content, f"{found.number or visit.say('Invoice')}.pdf", after(visit, "pdf", now))


def _file(content: bytes, name: str, background: BackgroundTask | None) -> Response[bytes]:
    shown_as = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": shown_as}
    return Response(content, media_type="application/pdf", headers=headers, background=background)


def after(visit: Visit, act: str, now: datetime, led_to_pay: tuple[int, ...] = ()) -> BackgroundTask | None:
    """What an opened page leaves behind, once the customer has it: a line in the visit log, and a sync."""
    return None if visit.is_preview else BackgroundTask(_note_and_refresh, visit, act, now, led_to_pay)


async def _note_and_refresh(visit: Visit, act: str, now: datetime, led_to_pay: tuple[int, ...]) -> None:
    await actions.note_visit(visit, act, now, led_to_pay=led_to_pay)
    if act == "opened" and await actions.may_refresh(visit.organisation.id, now):
        sync_work.refresh.send(visit.organisation.id)


def number_of(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotFound
    return int(text)
