"""What an organisation does not want kept any longer is removed, some at a time, every night."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from piccolo.columns import Column

from app.activity.tables import Notice
from app.database import fetch, run, transaction
from app.outbox.tables import Message
from app.portal.tables import PortalVisit
from app.privacy.actions import long_ago, remove_files
from app.privacy.queries import hashes_in
from app.privacy.tables import PrivacySettings
from app.xero.tables import SyncRun

_OLD_MAIL = """
SELECT id, attachments FROM message WHERE organisation_id = {} AND created_at < {} AND emptied_at IS NULL
AND state IN ('sent', 'failed', 'cancelled') ORDER BY id LIMIT 200
"""
_OLD_REPLIES = """
SELECT id, attachments FROM incoming WHERE organisation_id = {} AND arrived_at < {}
AND (decided_at IS NOT NULL OR kind <> 'reply') AND (text <> '' OR quoted <> '') ORDER BY id LIMIT 200
"""
_EMPTY_REPLY = "UPDATE incoming SET text = '', quoted = '', attachments = {} WHERE id = {}"


async def keep_settings(organisation_id: int, mail_months: int | None, log_months: int | None) -> None:
    mine = PrivacySettings.organisation == organisation_id
    values = {PrivacySettings.mail_months: mail_months, PrivacySettings.log_months: log_months}
    async with transaction():
        if not await PrivacySettings.update(values).where(mine).returning(PrivacySettings.id):  # type: ignore[arg-type]
            await PrivacySettings(organisation=organisation_id, mail_months=mail_months, log_months=log_months).save()


async def remove_old(now: datetime) -> int:
    """How many mails and lines were emptied or removed, over all organisations."""
    done = 0
    for each in await PrivacySettings.objects():
        here = int(each.organisation)
        if each.mail_months:
            done += await _all_of(partial(_empty_mail, here, long_ago(now, each.mail_months), now))
            done += await _all_of(partial(_empty_replies, here, long_ago(now, each.mail_months)))
        if each.log_months:
            done += await _remove_lines(here, long_ago(now, each.log_months))
    return done


async def _all_of(portion: Callable[[], Awaitable[int]]) -> int:
    done = 0
    while some := await portion():
        done += some
    return done


async def _empty_mail(organisation_id: int, before: datetime, now: datetime) -> int:
    """To whom it went, when, and its subject are kept."""
    async with transaction():
        rows = await fetch(_OLD_MAIL, organisation_id, before)
        if rows:
            nothing: dict[Column | str, Any] = {
                **dict.fromkeys((Message.text, Message.html, Message.portal_token_sealed), ""),
                Message.attachments: "[]",
                Message.emptied_at: now,
            }
            await Message.update(nothing).where(Message.id.is_in([row["id"] for row in rows]))
            await remove_files(list(hashes_in({"message": rows})))
    return len(rows)


async def _empty_replies(organisation_id: int, before: datetime) -> int:
    async with transaction():
        rows = await fetch(_OLD_REPLIES, organisation_id, before)
        for row in rows:
            await run(_EMPTY_REPLY, ("[]", row["id"]))
        await remove_files(list(hashes_in({"incoming": rows})))
    return len(rows)


async def _remove_lines(organisation_id: int, before: datetime) -> int:
    visits = (PortalVisit.organisation_id == organisation_id) & (PortalVisit.happened_at < before)
    runs = (SyncRun.organisation == organisation_id) & (SyncRun.finished_at < before)
    notices = (Notice.organisation_id == organisation_id) & (Notice.cleared_at < before)
    gone = [
        *await PortalVisit.delete().where(visits).returning(PortalVisit.id),
        *await SyncRun.delete().where(runs).returning(SyncRun.id),
        *await Notice.delete().where(notices).returning(Notice.id),
    ]
    return len(gone)
