"""The list of disputes, and the page of one: answering it, handing it on, resolving it, opening it again."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.controllers import below_figures
from app.customers.days import today_of
from app.invoices.queries import invoice_for
from app.invoices.tables import Invoice
from app.lists import Asked, answered, reading_of
from app.money import amount
from app.organisations.membership import Role, SignedIn
from app.promises import dispute_actions
from app.promises.dispute_actions import DisputeChange
from app.promises.dispute_queries import colleagues, dispute_of, view_of
from app.promises.forms import WhatIsOpen, read_handling, read_part, read_resolution
from app.promises.grids import OPEN, disputes_grid
from app.promises.page_controllers import asking
from app.promises.tables import Dispute
from app.promises.words import Outcome
from app.screen import FormData, Screen, needs
from components.grid.sql import Where, all_of
from components.grid.state import GridState, read_state

HttpRequest = Request[Any, Any, Any]
PATH = "/disputes"


def _scope(member: SignedIn, state: GridState) -> Where:
    """Open ones, unless a state is asked for."""
    mine = Where("d.organisation = {}", (member.organisation_id,))
    return mine if state.filter("state") else all_of([mine, Where(OPEN)])


class DisputesController(Controller):
    path = PATH

    @get()
    async def index(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        others = {str(m.member_id): m.name for m in await colleagues(member.organisation_id) if m.member_id != member.member_id}
        grid, reading = disputes_grid(member.member_id, others), reading_of(member, now)
        state = read_state(grid, request.url.query, today=reading.today, locale=reading.locale)
        asked = Asked(PATH, grid, state, Dispute, _scope(member, state))
        context = await below_figures(asked, "disputes", screen, member, now)
        return await answered(asked, screen, "promises/index.html", reading, context)

    @get("/{dispute_id:int}")
    async def show(
        self, dispute_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        dispute = await dispute_of(member, dispute_id)
        return await screen.page("promises/dispute.html", await _page(member, dispute, now, {}, {}))

    @post("/{dispute_id:int}", guards=[needs(Role.CONTROLLER)])
    async def update(
        self, dispute_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        dispute = await dispute_of(member, dispute_id)
        change, errors = await _read_change(member, dispute, data)
        if change is None:
            return await _again(member, dispute, screen, now, errors, data)
        await dispute_actions.change_dispute(dispute, change, by=member.name, now=now)
        return screen.back(f"{PATH}/{dispute.id}", flash="Saved.")

    @post("/{dispute_id:int}/resolution", guards=[needs(Role.CONTROLLER)])
    async def resolve(
        self, dispute_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        dispute = await dispute_of(member, dispute_id)
        form, errors = read_resolution(data)
        if form is None:
            return await _again(member, dispute, screen, now, errors, data)
        await dispute_actions.resolve_dispute(dispute, form.resolution, member.name, now, outcome=form.outcome)
        waits = form.outcome is Outcome.CREDIT_AGREED
        said = "That part waits until the credit note is in Xero." if waits else "That part is chased again."
        return screen.back(f"{PATH}/{dispute.id}", flash=f"Resolved. {said}")

    @post("/{dispute_id:int}/resolution/end", guards=[needs(Role.CONTROLLER)])
    async def reopen(
        self, dispute_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        dispute = await dispute_of(member, dispute_id)
        await dispute_actions.reopen_dispute(dispute, by=member.name, now=now)
        return screen.back(f"{PATH}/{dispute.id}", flash="Open again. Chasing of that part waits.")


async def _page(
    member: SignedIn, dispute: Dispute, now: datetime, errors: dict[str, str], given: dict[str, str]
) -> dict[str, Any]:
    return {
        "dispute": await view_of(member, dispute),
        **await asking(member, now),
        "errors": errors,
        "given": given,
        "may_work": member.may(Role.CONTROLLER),
        "member": member,
        "today": today_of(member, now),
    }


async def _again(
    member: SignedIn, dispute: Dispute, screen: Screen, now: datetime, errors: dict[str, str], given: dict[str, str]
) -> Response[str]:
    return await screen.page("promises/dispute.html", await _page(member, dispute, now, errors, given), status=422)


async def _read_change(member: SignedIn, dispute: Dispute, data: dict[str, str]) -> tuple[DisputeChange | None, dict[str, str]]:
    invoice: Invoice = await invoice_for(member, dispute.invoice)
    handling, errors = read_handling(data, [each.member_id for each in await colleagues(member.organisation_id)])
    part = read_part(data.get("amount", ""), WhatIsOpen(amount(invoice.outstanding), invoice.currency, member.locale), errors)
    if errors:
        return None, errors
    return DisputeChange(amount=part, owner=handling.owner, answer_by_on=handling.answer_by_on), {}
