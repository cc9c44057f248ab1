"""Further settings of a sender: reading its inbox, encryption, its signature with pictures, its domain."""

import io
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from PIL import Image

from app.mail.actions import deliver
from app.mail.pictures_gateway import HIGHEST, WIDEST, NotAPicture, as_png
from app.mail.queries import eml
from app.mail.tables import Sender
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.messages import attachments_of
from app.outbox.queries import message as message_by_id
from app.sealing import seal, unseal
from tests.cast import NOW, Firm
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same
from tests.web.conftest import SignIn
from tests.web.mail.test_senders import FORM

READING = {"reads_replies": "1", "imap_host": "imap.borealis.example", "imap_port": "993", "imap_tls": "tls"}


def a_picture(kind: str = "PNG", size: tuple[int, int] = (80, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#0a6").save(made, kind)
    return made.getvalue()


async def only() -> Sender:
    row = await Sender.objects().first()
    assert row is not None
    return row


async def test_the_server_for_incoming_mail_is_kept_with_its_own_password(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    form = {**FORM, **READING, "imap_username": "reader", "imap_password": "other secret", "keeps_copies": "1"}
    place = (await client.post("/senders", data=form)).headers["location"]
    row = await only()
    assert (row.reads_replies, row.imap_host, row.imap_username, row.keeps_copies) == (
        True,
        "imap.borealis.example",
        "reader",
        True,
    )
    assert unseal(row.imap_password_sealed) == "other secret"
    page = await client.get(place)
    assert "Read it now" in page.text
    assert "other secret" not in page.text


async def test_from_when_an_inbox_is_read_is_noted_and_another_inbox_begins_anew(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in(Role.MANAGER)
    place = (await client.post("/senders", data=FORM)).headers["location"]
    assert (await only()).reads_since_at is None
    begun = list[datetime | None]()
    for changed in (READING, {**READING, "name": "Anna"}, {**READING, "imap_host": "mail.borealis.example"}):
        await client.post(place, data={**FORM, **changed, "password": "secret"})
        begun.append((await only()).reads_since_at)
    first, same, other = begun
    assert first is not None
    assert other is not None
    assert first == same < other


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"reads_replies": "1"}, "imap_host"),
        ({"keeps_copies": "1"}, "imap_host"),
        ({**READING, "imap_host": "imap example"}, "imap_host"),
        ({**READING, "imap_port": "0"}, "imap_port"),
        ({**READING, "imap_tls": "none"}, "imap_tls"),
        ({"dkim_selector": "s1 evil"}, "dkim_selector"),
        ({"tls": "none", "username": "", "host": "relay.example"}, "tls"),
    ],
)
async def test_what_cannot_work_or_is_not_safe_is_refused(
    answers: dict[str, str], field: str, client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in(Role.MANAGER)
    answer = await client.post("/senders", data={**FORM, **answers})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text


async def test_nothing_encrypted_is_only_by_an_explicit_tick_and_without_a_password(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await sign_in(Role.MANAGER)
    form = {**FORM, "tls": "none", "host": "relay.example", "allows_plain": "1"}
    assert (await client.post("/senders", data=form)).status_code == 422, "a password would go in clear"
    assert (await client.post("/senders", data={**form, "username": "", "password": ""})).status_code == 303


async def test_a_kept_password_is_not_handed_to_another_server(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.MANAGER)
    place = (await client.post("/senders", data={**FORM, **READING})).headers["location"]
    kept = {**FORM, **READING, "password": ""}
    for elsewhere in ({"host": "smtp.evil.example"}, {"imap_host": "imap.evil.example"}):
        answer = await client.post(place, data={**kept, **elsewhere})
        assert answer.status_code == 422
        assert "not handed to another server" in answer.text
    row = await only()
    assert (row.host, row.imap_host) == (FORM["host"], READING["imap_host"])
    assert (await client.post(place, data={**kept, "imap_host": "mail.borealis.example"})).status_code == 303
    assert (await client.post(place, data={**kept, "imap_host": "mail.borealis.example"})).status_code == 303


async def test_a_reading_that_had_stopped_begins_again_with_another_password(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.MANAGER)
    stopped = {"read_trouble": "refused", "reading_stopped_at": NOW, "read_failures": 1, "password_sealed": seal("old")}
    row = await a_sender(borealis.id, 587, host=FORM["host"], imap_host=READING["imap_host"], reads_replies=True, **stopped)
    page = await client.get(f"/senders/{row.id}")
    assert "Reading has stopped: refused" in page.text
    await client.post(f"/senders/{row.id}", data={**FORM, **READING, "password": "new"})
    assert await Sender.exists().where(Sender.id == row.id, Sender.reading_stopped_at.is_null(), Sender.read_trouble == "")


async def test_a_picture_travels_within_the_letter_exactly_as_it_was_sent(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.MANAGER)
    with CountingServer() as server:
        row = await a_sender(borealis.id, server.port, signature_html="<p>Anna</p>")
        await client.post(f"/senders/{row.id}/pictures", files={"picture": ("Our Logo.JPG", a_picture("JPEG"), "image/jpeg")})
        row = await only()
        assert 'src="cid:our-logo.png"' in row.signature_html
        frame = await client.get(f"/senders/{row.id}/signature")
        assert "data:image/png;base64," in frame.text
        assert "img-src data:" in frame.headers["content-security-policy"]
        number = await a_letter(row, html=f"<div>Hello {row.signature_html}</div>")
        box = a_mailbox(server.port)
        await deliver(number, mailbox=box, recheck=always_same, worker="w", now=NOW)
        await box.close()
        sent = server.taken[0]
    message = await message_by_id(number)
    assert message is not None
    await client.post(f"/senders/{row.id}/pictures/removal", data={"name": "our-logo.png"})
    assert "cid:" not in (await only()).signature_html
    assert await eml(message) == sent, "what is kept is what went, whatever the sender is now"
    mail: Any = message_from_bytes(sent, policy=policy.default)
    html = mail.get_body(("html",)).get_content()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"].strip("<>") in html for part in pictures] == [True]
    assert list(mail.iter_attachments()) == []
    shown = await client.get(f"/messages/{number}/letter")
    assert "data:image/png;base64," in shown.text
    assert "our-logo.png" not in (await client.get(f"/messages/{number}")).text
    assert [each.shown_as for each in attachments_of(message.attachments)] == ["our-logo.png"]


async def test_a_first_picture_stands_under_the_words_that_signed_so_far(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm
) -> None:
    await sign_in(Role.MANAGER)
    row = await a_sender(borealis.id, 1)
    before = (await client.get(f"/senders/{row.id}/signature")).text
    await client.post(f"/senders/{row.id}/pictures", files={"picture": ("logo.png", a_picture(), "image/png")})
    kept = (await only()).signature_html
    assert row.name in before
    assert kept.index(row.name) < kept.index("cid:logo.png")
    assert borealis.organisation.name in kept


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe\n", a_picture()[:40], a_picture("BMP"), b"x" * 6_000_000],
)  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        as_png(content)


def test_a_picture_of_modest_bytes_and_monstrous_size_is_refused_and_a_large_one_made_small() -> None:
    with pytest.raises(NotAPicture):
        as_png(a_picture(size=(12_000, 12_000)))
    with Image.open(io.BytesIO(as_png(a_picture(size=(3_000, 2_000))))) as small:
        assert small.width <= WIDEST
        assert small.height <= HIGHEST


async def test_who_may_not_and_what_is_refused_in_words(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm, meridian: Firm
) -> None:
    row = await a_sender(borealis.id, 25)
    await sign_in(Role.MANAGER)
    answer = await client.post(f"/senders/{row.id}/pictures", files={"picture": ("a.svg", b"<svg/>", "image/svg+xml")})
    assert answer.headers["location"] == f"/senders/{row.id}", "back to the form, where another can be chosen"
    assert "Give a PNG, JPEG or GIF" in (await client.get(f"/senders/{row.id}")).text
    await sign_in(Role.CONTROLLER)
    assert (await client.post(f"/senders/{row.id}/pictures/removal")).status_code == 403
    assert (await client.post(f"/senders/{row.id}/reading")).status_code == 303
    await sign_in(Role.VIEWER)
    for verb in ("reading", "domain-check"):
        assert (await client.post(f"/senders/{row.id}/{verb}")).status_code == 403
    await sign_in(meridian.anna)
    for verb in ("reading", "domain-check", "pictures/removal", "sign-in"):
        assert (await client.post(f"/senders/{row.id}/{verb}")).status_code == 404
    assert (await client.get(f"/senders/{row.id}/signature")).status_code == 404


async def test_missing_particulars_are_named_on_the_page(client: httpx.AsyncClient, sign_in: SignIn, borealis: Firm) -> None:
    row = await a_sender(borealis.id, 25)
    await sign_in(Role.MANAGER)
    page = await client.get(f"/senders/{row.id}")
    assert "Xero lacks the registration number and the registered office" in page.text
    full: dict[Any, Any] = {Organisation.registration_number: "SC1", Organisation.registered_office: "1 Quay"}
    await Organisation.update(full).where(Organisation.id == borealis.id)
    assert "Xero lacks" not in (await client.get(f"/senders/{row.id}")).text
