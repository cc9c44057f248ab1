"""Every letter that is looked at before it goes shows the pictures of its signature, as it will once it has gone."""

import io

import httpx
import pytest
from PIL import Image

from app.chasing.tables import Reminder
from app.customers.tables import Customer
from app.email_templates.tables import Template
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from tests import cast
from tests.web.chasing.ready import owing, planned, ready
from tests.web.conftest import SignIn

PICTURE = "data:image/png;base64,"


@pytest.fixture
async def signed(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> tuple[Customer, int]:
    """Harbour with one reminder that waits, and the number of its invoice; the mailbox signs with a picture."""
    await Organisation.update({Organisation.review_mode: True}).where(Organisation.id == borealis.id)
    await ready(borealis)
    customer, invoice = await owing(borealis)
    await owing(borealis, "Ashdown Engineering", number="INV-0300", days_overdue=-20, total="80.00")
    await sign_in("manager")
    row = await Sender.objects().first()
    assert row is not None
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(file, "PNG")
    await client.post(f"/senders/{row.id}/pictures", files={"picture": ("logo.png", file.getvalue(), "image/png")})
    await planned(borealis)
    return customer, invoice.id


def assert_it_shows_the_picture(answer: httpx.Response) -> None:
    assert PICTURE in answer.text
    assert "cid:" not in answer.text
    assert "img-src data:" in answer.headers["content-security-policy"]


async def test_in_approvals_and_while_its_words_are_edited(client: httpx.AsyncClient, signed: tuple[Customer, int]) -> None:
    waits = await Reminder.objects().where(Reminder.customer == signed[0].id).first()
    assert waits is not None
    assert_it_shows_the_picture(await client.get(f"/reminders/{waits.id}/letter"))
    form = {"subject": "Hello", "body": "Dear Ann,\n\n{{ signature }}"}
    assert_it_shows_the_picture(await client.post(f"/reminders/{waits.id}/words/letter", data=form))


async def test_in_upcoming_whether_planned_or_only_foreseen(client: httpx.AsyncClient, signed: tuple[Customer, int]) -> None:
    first = (await client.get("/upcoming")).text
    days = {piece.split('"')[0] for piece in first.split('href="/upcoming?on=')[1:]}
    frames = set[str]()
    for day in days:
        page = (await client.get(f"/upcoming?on={day}")).text
        frames |= {piece.split('"')[0] for piece in page.split('<iframe src="')[1:]}
    assert len(frames) >= 2
    for frame in sorted(frames):
        assert_it_shows_the_picture(await client.get(frame))


async def test_when_chasing_by_hand_one_or_many(client: httpx.AsyncClient, signed: tuple[Customer, int]) -> None:
    customer, invoice = signed
    sender, template = await Sender.objects().first(), await Template.objects().first()
    assert sender is not None and template is not None
    form = {
        f"invoice_{invoice}": "1",
        "template": str(template.id),
        "sender": str(sender.id),
        "subject": "x",
        "body": "Dear Ann,\n\n{{ signature }}",
    }
    assert_it_shows_the_picture(await client.post(f"/customers/{customer.id}/chase-now/letter", data=form))
    asked = f"template={template.id}&sender={sender.id}&invoices={invoice}"
    assert_it_shows_the_picture(await client.get(f"/chase-now/{customer.id}/letter?{asked}"))
