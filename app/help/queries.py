"""What help looks at in this very organisation."""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from app.database import fetch
from app.help.contact_queries import look_at_contact
from app.help.topics import Check, Remedy
from app.organisations.membership import Role, SignedIn
from app.organisations.queries import organisation_of, owners_of
from app.sealing import unseal
from app.settings import settings
from app.xero.queries import connection_for, quarantine_of, runs_of
from app.xero.refusal_queries import refusals_in
from app.xero.tables import CallBudget, Connection, Grant
from components.format import day

FRESH = timedelta(hours=24)
ALIVE = timedelta(minutes=10)
MAY_CONNECT = frozenset({"", "STANDARD", "ADVISER", "MANAGEDCLIENT", "FINANCIALADVISER"})
RECONNECT = Remedy("Reconnect to Xero", "/connect")
SYNC = Remedy("Sync now", "/syncs", "post")


async def checks_of(topic: str, member: SignedIn, now: datetime, customer_id: int | None = None) -> tuple[Check, ...]:
    """Looked at just now; the remedies are those that this member may use."""
    if topic == "contact-differs":
        return await look_at_contact(member, customer_id) if customer_id else ()
    look = {
        "cannot-connect": _connecting,
        "changes-not-coming": _changes,
        "expected-date-not-pushed": _dates,
        "disconnected": _disconnected,
        "backups": _copies,
    }[topic]
    return tuple(await look(member, now))


def _well(says: str) -> Check:
    return Check("well", says)


def _wrong(says: str, remedy: Remedy | None = None) -> Check:
    return Check("wrong", says, remedy)


async def _connecting(member: SignedIn, now: datetime) -> list[Check]:
    known, connection = settings(), await connection_for(member)
    checks = [await _standing(member, connection)]
    if not known.xero_client_id and not known.demo_ledger_url:
        checks.append(_wrong("No app is registered with Xero on this installation. Whoever runs it finds how in the README."))
    elif known.xero_client_id:
        checks.append(_well(f"An app is registered; Xero must know the redirect address {known.base_url}/xero/callback."))
    if not known.is_https and not known.base_url.startswith("http://localhost"):
        checks.append(_wrong(f"Xero takes {known.base_url} for no redirect address: it must begin with https://."))
    if not member.may(Role.OWNER):
        checks.append(_wrong(f"Your role cannot connect. Ask {await _owners(member)}."))
    if connection is not None and connection.user_role.upper() not in MAY_CONNECT:
        checks.append(
            _wrong(f"The Xero user who connected has the role {connection.user_role}: Standard or Adviser is needed.")
        )
    return checks


async def _standing(member: SignedIn, connection: Connection | None) -> Check:
    if connection is None:
        remedy = Remedy("Connect with Xero", "/connect") if member.may(Role.OWNER) else None
        return _wrong("This organisation was never connected.", remedy)
    if connection.state == "connected":
        return _well(f"Connected to {connection.tenant_name}.")
    why = connection.reason or "Xero gave no reason."
    return _wrong(f"Disconnected from {connection.tenant_name}. {why}", RECONNECT if member.may(Role.OWNER) else None)


async def _owners(member: SignedIn) -> str:
    return " or ".join(each.name for each in await owners_of(member.organisation_id)) or "an owner"


async def _changes(member: SignedIn, now: datetime) -> list[Check]:
    connection = await connection_for(member)
    checks = [await _standing(member, connection)]
    if connection is None or connection.state != "connected":
        return checks
    checks.append(_freshness(member, connection, now))
    runs = await runs_of(member, 1)
    if runs and runs[0].state == "failed":
        checks.append(_wrong(f"The last sync failed: {runs[0].problem}", Remedy("What the syncs did", "/syncs")))
    if aside := len(await quarantine_of(member)):
        words = "1 record of Xero’s could" if aside == 1 else f"{aside} records of Xero’s could"
        checks.append(_wrong(f"{words} not be used and was set aside, with the reason.", Remedy("See which and why", "/syncs")))
    checks.append(await _calls(member, now))
    checks.append(await _timetable(now))
    return checks


