"""Changing a business's logo."""

import hashlib
from datetime import datetime

from app.activity.actions import audit
from app.database import transaction
from app.organisations.logo_gateway import Picture
from app.organisations.membership import SignedIn
from app.organisations.tables import Logo, Organisation
from app.outbox.file_actions import keep


async def keep_logo(member: SignedIn, picture: Picture, now: datetime, address: str = "") -> None:
    """In place of the one there was. What was sent with an earlier one keeps it."""
    name = hashlib.sha256(picture.content).hexdigest()
    async with transaction():
        await Logo.delete().where(Logo.organisation == member.organisation_id)
        row = Logo(
            organisation=member.organisation_id, hash=name, content=picture.content, width=picture.width,
            height=picture.height, uploaded_at=now,
        )  # fmt: skip
        await row.save()
        await keep(picture.content, "image/png", now)
        await _name(member, name, "change logo", now, address)


async def remove_logo(member: SignedIn, now: datetime, address: str = "") -> None:
    async with transaction():
        await Logo.delete().where(Logo.organisation == member.organisation_id)
        await _name(member, "", "remove logo", now, address)


async def _name(member: SignedIn, name: str, act: str, now: datetime, address: str) -> None:
    await Organisation.update({Organisation.logo: name}).where(Organisation.id == member.organisation_id)
    await audit(
        organisation_id=member.organisation_id, user_id=member.user_id, act=act,
        subject=f"organisation {member.organisation_id}", now=now, fields=["logo"], address=address,
    )  # fmt: skip
