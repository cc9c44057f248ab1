"""Reads of invitations."""

from datetime import datetime

from app.identity.queries import LinkSpent
from app.organisations.membership import SignedIn
from app.organisations.tables import Invitation
from app.problems import NotFound
from app.sealing import token_hash


async def waiting_invitations(organisation_id: int) -> tuple[Invitation, ...]:
    """Those that were neither accepted nor taken back, the last sent first; also those whose time is over."""
    here = (Invitation.organisation == organisation_id) & Invitation.ended_at.is_null()
    return tuple(await Invitation.objects().where(here).order_by(Invitation.sent_at, Invitation.id, ascending=False))


async def invitation_for(member: SignedIn, invitation_id: int) -> Invitation:
    here = (Invitation.id == invitation_id) & (Invitation.organisation == member.organisation_id)
    row = await Invitation.objects().get(here & Invitation.ended_at.is_null())
    if row is None:
        raise NotFound
    return row


async def invitation_of_link(token: str, now: datetime) -> Invitation:
    """The living invitation behind a link; looking at it does not use it up. Raise LinkSpent."""
    living = (Invitation.token_hash == token_hash(token)) & Invitation.ended_at.is_null() & (Invitation.expires_at > now)
    row = await Invitation.objects().get(living)
    if row is None:
        raise LinkSpent
    return row
