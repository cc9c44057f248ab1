"""What is arranged about a coming email: skipped, put off, sent sooner, an invoice left out; and taken back."""

from datetime import date, timedelta

import httpx
import pytest

from app.activity.tables import Activity
from app.chasing.actions import plan_customers
from app.chasing.tables import Arrangement, Outlook, UpcomingEmail
from app.clock import now
from app.customers.tables import Customer
from app.invoices.tables import Invoice
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "upcoming"}


@pytest.fixture
async def harbour(borealis: cast.Firm) -> Customer:
    """Owes INV-0231, ten days overdue: a reminder for the next chase day and a firmer one a week later."""
    await Organisation.update({Organisation.chase_weekdays: "[0,1,2,3,4,5,6]", Organisation.country: "XX"}).where(
        Organisation.id == borealis.id
    )
    await ready(borealis)
    customer, _ = await owing(borealis, "Harbour Foods Ltd", number="INV-0231")
    await planned(borealis)
    return customer


async def days_of(customer: Customer) -> list[date]:
    rows = await UpcomingEmail.select(UpcomingEmail.goes_on).where(UpcomingEmail.customer_id == customer.id)
    return sorted(row["goes_on"] for row in rows)


async def living() -> list[str]:
    rows = await Message.select(Message.state).where(Message.state.is_in(["planned", "approved"]))
    return [row["state"] for row in rows]


def at(customer: Customer, on: date) -> str:
    return f"/upcoming/{customer.id}/{on}"


