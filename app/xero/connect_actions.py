"""Connecting: to the consent page and back, choosing the organisation, and the first answers. Each journey is one
Authorisation, bound to the session that began it and usable once."""

import base64
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from app.activity.actions import audit
from app.database import transaction
from app.organisations.membership import SignedIn
from app.organisations.tables import Organisation
from app.problems import Refused, TryLater
from app.sealing import new_token, seal, token_hash, unseal
from app.settings import settings
from app.xero.answers import Disconnected
from app.xero.connection_actions import connected_again, connection_of
from app.xero.consent import (
    AnotherOrganisation,
    ConnectedElsewhere,
    LateReturn,
    NoOrganisation,
    NotAllowed,
    RoleTooSmall,
    StrangeReturn,
    UsedReturn,
    XeroDeclined,
)
from app.xero.gateway import TokenSet, XeroGateway, new_verifier
from app.xero.grant_actions import sealed, unsealed
from app.xero.line_actions import Line
from app.xero.organisation_actions import read_organisation
from app.xero.organisation_facts import OrganisationFacts
from app.xero.tables import Authorisation, Connection, Grant
from app.xero.wire import Tenant

LASTS = timedelta(minutes=15)
CALLBACK = "/xero/callback"
REAL = "xero"


class MovedClock(Refused):
    """TACTFUL_NOW is set, and a moved clock must not meet real books. Unset it, start again, then connect."""


def refuse_moved_clock() -> None:
    if settings().tactful_now:
        raise MovedClock


async def check_clock() -> None:
    """Before anything is served or sent. Raise MovedClock when real books are connected and the clock is moved."""
    if settings().tactful_now and await Connection.exists().where(Connection.provider == REAL):
        raise MovedClock


class Journey(msgspec.Struct, frozen=True):
    """Back from the consent page: connected again, or the organisations to choose from (`authorisation_id` names the
    journey)."""

    authorisation_id: int
    tenants: tuple[Tenant, ...]
    is_reconnected: bool = False


async def begin_connection(member: SignedIn, provider: str, *, xero: XeroGateway, base_url: str, now: datetime) -> str:
    """The address of the consent page. Raise Refused for a software that is not set up here, and MovedClock."""
    if provider == REAL:
        refuse_moved_clock()
    state, verifier = new_token("x"), new_verifier()
    url = xero.consent_url(provider, redirect_uri=base_url + CALLBACK, state=state, verifier=verifier)
    await Authorisation(
        state_hash=token_hash(state),
        session_id=member.session_id,
        organisation_id=member.organisation_id,
        provider=provider,
        verifier_sealed=seal(verifier),
        created_at=now,
    ).save()
    return url


async def finish_connection(
    member: SignedIn, answer: dict[str, str], *, xero: XeroGateway, base_url: str, now: datetime
) -> Journey:
    """Turn the consent page's answer (its query) into a grant. Raise a ConsentProblem, TryLater or Refused."""
    row = await _redeem(member, answer.get("state", ""), now)
    if answer.get("error"):
        raise NotAllowed if answer["error"] == "access_denied" else XeroDeclined
    tokens = await xero.exchange(
        row.provider,
        code=answer.get("code", ""),
        verifier=unseal(row.verifier_sealed),
        redirect_uri=base_url + CALLBACK,
        now=now,
    )
    tenants = await xero.tenants(row.provider, tokens.access_token, now)
    if not tenants:
        raise NoOrganisation
    row.grant = await _keep_grant(row.provider, tokens, now)
    await row.save([Authorisation.grant])
    earlier = await connection_of(member.organisation_id)
    if earlier is None or not earlier.tenant_id:
        return Journey(int(row.id), tuple(tenants))
    return await _reconnect(member, row, earlier, tenants, xero, now)


async def _redeem(member: SignedIn, state: str, now: datetime) -> Authorisation:
    """The journey with this state, which from now on is used: whatever comes next, it works once."""
    row = await Authorisation.objects().get(Authorisation.state_hash == token_hash(state))
    if row is None or (row.session_id, row.organisation_id) != (member.session_id, member.organisation_id):
        raise StrangeReturn
    unused = (Authorisation.id == row.id) & Authorisation.used_at.is_null()
    if not await Authorisation.update({Authorisation.used_at: now}).where(unused).returning(Authorisation.id):
        raise UsedReturn
    if now - row.created_at > LASTS:
        raise LateReturn
    return row


async def _keep_grant(provider: str, tokens: TokenSet, now: datetime) -> int:
    grant = Grant(
        provider=provider,
        xero_user_id=_user_of(tokens.id_token),
        token_set_sealed=sealed(tokens),
        expires_at=tokens.expires_at,
        refreshed_at=now,
    )
    await grant.save()
    return int(grant.id)


def _user_of(id_token: str) -> str:
    """The Xero user, for the record; the token came straight from Xero over TLS, so its signature adds nothing."""
    try:
        payload = id_token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("xero_userid", ""))[:36]
    except (IndexError, ValueError, AttributeError):
        return ""


