"""Signing in to a mailbox at Google or Microsoft: to the consent page and back. Each journey is bound to the session that
began it and works once."""

from datetime import datetime, timedelta
from typing import Any

from app.activity.actions import audit
from app.customers.actions import reconsider_everyone
from app.database import transaction
from app.mail import oauth_gateway
from app.mail.access_actions import provider_of, sealed
from app.mail.oauth_gateway import MailTokens
from app.mail.providers import BY_OAUTH, MailProvider
from app.mail.sender_actions import take_up_again
from app.mail.tables import MailConsent, Sender
from app.organisations.membership import SignedIn
from app.problems import NotFound, Problem
from app.sealing import new_token, seal, token_hash, unseal

LASTS = timedelta(minutes=15)
CALLBACK = "/senders/callback"


class ConsentFailed(Problem):
    """Signing in to the mailbox did not work. Nothing was changed. Start again under Senders."""


class StrangeConsent(ConsentFailed):
    """This answer belongs to no sign-in of yours, was used already, or came too late. Nothing was changed. Start again
    under Senders."""


class ConsentRefused(ConsentFailed):
    """Access was not allowed. On the provider's page somebody chose Cancel, or an administrator must allow the app
    first. Nothing was changed."""


class OtherMailbox(ConsentFailed):
    """That is another mailbox than the one to be signed in to again. Choose the same account, or add the other one as a
    mailbox of its own."""

    status = 409


class NoAddress(ConsentFailed):
    """The provider did not say whose mailbox it is, so that nothing was added."""


async def begin(member: SignedIn, account: str, *, sender: Sender | None, base_url: str, now: datetime) -> str:
    """The address of the consent page. Raise NotFound, and Refused where the provider is not set up here."""
    if account not in BY_OAUTH:
        raise NotFound
    provider, state, verifier = provider_of(account), new_token("m"), oauth_gateway.new_verifier()
    await MailConsent(
        state_hash=token_hash(state),
        session_id=member.session_id,
        organisation_id=member.organisation_id,
        sender_id=sender.id if sender else None,
        account=account,
        verifier_sealed=seal(verifier),
        created_at=now,
    ).save()
    hint = sender.address if sender else ""
    return oauth_gateway.consent_url(
        provider, redirect_uri=base_url + CALLBACK, state=state, verifier=verifier, hint=hint
    )  # fmt: skip


async def finish(member: SignedIn, answer: dict[str, str], *, base_url: str, now: datetime, address: str = "") -> int:
    """Turn the consent page's answer (its query) into a mailbox that sends; its id. Raise a ConsentFailed, Refused and
    TryLater."""
    row = await _redeem(member, answer.get("state", ""), now)
    if answer.get("error") or not answer.get("code"):
        raise ConsentRefused
    provider = provider_of(row.account)
    tokens = await oauth_gateway.exchange(
        provider, code=answer["code"], verifier=unseal(row.verifier_sealed), redirect_uri=base_url + CALLBACK, now=now
    )
    if not tokens.address:
        raise NoAddress
    if row.sender_id is not None:
        return await _again(member, row, tokens, now, address)
    return await _keep(member, provider, tokens, now, address)


async def _redeem(member: SignedIn, state: str, now: datetime) -> MailConsent:
    row = await MailConsent.objects().get(MailConsent.state_hash == token_hash(state))
    if row is None or (row.session_id, row.organisation_id) != (member.session_id, member.organisation_id):
        raise StrangeConsent
    unused = (MailConsent.id == row.id) & MailConsent.used_at.is_null()
    if not await MailConsent.update({MailConsent.used_at: now}).where(unused).returning(MailConsent.id):
        raise StrangeConsent
    if now - row.created_at > LASTS:
        raise StrangeConsent
    return row


async def _again(member: SignedIn, row: MailConsent, tokens: MailTokens, now: datetime, address: str) -> int:
    mine = (Sender.id == row.sender_id) & (Sender.organisation == member.organisation_id) & Sender.is_active.eq(True)
    sender = await Sender.objects().get(mine)
    if sender is None:
        raise NotFound
    if sender.address.lower() != tokens.address:
        raise OtherMailbox
    await _connect(member, sender, tokens, now, address)
    return int(sender.id)


async def _keep(member: SignedIn, provider: MailProvider, tokens: MailTokens, now: datetime, address: str) -> int:
    """A mailbox of that address that is here already is connected again rather than added twice."""
    mine = (Sender.organisation == member.organisation_id) & Sender.is_active.eq(True)
    sender = await Sender.objects().where(mine, Sender.account == provider.account, Sender.address == tokens.address).first()
    if sender is None:
        sender = Sender(
            organisation=member.organisation_id, kind="normal", account=provider.account, name=member.name,
            address=tokens.address, username=tokens.address, host=provider.smtp_host, port=587, tls="starttls",
            imap_host=provider.imap_host, imap_port=993, imap_tls="tls", reads_replies=True,
            reads_since_at=now,
        )  # fmt: skip
        await sender.save()
    await _connect(member, sender, tokens, now, address)
    return int(sender.id)


async def _connect(member: SignedIn, sender: Sender, tokens: MailTokens, now: datetime, address: str) -> None:
    well: dict[Any, Any] = {
        **sealed(tokens), Sender.read_trouble: "", Sender.read_advice: "", Sender.read_failures: 0,
        Sender.reading_stopped_at: None,
    }  # fmt: skip
    async with transaction():
        await Sender.update(well).where(Sender.id == sender.id)
        await audit(
            organisation_id=member.organisation_id, user_id=member.user_id, act="sign in to sender",
            subject=f"sender {sender.id}", now=now, address=address,
        )  # fmt: skip
        await take_up_again(sender, now)
        await reconsider_everyone(member.organisation_id, now)
