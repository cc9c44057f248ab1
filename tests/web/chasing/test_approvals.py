"""/approvals and /reminders/{id}: what waits for a person, seen, then approved or skipped."""

import re
from decimal import Decimal

import httpx
import pytest

from app.chasing.actions import plan_customers
from app.chasing.tables import Reminder
from app.clock import now
from app.email_templates.tables import TemplateVersion
from app.invoices.tables import Credit, Invoice
from app.money import units
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

REGION = {"HX-Request": "true", "HX-Target": "queue"}


@pytest.fixture
async def waiting(borealis: cast.Firm) -> list[Reminder]:
    """Review mode: one reminder for Harbour, a smaller one for Ashdown."""
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == borealis.id)
    await ready(borealis)
    await owing(borealis, "Harbour Foods Ltd", number="INV-0231", total="900.00")
    await owing(borealis, "Ashdown Engineering", number="INV-0300", total="80.00")
    await planned(borealis)
    return await Reminder.objects().order_by(Reminder.customer)


async def states() -> list[str]:
    rows = await Message.select(Message.state).where(Message.state != "cancelled").order_by(Message.weight, ascending=False)
    return [row["state"] for row in rows]


async def test_the_largest_is_shown_as_the_customer_will_see_it(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("viewer")
    page = (await client.get("/approvals")).text
    assert "1 of 2" in page
    assert "INV-0231" in page.split('id="letter-subject">')[1].split("</h2>")[0]
    assert f'src="/reminders/{waiting[0].id}/letter"' in page
    assert "Tom Hale &lt;tom@borealis.example&gt;" in page
    assert "Step 3 (When can we expect it?): INV-0231" in page
    assert "Review mode is on." in page


async def test_the_papers_that_go_with_it_are_named(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("viewer")
    assert "INV-0231.pdf" in (await client.get("/approvals")).text


async def test_the_letter_is_framed_and_inert(client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]) -> None:
    await sign_in("viewer")
    answer = await client.get(f"/reminders/{waiting[0].id}/letter")
    assert "£900.00" in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


async def test_one_can_leaf_to_the_next(client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]) -> None:
    await sign_in("manager")
    fragment = (await client.get(f"/approvals?at={waiting[1].id}", headers=REGION)).text
    assert fragment.lstrip().startswith('<div class="stack page" id="queue"')
    assert "2 of 2" in fragment
    assert f'action="/reminders/{waiting[1].id}/approval"' in fragment


