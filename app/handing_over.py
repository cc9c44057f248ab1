"""What a colleague looks after goes to another: customers, tasks and queries."""

from datetime import datetime

import msgspec

from app.activity.tables import Task
from app.customers.assignee_actions import assign
from app.customers.tables import Customer
from app.database import transaction
from app.organisations.membership import SignedIn
from app.promises.tables import Dispute


class Work(msgspec.Struct, frozen=True):
    """How much of it there is."""

    customers: int
    tasks: int
    disputes: int

    @property
    def is_any(self) -> bool:
        return bool(self.customers or self.tasks or self.disputes)


async def work_of(member: SignedIn, member_id: int) -> Work:
    here = member.organisation_id
    return Work(
        await Customer.count().where(Customer.organisation == here, Customer.assigned_to == member_id),
        await Task.count().where(Task.organisation_id == here, Task.assigned_to == member_id, Task.done_at.is_null()),
        await Dispute.count().where(Dispute.organisation == here, Dispute.owner == member_id, Dispute.resolved_at.is_null()),
    )


async def hand_over_work(member: SignedIn, of: int, to: int | None, now: datetime) -> None:
    """Everything of the member `of` goes to the member `to`, one of `assignable`, or to nobody in particular.

    What is done names nobody any more: SQLite gives the id of the last row again once that row is deleted.
    """
    here = member.organisation_id
    async with transaction():
        theirs = (Customer.organisation == here) & (Customer.assigned_to == of)
        ids = await Customer.select(Customer.id).where(theirs).output(as_list=True)
        await assign(member, ids, to, now)
        tasks = (Task.organisation_id == here) & (Task.assigned_to == of)
        await Task.update({Task.assigned_to: None}).where(tasks, Task.done_at.is_not_null())
        await Task.update({Task.assigned_to: to}).where(tasks)
        disputes = (Dispute.organisation == here) & (Dispute.owner == of)
        told_anew = {Dispute.owner: to, Dispute.owner_told_at: None}
        await Dispute.update({Dispute.owner: None}).where(disputes, Dispute.resolved_at.is_not_null())
        await Dispute.update(told_anew).where(disputes)  # type: ignore[arg-type]
