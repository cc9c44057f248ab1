"""The customer's pages behind a link, and their preview for members. Reading them changes the visit log only."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from app import clock
from app.identity.actions import count_try
from app.identity.limits import on_portal_link
from app.organisations.membership import SignedIn
from app.portal import actions, queries
from app.portal.account import Account
from app.portal.business import Business, colour_url
from app.portal.forms import Answer, read_dispute, read_paid, read_promise
from app.portal.leaving import filled, may_lead_to
from app.portal.pages import NOTHING_GIVEN, confirmation, live_url, stamp
from app.portal.queries import Visit
from app.presence import address_of
from app.problems import NotFound, Problem, TryLater
from app.promises.words import REASONS
from app.screen import FormData, Screen, redirect
from app.settings import settings
from app.statements.actions import pdf_of
from app.statements.letterhead import bank_lines, particulars
from app.xero.gateway import XeroGateway
from app.xero.invoice_actions import invoice_pdf, online_invoice_url
from components.accent import accent_css
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]

PRIVATE = [
    ResponseHeader(name="Cache-Control", value="no-store"),
    ResponseHeader(name="Referrer-Policy", value="no-referrer"),
    ResponseHeader(name="X-Robots-Tag", value="noindex, nofollow, noarchive"),
]


class LinkGone(NotFound):
    """This link does not open anything any more. It may have been replaced: use the one in our latest email, or reply
    to that email."""


class CannotPayHere(TryLater):
    """The payment page cannot be reached just now. Nothing was charged. Pay by bank transfer, or try again shortly."""


async def provide_visit(request: HttpRequest, token: FromPath[str], now: Given[datetime]) -> Visit:
    """A link that lives is never slowed down by somebody else's guesses from the same address."""
    try:
        return await queries.visit_of_token(token, now)
    except NotFound:
        await count_try(on_portal_link(address_of(request)), now)
        raise LinkGone from None


async def provide_preview(customer_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]) -> Visit:
    return await queries.preview_for(member, customer_id, now)


def tell_customer(request: HttpRequest, problem: Problem) -> Response[str]:
    """A problem in a customer's words: no way into the product from here."""
    title, _, advice = str(problem).partition(". ")
    token = request.path_params.get("token")
    back = f"/p/{quote(str(token))}" if token and not isinstance(problem, LinkGone) else ""
    context = {"business": Business(name="Your account"), "title": title.rstrip("."), "advice": advice, "back_url": back}
    return Screen(request, clock.now()).plain("portal/problem.html", context, status=problem.status)


class Pages(Controller):
    """What both customers and previewing members see."""

    @get()
    async def show(self, visit: Given[Visit], screen: Given[Screen], now: Given[datetime]) -> Response[str]:
        answer = await shown(visit, screen, now)
        answer.background = _after(visit, "opened", now)
        return answer

    @get("/invoices/{invoice:str}")
    async def invoice(
        self, visit: Given[Visit], invoice: FromPath[str], screen: Given[Screen], xero: Given[XeroGateway], now: Given[datetime]
    ) -> Response[Any]:
        """One open invoice, or with `.pdf` the paper of any."""
        if invoice.endswith(".pdf"):
            return await _paper(visit, _number(invoice.removesuffix(".pdf")), xero, now)
        account = await queries.account_of(visit, now)
        found = account.owed_one(_number(invoice))
        if found is None:
            raise NotFound
        return screen.plain("portal/invoice.html", _context(visit, account) | {"invoice": found})

    @get("/statement.pdf")
    async def statement(self, visit: Given[Visit], now: Given[datetime]) -> Response[bytes]:
        content = await pdf_of(visit.customer.id, now)
        return _file(content, f"Statement {visit.today.isoformat()}.pdf", _after(visit, "statement", now))


