"""Xero's token sets: one row a grant, sealed, refreshed by one process at a time and kept before use."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from app import leases
from app.database import fetch
from app.problems import TryLater
from app.sealing import seal, unseal
from app.xero.answers import Disconnected
from app.xero.gateway import TokenSet, XeroGateway
from app.xero.tables import Grant

Clock = Callable[[], datetime]
MARGIN = timedelta(seconds=60)
GRACE = timedelta(minutes=30)
"""For so long Xero takes the refresh token before the last one, should an answer have been lost (Xero's OAuth FAQ)."""
LEASE_SECONDS = 60.0


_IS_RESTORED = """
SELECT 1 FROM xero_connection c JOIN organisation o ON o.id = c.organisation WHERE c."grant" = {} AND o.restored = TRUE LIMIT 1
"""


class RestoredCopy(TryLater):
    """This is a restored copy: Xero is not asked before an owner confirms it, or it would cut off the installation that it
    was copied from."""


def sealed(tokens: TokenSet) -> str:
    return seal(msgspec.json.encode(tokens).decode())


def unsealed(grant: Grant) -> TokenSet:
    return msgspec.json.decode(unseal(grant.token_set_sealed), type=TokenSet)


async def access_token(grant_id: int, *, xero: XeroGateway, now: Clock, refused: str = "") -> str:
    """A token that is good for a minute at least; `refused` is one that Xero has just turned down.

    Raise Disconnected when the grant has ended, RestoredCopy, TryLater when Xero's log-in is away.
    """
    if await fetch(_IS_RESTORED, grant_id):
        raise RestoredCopy
    tokens = await _good(grant_id, now(), refused)
    return tokens.access_token if tokens else await _refreshed(grant_id, xero=xero, now=now, refused=refused)


async def _good(grant_id: int, now: datetime, refused: str) -> TokenSet | None:
    grant = await _grant(grant_id)
    tokens = unsealed(grant)
    is_fresh = grant.expires_at is not None and grant.expires_at - MARGIN > now
    return tokens if is_fresh and tokens.access_token != refused else None


async def _grant(grant_id: int) -> Grant:
    grant = await Grant.objects().get(Grant.id == grant_id)
    if grant is None or grant.revoked_at is not None:
        raise Disconnected
    return grant


async def _refreshed(grant_id: int, *, xero: XeroGateway, now: Clock, refused: str) -> str:
    """1. take the lease, 2. read again, 3. refresh only if that is still needed, 4. keep, 5. use."""
    name, holder = f"grant:{grant_id}", secrets.token_hex(8)
    for _ in range(300):
        if await leases.take(name, holder, now(), seconds=LEASE_SECONDS):
            break
        await asyncio.sleep(0.1)
        if tokens := await _good(grant_id, now(), refused):
            return tokens.access_token
    else:
        raise TryLater("Another process is renewing the connection to Xero. It will be tried again.")
    try:
        tokens = await _good(grant_id, now(), refused)
        return (tokens or await _renew(await _grant(grant_id), xero=xero, now=now())).access_token
    finally:
        await leases.let_go(name, holder)


async def _renew(grant: Grant, *, xero: XeroGateway, now: datetime) -> TokenSet:
    current = unsealed(grant).refresh_token
    try:
        renewed = await _ask_twice(grant.provider, current, xero, now)
    except Disconnected:
        renewed = await _with_previous(grant, xero, now)
    await Grant.update(
        {
            Grant.token_set_sealed: sealed(renewed),
            Grant.previous_refresh_sealed: seal(current),
            Grant.expires_at: renewed.expires_at,
            Grant.refreshed_at: now,
        }
    ).where(Grant.id == grant.id)
    return renewed


async def _ask_twice(provider: str, refresh_token: str, xero: XeroGateway, now: datetime) -> TokenSet:
    """When an answer is lost, Xero may have rotated the token already; it then takes the old one once more."""
    try:
        return await xero.refresh(provider, refresh_token, now)
    except TryLater:
        return await xero.refresh(provider, refresh_token, now)


async def _with_previous(grant: Grant, xero: XeroGateway, now: datetime) -> TokenSet:
    """Raise Disconnected when the token before the last one is too old, missing or refused as well."""
    within = grant.refreshed_at is not None and now - grant.refreshed_at < GRACE
    if not (within and grant.previous_refresh_sealed):
        raise Disconnected("Xero no longer accepts this connection: it was disconnected in Xero, or was not used for 60 days.")
    return await xero.refresh(grant.provider, unseal(grant.previous_refresh_sealed), now)
