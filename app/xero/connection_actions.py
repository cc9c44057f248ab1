"""Losing the connection and having it again: chasing pauses while it is gone, and everybody is told."""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.activity.actions import clear_notice, raise_notice, record
from app.database import transaction
from app.xero.tables import Connection

NOTICE = "disconnected"
WHAT_TO_DO = "Nothing is chased until you reconnect. Use “Reconnect to Xero” at the bottom right of every page."


async def connection_of(organisation_id: int) -> Connection | None:
    return await Connection.objects().get(Connection.organisation == organisation_id)


async def disconnect(organisation_id: int, reason: str, now: datetime, by: str = "Xero") -> bool:
    """Pause everything that needs Xero, and say why. Whether it was connected until now."""
    facts: dict[Column | str, Any] = {
        Connection.state: "disconnected",
        Connection.reason: reason,
        Connection.disconnected_at: now,
    }
    connected = (Connection.organisation == organisation_id) & (Connection.state == "connected")
    async with transaction():
        if not await Connection.update(facts).where(connected).returning(Connection.id):
            return False
        await raise_notice(organisation_id, NOTICE, f"Tactful is disconnected from Xero. {reason}", WHAT_TO_DO, now)
        await record(organisation_id=organisation_id, kind="disconnected", sentence=reason, by=by, now=now)
    return True


async def connected_again(organisation_id: int, now: datetime) -> None:
    """Inside the transaction that stores the connection."""
    await clear_notice(organisation_id, NOTICE, now)
    await record(
        organisation_id=organisation_id, kind="connected", sentence="Connected to Xero.", by="Tactful", now=now
    )  # fmt: skip
