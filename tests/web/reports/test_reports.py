"""/reports: each as a page and as a file."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.chasing.tables import Reminder, ReminderInvoice
from app.customers.tables import Customer, Summary
from app.invoices.tables import Credit, Invoice, Payment
from app.money import units
from app.organisations.membership import Role
from app.outbox.tables import Message
from app.promises.tables import Dispute, ExpectedDate, Promise
from tests import cast

REPORTS = ("aged", "days-late", "expected-cash", "reminders", "broken-promises")


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at cast.NOW, Monday 30 November 2026."""
    monkeypatch.setattr("app.clock.now", lambda: cast.NOW)


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    return await cast.a_customer(borealis.organisation)


async def paid(invoice: Invoice, amount: str, on: date, **facts: Any) -> None:
    standard = {"kind": "payment", "status": "AUTHORISED", "currency": "GBP", "xero_id": f"p-{invoice.id}-{on}-{amount}"}
    await Payment(
        organisation=invoice.organisation, customer=invoice.customer, invoice=invoice.id, paid_on=on,
        amount=units(Decimal(amount)), **{**standard, **facts},
    ).save()  # fmt: skip


async def table(client: httpx.AsyncClient, name: str, **asked: str) -> list[dict[str, str]]:
    answer = await client.get(f"/reports/{name}.csv", params=asked)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_reports_begin_with_what_is_owed(client: httpx.AsyncClient, sign_in: Any) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.get("/reports")).headers["location"] == "/reports/aged"


@pytest.mark.parametrize("name", REPORTS)
async def test_before_there_is_anything_a_report_says_so(client: httpx.AsyncClient, sign_in: Any, name: str) -> None:
    await sign_in(Role.VIEWER)
    page = await client.get(f"/reports/{name}")
    assert page.status_code == 200
    assert f'href="/reports/{name}" aria-current="page"' in page.text
    for suffix in ("csv", "xlsx"):
        assert (await client.get(f"/reports/{name}.{suffix}")).status_code == 200


@pytest.mark.parametrize("name", ["aged.pdf", "nothing", "aged.csv.csv", "aged."])
async def test_there_is_no_other_report(client: httpx.AsyncClient, sign_in: Any, name: str) -> None:
    await sign_in(Role.VIEWER)
    assert (await client.get(f"/reports/{name}")).status_code == (200 if name == "aged." else 404)


