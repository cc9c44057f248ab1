"""What is to leave when: the mailboxes of this process, their pace, and the messages to ring."""

import time
from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.database import fetch, in_one_go, loaded
from app.mail import queries
from app.mail.access import Access
from app.mail.access_actions import smtp_access
from app.mail.gateway import Mailbox
from app.mail.providers import BY_OAUTH
from app.mail.sender_actions import reservation, set_trouble, stop
from app.mail.tables import Sender
from app.one_go import Statement
from app.organisations.tables import Organisation
from app.outbox.queries import MAY_LEAVE
from app.outbox.states import Kind
from app.outbox.tables import Message
from app.problems import Refused, TryLater

AHEAD_SECONDS = 12
"""What leaves within this time is rung at once, a little more than lies between two sweeps."""
MOST_AT_ONCE = 500
KNOWN_FOR = 1.0
"""Seconds for which what was read of a mailbox without a pace holds, which may send hundreds in them. Whether it may send at
all is asked again with every claim."""


class Ring(Struct, frozen=True):
    message_id: int
    delay_seconds: float


class Departure(Struct, frozen=True):
    """A mailbox, and the statement that takes a place in its pace and its day's cap: true together with the claim.

    offers_unsubscribe  whether its organisation wants that offered; None: that is not known here
    """

    mailbox: Mailbox
    reservation: Statement | None = None
    offers_unsubscribe: bool | None = None


class Mailboxes:
    """The mailboxes of this process, each with its kept connection."""

    def __init__(self) -> None:
        self._kept: dict[int | None, Mailbox] = {}
        self._known: dict[int, tuple[float, dict[str, Any]]] = {}

    async def of(self, message: Message, now: datetime) -> Departure | None:
        """From where this message may leave right now; None when it has to wait, or has no mailbox."""
        kept = self._kept.get(message.sender_id)
        if kept is not None and kept.is_slow:
            return None
        if message.sender_id is None:
            system = self._system() if message.kind == Kind.SYSTEM.value and not await _is_restored(message) else None
            return Departure(system) if system else None
        recent = self._recently(message.sender_id, kept)
        facts = recent or await self._read(message.sender_id)
        if facts is None:
            return None
        row, zone = loaded(Sender, facts), ZoneInfo(facts["organisation_timezone"])
        try:
            if kept is None or recent is None or row.account in BY_OAUTH:  # else it was kept with these very facts
                kept = self._keep(row.id, await smtp_access(row, now), row.trouble)
        except TryLater as away:
            await set_trouble(row.id, str(away), now)
        except Refused as refused:
            await stop(row.id, str(refused), now)
        else:
            today = now.astimezone(zone).date()
            return Departure(kept, reservation(row, now, today), bool(facts["organisation_offers_unsubscribe"]))
        return None

    def _recently(self, sender_id: int, kept: Mailbox | None) -> dict[str, Any] | None:
        """What was read of it a moment ago, unless it has a pace to keep or something was the matter."""
        read_at, facts = self._known.get(sender_id, (0.0, {}))
        is_fit = facts and kept is not None and not (facts["seconds_between"] or facts["trouble"] or kept.trouble)
        return facts if is_fit and time.monotonic() - read_at < KNOWN_FOR else None

    async def _read(self, sender_id: int) -> dict[str, Any] | None:
        found = await in_one_go([Statement(_SENDER, (sender_id,), decides=True)])
        if found is None:
            return None
        self._known[sender_id] = (time.monotonic(), found[0][0])
        return found[0][0]

    async def close_idle(self) -> None:
        for mailbox in self._kept.values():
            await mailbox.close_if_idle()

    async def close(self) -> None:
        for mailbox in self._kept.values():
            await mailbox.close()

    def _system(self) -> Mailbox | None:
        access = queries.system_access()
        return self._keep(None, access, "") if access else None

    def _keep(self, key: int | None, access: Access, trouble: str) -> Mailbox:
        """The one that is open, unless its settings have changed."""
        mailbox = self._kept.get(key)
        if mailbox is None or mailbox.access != access:
            mailbox = self._kept[key] = Mailbox(access)
        mailbox.trouble = trouble
        return mailbox


_SENDER = """
SELECT sender.*, organisation.timezone AS organisation_timezone,
  organisation.offers_unsubscribe AS organisation_offers_unsubscribe
FROM sender JOIN organisation ON organisation.id = sender.organisation
WHERE sender.id = {} AND sender.stopped_at IS NULL AND sender.is_active AND organisation.restored = FALSE
"""


async def _is_restored(message: Message) -> bool:
    """Of a restored copy nothing leaves before an owner confirms; a person's own password reset is of no organisation."""
    here = (Organisation.id == (message.organisation_id or 0)) & Organisation.restored.eq(True)
    return bool(await Organisation.exists().where(here))


async def to_ring(now: datetime) -> tuple[Ring, ...]:
    """The messages that may leave in the next seconds, each mailbox's weightiest first and at its own pace."""
    rows = await fetch(_DUE, now, now, now, MOST_AT_ONCE)
    senders = {row["id"]: row for row in await _senders({row["sender_id"] for row in rows} - {None})}
    rings = list[Ring]()
    for row in rows:
        place, sender_id = row["place"] - 1, row["sender_id"]
        if sender_id is None:
            rings.append(Ring(row["id"], 0))
        elif (sender := senders.get(sender_id)) and place < _room(sender, now):
            rings.append(Ring(row["id"], _first_in(sender, now) + place * sender["seconds_between"]))
    return tuple(rings)


_DUE = f"""
SELECT id, sender_id, place FROM (
  SELECT id, sender_id, ROW_NUMBER() OVER (PARTITION BY sender_id ORDER BY weight DESC, id) AS place FROM message
  WHERE {MAY_LEAVE} AND (kind = 'system' OR sender_id IS NOT NULL)
) AS due WHERE place <= {{}} ORDER BY place, id
"""  # noqa: S608


async def _senders(ids: set[int]) -> list[dict[str, Any]]:
    if not ids:
        return []
    columns = (Sender.id, Sender.seconds_between, Sender.daily_cap, Sender.counted_on, Sender.counted, Sender.next_send_at)
    restored: Any = Sender.organisation.restored
    can_send = Sender.stopped_at.is_null() & Sender.is_active.eq(True) & restored.eq(False)
    return await Sender.select(*columns, Sender.organisation.timezone).where(Sender.id.is_in(sorted(ids)), can_send)


def _room(sender: Mapping[str, Any], now: datetime) -> int:
    """How many of a mailbox's messages to ring: what its pace and the rest of its day's cap allow."""
    today = now.astimezone(ZoneInfo(sender["organisation.timezone"])).date()
    left: int = sender["daily_cap"] - (sender["counted"] if sender["counted_on"] == today else 0)
    gap = sender["seconds_between"]
    return min(left, ceil(AHEAD_SECONDS / gap) if gap else MOST_AT_ONCE)


def _first_in(sender: Mapping[str, Any], now: datetime) -> float:
    next_at = sender["next_send_at"]
    return max((next_at - now).total_seconds(), 0.0) if next_at else 0.0
