"""Changes to the business's own closed days."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from piccolo.columns import Column

from app.activity.actions import audit
from app.database import fetch, transaction
from app.organisations.closed_days import ClosedDay, closed_days_of, columns_of, merged
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.organisations.tables import Organisation

Days = tuple[ClosedDay, ...]


async def add(member: SignedIn, days: Iterable[ClosedDay], now: datetime, address: str = "") -> int:
    """How many of them are new."""
    before, after = await _change(member, lambda known: merged(known, days), "add closed days", now, address)
    return len(after) - len(before)


async def remove(member: SignedIn, on: date, now: datetime, address: str = "") -> ClosedDay | None:
    """What was removed, None when it was no closed day."""
    before, _ = await _change(
        member, lambda known: tuple(each for each in known if each.on != on), "remove closed day", now, address
    )
    return next((each for each in before if each.on == on), None)


async def _change(member: SignedIn, change: Callable[[Days], Days], act: str, now: datetime, address: str) -> tuple[Days, Days]:
    """Before and after; the row is held meanwhile, so that two who add at once lose nothing."""
    async with transaction():
        await fetch("UPDATE organisation SET restored = restored WHERE id = {} RETURNING id", member.organisation_id)
        before = closed_days_of(await organisation_of(member))
        after = change(before)
        if after != before:
            values: dict[Column | str, Any] = dict(columns_of(after).items())
            await Organisation.update(values).where(Organisation.id == member.organisation_id)
            await audit(
                organisation_id=member.organisation_id, user_id=member.user_id, act=act,
                subject=f"organisation {member.organisation_id}", now=now, fields=["closed_days"], address=address,
            )  # fmt: skip
    return before, after
