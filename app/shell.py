"""The frame around every staff page: where one can go, how fresh the books are, what must be known."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.activity.queries import notices_of
from app.activity.tables import Notice as StandingNotice
from app.chasing.grounds import FRESH_FOR
from app.customers.days import today_of
from app.help.topics import help_for
from app.mail.inbox_queries import waiting_count
from app.organisations.ages import ago
from app.organisations.membership import Presence, Role, SignedIn
from app.outbox.tables import Message
from app.settings import settings
from app.xero.tables import Connection, SyncRun
from components.format import day_in_full
from components.menu.items import MenuItem
from components.shell import Choice, Notice, RailEntry, ShellView, SyncView

PLACES = (
    ("Home", "/", "home"),
    ("Receivables", "/customers", "receivables"),
    ("Upcoming", "/upcoming", "upcoming"),
    ("Approvals", "/approvals", "approvals"),
    ("Inbox", "/inbox", "inbox"),
    ("Templates", "/templates", "templates"),
    ("Schedules", "/schedules", "schedules"),
    ("Statements", "/statements", "statements"),
    ("Reports", "/reports", "reports"),
    ("Settings", "/settings", "settings"),
)
ALSO_UNDER = {
    "/": ("/tasks",),
    "/customers": ("/invoices", "/promises", "/disputes"),
    "/upcoming": ("/messages",),
    "/settings": ("/senders", "/syncs"),
}
LINKS_OF_NOTICES = {
    "disconnected": ("Reconnect to Xero", "/connect"),
    "mailbox_stopped": ("Look at it", "/senders"),
    "mailbox_unreachable": ("Look at it", "/senders"),
    "mailbox_unread": ("Look at it", "/senders"),
    "sending_domain": ("See the records to add", "/senders"),
    "restored_copy": ("Look at what may have happened since", "/settings/restored-copy"),
    "unknown_send": ("Decide", "/messages?state=unknown"),
    "bank_details_wait": ("Look at both", "/settings/bank-details"),
    "paused_by_admin": ("Settings, Chasing", "/settings/chasing"),
}
WAIT_FOR_A_PERSON = frozenset({"restored_copy", "bank_details_wait", "paused_by_admin"})
"""Notices of what is not broken."""
DEMO_NOTE = "This organisation is connected to the demo ledger: its books are invented."


async def shell_for(
    presence: Presence, path: str, *, open_paths: frozenset[str], flashes: tuple[Notice, ...], now: datetime
) -> ShellView:
    """`open_paths`: the places that exist; the rail leads nowhere else."""
    member = presence.member
    assert member is not None
    connection = await _connection_of(member.organisation_id)
    waiting = await waiting_in(member, now)
    is_disconnected = connection is not None and connection.state == "disconnected"
    return ShellView(
        organisation=member.organisation,
        organisations=_choices(presence, member),
        rail=_rail(path, waiting, open_paths),
        user_name=member.name,
        user_email=member.email,
        user_menu=_user_menu(presence, open_paths),
        sign_out_url="/sign-out",
        sync=await _sync_view(connection, member, now) if connection else None,
        search_url="/search" if "/search" in open_paths else "",
        help_url=help_for(path),
        disconnected=is_disconnected,
        reconnect_url="/connect",
        demo_note=DEMO_NOTE if connection is not None and connection.provider == "demo" else "",
        notices=(
            *flashes,
            *[_standing(each) for each in await notices_of(member.organisation_id)],
            *_of_old_books(connection, member, now),
        ),
    )


def _choices(presence: Presence, member: SignedIn) -> tuple[Choice, ...]:
    return tuple(
        Choice(name, f"/organisations/{here}/visit", here == member.organisation_id)
        for here, name in ((each.organisation_id, each.organisation) for each in presence.memberships)
    )


def _rail(path: str, waiting: dict[str, int], open_paths: frozenset[str]) -> tuple[RailEntry, ...]:
    return tuple(
        RailEntry(label, url, icon, waiting.get(url, 0), _is_under(path, url))
        for label, url, icon in PLACES
        if url in open_paths
    )


def _is_under(path: str, url: str) -> bool:
    if url == "/" and path == "/":
        return True
    places = (*([] if url == "/" else [url]), *ALSO_UNDER.get(url, ()))
    return any(path == each or path.startswith(each + "/") for each in places)


def _user_menu(presence: Presence, open_paths: frozenset[str]) -> tuple[MenuItem, ...]:
    items = [MenuItem("Your account", "/account")] if "/account" in open_paths else []
    if presence.member is not None and presence.member.may(Role.CONTROLLER) and "/customers" in open_paths:
        items.insert(0, MenuItem("My customers", f"/customers?assigned={presence.member.member_id}"))
    if settings().sign_up_open or presence.is_superuser:
        items.append(MenuItem("Add an organisation", "/organisations/new"))
    if presence.is_superuser:
        items.append(MenuItem("This installation", "/admin/"))
    return tuple(items)


def _standing(notice: StandingNotice) -> Notice:
    label, url = LINKS_OF_NOTICES.get(notice.kind, ("", ""))
    tone = "broken" if notice.kind in LINKS_OF_NOTICES.keys() - WAIT_FOR_A_PERSON else "waiting"
    return Notice(f"{notice.sentence} {notice.what_to_do}".strip(), tone, label, url)  # type: ignore[arg-type]


def _of_old_books(connection: Connection | None, member: SignedIn, now: datetime) -> tuple[Notice, ...]:
    """Xero is away for so long that nothing is sent any more; a lost connection has a notice of its own."""
    last = connection.last_good_sync_at if connection is not None and connection.state == "connected" else None
    if last is None or now - last <= FRESH_FOR:
        return ()
    local = last.astimezone(ZoneInfo(member.timezone))
    since = f"{day_in_full(local.date(), member.locale)}, {local:%H:%M}"
    text = f"Xero could not be read since {since}. Nothing is sent until a sync works again; it is tried by itself."
    return (Notice(text, "waiting", "What happened", "/syncs"),)


async def waiting_in(member: SignedIn, now: datetime) -> dict[str, int]:
    """How much waits for a person, by the address of its place."""
    return {
        "/approvals": await approvals_waiting(member.organisation_id),
        "/inbox": await waiting_count(member.organisation_id, today_of(member, now)),
    }


async def approvals_waiting(organisation_id: int) -> int:
    """Reminders and statements that are planned and that nobody has approved yet."""
    planned = (Message.organisation_id == organisation_id) & (Message.state == "planned")
    waiting = planned & Message.needs_approval.eq(True)
    return int(await Message.count().where(waiting, Message.kind.is_in(["reminder", "thank_you", "statement", "chase_now"])))


async def _connection_of(organisation_id: int) -> Connection | None:
    return await Connection.objects().get(Connection.organisation == organisation_id)


async def sync_view(member: SignedIn, now: datetime) -> SyncView | None:
    """What stands beside *Sync now*; None before anything is connected."""
    connection = await _connection_of(member.organisation_id)
    return await _sync_view(connection, member, now) if connection else None


async def _sync_view(connection: Connection, member: SignedIn, now: datetime) -> SyncView:
    mine = SyncRun.organisation == member.organisation_id
    run = await SyncRun.objects().where(mine).order_by(SyncRun.id, ascending=False).first()
    start = "/syncs" if member.may(Role.CONTROLLER) else ""
    if run is not None and run.state == "running":
        return SyncView(_progress(run), running=True, start_url=start, progress_url="/syncs/line")
    last: datetime | None = connection.last_good_sync_at
    fresh = f"synced {ago(last, now)}" if last else "not synced yet"
    if run is not None and run.state == "failed":
        return SyncView(f"last sync failed, {fresh}", run.problem, start, details_url="/syncs")
    if last is None:
        return SyncView(fresh, start_url=start, details_url="/syncs")
    local = last.astimezone(ZoneInfo(member.timezone))
    return SyncView(fresh, f"{day_in_full(local.date())}, {local:%H:%M}", start, details_url="/syncs")


def _progress(run: SyncRun) -> str:
    stage = run.stage or "asking Xero"
    return f"{stage}: {run.read:,} of {run.expected:,}" if run.expected else stage
