"""Reads of a change of where customers pay to that waits for a second person."""

from datetime import datetime

from app.organisations.membership import SignedIn
from app.organisations.tables import BankDetailsChange, Member
from app.problems import NotFound


async def waiting_change(organisation_id: int, now: datetime) -> BankDetailsChange | None:
    here = (BankDetailsChange.organisation == organisation_id) & BankDetailsChange.decided_at.is_null()
    return await BankDetailsChange.objects().get(here & (BankDetailsChange.expires_at > now))


async def change_for(member: SignedIn, now: datetime) -> BankDetailsChange:
    """The one that waits in this organisation. Raise NotFound."""
    row = await waiting_change(member.organisation_id, now)
    if row is None:
        raise NotFound
    return row


async def may_consent(member: SignedIn, change: BankDetailsChange) -> bool:
    """Somebody else than who asked, and here already when it was asked: nobody invites their own second person."""
    if change.asked_by == member.member_id:
        return False
    return bool(await Member.exists().where(Member.id == member.member_id, Member.created_at <= change.asked_at))
