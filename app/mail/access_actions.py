"""How to reach a mailbox just now: with its password, or with an access token that still lives. One process at a time
renews a token, the others wait for it."""

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from app import leases
from app.mail import oauth_gateway, queries
from app.mail.access import Access
from app.mail.oauth_gateway import MailTokens
from app.mail.providers import BY_OAUTH, MailProvider, providers_of
from app.mail.reading_trouble import Unreadable
from app.mail.tables import Sender
from app.problems import Refused, TryLater
from app.sealing import seal, unseal
from app.settings import settings

MARGIN = timedelta(minutes=5)
LEASE_SECONDS = 60.0
_WAITS = 200


async def smtp_access(row: Sender, now: datetime) -> Access:
    """Raise Refused (Ended where somebody must sign in again) and TryLater."""
    access = queries.access_of(row)
    return await _with_token(access, row, now) if row.account in BY_OAUTH else access


async def inbox_access(row: Sender, now: datetime) -> Access:
    """For reading. Raise Unreadable also for a sign-in that has ended, or cannot be renewed just now."""
    access = queries.imap_access_of(row)
    try:
        return await _with_token(access, row, now) if row.account in BY_OAUTH else access
    except TryLater as away:
        raise Unreadable(str(away).rstrip("."), "It is tried again by itself.") from away
    except Refused as refused:
        raise Unreadable("the sign-in has ended", str(refused), is_final=True) from refused


def provider_of(account: str) -> MailProvider:
    """Raise Refused for one that this installation was not set up for."""
    found = providers_of(settings()).get(account)
    if found is None or not found.is_set_up:
        raise Refused(f"Whoever runs this installation must set {found.needs if found else account} first.")
    return found


def sealed(tokens: MailTokens) -> dict[Any, Any]:
    return {
        Sender.tokens_sealed: seal(msgspec.json.encode(tokens).decode()),
        Sender.tokens_expire_at: tokens.expires_at,
    }


async def _with_token(access: Access, row: Sender, now: datetime) -> Access:
    token = await _fresh(row.id, provider_of(row.account), now)
    return msgspec.structs.replace(access, username=row.username or row.address, password="", token=token)


async def _fresh(sender_id: int, provider: MailProvider, now: datetime) -> str:
    """1. still good? 2. take the lease, or wait for who has it, 3. read again, 4. renew, 5. keep."""
    name, holder = f"mail-token:{sender_id}", secrets.token_hex(8)
    for _ in range(_WAITS):
        tokens = await _kept(sender_id)
        if tokens.expires_at - MARGIN > now:
            return tokens.access_token
        if await leases.take(name, holder, now, seconds=LEASE_SECONDS):
            break
        await asyncio.sleep(0.1)
    else:
        raise TryLater("Another process is renewing the sign-in of this mailbox. It will be tried again.")
    try:
        return (await _renewed(sender_id, provider, now)).access_token
    finally:
        await leases.let_go(name, holder)


async def _renewed(sender_id: int, provider: MailProvider, now: datetime) -> MailTokens:
    tokens = await _kept(sender_id)
    if tokens.expires_at - MARGIN > now:
        return tokens
    renewed = await oauth_gateway.refresh(provider, tokens.refresh_token, now)
    await Sender.update(sealed(renewed)).where(Sender.id == sender_id)
    return renewed


async def _kept(sender_id: int) -> MailTokens:
    row = await Sender.select(Sender.tokens_sealed).where(Sender.id == sender_id).first()
    if not row or not row["tokens_sealed"]:
        raise oauth_gateway.Ended("Nobody has signed in to this mailbox yet. Sign in under Senders.")
    return msgspec.json.decode(unseal(row["tokens_sealed"]), type=MailTokens)
