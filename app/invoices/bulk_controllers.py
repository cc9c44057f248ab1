"""What is done to many invoices of the list at once, each time with the way back."""

from datetime import date, datetime
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency as Given

from app.customers.bulk_controllers import answered, kept_selection
from app.customers.days import today_of
from app.invoices.controllers import PATH, asked_invoices
from app.invoices.tables import Invoice
from app.lists import selected
from app.organisations.membership import Role, SignedIn
from app.promises import bulk_actions
from app.promises.forms import read_expected_on
from app.screen import Screen, needs
from components.format import counted, day

HttpRequest = Request[Any, Any, Any]
MOST_DATES = 500
"""Xero is told each one by itself."""


class BulkInvoicesController(Controller):
    path = PATH
    guards = [needs(Role.CONTROLLER)]

    @post("/expected-date")
    async def expect(
        self, request: HttpRequest, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        """Without a date: asks for it. An empty one clears it."""
        form = await request.form()
        ids, listed = await selected(asked_invoices, request, member, now)
        back, invoices = listed.address, await _open_among(member, ids)
        if not 0 < len(invoices) <= MOST_DATES:
            few = (
                f"Choose at most {MOST_DATES} invoices at once: Xero is told about each."
                if invoices
                else "Select open invoices first."
            )
            return screen.back(back, flash=few, tone="waiting")
        given, today = {"expected_on": str(form.get("expected_on", ""))}, today_of(member, now)
        on, errors = read_expected_on(given, today)
        if errors or "expected_on" not in form:
            return await _when(screen, member, form, len(invoices), errors, given)
        return await _expected(screen, member, invoices, on, back, now)


async def _expected(
    screen: Screen, member: SignedIn, invoices: list[Invoice], on: date | None, back: str, now: datetime
) -> Response[str]:
    change, promised = await bulk_actions.change_expected(member, invoices, on, now)
    words = f"expected on {day(on, today_of(member, now), member.locale)}" if on else "no longer expected on a day"
    left = counted(
        promised, "has a promise of the customer and stays", "have promises of the customers and stay", member.locale
    )
    also = f" {left} as it is." if promised == 1 else f" {left} as they are." if promised else ""
    return await answered(screen, member, change, back, now, f"{{many}} {words}", also)


async def _open_among(member: SignedIn, ids: list[int]) -> list[Invoice]:
    """No more than one beyond what is done at once."""
    mine = (Invoice.organisation == member.organisation_id) & Invoice.is_open.eq(True)
    return await Invoice.objects().where(mine & Invoice.id.is_in(ids[: MOST_DATES + 1])) if ids else []


async def _when(
    screen: Screen, member: SignedIn, form: Any, many: int, errors: dict[str, str], given: dict[str, str]
) -> Response[str]:
    invoices = counted(many, "invoice", "invoices", member.locale)
    context = {
        "title": f"When will {invoices} be paid?",
        "path": f"{PATH}/expected-date",
        "list": ("Invoices", PATH),
        "kept": kept_selection(form),
        "choices": [],
        "label": "Expected payment date",
        "name": "expected_on",
        "errors": errors,
        "given": given,
        "button": f"Expect {invoices} then",
    }
    return await screen.page("receivables/choose.html", context, status=422 if errors else 200)
