"""Statements as files: the ones that went, today's, of any time, a whole month's; and what is decided on each."""

from datetime import datetime
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Stream

from app.customers.queries import customer_for
from app.organisations.membership import Role, SignedIn
from app.problems import NotFound, Problem
from app.screen import FormData, HttpRequest, Screen, needs
from app.statements import queries
from app.statements.account_queries import subject_for
from app.statements.actions import past_pdf_of, pdf_of
from app.statements.again_actions import send_again
from app.statements.bundle import zipped
from app.statements.controllers import note
from app.statements.forms import read_month, read_period
from app.statements.wish_actions import set_wants_statements


class UnclearPeriod(Problem):
    """Write the first and the last day of the time that the statement covers."""

    status = 422


class PapersController(Controller):
    path = "/statements"

    @get("/{statement_id:int}")
    async def show(self, member: Given[SignedIn], statement_id: FromPath[int]) -> Response[bytes]:
        """The very PDF that was sent."""
        return paper(await queries.file_for(member, statement_id), f"Statement {statement_id}.pdf")

    @post("/{statement_id:int}/again", guards=[needs(Role.CONTROLLER)])
    async def again(
        self, member: Given[SignedIn], screen: Given[Screen], statement_id: FromPath[int], now: Given[datetime]
    ) -> Response[str]:
        sent = await send_again(member, statement_id, now)
        said = "It goes again at the next chase time, with the very same PDF."
        return screen.back("/statements#sent", flash=said if sent else "It goes again today already.")

    @get("/months/{file:str}")
    async def month(self, member: Given[SignedIn], file: FromPath[str], now: Given[datetime]) -> Stream:
        """All of a month, as they went: /statements/months/2026-11.zip"""
        wanted = read_month(file.removesuffix(".zip"), "")
        if wanted not in [each for each, _ in await queries.months_of(member)]:
            raise NotFound
        headers = {"Content-Disposition": f'attachment; filename="statements-{wanted}.zip"'}
        return Stream(zipped(queries.files_of(member, wanted), now), media_type="application/zip", headers=headers)


class CustomerStatementsController(Controller):
    path = "/customers/{customer_id:int}"

    @get("/statement.pdf")
    async def preview(
        self, member: Given[SignedIn], customer_id: FromPath[int], request: HttpRequest,
        now: Given[datetime],
    ) -> Response[bytes]:  # fmt: skip
        """As of today, or of the time from `from` to `to`; nothing is kept of it."""
        subject = await subject_for(member, customer_id, now)
        period, complaint = read_period(request.query_params, subject.today)
        if complaint:
            raise UnclearPeriod(complaint)
        if period:
            content = await past_pdf_of(subject.customer.id, *period, now)
            return paper(content, f"Statement {period[0].isoformat()} to {period[1].isoformat()}.pdf")
        content = await pdf_of(subject.customer.id, now)
        return paper(content, f"Statement {subject.today.isoformat()}.pdf")

    @post("/statements", guards=[needs(Role.CONTROLLER)])
    async def wish(
        self, member: Given[SignedIn], customer_id: FromPath[int], screen: Given[Screen], data: FormData, now: Given[datetime]
    ) -> Response[str]:
        """Whether the customer gets statements."""
        customer, wants = await customer_for(member, customer_id), bool(data.get("wants"))
        await set_wants_statements(member, customer, wants, now)
        await note(member, "settled a customer's statements", ("wants_statements",), now)
        back = f"/customers/{customer.id}" if data.get("from") == "customer" else "/statements"
        return screen.back(back, flash=f"{customer.name} gets {'statements again' if wants else 'no more statements'}.")


def paper(content: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type="application/pdf", headers=headers)
