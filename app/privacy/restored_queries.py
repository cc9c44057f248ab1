"""What may have left since the backup was taken from which this copy was restored."""

from datetime import date, datetime
from typing import Any

import msgspec

from app.customers.tables import Customer
from app.organisations.membership import SignedIn
from app.privacy.queries import latest_restoration


class Foreseen(msgspec.Struct, frozen=True):
    """An email that was about to go to a customer when the backup was taken."""

    customer_id: int
    customer: str
    on: date
    template: str
    numbers: tuple[str, ...]


async def foreseen_since(member: SignedIn, taken_at: datetime | None, today: date) -> tuple[Foreseen, ...]:
    """Up to today; the earliest first."""
    restoration = await latest_restoration()
    if restoration is None or taken_at is None:
        return ()
    listed = msgspec.json.decode(restoration.foreseen).get(str(member.organisation_id), [])
    due = sorted((each for each in listed if each["on"] <= today.isoformat()), key=lambda each: (each["on"], each["customer"]))
    names = await _names({each["customer"] for each in due})
    return tuple(_read(each, names) for each in due)


def _read(each: dict[str, Any], names: dict[int, str]) -> Foreseen:
    number, day = each["customer"], date.fromisoformat(each["on"])
    return Foreseen(number, names.get(number, ""), day, each["template"], tuple(each["numbers"]))


async def _names(ids: set[int]) -> dict[int, str]:
    rows = await Customer.select(Customer.id, Customer.name).where(Customer.id.is_in(sorted(ids))) if ids else []
    return {row["id"]: row["name"] for row in rows}
