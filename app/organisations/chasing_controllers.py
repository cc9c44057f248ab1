"""When and how chasing goes: chase days and times, the gap, holidays, the business's own closed days."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from app.customers.actions import reconsider_everyone
from app.customers.days import today_of
from app.database import transaction
from app.organisations import actions, closed_day_actions, forms
from app.organisations.closed_days import ClosedDay, closed_days_of, day_in, read_day, read_list
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of
from app.organisations.regions import regions_of
from app.organisations.views import chasing_of
from app.presence import address_of
from app.schedules.closures import next_closures
from app.schedules.queries import calendar_of
from app.screen import FormData, Screen, needs
from components.format import counted, day, symbol_of

PATH = "/settings/chasing"
CLOSED = "/settings/closed-days"
MONTH_FIRST = frozenset({"US"})


class ChasingController(Controller):
    path = PATH

    @get()
    async def edit(
        self, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime], removed: FromQuery[str] = ""
    ) -> Response[str]:
        """`removed` is a closed day just taken out, as "2026-12-24 Christmas Eve", to be put back."""
        return await chasing_page(screen, member, now, removed=removed)

    @post(guards=[needs(Role.MANAGER)])
    async def update(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        chasing, errors = forms.read_chasing(data, member.country)
        if errors:
            return await chasing_page(screen, member, now, chasing=chasing, errors=errors, given=data)
        async with transaction():
            if await actions.change_chasing(member, chasing, now, address_of(screen.request)):
                await reconsider_everyone(member.organisation_id, now)
        return screen.back(PATH, flash="Saved. What is planned is being planned anew.")


class ClosedDaysController(Controller):
    """Days on which the business itself is closed: one, some in a row, or a pasted list."""

    path = CLOSED
    guards = [needs(Role.MANAGER)]

    @post()
    async def create(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await self._added(screen, member, now, data, *read_day(data))

    @post("/list")
    async def paste(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await self._added(screen, member, now, data, *read_list(data, month_first=member.country in MONTH_FIRST))

    @post("/removal")
    async def remove(
        self, data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        on = day_in(data.get("closed_on", ""))
        async with transaction():
            gone = await closed_day_actions.remove(member, on, now, address_of(screen.request)) if on else None
            if gone:
                await reconsider_everyone(member.organisation_id, now)
        if gone is None:
            return screen.back(PATH, flash="That was no closed day any more.")
        return screen.back(f"{PATH}?removed={gone.on.isoformat()}#closed-days")

    async def _added(
        self,
        screen: Screen,
        member: SignedIn,
        now: datetime,
        data: Mapping[str, str],
        days: Iterable[ClosedDay],
        errors: dict[str, str],
    ) -> Response[str]:
        if errors:
            return await chasing_page(screen, member, now, errors=errors, given=data)
        async with transaction():
            new = await closed_day_actions.add(member, days, now, address_of(screen.request))
            await reconsider_everyone(member.organisation_id, now)
        many = counted(new, "closed day", "closed days", member.locale)
        said = f"{many} added. Nothing is sent on {'it' if new == 1 else 'them'}." if new else "These were closed days already."
        return screen.back(f"{PATH}#closed-days", flash=said)


async def chasing_page(
    screen: Screen,
    member: SignedIn,
    now: datetime,
    *,
    chasing: forms.ChasingSettings | None = None,
    errors: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    removed: str = "",
) -> Response[str]:
    organisation, today = await organisation_of(member), today_of(member, now)
    shown, own = chasing or chasing_of(organisation), closed_days_of(organisation)
    typed = {
        "approve_above": f"{shown.approve_above:.2f}" if shown.approve_above is not None else "",
        "receipt_patience_days": str(shown.receipt_patience_days or ""),
        **(given or {}),
    }
    context: dict[str, Any] = {
        "chasing": shown,
        "errors": errors or {},
        "given": typed,
        "review_mode": organisation.review_mode,
        "weekdays": forms.WEEKDAYS,
        "from_clock": forms.clock_of(shown.from_minute),
        "until_clock": forms.clock_of(shown.until_minute),
        "paused_until": shown.paused_until_on or "",
        "regions": regions_of(member.country),
        "closures": next_closures(calendar_of(organisation), {each.on: each.name for each in own}, today, 6),
        "closed_days": [each for each in own if each.on >= today],
        "past_closed_days": len([each for each in own if each.on < today]),
        "put_back": _removed(removed, today),
        "symbol": symbol_of(member.currency, member.locale),
        "may_change": member.may(Role.MANAGER),
        "member": member,
        "today": today,
    }
    return await screen.page("organisations/chasing.html", context, status=422 if errors else 200)


def _removed(text: str, today: date) -> tuple[str, str] | None:
    """The day in a form's and in people's words."""
    on = day_in(text)
    return (on.isoformat(), day(on, today)) if on else None