async def test_an_approved_one_is_let_go_and_the_next_is_shown(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    form = {"fingerprint": waiting[0].fingerprint, "next": str(waiting[1].id)}
    answer = await client.post(f"/reminders/{waiting[0].id}/approval", data=form, headers=REGION)
    assert re.search(r"Approved\. It goes (within minutes|today from 10:00|on \w{3} \d+ \w{3} from 10:00)\.", answer.text)
    assert "1 of 1" in answer.text
    assert await states() == ["approved", "planned"]
    approved = await Message.objects().get(Message.id == waiting[0].message)
    assert approved is not None
    assert approved.approved_by == "Mia Chen"


async def test_what_changed_meanwhile_is_not_approved(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    answer = await client.post(f"/reminders/{waiting[0].id}/approval", data={"fingerprint": "another"})
    assert answer.headers["location"] == f"/approvals?at={waiting[0].id}"
    assert "It changed while you looked at it" in (await client.get("/approvals")).text
    assert await states() == ["planned", "planned"]


async def test_a_skipped_one_does_not_go(client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]) -> None:
    await sign_in("controller")
    answer = await client.post(f"/reminders/{waiting[0].id}/skip", data={}, headers=REGION)
    assert "Skipped. The customer can be reminded again from" in answer.text
    assert "INV-0231" not in answer.text
    assert "skipped by Tom Hale today" in answer.text
    skipped = await Message.objects().get(Message.id == waiting[0].message)
    assert skipped is not None
    assert (skipped.state, skipped.state_reason) == ("cancelled", "Skipped by Tom Hale.")


async def test_all_that_were_shown_are_approved_at_once(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    page = (await client.get("/approvals")).text
    leave = re.search(r"Approve 2 emails\? They go ([^,]+), and until they leave", page)
    assert "Approve all 2" in page and leave is not None
    up_to = max(each.id for each in waiting)
    await client.post("/approvals", data={"which": "unchanged", "up_to": str(up_to), "count": "2"})
    assert await states() == ["approved", "approved"]
    assert f"2 emails are approved and go {leave[1]}." in (await client.get("/approvals")).text


async def test_one_that_changed_after_the_page_was_shown_waits(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, waiting: list[Reminder]
) -> None:
    up_to = max(each.id for each in waiting)
    paid_in_part = {Invoice.outstanding: 1_000_000, Invoice.outstanding_base: 1_000_000}
    await Invoice.update(paid_in_part).where(Invoice.number == "INV-0231")
    await plan_customers(borealis.id, [waiting[0].customer], now())
    await sign_in("manager")
    await client.post("/approvals", data={"which": "unchanged", "up_to": str(up_to), "count": "2"})
    page = (await client.get("/approvals")).text
    assert re.search(r"1 email is approved and goes [^.]+\. 1 changed meanwhile and will be shown anew\.", page)
    assert "£100.00" in page


async def test_an_approval_that_died_says_why_and_comes_first(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    await client.post(f"/reminders/{waiting[1].id}/approval", data={"fingerprint": waiting[1].fingerprint})
    paid_in_part = {Invoice.outstanding: 500_000, Invoice.outstanding_base: 500_000}
    await Invoice.update(paid_in_part).where(Invoice.number == "INV-0300")
    await plan_customers(borealis.id, [waiting[1].customer], now())
    page = (await client.get("/approvals")).text
    assert "It was approved before, and then INV-0300: step 3, £80.00 became step 3, £50.00." in page
    assert page.index("Ashdown Engineering") < page.index("Harbour Foods Ltd")


async def test_a_template_that_fails_says_so_and_cannot_be_approved(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await TemplateVersion.update({TemplateVersion.body: "Dear {{ nonsense }}"}).where(
        TemplateVersion.template == waiting[0].template_id
    )
    await sign_in("manager")
    page = (await client.get("/approvals")).text
    assert "Look at the template" in page
    assert f"/reminders/{waiting[0].id}/approval" not in page


@pytest.mark.parametrize(
    ("role", "path", "may"),
    [
        ("viewer", "skip", False),
        ("viewer", "approval", False),
        ("controller", "approval", False),
        ("controller", "skip", True),
        ("manager", "approval", True),
    ],
)
async def test_controllers_skip_and_managers_approve(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder], role: str, path: str, may: bool
) -> None:
    await sign_in(role)
    answer = await client.post(f"/reminders/{waiting[0].id}/{path}", data={"fingerprint": waiting[0].fingerprint})
    assert (answer.status_code == 303) is may
    assert (answer.status_code == 403) is not may


async def test_a_controller_cannot_approve_all(client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]) -> None:
    await sign_in("controller")
    assert "Stop reviewing" not in (await client.get("/approvals")).text
    assert (await client.post("/approvals", data={"up_to": "99", "count": "2"})).status_code == 403
    assert await states() == ["planned", "planned"]


@pytest.mark.parametrize("act", ["letter", "approval", "skip"])
async def test_another_organisations_reminder_is_not_there(
    client: httpx.AsyncClient, sign_in: SignIn, meridian: cast.Firm, waiting: list[Reminder], act: str
) -> None:
    await sign_in(meridian.anna)
    path = f"/reminders/{waiting[0].id}/{act}"
    answer = await (client.get(path) if act == "letter" else client.post(path, data={"fingerprint": "x"}))
    assert answer.status_code == 404
    assert "Harbour" not in (await client.get("/approvals")).text
    await client.post("/approvals", data={"up_to": "999", "count": "2"})
    assert await states() == ["planned", "planned"]


async def test_nothing_waiting_says_what_will_stand_here(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in("viewer")
    page = (await client.get("/approvals?at=x")).text
    assert "Nothing waits for you" in page or "cannot be read" in page
    assert "Nothing waits for you" in (await client.get("/approvals")).text


async def test_a_customer_that_stops_being_chased_leaves_the_queue(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    await client.post(f"/customers/{waiting[0].customer}/chasing/end")
    page = (await client.get("/approvals")).text
    assert "<h2>1 waiting</h2>" in page
    assert "INV-0231" not in page


async def test_what_stands_out_comes_first_and_the_rest_is_approved_in_one_go(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, waiting: list[Reminder]
) -> None:
    """A third customer has credit; that all three are first contacts says nothing on the first day."""
    small, _ = await owing(borealis, "Corner Shop", number="INV-0400", total="50.00")
    await Credit(
        organisation=borealis.id, customer=small.id, xero_id="c-1", number="CN-1", kind="credit_note", currency="GBP",
        remaining=units(Decimal("5.00")),
    ).save()  # fmt: skip
    await planned(borealis)
    await sign_in("manager")
    page = (await client.get("/approvals")).text
    assert "Approve the 2 unchanged" in page
    assert "first contact" not in page.split("<summary>")[0].lower()
    groups = [re.sub("<[^>]+>", " ", each).split() for each in re.findall(r'<li class="group".*?</li>', page)]
    assert groups == [["Credit", "1"], ["Nothing", "out", "of", "the", "ordinary", "2"]]
    up_to = max(each.id for each in await Reminder.objects())
    await client.post("/approvals", data={"which": "unchanged", "up_to": str(up_to), "count": "2"})
    assert await states() == ["approved", "approved", "planned"]


async def test_the_counts_in_the_frame_are_asked_for_again_after_an_act(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("manager")
    assert "acted from:body" in (await client.get("/approvals")).text
    said = await client.post(f"/reminders/{waiting[0].id}/skip", data={}, headers=REGION)
    assert said.headers["hx-trigger-after-settle"] == "acted"
    counts = (await client.get("/waiting")).text
    assert re.search(r'id="waiting-rail-approvals" hx-swap-oob="true"><b class="count">1</b>', counts)
    assert re.search(r'id="waiting-phone-inbox" hx-swap-oob="true"></output>', counts)


async def test_a_page_that_is_read_asks_for_no_counts(
    client: httpx.AsyncClient, sign_in: SignIn, waiting: list[Reminder]
) -> None:
    await sign_in("viewer")
    assert "hx-trigger-after-settle" not in (await client.get("/approvals", headers=REGION)).headers
