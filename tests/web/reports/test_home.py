"""/ and the sync line"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx

from app.activity.actions import add_task, raise_notice
from app.clock import now
from app.customers.tables import Summary
from app.mail.tables import Incoming, Sender
from app.money import units
from app.outbox.tables import Message
from app.schedules.queries import calendar_of
from app.xero.tables import Connection, SyncRun
from components.format import day
from tests import cast
from tests.web.conftest import SignIn


async def test_a_stranger_is_asked_to_sign_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_home_shows_figures_in_base_currency(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in("viewer")
    customer = await cast.a_customer(borealis.organisation)
    await cast.an_invoice(customer, due_on=now().date() - timedelta(days=40), total="1240.00")
    await Summary(
        customer=customer.id,
        organisation_id=borealis.id,
        outstanding_base=units(Decimal("1240.00")),
        overdue_base=units(Decimal("640.50")),
        open_count=2,
        overdue_count=1,
    ).save()
    page = (await client.get("/")).text
    assert "£1,240.00" in page
    assert "£640.50" in page
    assert "31 to 60 days £1,240.00" in page


async def test_the_sums_of_another_organisation_do_not_count(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm
) -> None:
    theirs = await cast.a_customer(meridian.organisation, "Secret Client")
    await Summary(customer=theirs.id, organisation_id=meridian.id, outstanding_base=99_990_000, open_count=1).save()
    await raise_notice(meridian.id, "disconnected", "Xero refuses Meridian.", "Reconnect.", now())
    await sign_in()
    page = (await client.get("/")).text
    assert "9,999.00" not in page
    assert "Meridian" not in page


async def test_a_newcomer_sees_what_is_left_to_set_up(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("owner")
    page = (await client.get("/")).text
    assert "Quick start" in page
    assert "Connect with Xero" in page


async def test_where_nothing_is_planned_home_says_what_is_missing(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    await sign_in("owner")
    assert "the books have not been read yet" in (await client.get("/")).text
    await Connection(organisation=borealis.id, provider="xero", state="connected", last_good_sync_at=now()).save()
    assert 'no mailbox to send from yet. <a href="/senders/new">' in (await client.get("/")).text
    await Sender(organisation=borealis.id, kind="normal", name="Tom", address="tom@borealis.example").save()
    assert "nobody is being chased yet" in (await client.get("/")).text


async def test_who_may_not_set_up_is_not_asked_to(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await sign_in("viewer")
    page = (await client.get("/")).text
    assert "Quick start" not in page
    assert "/senders/new" not in page


async def test_what_waits_for_a_person_is_counted(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    for number in range(3):
        row = Message(organisation_id=borealis.id, kind="reminder", state="planned", planned_on=date(2026, 12, 1))
        row.unique_key, row.needs_approval = f"r{number}", True
        await row.save()
    await Message(organisation_id=borealis.id, kind="reminder", state="planned", unique_key="by itself").save()
    await Message(organisation_id=borealis.id, kind="reminder", state="unknown").save()
    await sign_in()
    page = (await client.get("/")).text
    assert "3 emails wait for approval" in page
    assert "1 email may or may not have gone" in page
    assert "Tue 1 Dec" in page


async def test_a_reply_stands_out_once_it_has_waited_two_working_days(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    today = now().astimezone(ZoneInfo("Europe/London")).date()
    early = datetime.combine(
        calendar_of(borealis.organisation).working_days_ago(today, 2), time(23, 30), ZoneInfo("Europe/London")
    )
    snoozed = today + timedelta(days=3)
    for number, (arrived_at, until) in enumerate(((early, None), (early + timedelta(hours=1), None), (early, snoozed))):
        row = Incoming(organisation_id=borealis.id, kind="reply", arrived_at=arrived_at.astimezone(UTC), snoozed_until_on=until)
        row.fingerprint = f"f{number}"
        await row.save()
    await sign_in("viewer")
    page = (await client.get("/")).text
    assert '<a href="/inbox">1 reply has waited two working days or more</a> <span class="badge waiting">late</span>' in page
    assert '<a href="/inbox">1 customer replied</a></li>' in page
    inbox = (await client.get("/inbox")).text
    assert inbox.count('class="badge waiting"') == 1, "the inbox marks the same one"


async def test_what_is_late_goes_today(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    today = now().astimezone(ZoneInfo("Europe/London")).date()
    for days in (0, 1, 3):
        row = Message(organisation_id=borealis.id, kind="reminder", state="approved", planned_on=today - timedelta(days=days))
        row.unique_key = f"r{days}"
        await row.save()
    await sign_in()
    page = (await client.get("/")).text
    assert f"<span>{day(today, today)}</span><span>3 emails</span>" in page


async def test_tasks_stand_on_home(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await add_task(organisation_id=borealis.id, sentence="Ring Harbour Foods.", now=now())
    await sign_in()
    assert "Ring Harbour Foods." in (await client.get("/")).text


async def test_a_disconnection_is_told_on_every_page(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await Connection(organisation=borealis.id, provider="xero", state="disconnected").save()
    await raise_notice(borealis.id, "disconnected", "Xero refuses our access.", "Reconnect, then chasing goes on.", now())
    await sign_in()
    for path in ("/", "/settings", "/settings/members"):
        page = (await client.get(path)).text
        assert "Xero refuses our access." in page
        assert "Reconnect to Xero" in page


async def test_the_top_bar_says_how_fresh_the_books_are(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    stamp = now() - timedelta(minutes=4, seconds=10)
    await Connection(organisation=borealis.id, provider="demo", state="connected", last_good_sync_at=stamp).save()
    await sign_in()
    page = (await client.get("/")).text
    assert "synced 4 min ago" in page
    assert "its books are invented" in page
    await SyncRun(organisation=borealis.id, state="running", stage="reading invoices", read=120, expected=400).save()
    line = await client.get("/syncs/line", headers={"HX-Request": "true"})
    assert "reading invoices: 120 of 400" in line.text
    assert 'hx-get="/syncs/line"' in line.text
    assert "<html" not in line.text


async def test_before_anything_is_connected_there_is_no_sync_line(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in()
    assert (await client.get("/syncs/line")).status_code == 404
    assert "Sync now" not in (await client.get("/")).text


async def test_a_viewer_gets_no_sync_button(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    await Connection(organisation=borealis.id, provider="xero", state="connected", last_good_sync_at=now()).save()
    await sign_in("viewer")
    assert "Sync now" not in (await client.get("/")).text
    await sign_in("controller")
    assert "Sync now" in (await client.get("/")).text
