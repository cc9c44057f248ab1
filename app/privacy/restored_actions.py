"""A restored copy: held, and confirmed by an owner."""

from datetime import date, datetime, timedelta
from typing import Any

from app.activity.actions import audit, clear_notice, record
from app.customers.actions import reconsider_everyone
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn
from app.organisations.queries import organisation_of
from app.organisations.tables import Organisation
from app.privacy.restored_queries import foreseen_since
from app.problems import OutOfDate

NOTICE = "restored_copy"


class NothingToConfirm(OutOfDate):
    """This is no restored copy, or an owner has confirmed it already."""


async def confirm(member: SignedIn, taken_at: datetime | None, today: date, now: datetime, *, waits: bool) -> None:
    """Reminders may go again. `waits`: customers who may have had one since the backup get none for the minimum gap.

    Raise NothingToConfirm.
    """
    gap = max((await organisation_of(member)).minimum_gap_days, 1)
    foreseen = await foreseen_since(member, taken_at, today) if waits else ()
    async with transaction():
        held = (Organisation.id == member.organisation_id) & Organisation.restored.eq(True)
        if not await Organisation.update({Organisation.restored: False}).where(held).returning(Organisation.id):
            raise NothingToConfirm
        await _skip({each.customer_id for each in foreseen}, today + timedelta(days=gap))
        await clear_notice(member.organisation_id, NOTICE, now)
        await reconsider_everyone(member.organisation_id, now)
        await _tell(member, now, waits)


async def _skip(customers: set[int], until: date) -> None:
    sooner = Customer.skipped_until_on.is_null() | (Customer.skipped_until_on < until)
    ids: list[Any] = sorted(customers)
    for start in range(0, len(ids), 500):
        some = Customer.id.is_in(ids[start : start + 500])
        await Customer.update({Customer.skipped_until_on: until}).where(some, sooner)


async def _tell(member: SignedIn, now: datetime, waits: bool) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act="confirm restored copy",
        subject=f"organisation {member.organisation_id}", now=now, fields=("restored",),
        changes={"restored": ("yes", "no"), "waits for the gap": ("", "yes" if waits else "no")},
    )  # fmt: skip
    await record(
        organisation_id=member.organisation_id, kind="settings", by=member.name, now=now,
        sentence=f"{member.name} confirmed this restored copy: reminders may go again.",
    )  # fmt: skip
