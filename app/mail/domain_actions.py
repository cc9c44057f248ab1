"""Looking up whether a sender's domain is set up, and saying so before the first email goes."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from app.activity.actions import clear_notice, raise_notice
from app.mail.dns_gateway import look_up
from app.mail.domain_check import Finding, is_broken, judged
from app.mail.forms import HERE
from app.mail.matching import domain_of
from app.mail.tables import Sender

NOTICE = "sending_domain"
HOLDS_FOR = timedelta(days=1)


async def check_domain(sender_id: int, now: datetime) -> tuple[Finding, ...]:
    """What a mail server on this very machine sends reaches nobody's spam filter: nothing is looked up for it."""
    row = await Sender.objects().get(Sender.id == sender_id)
    if row is None or not row.is_active:
        return ()
    is_here = row.host in HERE
    findings = () if is_here else judged(await look_up(domain_of(row.address), row.host, row.dkim_selector))
    found: dict[Any, Any] = {
        Sender.domain_checked_at: now, Sender.domain_findings: msgspec.json.encode(findings).decode(),
    }  # fmt: skip
    await Sender.update(found).where(Sender.id == row.id)
    await tell_of_domains(row.organisation, now)
    return findings


async def to_check(now: datetime) -> list[int]:
    """Mailboxes whose domain was not looked at today."""
    old = Sender.domain_checked_at.is_null() | (Sender.domain_checked_at < now - HOLDS_FOR)
    return list(await Sender.select(Sender.id).where(Sender.is_active.eq(True), old).output(as_list=True))


async def tell_of_domains(organisation_id: int, now: datetime) -> None:
    """A notice while a domain is set up wrongly."""
    mine = (Sender.organisation == organisation_id) & Sender.is_active.eq(True)
    rows = await Sender.objects().where(mine).order_by(Sender.id)
    bad = [row for row in rows if is_broken(findings_of(row))]
    if not bad:
        await clear_notice(organisation_id, NOTICE, now)
        return
    sentence = f"Emails from {bad[0].address} may land in spam or be refused."
    what_to_do = f"The domain {domain_of(bad[0].address)} lacks DNS records that say they are yours."
    await raise_notice(organisation_id, NOTICE, sentence, what_to_do, now)


def findings_of(row: Sender) -> tuple[Finding, ...]:
    return msgspec.json.decode(row.domain_findings, type=tuple[Finding, ...])
