"""Changing how the customers' page looks."""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.activity.actions import audit
from app.database import transaction
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.portal.look import Look
from app.portal.look_queries import settings_of
from app.portal.tables import PortalSettings


async def change_look(member: SignedIn, look: Look, now: datetime, address: str = "") -> tuple[str, ...]:
    """Names of what changed."""
    async with transaction():
        settings = await settings_of(member.organisation_id)
        organisation = await Organisation.objects().get(Organisation.id == member.organisation_id)
        assert organisation is not None  # the member belongs to it
        changed = [name for name, value in look.settings().items() if getattr(settings, name) != value]
        if changed:
            await _keep(member.organisation_id, look.settings())
        if organisation.accent != look.accent:
            changed.append("accent")
            await Organisation.update({Organisation.accent: look.accent}).where(Organisation.id == member.organisation_id)
        if changed:
            await audit(
                organisation_id=member.organisation_id, user_id=member.user_id, act="change portal",
                subject=f"organisation {member.organisation_id}", now=now, fields=changed, address=address,
            )  # fmt: skip
    return tuple(changed)


async def _keep(organisation_id: int, values: dict[str, Any]) -> None:
    mine = PortalSettings.organisation == organisation_id
    columns: dict[Column | str, Any] = dict(values.items())
    if not await PortalSettings.update(columns).where(mine).returning(PortalSettings.id):
        await PortalSettings(organisation=organisation_id, **values).save()