async def _reconnect(
    member: SignedIn, row: Authorisation, earlier: Connection, tenants: list[Tenant], xero: XeroGateway, now: datetime
) -> Journey:
    same = next((each for each in tenants if each.tenant_id == earlier.tenant_id), None)
    if same is None or row.provider != earlier.provider:
        raise AnotherOrganisation(", ".join(each.tenant_name or "" for each in tenants), earlier.tenant_name)
    await _check_role(Connection(organisation=member.organisation_id, grant=row.grant, provider=row.provider,
                                 tenant_id=same.tenant_id), xero, now)  # fmt: skip
    await _store(member, row, same, earlier, now)
    return Journey(int(row.id), (same,), is_reconnected=True)


async def _check_role(trial: Connection, xero: XeroGateway, now: datetime) -> None:
    """Raise RoleTooSmall. When Xero cannot say just now, the sync that follows will."""
    with suppress(TryLater):
        await _facts(Line(trial, xero, lambda: now))


async def journey_of(member: SignedIn, authorisation_id: int, now: datetime) -> Authorisation:
    """Raise StrangeReturn or LateReturn when there is none of this session to go on with."""
    mine = (
        (Authorisation.id == authorisation_id)
        & (Authorisation.session_id == member.session_id)
        & (Authorisation.organisation_id == member.organisation_id)
        & Authorisation.grant.is_not_null()
    )
    row = await Authorisation.objects().get(mine)
    if row is None:
        raise StrangeReturn
    if now - row.created_at > LASTS:
        raise LateReturn
    return row


async def tenants_of(row: Authorisation, *, xero: XeroGateway, now: datetime) -> list[Tenant]:
    """What the journey's login reaches, as Xero says now."""
    grant = await Grant.objects().get(Grant.id == row.grant)
    if grant is None:
        raise StrangeReturn
    return await xero.tenants(row.provider, unsealed(grant).access_token, now)


async def choose_tenant(member: SignedIn, authorisation_id: int, tenant_id: str, *, xero: XeroGateway, now: datetime) -> None:
    """Tie the business to this Xero organisation and take over its facts for the settings page."""
    row = await journey_of(member, authorisation_id, now)
    chosen = next((each for each in await tenants_of(row, xero=xero, now=now) if each.tenant_id == tenant_id), None)
    earlier = await connection_of(member.organisation_id)
    if chosen is None or (earlier is not None and earlier.tenant_id not in ("", tenant_id)):
        raise AnotherOrganisation((chosen and chosen.tenant_name) or "", earlier.tenant_name if earlier else "")
    if row.provider == "xero" and await _is_elsewhere(member.organisation_id, tenant_id):
        raise ConnectedElsewhere
    trial = Connection(organisation=member.organisation_id, grant=row.grant, provider=row.provider, tenant_id=tenant_id)
    facts = await _facts(Line(trial, xero, lambda: now))
    async with transaction():
        await _store(member, row, chosen, earlier, now, facts)
        await _take_over(member.organisation_id, facts)


async def _facts(line: Line) -> OrganisationFacts:
    try:
        return await read_organisation(line)
    except (Disconnected, Refused) as reason:
        raise RoleTooSmall from reason


async def _is_elsewhere(organisation_id: int, tenant_id: str) -> bool:
    others = (Connection.tenant_id == tenant_id) & (Connection.organisation != organisation_id)
    return bool(await Connection.exists().where(others & (Connection.state == "connected")))


async def _store(
    member: SignedIn, row: Authorisation, tenant: Tenant, earlier: Connection | None, now: datetime,
    facts: OrganisationFacts | None = None,
) -> None:  # fmt: skip
    connection = earlier or Connection(organisation=member.organisation_id)
    connection.grant, connection.provider = row.grant, row.provider
    connection.tenant_id, connection.connection_id = tenant.tenant_id, tenant.id
    connection.tenant_name = (tenant.tenant_name or "")[:200]
    if facts:
        connection.short_code, connection.locked_until_on = facts.short_code, facts.locked_until
    connection.state, connection.reason, connection.connected_at = "connected", "", now
    async with transaction():
        await connection.save()
        await connected_again(member.organisation_id, now)
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="connect xero",
            subject=f"connection {connection.id}", now=now,
        )  # fmt: skip


async def _take_over(organisation_id: int, facts: OrganisationFacts) -> None:
    """Prefill what the settings page will ask; answers given before are left alone."""
    row = await Organisation.objects().get(Organisation.id == organisation_id)
    if row is None or row.set_up_at is not None:
        return
    row.name, row.legal_name = facts.name or row.name, facts.legal_name or row.legal_name
    row.country, row.timezone, row.currency = facts.country, facts.timezone, facts.currency
    row.registration_number, row.registered_office = facts.registration_number, facts.office
    row.phone = facts.phone
    await row.save()