async def test_aged_receivables_of_today_with_credits(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    await cast.an_invoice(harbour, due_on=date(2026, 11, 30), total="10.00")
    await cast.an_invoice(harbour, due_on=date(2026, 10, 31), total="20.00")
    await cast.an_invoice(harbour, due_on=date(2026, 10, 30), total="40.00")
    await cast.an_invoice(harbour, due_on=date(2026, 6, 1), total="110.00", currency="EUR", rate="1.10")
    await Credit(
        organisation=harbour.organisation, customer=harbour.id, kind="credit_note", status="AUTHORISED", currency="GBP",
        remaining=units(Decimal("5")),
    ).save()  # fmt: skip
    await sign_in(Role.VIEWER)
    page = (await client.get("/reports/aged")).text
    assert "1 customer owes £170.00, of it £160.00 overdue." in page
    euros, pounds = await table(client, "aged")
    assert euros["Customer"] == pounds["Customer"] == "Harbour Foods Ltd"
    assert (euros["Older"], euros["In GBP (GBP)"]) == ("110.00", "100.00")
    assert [pounds[band] for band in ("Not due", "1 to 30 days", "31 to 60 days", "Outstanding", "Unused credit")] == [
        "10.00", "20.00", "40.00", "70.00", "5.00",
    ]  # fmt: skip


async def test_aged_receivables_of_an_earlier_day(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    """What was paid since was owed then, and what was issued since was not."""
    settled = await cast.an_invoice(harbour, due_on=date(2026, 10, 1), total="300.00", outstanding="0")
    await paid(settled, "100", date(2026, 10, 10))
    await paid(settled, "200", date(2026, 11, 20))
    deleted = await cast.an_invoice(harbour, due_on=date(2026, 10, 1), total="50.00")
    await paid(deleted, "50", date(2026, 11, 20), status="DELETED")
    await cast.an_invoice(harbour, due_on=date(2026, 12, 20), issued_on=date(2026, 11, 20), total="999.00")
    await cast.an_invoice(harbour, due_on=date(2026, 10, 1), total="77.00", outstanding="0", status="VOIDED")
    await sign_in(Role.VIEWER)
    (row,) = await table(client, "aged", on="2026-10-31")
    assert (row["1 to 30 days"], row["Outstanding"]) == ("250.00", "250.00")
    page = (await client.get("/reports/aged?on=2026-10-31")).text
    assert "On Saturday 31 October 2026 1 customer owes £250.00" in page
    assert 'href="/reports/aged.csv?on=2026-10-31"' in page


@pytest.mark.parametrize("on", ["2026-12-01", "soon"])
async def test_a_day_that_nobody_knows_is_said_to_be_so(client: httpx.AsyncClient, sign_in: Any, on: str) -> None:
    await sign_in(Role.VIEWER)
    answer = await client.get("/reports/aged", params={"on": on})
    assert answer.status_code == 422
    assert 'id="error-on"' in answer.text


async def test_days_late_by_month_of_payment(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    for days in (10, 20):
        await cast.an_invoice(
            harbour, due_on=date(2026, 10, 1), total="90.00", outstanding="0", paid_on=date(2026, 10, 1) + timedelta(days=days)
        )
    open_one = await cast.an_invoice(harbour, due_on=date(2026, 12, 10), issued_on=date(2026, 11, 10), total="100.00")
    await paid(open_one, "40", date(2026, 11, 12))
    await Invoice.update({Invoice.outstanding_base: units(Decimal("60"))}).where(Invoice.id == open_one.id)
    await sign_in(Role.VIEWER)
    rows = {row["Month"]: row for row in await table(client, "days-late")}
    assert (rows["Oct 26"]["Invoices paid"], rows["Oct 26"]["Average days late"]) == ("2", "15.0")
    assert rows["Nov 26"]["Outstanding at its end (GBP)"] == "60.00"
    assert "15 days late on average" in (await client.get("/reports/days-late")).text


async def test_expected_cash_by_week(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    dated = await cast.an_invoice(harbour, due_on=date(2026, 11, 1), total="100.00")
    await ExpectedDate(organisation=harbour.organisation, invoice=dated.id, expected_on=date(2026, 12, 9), source="xero").save()
    await cast.an_invoice(harbour, due_on=date(2026, 12, 1), total="30.00")
    queried = await cast.an_invoice(harbour, due_on=date(2026, 12, 1), total="8.00")
    await Dispute(
        organisation=harbour.organisation,
        customer=harbour.id,
        invoice=queried.id,
        amount=None,
        reason="other",
        opened_at=cast.NOW,
    ).save()
    await Summary(customer=harbour.id, organisation_id=harbour.organisation, days_late=12).save()
    await sign_in(Role.VIEWER)
    rows = {row["Week"]: row for row in await table(client, "expected-cash")}
    week = rows["Week of Mon 7 Dec"]
    assert (week["With a date (GBP)"], week["By habit (GBP)"], week["Together (GBP)"]) == ("100.00", "30.00", "130.00")
    assert rows["In dispute: no date"]["Together (GBP)"] == "8.00"


async def test_home_asks_for_the_coming_weeks_by_themselves(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    await cast.an_invoice(harbour, due_on=date(2026, 12, 1), total="3000.00")
    await Summary(customer=harbour.id, organisation_id=harbour.organisation, open_count=1).save()
    await sign_in(Role.VIEWER)
    assert 'hx-get="/reports/expected-cash" hx-trigger="load"' in (await client.get("/")).text
    headers = {"HX-Request": "true", "HX-Target": "home-cash"}
    chart = (await client.get("/reports/expected-cash", headers=headers)).text
    assert chart.startswith('<div class="home-cash" id="home-cash">')
    assert "<title>30 Nov: 3.0</title>" in chart
    assert "<html" not in chart


async def reminded(invoice: Invoice, at: datetime, state: str = "sent") -> None:
    message = Message(
        organisation_id=invoice.organisation, customer_id=invoice.customer, kind="reminder", state=state, claimed_at=at
    )
    await message.save()
    reminder = Reminder(
        organisation=invoice.organisation,
        customer=invoice.customer,
        message=message.id,
        template_name="Firm",
        planned_on=at.date(),
    )
    await reminder.save()
    await ReminderInvoice(reminder=reminder.id, invoice=invoice.id, amount=invoice.total, currency="GBP").save()


async def test_what_reminders_brought_in(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, total="100.00", outstanding="0")
    never = await cast.an_invoice(harbour, total="70.00", outstanding="0")
    await reminded(invoice, datetime(2026, 11, 10, 10, tzinfo=UTC))
    await reminded(never, datetime(2026, 11, 10, 10, tzinfo=UTC), state="cancelled")
    await paid(invoice, "60", date(2026, 11, 14))
    await paid(invoice, "40", date(2026, 11, 15), kind="credit_note")
    await paid(never, "70", date(2026, 11, 14))
    await sign_in(Role.VIEWER)
    (row,) = await table(client, "reminders")
    assert row["Email"] == "Firm"
    assert [row[k] for k in ("Sent", "Asked for (GBP)", "Brought in (GBP)", "Days until then")] == [
        "1",
        "100.00",
        "60.00",
        "4.0",
    ]
    assert "1 email went; £60.00 came in after them." in (await client.get("/reports/reminders")).text
    home = (await client.get("/")).text
    assert "Came in after reminders</span><b>£60.00</b>" in home


async def test_broken_promises_by_customer(client: httpx.AsyncClient, sign_in: Any, harbour: Customer) -> None:
    invoice = await cast.an_invoice(harbour, total="100.00", outstanding="60.00")
    for state, ended in (("broken", 5), ("broken", 9), ("kept", 12), ("replaced", 13)):
        await Promise(
            organisation=harbour.organisation, customer=harbour.id, invoice=invoice.id, amount=units(Decimal("100")),
            state=state,
            promised_on=date(2026, 11, ended), ended_at=datetime(2026, 11, ended, 12, tzinfo=UTC),
        ).save()  # fmt: skip
    await sign_in(Role.VIEWER)
    (row,) = await table(client, "broken-promises")
    assert [row[k] for k in ("Broken", "Kept", "Still outstanding (GBP)", "Last broken")] == ["2", "1", "60.00", "2026-11-09"]


async def test_nothing_of_another_organisation_is_counted(
    client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm, meridian: cast.Firm
) -> None:
    theirs = await cast.a_customer(meridian.organisation, "Secret Client")
    invoice = await cast.an_invoice(theirs, total="9999.00")
    await paid(invoice, "1", date(2026, 11, 14))
    await reminded(invoice, datetime(2026, 11, 10, 10, tzinfo=UTC))
    await Promise(
        organisation=meridian.id, customer=theirs.id, invoice=invoice.id, amount=1, state="broken", ended_at=cast.NOW
    ).save()
    await sign_in(Role.OWNER)
    for name in REPORTS:
        for page in (f"/reports/{name}", f"/reports/{name}.csv"):
            text = (await client.get(page)).text
            assert "Secret Client" not in text
            assert "9,999" not in text
            assert "9999" not in text


async def test_a_file_carries_no_formula(client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm) -> None:
    await cast.an_invoice(await cast.a_customer(borealis.organisation, '=HYPERLINK("http://evil")'))
    await sign_in(Role.VIEWER)
    (row,) = await table(client, "aged")
    assert row["Customer"].startswith("'=")


async def test_a_stranger_reads_no_report(client: httpx.AsyncClient) -> None:
    for name in REPORTS:
        assert (await client.get(f"/reports/{name}.csv")).headers["location"].partition("?")[0] == "/sign-in"


async def test_every_default_is_told_with_what_it_does(client: httpx.AsyncClient, sign_in: Any, borealis: cast.Firm) -> None:
    from app.organisations.tables import Organisation

    await Organisation.update({Organisation.minimum_gap_days: 9}).where(Organisation.id == borealis.id)
    await sign_in(Role.VIEWER)
    page = (await client.get("/settings/defaults")).text
    assert "<h1>What happens by itself</h1>" in page
    assert 'Gap between two reminders</b> <span class="now">9 days</span>' in page
    assert "came as: 4 days" in page
    assert 'href="/settings/defaults"' in (await client.get("/")).text
