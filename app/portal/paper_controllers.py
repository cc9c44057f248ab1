"""The PDFs of several invoices at once, as a zip: those that were ticked, or all that are open."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromQuery
from litestar.response import Stream

from app.portal import queries
from app.portal.actions import PaidMeanwhile
from app.portal.controllers import PRIVATE, provide_visit, tell_customer
from app.portal.forms import Answer, read_paid
from app.portal.page_controllers import after, provide_preview, shown
from app.portal.paper_actions import fetch_papers, papers
from app.portal.papers import MOST
from app.portal.payment_controllers import meant_by, written
from app.portal.queries import Visit
from app.problems import Problem
from app.screen import FormData, Screen, redirect
from app.statements.bundle import zipped
from app.xero.gateway import XeroGateway


class ReadPapers(Controller):
    """Which invoices is in the address; without it, all that are open."""

    @get("/papers.zip")
    async def show(
        self, visit: Given[Visit], screen: Given[Screen], xero: Given[XeroGateway], now: Given[datetime],
        invoices: FromQuery[str] = "",
    ) -> Response[Any]:  # fmt: skip
        account = await queries.account_of(visit, now)
        meant = meant_by(account, invoices) if invoices else account.owed
        if not meant:
            raise PaidMeanwhile
        if len(meant) > MOST:
            return await shown(visit, screen, now, _too_many(visit), "papers")
        found = await queries.open_invoices_of(visit, [each.id for each in meant])
        await fetch_papers(found, xero=xero, now=now)
        name = f"{visit.say('Invoices')} {visit.organisation.name} {visit.today.isoformat()}.zip"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        content = zipped(papers(found, xero=xero, now=now), now)
        return Stream(content, media_type="application/zip", headers=headers, background=after(visit, "pdf", now))


class Papers(ReadPapers):
    path = "/p/{token:str}"
    dependencies = {"visit": Provide(provide_visit)}
    response_headers = PRIVATE
    exception_handlers = {Problem: tell_customer}

    @post("/papers")
    async def create(
        self, request: Request[Any, Any, Any], visit: Given[Visit], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """Ticks as an address that can be opened again."""
        answer = read_paid(data, await queries.account_of(visit, now))
        if answer.errors:
            return await shown(visit, screen, now, answer, "papers")
        if len(answer.invoices) > MOST:
            return await shown(visit, screen, now, _too_many(visit, answer), "papers")
        if len(answer.invoices) == 1:
            return redirect(request, f"{visit.base}/invoices/{answer.invoices[0].id}.pdf")
        return redirect(request, f"{visit.base}/papers.zip?invoices={written(answer.invoices)}")


class PapersPreview(ReadPapers):
    path = "/customers/{customer_id:int}/portal"
    dependencies = {"visit": Provide(provide_preview)}


def _too_many(visit: Visit, answer: Answer | None = None) -> Answer:
    complaint = visit.say("Tick at most {number} invoices: more are too much for one file", number=MOST)
    return Answer(given=answer.given if answer else {}, errors={"invoices": complaint})