async def test_the_very_email_is_shown_with_its_recipients_papers_and_why(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("viewer")
    first, later, *_ = await days_of(harbour)
    page = (await client.get(f"/upcoming?on={later}")).text
    assert 'href="/invoices/' in page
    assert "Tom Hale &lt;tom@borealis.example&gt;" in page
    assert "@harbour.example" in page
    assert "INV-0231.pdf" in page
    assert "and the step before went on" in page
    letter = await client.get(f"{at(harbour, later)}/letter")
    assert f"My last email about this went on {first:%a} {first.day} {first:%B %Y}" in letter.text
    assert "£640.00" in letter.text
    assert "script-src" not in letter.headers["content-security-policy"]


async def test_a_skipped_one_goes_with_the_next(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    first, second, *_ = await days_of(harbour)
    answer = await client.post(f"{at(harbour, first)}/skip", data={"on": str(first)})
    assert answer.status_code == 303
    assert (await days_of(harbour))[0] == second
    assert await living() == []
    assert "is skipped; the next one may go from" in (await client.get("/upcoming")).text
    outlook = await Outlook.objects().first()
    assert outlook is not None
    assert (outlook.hold, outlook.until_on) == ("skipped", second)
    assert outlook.sentence.startswith("Held: Tom Hale put reminders to Harbour Foods Ltd off until")


async def test_a_later_one_is_skipped_without_touching_the_one_before(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("controller")
    first, second, *_ = await days_of(harbour)
    await client.post(f"{at(harbour, second)}/skip", data={"on": str(second)})
    assert (await days_of(harbour))[0] == first
    assert second not in await days_of(harbour)
    assert await living() == ["planned"]


async def test_one_is_put_off_to_a_day(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    first, *_ = await days_of(harbour)
    until = first + timedelta(days=3)
    fragment = await client.post(
        f"{at(harbour, first)}/postponement", data={"on": str(first), "until_on": str(until)}, headers=REGION
    )
    assert fragment.text.lstrip().startswith('<div class="stack page" id="upcoming"')
    assert "is put off until" in fragment.text
    assert 'id="notices"' in fragment.text
    assert (await days_of(harbour))[0] == until
    line = await Activity.objects().where(Activity.kind == "arranged").first()
    assert line is not None
    assert (line.by, line.customer_id) == ("Tom Hale", harbour.id)


@pytest.mark.parametrize(
    ("until", "said"),
    [("", "Choose the day"), ("soon", "Choose the day"), ("2000-01-01", "Choose a day after"), ("2999-01-01", "next year")],
)
async def test_a_day_that_makes_no_sense_is_refused_in_words(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, until: str, said: str
) -> None:
    await sign_in("controller")
    first, *_ = await days_of(harbour)
    answer = await client.post(f"{at(harbour, first)}/postponement", data={"on": str(first), "until_on": until})
    assert answer.status_code == 422
    assert said in answer.text
    assert await Arrangement.count() == 0


async def test_one_is_sent_sooner_where_that_is_legal(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, harbour: Customer
) -> None:
    ashdown, _ = await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=1, total="80.00")
    await plan_customers(borealis.id, [ashdown.id], now())
    await sign_in("controller")
    before, *_ = await days_of(ashdown)
    assert "/sooner" in (await client.get(f"/upcoming?on={before}&at={ashdown.id}")).text
    await client.post(f"{at(ashdown, before)}/sooner", data={"on": str(before)})
    after, *_ = await days_of(ashdown)
    assert after < before
    outlook = await Outlook.objects().where(Outlook.customer_id == ashdown.id).first()
    assert outlook is not None
    assert "and Tom Hale asked for it to go sooner" in outlook.sentence
    assert (await living()) == ["planned", "planned"]


async def test_what_the_gap_forbids_is_not_offered(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    """Its second reminder cannot go today: the first one does, and four days lie between."""
    await sign_in("controller")
    first, *_ = await days_of(harbour)
    assert "/sooner" not in (await client.get(f"/upcoming?on={first}")).text
    assert (await client.post(f"{at(harbour, first)}/sooner", data={})).status_code == 409
    assert await Arrangement.count() == 0


async def test_an_invoice_is_left_out_and_taken_back_in(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer) -> None:
    await sign_in("controller")
    first, *_ = before = await days_of(harbour)
    invoice = await Invoice.objects().first()
    assert invoice is not None
    await client.post(f"{at(harbour, first)}/exclusion", data={"invoice": str(invoice.id), "on": str(first)})
    assert await days_of(harbour) == []
    page = (await client.get("/upcoming")).text
    assert "INV-0231 is left out of chasing" in page
    arrangement = await Arrangement.objects().first()
    assert arrangement is not None
    await client.post(f"/arrangements/{arrangement.id}/end", data={})
    assert await days_of(harbour) == before
    assert "Arranged by hand" not in (await client.get("/upcoming")).text


async def test_whatever_was_arranged_can_be_taken_back_once(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("controller")
    first, *_ = before = await days_of(harbour)
    await client.post(f"{at(harbour, first)}/skip", data={"on": str(first)})
    [arrangement] = await Arrangement.objects()
    assert f'action="/arrangements/{arrangement.id}/end"' in (await client.get("/upcoming")).text
    assert (await client.post(f"/arrangements/{arrangement.id}/end", data={})).status_code == 303
    assert await days_of(harbour) == before
    assert await living() == ["planned"]
    assert (await client.post(f"/arrangements/{arrangement.id}/end", data={})).status_code == 409
    lines = await Activity.select(Activity.sentence).where(Activity.kind == "arranged").order_by(Activity.id)
    assert [line["sentence"].startswith("Taken back: ") for line in lines] == [False, True]


@pytest.mark.parametrize("act", ["skip", "postponement", "sooner", "exclusion"])
async def test_a_viewer_only_looks(client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer, act: str) -> None:
    await sign_in("viewer")
    first, *_ = await days_of(harbour)
    assert f"/{act}" not in (await client.get(f"/upcoming?on={first}")).text
    assert (await client.post(f"{at(harbour, first)}/{act}", data={})).status_code == 403


@pytest.mark.parametrize("act", ["skip", "postponement", "sooner", "exclusion", "letter"])
async def test_another_organisations_customer_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, harbour: Customer, act: str
) -> None:
    first, *_ = await days_of(harbour)
    invoice = await Invoice.objects().first()
    assert invoice is not None
    await sign_in(meridian.anna)
    path = f"{at(harbour, first)}/{act}"
    answer = await (client.get(path) if act == "letter" else client.post(path, data={"invoice": str(invoice.id)}))
    assert answer.status_code == 404
    assert await Arrangement.count() == 0


async def test_another_organisations_arrangement_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, harbour: Customer
) -> None:
    await sign_in("controller")
    first, *_ = await days_of(harbour)
    await client.post(f"{at(harbour, first)}/skip", data={})
    [arrangement] = await Arrangement.objects()
    await sign_in(meridian.anna)
    assert (await client.post(f"/arrangements/{arrangement.id}/end", data={})).status_code == 404


async def test_a_day_without_an_email_has_nothing_to_arrange(
    client: httpx.AsyncClient, sign_in: SignIn, harbour: Customer
) -> None:
    await sign_in("controller")
    assert (await client.post(f"{at(harbour, date(2000, 1, 3))}/skip", data={})).status_code == 409
    assert (await client.get(f"{at(harbour, date(2000, 1, 3))}/letter")).status_code == 404
    assert (await client.get(f"/upcoming/{harbour.id}/yesterday/letter")).status_code == 404


async def test_what_went_sooner_is_no_longer_there_to_be_taken_back(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, harbour: Customer
) -> None:
    ashdown, _ = await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=1, total="80.00")
    await plan_customers(borealis.id, [ashdown.id], now())
    await sign_in("controller")
    before, *_ = await days_of(ashdown)
    await client.post(f"{at(ashdown, before)}/sooner", data={"on": str(before)})
    assert "Arranged by hand" in (await client.get("/upcoming")).text
    sent = {Message.state: "sent", Message.claimed_at: now(), Message.sent_at: now()}
    await Message.update(sent).where(Message.customer_id == ashdown.id, Message.state == "planned")
    assert "Arranged by hand" not in (await client.get("/upcoming")).text
