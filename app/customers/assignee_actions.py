"""Who looks after a customer: tasks, digests and disputes of it are asked of that member first."""

from collections.abc import Collection
from datetime import datetime

from app.activity.tables import Activity
from app.customers.queries import customers_among
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import members_of

AT_ONCE = 500


async def assignable(member: SignedIn) -> dict[int, str]:
    """The members who may look after customers, by id, with their names."""
    everybody = await members_of(member.organisation_id)
    return {each.member_id: each.name for each in everybody if each.role.includes(Role.CONTROLLER)}


async def assign(member: SignedIn, customer_ids: Collection[int], assignee: int | None, now: datetime) -> dict[int, int | None]:
    """Give these customers to a member (one of `assignable`), or to nobody; whom each had before, of those that changed."""
    names = await assignable(member)
    sentence = f"{names[assignee]} looks after this customer now" if assignee is not None else "Nobody looks after it now"
    before: dict[int, int | None] = {}
    async with transaction():
        mine = await customers_among(member, customer_ids)
        for start in range(0, len(mine), AT_ONCE):
            before.update(await _give(mine[start : start + AT_ONCE], assignee))
        lines = [_line(member, each, sentence, now) for each in before]
        for start in range(0, len(lines), AT_ONCE):
            await Activity.insert(*lines[start : start + AT_ONCE])
    return before


async def _give(ids: list[int], assignee: int | None) -> dict[int, int | None]:
    rows = await Customer.select(Customer.id, Customer.assigned_to).where(Customer.id.is_in(ids))
    before = {row["id"]: row["assigned_to"] for row in rows if row["assigned_to"] != assignee}
    if before:
        await Customer.update({Customer.assigned_to: assignee}).where(Customer.id.is_in(list(before)))
    return before


def _line(member: SignedIn, customer_id: int, sentence: str, now: datetime) -> Activity:
    return Activity(
        organisation_id=member.organisation_id, customer_id=customer_id, kind="assigned", sentence=sentence,
        by=member.name, happened_at=now,
    )  # fmt: skip
