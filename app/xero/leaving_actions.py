"""Disconnecting from our side: here at once, then at Xero, which forgets the connection and, where nothing else uses it,
the whole consent."""

from contextlib import suppress
from datetime import datetime

import msgspec

from app.activity.actions import audit
from app.database import transaction
from app.organisations.membership import SignedIn
from app.problems import Refused, TryLater
from app.xero.answers import Missing, check
from app.xero.connection_actions import connection_of, disconnect
from app.xero.gateway import XeroGateway
from app.xero.grant_actions import access_token, unsealed
from app.xero.tables import Connection, Grant


class Left(msgspec.Struct, frozen=True):
    """`was_connected` is False when there was nothing to disconnect; `problem` when Xero could not be told."""

    was_connected: bool
    problem: str = ""


async def leave(member: SignedIn, *, xero: XeroGateway, now: datetime) -> Left:
    """Chasing pauses even when Xero is away. What was read stays, and so does the tie to this Xero organisation."""
    connection = await connection_of(member.organisation_id)
    if connection is None or not await _pause(member, connection, now):
        return Left(was_connected=False)
    try:
        await _tell_xero(connection, xero, now)
    except (TryLater, Refused) as reason:
        return Left(True, str(reason))
    return Left(True)


async def _pause(member: SignedIn, connection: Connection, now: datetime) -> bool:
    async with transaction():
        left = await disconnect(member.organisation_id, f"{member.name} disconnected it here.", now, by=member.name)
        if left:
            await audit(
                organisation_id=member.organisation_id, user_id=member.user_id, act="disconnect xero",
                subject=f"connection {connection.id}", now=now,
            )  # fmt: skip
        return left


async def _tell_xero(connection: Connection, xero: XeroGateway, now: datetime) -> None:
    grant = await Grant.objects().get(Grant.id == connection.grant)
    if grant is None or grant.revoked_at is not None:
        return
    others = await _others(connection, grant)
    if not any(each.connection_id == connection.connection_id for each in others):
        await _remove(connection, grant, xero, now)
    if not others:
        await _revoke(grant, xero, now)


async def _others(connection: Connection, grant: Grant) -> list[Connection]:
    """Living connections of the same Xero user: a revocation would end them all."""
    same_user = (Grant.provider == grant.provider) & (Grant.xero_user_id == grant.xero_user_id)
    same = same_user if grant.xero_user_id else Grant.id == grant.id
    grants = await Grant.select(Grant.id).where(same).output(as_list=True)
    living = (Connection.state == "connected") & (Connection.id != connection.id)
    return await Connection.objects().where(living, Connection.grant.is_in(grants))


async def _remove(connection: Connection, grant: Grant, xero: XeroGateway, now: datetime) -> None:
    token = await access_token(int(grant.id), xero=xero, now=lambda: now)
    path = f"/connections/{connection.connection_id}"
    answer = await xero.call(grant.provider, "DELETE", path, access_token=token)
    with suppress(Missing):  # somebody removed it in Xero already
        check(answer, now)


async def _revoke(grant: Grant, xero: XeroGateway, now: datetime) -> None:
    """The newest token, for the call before may have renewed it; then it is forgotten here as well."""
    row = await Grant.objects().get(Grant.id == grant.id)
    assert row is not None  # it was read a moment ago
    await xero.revoke(grant.provider, unsealed(row).refresh_token)
    gone = {Grant.revoked_at: now, Grant.token_set_sealed: "", Grant.previous_refresh_sealed: ""}
    await Grant.update(gone).where(Grant.id == grant.id)  # type: ignore[arg-type]
