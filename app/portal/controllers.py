"""The customer's pages behind a link, and their preview for members. Reading them changes the visit log only."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromPath, FromQuery

from app import clock
from app.identity.actions import TooManyTries, count_try
from app.identity.limits import on_portal_link
from app.portal import actions, queries
from app.portal.business import Business
from app.portal.forms import read_dispute, read_paid, read_promise
from app.portal.page_controllers import Pages, after, context_of, number_of, other_ways_to_pay, shown
from app.portal.pages import confirmation, stamp, told
from app.portal.queries import Visit
from app.portal.tongue import tongue_of_browser
from app.presence import address_of
from app.problems import NotFound, Problem, TryLater
from app.screen import FormData, Screen, redirect
from app.settings import settings
from app.xero.gateway import XeroGateway
from components.accent import accent_css
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]

PRIVATE = [
    ResponseHeader(name="Cache-Control", value="no-store"),
    ResponseHeader(name="Referrer-Policy", value="no-referrer"),
    ResponseHeader(name="X-Robots-Tag", value="noindex, nofollow, noarchive"),
]


class TooManyGuesses(Problem):
    """Too many links that open nothing were tried from here. Wait a quarter of an hour, then open the one in our latest
    email."""

    status = 429


class NotHere(NotFound):
    """This page is not part of your account. Go back to your account and open it from there."""


class LinkGone(NotFound):
    """This link does not open anything any more. It may have been replaced: use the one in our latest email, or reply
    to that email."""


async def provide_visit(request: HttpRequest, token: FromPath[str], now: Given[datetime]) -> Visit:
    """A link that lives is never slowed down by somebody else's guesses from the same address."""
    try:
        visit = await queries.visit_of_token(token, now)
    except NotFound:
        try:
            await count_try(on_portal_link(address_of(request)), now)
        except TooManyTries:
            raise TooManyGuesses from None
        raise LinkGone from None
    request.state.tongue = visit.say
    return visit


def tell_customer(request: HttpRequest, problem: Problem) -> Response[str]:
    """A problem in a customer's words: no way into the product from here."""
    known = request.state.get("tongue")
    say = known or tongue_of_browser(request.headers.get("accept-language", ""))
    title, advice = told(str(NotHere() if type(problem) is NotFound else problem), say)
    back = f"/p/{quote(str(request.path_params['token']))}" if known else ""
    again = request.url.path if isinstance(problem, TryLater) and request.method == "GET" else ""
    context = {
        "business": Business(name=say("Your account")),
        "say": say,
        "title": title,
        "advice": advice,
        "back_url": back,
        "again_url": again,
    }
    return Screen(request, clock.now()).plain("portal/problem.html", context, status=problem.status)


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
        return screen.plain("portal/_account.html", context_of(visit, account))

    @get("/invoices/{invoice:str}/pay")
    async def pay(
        self,
        visit: Given[Visit],
        invoice: FromPath[str],
        screen: Given[Screen],
        xero: Given[XeroGateway],
        now: Given[datetime],
    ) -> Response[str]:
        """Leads to the payment page; amount, currency and number are ours, never the visitor's."""
        found = await queries.invoice_of(visit, number_of(invoice))
        try:
            url = await actions.payment_page(visit, [found], xero=xero, demo_ledger_url=settings().demo_ledger_url, now=now)
        except (actions.CannotPayNow, actions.CannotPayOnline) as problem:
            return await other_ways_to_pay(visit, screen, now, found, problem)
        return led_away(url, visit, (found.id,), now)

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

    @post("/unpaid")
    async def not_paid(self, request: HttpRequest, visit: Given[Visit], now: Given[datetime]) -> Response[str]:
        """They opened a payment page and did not pay: then nobody asks about it again."""
        await actions.note_visit(visit, "not_paid", now)
        return redirect(request, visit.base)

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
        title, following = confirmation(act.act, visit.say)
        context = context_of(visit, await queries.account_of(visit, now))
        said = {"title": title, "sentence": act.sentence, "next": following}
        return screen.plain("portal/answered.html", context | said)


@get(
    "/p/{token:str}/{elsewhere:path}",
    dependencies={"visit": Provide(provide_visit)},
    response_headers=PRIVATE,
    exception_handlers={Problem: tell_customer},
)
async def nowhere(visit: Given[Visit], elsewhere: FromPath[str]) -> Response[str]:
    """An address of the portal that is none: told as everything else is there, with the way back."""
    raise NotHere


def led_away(url: str, visit: Visit, invoices: tuple[int, ...], now: datetime) -> Response[str]:
    """To the payment page; what was opened is noted, so that we can ask whether it was paid."""
    return Response("", status_code=303, headers={"Location": url}, background=after(visit, "pay", now, invoices))


@get("/portal-colour/{name:str}", media_type=MediaType.CSS)
async def colour(name: FromPath[str]) -> Response[str]:
    """A business's colour as a stylesheet; the name is the colour, so it never changes."""
    try:
        css = accent_css(name.removesuffix(".css"))
    except ValueError:
        raise NotFound from None
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(css, media_type=MediaType.CSS, headers=kept)
