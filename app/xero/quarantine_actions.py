"""Records from Xero that cannot be used: kept with their reason until Xero sends something usable. Inside the caller's
transaction."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from piccolo.columns import Column
from piccolo.columns.combination import And

from app.xero.listing import Broken
from app.xero.tables import Quarantined

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Xero refuses a list of ids when one of them is none."""


async def put_aside(organisation_id: int, resource: str, broken: Sequence[Broken], now: datetime) -> list[Broken]:
    """One row a record, however often it comes. Those that were not there yet."""
    fresh = []
    for each in broken:
        facts: dict[Column | str, Any] = {
            Quarantined.label: each.label[:255],
            Quarantined.reason: each.reason,
            Quarantined.record: each.record.replace("\x00", ""),
            Quarantined.seen_at: now,
        }
        standing = _standing(organisation_id, resource) & (Quarantined.xero_id == each.xero_id[:36])
        same = standing if each.xero_id else standing & (Quarantined.record == facts[Quarantined.record])
        if not await Quarantined.update(facts).where(same).returning(Quarantined.id):
            row = Quarantined(organisation=organisation_id, resource=resource, xero_id=each.xero_id[:36])
            row.label, row.reason, row.record = each.label[:255], each.reason, each.record.replace("\x00", "")
            row.seen_at = now
            await row.save()
            fresh.append(each)
    return fresh


async def release(organisation_id: int, resource: str, usable: Iterable[str], now: datetime) -> None:
    """These came in a usable form; `usable` are Xero's ids."""
    standing = _standing(organisation_id, resource)
    waiting = await Quarantined.select(Quarantined.id, Quarantined.xero_id).where(standing)
    ids = set(usable) if waiting else set()
    healed = [row["id"] for row in waiting if row["xero_id"] in ids]
    if healed:
        await Quarantined.update({Quarantined.resolved_at: now}).where(Quarantined.id.is_in(healed))


async def waiting_ids(organisation_id: int, resource: str, most: int) -> list[str]:
    """Xero's ids of what still cannot be used, to be asked for again: a delta would never bring them back."""
    query = Quarantined.select(Quarantined.xero_id).where(_standing(organisation_id, resource), Quarantined.xero_id != "")
    ids = await query.order_by(Quarantined.seen_at).output(as_list=True)
    return [each for each in ids if _GUID.fullmatch(each)][:most]


def _standing(organisation_id: int, resource: str) -> And:
    mine = (Quarantined.organisation == organisation_id) & (Quarantined.resource == resource)
    return mine & Quarantined.resolved_at.is_null()
