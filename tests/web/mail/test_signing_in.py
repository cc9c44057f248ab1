"""Mailboxes that one signs in to: to the consent page and back (S10), sending and reading by token, and its end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.mail.access_actions import smtp_access
from app.mail.delivery_actions import Mailboxes
from app.mail.reading_actions import read_mailbox
from app.mail.tables import MailConsent, Sender
from app.organisations.membership import Role
from app.outbox.tables import Message
from app.settings import reload_settings
from tests.cast import NOW, Firm
from tests.dovecot import CAN_RUN, Dovecot
from tests.faults.mail.letters import a_letter
from tests.mail_provider import ADDRESS, Provider, parsed, set_up
from tests.web.conftest import SignIn

BACK = "/senders/callback"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as found:
        for account in ("google", "microsoft"):
            set_up(monkeypatch, found, account)
        yield found
        monkeypatch.undo()
        reload_settings()


async def signed_in_sender(client: httpx.AsyncClient, provider: Provider, account: str = "google", **facts: Any) -> Sender:
    asked = await client.post(f"/senders/sign-in/{account}")
    answer = await client.get(BACK, params=provider.consent(asked.headers["location"]))
    assert answer.headers["location"].startswith("/senders/"), answer.headers["location"]
    row = await Sender.objects().first()
    assert row is not None
    here = {Sender.host: "127.0.0.1", Sender.port: provider.smtp_port, Sender.tls: "none", Sender.seconds_between: 0}
    await Sender.update({**here, **facts}).where(Sender.id == row.id)
    found = await Sender.objects().get(Sender.id == row.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("account", "scope", "smtp", "imap"),
    [
        ("google", "https://mail.google.com/", "smtp.gmail.com", "imap.gmail.com"),
        ("microsoft", "https://outlook.office.com/SMTP.Send", "smtp.office365.com", "outlook.office365.com"),
    ],
)
async def test_signing_in_adds_a_mailbox_that_sends_and_reads(
    account: str, scope: str, smtp: str, imap: str, client: httpx.AsyncClient, sign_in: SignIn, provider: Provider
) -> None:
    await sign_in(Role.MANAGER)
    asked = await client.post(f"/senders/sign-in/{account}")
    url = httpx.URL(asked.headers["location"])
    assert str(url).startswith(f"{provider.url}/authorize?")
    assert scope in url.params["scope"]
    assert url.params["code_challenge_method"] == "S256"
    assert url.params["redirect_uri"].endswith(BACK)
    await client.get(BACK, params=provider.consent(str(url)))
    row = await Sender.objects().first()
    assert row is not None
    assert (row.account, row.address, row.host, row.imap_host, row.reads_replies) == (account, ADDRESS, smtp, imap, True)
    assert row.reads_since_at is not None
    assert not [token for token in provider.access if token in row.tokens_sealed]
    page = await client.get(f"/senders/{row.id}")
    assert "again" in page.text
    assert row.tokens_sealed not in page.text


async def test_what_it_sends_is_presented_with_the_token(
    client: httpx.AsyncClient, sign_in: SignIn, provider: Provider
) -> None:
    member = await sign_in(Role.MANAGER)
    row = await signed_in_sender(client, provider)
    await client.post(f"/senders/{row.id}/test")
    assert [parsed(each)["To"] for each in provider.sent] == [member.email]
    assert provider.signed_in == 1
    assert await Sender.exists().where(Sender.id == row.id, Sender.proved_at.is_not_null())


async def test_a_token_that_has_run_out_is_renewed_once_by_many(
    client: httpx.AsyncClient, sign_in: SignIn, provider: Provider
) -> None:
    import asyncio

    from app.clock import now

    await sign_in(Role.MANAGER)
    row = await signed_in_sender(client, provider)
    later = now() + timedelta(hours=2)
    found = await asyncio.gather(*(smtp_access(row, later) for _ in range(8)))
    assert provider.refreshed == 1
    assert len({each.token for each in found}) == 1
    assert {each.password for each in found} == {""}


async def test_a_consent_that_was_withdrawn_stops_the_mailbox_and_says_what_to_do(
    client: httpx.AsyncClient, sign_in: SignIn, provider: Provider
) -> None:
    from app.clock import now

    await sign_in(Role.MANAGER)
    row = await signed_in_sender(client, provider)
    provider.refresh.clear()
    later = now() + timedelta(hours=2)
    letter = await Message.objects().get(Message.id == await a_letter(row))
    assert letter is not None
    assert await Mailboxes().of(letter, later) is None
    stopped = await Sender.objects().get(Sender.id == row.id)
    assert stopped is not None
    assert "no longer lets Tactful into this mailbox" in stopped.stopped_reason
    outcome = await read_mailbox(row.id, later)
    assert "the sign-in has ended" in outcome.trouble
    asked = await client.post(f"/senders/{row.id}/sign-in")
    await client.get(BACK, params=provider.consent(asked.headers["location"]))
    assert await Sender.exists().where(Sender.id == row.id, Sender.stopped_at.is_null(), Sender.reading_stopped_at.is_null())
    assert await Sender.count() == 1


async def test_a_provider_that_answers_nonsense_puts_sending_off(
    client: httpx.AsyncClient, sign_in: SignIn, provider: Provider
) -> None:
    from app.clock import now

    await sign_in(Role.MANAGER)
    row = await signed_in_sender(client, provider)
    provider.answer = (200, b"<html>We are down</html>")
    letter = await Message.objects().get(Message.id == await a_letter(row))
    assert letter is not None
    assert await Mailboxes().of(letter, now() + timedelta(hours=2)) is None
    assert await Sender.exists().where(Sender.id == row.id, Sender.stopped_at.is_null(), Sender.trouble != "")


async def test_s10_an_answer_that_is_forged_foreign_or_used_connects_nothing(
    client: httpx.AsyncClient, sign_in: SignIn, provider: Provider, borealis: Firm, meridian: Firm
) -> None:
    await sign_in(Role.MANAGER)
    asked = await client.post("/senders/sign-in/google")
    good = provider.consent(asked.headers["location"])
    await sign_in(meridian.anna)
    await client.get(BACK, params=good)
    await sign_in(Role.OWNER)
    for params in (good, {"code": "x"}, {"code": "x", "state": "m_guess"}):
        await client.get(BACK, params=params)
    assert await Sender.count() == 0
    asked = await client.post("/senders/sign-in/google")
    params = provider.consent(asked.headers["location"])
    await MailConsent.update({MailConsent.created_at: NOW - timedelta(days=4000)}).where(MailConsent.used_at.is_null())
    await client.get(BACK, params=params)
    assert await Sender.count() == 0, "came too late"
    await client.get(BACK, params={"error": "access_denied", "state": params["state"]})
    assert await Sender.count() == 0


async def test_without_its_settings_the_page_says_what_must_be_set(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(Role.MANAGER)
    page = await client.get("/senders/new")
    assert "must set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET first" in page.text
    assert "Sign in with" not in page.text
    answer = await client.post("/senders/sign-in/google")
    assert answer.headers["location"] == "/senders/new"
    assert (await client.post("/senders/sign-in/elsewhere")).status_code == 404


@pytest.mark.skipif(not CAN_RUN, reason="no Dovecot, or not root")
async def test_the_inbox_is_read_with_the_token(client: httpx.AsyncClient, sign_in: SignIn, provider: Provider) -> None:
    await sign_in(Role.MANAGER)
    with Dovecot(tokeninfo=f"{provider.url}/info?access_token=") as server:
        reading: dict[Any, Any] = {Sender.imap_host: "127.0.0.1", Sender.imap_port: server.port, Sender.imap_tls: "none"}
        row = await signed_in_sender(client, provider)
        await Sender.update(reading).where(Sender.id == row.id)
        from app.clock import now

        outcome = await read_mailbox(row.id, now())
    assert outcome.trouble == ""


async def test_only_managers_sign_in(client: httpx.AsyncClient, sign_in: SignIn, provider: Provider) -> None:
    for role in (Role.VIEWER, Role.CONTROLLER):
        await sign_in(role)
        assert (await client.post("/senders/sign-in/google")).status_code == 403
        assert (await client.get(BACK)).status_code == 403
