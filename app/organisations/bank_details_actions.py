"""Bank details with two people: one asks, another consents; until then customers see nothing of it."""

from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column

from app.activity.actions import audit, clear_notice, raise_notice
from app.database import transaction
from app.organisations.actions import change_ways_to_pay
from app.organisations.bank_details_queries import may_consent
from app.organisations.membership import SignedIn
from app.organisations.tables import BankDetailsChange
from app.problems import NotAllowed, OutOfDate

NOTICE = "bank_details_wait"
LIVES = timedelta(days=7)
WHAT_TO_DO = "Another owner or manager has to consent; customers see the old ones until then."


class SecondPersonNeeded(NotAllowed):
    """Somebody else has to consent: an owner or manager who did not ask for the change and was a member before it."""


class DecidedAlready(OutOfDate):
    """Somebody decided about this change meanwhile, or its time is over."""


async def ask_for_consent(member: SignedIn, details: str, link: str, now: datetime) -> BankDetailsChange:
    """Have the change wait for a second person; an earlier one that waited is replaced. Who asks has given the password."""
    async with transaction():
        await _end(member.organisation_id, "withdrawn", member.name, now)
        row = BankDetailsChange(
            organisation=member.organisation_id, bank_details=details, payment_link=link, asked_by=member.member_id,
            asked_by_name=member.name, asked_at=now, expires_at=now + LIVES,
        )  # fmt: skip
        await row.save()
        sentence = f"{member.name} asks to change where customers pay to."
        await raise_notice(member.organisation_id, NOTICE, sentence, WHAT_TO_DO, now)
        await _note(member, "ask to change bank details", row, now)
    return row


async def consent(member: SignedIn, change: BankDetailsChange, now: datetime, address: str = "") -> None:
    """Customers see it from now on. Raise SecondPersonNeeded, DecidedAlready."""
    if not await may_consent(member, change):
        raise SecondPersonNeeded
    async with transaction():
        await _decide(change, "consented", member.name, now)
        await _note(member, "consent to bank details", change, now)
        await change_ways_to_pay(member, change.bank_details, change.payment_link, now, address, asked_by=change.asked_by_name)


async def refuse(member: SignedIn, change: BankDetailsChange, now: datetime) -> None:
    """By another: refused; by who asked: withdrawn. Nothing changes for customers."""
    is_own = change.asked_by == member.member_id
    async with transaction():
        await _decide(change, "withdrawn" if is_own else "refused", member.name, now)
        await _note(member, "withdraw bank details" if is_own else "refuse bank details", change, now)


async def lapse(now: datetime) -> int:
    """End what nobody decided about in time; how many."""
    over = BankDetailsChange.decided_at.is_null() & (BankDetailsChange.expires_at <= now)
    async with transaction():
        here = BankDetailsChange.organisation
        ended = await BankDetailsChange.update(_outcome("lapsed", "", now)).where(over).returning(here)
        for row in ended:
            await clear_notice(row["organisation"], NOTICE, now)
    return len(ended)


async def end_requests_of(organisation_id: int, member_id: int, name: str, now: datetime) -> None:
    """Whoever asked for it is a member no more, or may not ask any more."""
    theirs = (BankDetailsChange.organisation == organisation_id) & (BankDetailsChange.asked_by == member_id)
    waiting = theirs & BankDetailsChange.decided_at.is_null()
    ended = await BankDetailsChange.update(_outcome("withdrawn", name, now)).where(waiting).returning(BankDetailsChange.id)
    if ended:
        await clear_notice(organisation_id, NOTICE, now)


async def _decide(change: BankDetailsChange, outcome: str, by: str, now: datetime) -> None:
    """Of two who decide at the same moment the first counts."""
    waiting = (BankDetailsChange.id == change.id) & BankDetailsChange.decided_at.is_null()
    living = waiting & (BankDetailsChange.expires_at > now)
    if not await BankDetailsChange.update(_outcome(outcome, by, now)).where(living).returning(BankDetailsChange.id):
        raise DecidedAlready
    await clear_notice(change.organisation, NOTICE, now)


async def _end(organisation_id: int, outcome: str, by: str, now: datetime) -> None:
    waiting = (BankDetailsChange.organisation == organisation_id) & BankDetailsChange.decided_at.is_null()
    await BankDetailsChange.update(_outcome(outcome, by, now)).where(waiting)


def _outcome(outcome: str, by: str, now: datetime) -> dict[Column | str, Any]:
    return {
        BankDetailsChange.decided_at: now,
        BankDetailsChange.outcome: outcome,
        BankDetailsChange.decided_by_name: by,
    }


async def _note(member: SignedIn, act: str, change: BankDetailsChange, now: datetime) -> None:
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act, subject=f"bank details change {change.id}",
        now=now, fields=("bank_details", "payment_link"),
    )  # fmt: skip