def _freshness(member: SignedIn, connection: Connection, now: datetime) -> Check:
    remedy = SYNC if member.may(Role.CONTROLLER) else None
    last: datetime | None = connection.last_good_sync_at
    if last is None:
        return _wrong("No sync has come to its end yet.", remedy)
    hours = (now - last).total_seconds() / 3600
    said = "less than an hour ago" if hours < 1 else f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"
    words = f"The last good sync was {said}."
    return Check("well" if now - last <= FRESH else "wrong", words, remedy)


async def _calls(member: SignedIn, now: datetime) -> Check:
    budget = await CallBudget.objects().get(CallBudget.organisation_id == member.organisation_id)
    if budget is not None and budget.blocked_until_at is not None and budget.blocked_until_at > now:
        minutes = max(1, round((budget.blocked_until_at - now).total_seconds() / 60))
        return _wrong(f"Xero’s limit of calls is reached. Syncs go on by themselves in {minutes} minutes.")
    left = (
        f"{budget.day_remaining:,} of the day’s are left"
        if budget and budget.day_remaining is not None
        else "none was used yet"
    )
    return _well(f"Xero’s limits leave room for calls: {left}.")


async def _timetable(now: datetime) -> Check:
    """The daily sync is rung by the timetable, which leaves a lease behind at each ring."""
    rows = await fetch("SELECT id FROM lease WHERE name = 'tick: sync once a day' AND until_at > {}", now - ALIVE)
    if rows:
        return _well("The timetable that rings the daily sync is running.")
    return _wrong(
        "The timetable that rings the daily sync is not running: whoever runs this installation starts “tactful tick”."
    )


async def _dates(member: SignedIn, now: datetime) -> list[Check]:
    connection = await connection_for(member)
    checks = [await _standing(member, connection)]
    if connection is not None and connection.locked_until_on:
        until = day(datetime.fromisoformat(connection.locked_until_on).date(), now.date(), member.locale)
        checks.append(
            Check("told", f"The books in Xero are locked up to {until}: dates of invoices in that period are refused.")
        )
    refused = await refusals_in(member.organisation_id, 20)
    may = member.may(Role.CONTROLLER)
    for each in refused:
        again = Remedy("Push it again", f"/invoices/{each.invoice_id}/expected-date/push", "post") if may else None
        checks.append(_wrong(f"{each.number} of {each.customer}: Xero said “{each.reason}”", again))
    waiting = await _waiting(member, now)
    if waiting:
        words = "1 date has" if waiting == 1 else f"{waiting} dates have"
        checks.append(_wrong(f"{words} waited for Xero for more than ten minutes.", SYNC if may else None))
    if not refused and not waiting:
        checks.append(_well("Every expected date set here has reached Xero."))
    return checks


async def _waiting(member: SignedIn, now: datetime) -> int:
    rows = await fetch(
        "SELECT COUNT(*) AS n FROM expected_date WHERE organisation = {} AND push = 'pending' AND set_at < {}",
        member.organisation_id,
        now - ALIVE,
    )
    return int(rows[0]["n"])


async def _disconnected(member: SignedIn, now: datetime) -> list[Check]:
    connection = await connection_for(member)
    checks = [await _standing(member, connection)]
    if connection is None:
        return checks
    if connection.state != "connected" and connection.disconnected_at is not None:
        since = day(connection.disconnected_at.date(), now.date(), member.locale)
        checks.append(
            Check("told", f"Nothing is chased since {since}. Reminders go on where they stood once it is connected again.")
        )
    checks.append(await _key(connection))
    if not member.may(Role.OWNER) and connection.state != "connected":
        checks.append(_wrong(f"Your role cannot reconnect. Ask {await _owners(member)}."))
    return checks


async def _key(connection: Connection) -> Check:
    grant = await Grant.objects().get(Grant.id == connection.grant)
    try:
        if grant is not None and grant.token_set_sealed:
            unseal(grant.token_set_sealed)
    except InvalidToken:
        return _wrong(
            "What is kept of the consent cannot be unsealed: SECRET_KEY has changed. Reconnecting mends it.", RECONNECT
        )
    return _well("What is kept of the consent can be read.")


async def _copies(member: SignedIn, now: datetime) -> list[Check]:
    if (await organisation_of(member)).restored:
        look = Remedy("Look and confirm", "/settings/restored-copy") if member.may(Role.OWNER) else None
        return [_wrong("This is a restored copy: nothing is sent before an owner confirms it.", look)]
    return [_well("This is no restored copy.")]