class Portal(Pages):
    path = "/p/{token:str}"
    dependencies = {"visit": Provide(provide_visit)}
    response_headers = PRIVATE
    exception_handlers = {Problem: tell_customer}

    @get("/figures")
    async def figures(
        self, visit: Given[Visit], screen: Given[Screen], now: Given[datetime], since: FromQuery[int] = 0
    ) -> Response[str]:
        """The fresh figures once there are any since the page was made, which gave its own `since`."""
        if stamp(await queries.freshness(visit)) <= since:
            return Response("", status_code=204, media_type=MediaType.HTML)
        account = await queries.account_of(visit, now)
        return screen.plain("portal/_account.html", _context(visit, account))

    @get("/invoices/{invoice:str}/pay")
    async def pay(
        self, visit: Given[Visit], invoice: FromPath[str], xero: Given[XeroGateway], now: Given[datetime]
    ) -> Response[str]:
        """Leads to the payment page; amount, currency and number are ours, never the visitor's."""
        found = await queries.invoice_of(visit, _number(invoice))
        if not found.is_open:
            raise actions.PaidMeanwhile
        template = visit.organisation.payment_link
        url = template and filled(template, queries.amount(found.outstanding), found.currency, found.number)
        url = url or await online_invoice_url(found, xero=xero, now=now)
        if not may_lead_to(url, settings().demo_ledger_url):
            raise CannotPayHere
        return Response("", status_code=303, headers={"Location": url}, background=_after(visit, "pay", now))

    @post("/promises")
    async def promise(
        self, request: HttpRequest, visit: Given[Visit], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        account = await queries.account_of(visit, now)
        answer = read_promise(data, account, visit.latest_promise)
        if answer.errors or not visit.settings.takes_promises:
            return await shown(visit, screen, now, answer, "promises")
        done = await actions.promise(visit, answer, now)
        sync_work.push_expected_dates.send(visit.organisation.id)
        return redirect(request, f"{visit.base}/answers/{done}")

    @post("/paid-claims")
    async def tell_paid(
        self, request: HttpRequest, visit: Given[Visit], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        answer = read_paid(data, await queries.account_of(visit, now))
        if answer.errors:
            return await shown(visit, screen, now, answer, "paid-claims")
        return redirect(request, f"{visit.base}/answers/{await actions.tell_paid(visit, answer, now)}")

    @post("/disputes")
    async def dispute(
        self, request: HttpRequest, visit: Given[Visit], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        answer = read_dispute(data, await queries.account_of(visit, now))
        if answer.errors or not visit.settings.takes_disputes:
            return await shown(visit, screen, now, answer, "disputes")
        return redirect(request, f"{visit.base}/answers/{await actions.dispute(visit, answer, now)}")

    @get("/answers/{act_id:int}")
    async def answered(
        self, visit: Given[Visit], act_id: FromPath[int], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """What the customer just did, and what happens next."""
        act = await queries.act_of(visit, act_id)
        title, following = confirmation(act.act, act.sentence)
        context = _context(visit, await queries.account_of(visit, now))
        said = {"title": title, "sentence": act.sentence, "next": following}
        return screen.plain("portal/answered.html", context | said)


class Preview(Pages):
    """The same pages as a member sees them from the customer's page: no link is made, no visit is counted."""

    path = "/customers/{customer_id:int}/portal"
    dependencies = {"visit": Provide(provide_preview)}


@get("/portal-colour/{name:str}", media_type=MediaType.CSS)
async def colour(name: FromPath[str]) -> Response[str]:
    """A business's colour as a stylesheet; the name is the colour, so it never changes."""
    try:
        css = accent_css(name.removesuffix(".css"))
    except ValueError:
        raise NotFound from None
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(css, media_type=MediaType.CSS, headers=kept)


async def shown(
    visit: Given[Visit], screen: Given[Screen], now: Given[datetime], answer: Answer = NOTHING_GIVEN, section: str = ""
) -> Response[str]:
    """The page, with what was given and what was wrong with it when a form comes back."""
    account = await queries.account_of(visit, now)
    context = _context(visit, account, answer) | {"section": section}
    return screen.plain("portal/show.html", context, status=422 if section else 200)


def _context(visit: Given[Visit], account: Account, answer: Answer = NOTHING_GIVEN) -> dict[str, Any]:
    return {
        "visit": visit,
        "account": account,
        "business": _business(visit),
        "answer": answer,
        "section": "",
        "reasons": [("", "Choose"), *((reason.value, words) for reason, words in REASONS.items())],
        "live_url": live_url(visit.base, account, visit.is_preview),
    }


def _business(visit: Given[Visit]) -> Business:
    of, look = visit.organisation, visit.settings
    return Business(
        name=of.name,
        colour_url=colour_url(of.accent),
        greeting=look.greeting,
        footer=look.footer,
        particulars=particulars(of.legal_name or of.name, of.registration_number, of.registered_office),
        bank=bank_lines(of.bank_details) if look.shows_bank_details else (),
    )


async def _paper(visit: Given[Visit], invoice_id: int, xero: Given[XeroGateway], now: Given[datetime]) -> Response[bytes]:
    found = await queries.invoice_of(visit, invoice_id)
    content = await invoice_pdf(found, xero=xero, now=now)
    return _file(content, f"{found.number or 'Invoice'}.pdf", _after(visit, "pdf", now))


def _file(content: bytes, name: str, background: BackgroundTask | None) -> Response[bytes]:
    shown_as = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": shown_as}
    return Response(content, media_type="application/pdf", headers=headers, background=background)


def _after(visit: Given[Visit], act: str, now: Given[datetime]) -> BackgroundTask | None:
    """What an opened page leaves behind, once the customer has it: a line in the visit log, and a sync."""
    return None if visit.is_preview else BackgroundTask(_note_and_refresh, visit, act, now)


async def _note_and_refresh(visit: Given[Visit], act: str, now: Given[datetime]) -> None:
    await actions.note_visit(visit, act, now)
    if act == "opened" and await actions.may_refresh(visit.organisation.id, now):
        sync_work.refresh.send(visit.organisation.id)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound
    return int(text)


PORTAL = [Portal, colour]
PREVIEW = [Preview]
