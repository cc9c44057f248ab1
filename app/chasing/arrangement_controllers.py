"""What a person arranges about one coming email: it is skipped, put off, sent sooner, or an invoice is left out of it."""

from datetime import date, datetime, timedelta

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.chasing import arrangement_actions as actions
from app.chasing.approval_page_controllers import whole
from app.chasing.upcoming_controllers import coming_weeks, prospect_for
from app.chasing.upcoming_queries import Narrowed, arrangement_for
from app.customers.days import today_of
from app.invoices.queries import invoice_for
from app.organisations.membership import Role, SignedIn
from app.problems import OutOfDate
from app.screen import FormData, Screen, needs
from components.format import as_day, day

LONGEST = timedelta(days=366)


class ProspectController(Controller):
    path = "/upcoming/{customer_id:int}/{on:date}"
    guards = [needs(Role.CONTROLLER)]

    @post("/skip")
    async def skip(
        self, customer_id: FromPath[int], on: FromPath[date], data: FormData, member: Given[SignedIn],
        screen: Given[Screen], now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        """It does not go; the customer is free again on the day of its following reminder."""
        _, _, found = await prospect_for(member, customer_id, on, now)
        if found is None or found.reminder is None:
            raise OutOfDate
        today = today_of(member, now)
        said = (
            f"The reminder “{found.reminder.template}” of {day(on, today)} is skipped;"
            f" the next one may go from {day(found.skip_to, today)}"
        )
        await actions.put_off(member, customer_id, on, found.skip_to, said, now)
        return await _arranged(member, screen, data, now, f"{said}.")

    @post("/postponement")
    async def postpone(
        self, customer_id: FromPath[int], on: FromPath[date], data: FormData, member: Given[SignedIn],
        screen: Given[Screen], now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        _, _, found = await prospect_for(member, customer_id, on, now)
        if found is None or found.reminder is None:
            raise OutOfDate
        today = today_of(member, now)
        until, error = read_until(data, on, today)
        if until is None:
            return await _mistaken(member, screen, data, now, on, customer_id, {"until_on": error})
        said = f"The reminder “{found.reminder.template}” of {day(on, today)} is put off until {day(until, today)}"
        await actions.put_off(member, customer_id, on, until, said, now)
        return await _arranged(member, screen, data, now, f"{said}.")

    @post("/sooner")
    async def send_sooner(
        self, customer_id: FromPath[int], on: FromPath[date], data: FormData, member: Given[SignedIn],
        screen: Given[Screen], now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        """Its steps need not wait for their days. It is planned like any other, and waits for approval where that is asked."""
        _, _, found = await prospect_for(member, customer_id, on, now)
        if found is None or found.reminder is None or found.sooner is None:
            raise OutOfDate
        today = today_of(member, now)
        said = f"The reminder “{found.reminder.template}” of {day(on, today)} is to go on {day(found.sooner, today)}"
        await actions.send_sooner(member, found.reminder, found.sooner, said, now)
        waits = " It waits for approval first." if found.reminder.needs_approval else ""
        return await _arranged(member, screen, data, now, f"{said}.{waits}")

    @post("/exclusion")
    async def leave_out(
        self, customer_id: FromPath[int], on: FromPath[date], data: FormData, member: Given[SignedIn],
        screen: Given[Screen], now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        invoice = await invoice_for(member, whole(data, "invoice"))
        if invoice.customer != customer_id or invoice.excluded:
            raise OutOfDate
        said = f"{invoice.number} is left out of chasing"
        await actions.leave_out(member, invoice, said, now)
        return await _arranged(member, screen, data, now, f"{said}.")


class ArrangementController(Controller):
    path = "/arrangements/{arrangement_id:int}"
    guards = [needs(Role.CONTROLLER)]

    @post("/end")
    async def take_back(
        self, arrangement_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen],
        now: Given[datetime],
    ) -> Response[str]:  # fmt: skip
        arrangement = await arrangement_for(member, arrangement_id)
        await actions.take_back(member, arrangement, now)
        return await _arranged(member, screen, data, now, f"Taken back: {arrangement.said}.")


def read_until(data: FormData, on: date, today: date) -> tuple[date | None, str]:
    """The first free day; else what is wrong with it."""
    try:
        until = as_day(data.get("until_on", "").strip())
    except ValueError:
        until = None
    if until is None:
        return None, "Choose the day from which it may go."
    if until <= on:
        return None, f"Choose a day after {day(on, today)}, when it would go anyway."
    if until > today + LONGEST:
        return None, "Choose a day within the next year, or switch chasing off for this customer."
    return until, ""


def _narrowed(data: FormData) -> Narrowed:
    return Narrowed(data.get("customer", "")[:200], whole(data, "schedule"), data.get("step", "")[:120])


async def _arranged(member: SignedIn, screen: Screen, data: FormData, now: datetime, said: str) -> Response[str]:
    """The weeks as they are now, the same day chosen, the next email of its pile shown."""
    only, on, at = _narrowed(data), _day(data.get("on", "")), whole(data, "next")
    if not screen.wants_fragment("upcoming"):
        chosen = f"?on={on}&at={at}{only.query}" if on else f"?{only.query.lstrip('&')}"
        return screen.back(f"/upcoming{chosen}".rstrip("?"), flash=said)
    context = await coming_weeks(member, now, on, at, only)
    return screen.plain("chasing/_arranged.html", {**context, "said": said})


async def _mistaken(
    member: SignedIn, screen: Screen, data: FormData, now: datetime, on: date, customer_id: int, errors: dict[str, str]
) -> Response[str]:
    context = {**await coming_weeks(member, now, on, customer_id, _narrowed(data)), "errors": errors, "given": data}
    return await screen.answer(
        page="chasing/upcoming.html", fragment="chasing/_upcoming.html", context=context, region="upcoming", status=422
    )


def _day(text: str) -> date | None:
    try:
        return as_day(text)
    except ValueError:
        return None
