"""R14: a restored backup sends nothing before an owner has confirmed it, and then nothing twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.activity.queries import notices_of
from app.activity.tables import AuditEntry
from app.commands.backup import write
from app.commands.copying.loading import hold_everything, load
from app.customers.tables import Customer
from app.database import engine, fetch, opened, use
from app.engines import engine_for
from app.mail.delivery_actions import Mailboxes, to_ring
from app.mail.tables import Sender
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from app.piccolo_app import TABLES
from app.privacy.restored_actions import NothingToConfirm, confirm
from app.privacy.restored_queries import foreseen_since
from app.settings import Settings, reload_settings
from app.xero.grant_actions import RestoredCopy, access_token
from app.xero.tables import Connection, Grant
from tests.scenarios.story import Story, a_story

SATURDAY, MONDAY, TUESDAY, FRIDAY = "2026-11-28", "2026-11-30", "2026-12-01", "2026-12-04"


@pytest.fixture
async def story(database: Any) -> Story:
    """Two who owe: one is to be reminded on Monday."""
    told = await a_story()
    await told.owes(await told.customer("Acme Ltd"), "INV-1", "2026-11-23")
    await told.owes(await told.customer("Bolt Ltd"), "INV-2", "2026-12-15")
    await told.at(SATURDAY, "12:00")
    return told


@pytest.fixture
async def restored(story: Story, tmp_path: Path) -> AsyncIterator[Story]:
    """Saturday's backup, restored on Tuesday, after the old installation had sent Monday's reminder."""
    waits: dict[str, Any] = {"organisation_id": story.firm.id, "created_at": story.now, "subject": "Re: INV-1", "text": "Hello"}
    other = await Customer.objects().where(Customer.name == "Bolt Ltd").first()
    await Message(**waits, customer_id=other.id, kind="answer", state="approved", unique_key="answer:1").save()
    manifest = await write(tmp_path / "saturday.backup", story.now)
    await story.at(MONDAY)
    assert len(story.postbox.taken) == 1
    story.postbox.taken.clear()
    old = engine()
    use(engine_for(Settings(database_url=f"sqlite:///{tmp_path / 'restored.sqlite'}")), TABLES)
    async with opened():
        await load(tmp_path / "saturday.backup")
        await hold_everything(manifest, story.now)
        yield story
    use(old, TABLES)


async def test_no_mail_leaves_before_an_owner_confirms(restored: Story) -> None:
    await restored.days(TUESDAY, "2026-12-18")
    assert restored.postbox.taken == []


async def test_after_confirming_nobody_gets_within_the_gap_what_had_gone(restored: Story) -> None:
    await restored.at(TUESDAY, "09:00")
    taken = restored.now.replace(day=28, month=11)
    assert [(each.customer, each.numbers) for each in await foreseen_since(restored.firm.anna, taken, restored.today)] == [
        ("Acme Ltd", ("INV-1",))
    ]
    await confirm(restored.firm.anna, taken, restored.today, restored.now, waits=True)
    await restored.days(TUESDAY, "2026-12-04")
    assert restored.postbox.taken == []
    await restored.days("2026-12-07", "2026-12-10")
    assert len(restored.postbox.taken) == 1
    acts = await AuditEntry.select(AuditEntry.act).output(as_list=True)
    assert "confirm restored copy" in acts
    with pytest.raises(NothingToConfirm):
        await confirm(restored.firm.anna, taken, restored.today, restored.now, waits=True)


async def test_an_owner_who_knows_that_nothing_went_may_say_so(restored: Story) -> None:
    await restored.at(TUESDAY, "09:00")
    await confirm(restored.firm.anna, restored.now, restored.today, restored.now, waits=False)
    await restored.at(TUESDAY)
    assert len(restored.postbox.taken) == 1


async def test_what_was_on_its_way_by_hand_is_unknown_and_told(restored: Story) -> None:
    rows = await fetch("SELECT state, state_reason FROM message WHERE kind = 'answer'")
    assert [row["state"] for row in rows] == ["unknown"]
    assert "may have gone since" in rows[0]["state_reason"]
    assert [each.kind for each in await notices_of(restored.firm.id)] == ["restored_copy"]


async def test_its_mailboxes_and_the_products_own_let_nothing_leave(restored: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:2525?tls=none")
    reload_settings()
    facts: dict[str, Any] = {"organisation_id": restored.firm.id, "state": "approved", "subject": "s", "text": "t"}
    sender = await Sender.objects().order_by(Sender.id).first()
    mails = [Message(**facts, kind="answer", sender_id=sender.id), Message(**facts, kind="system")]
    own = Message(kind="system", state="approved", subject="Your new password", text="t")
    for each in (*mails, own):
        await each.save()
    boxes = Mailboxes()
    assert [await boxes.of(each, restored.now) for each in mails] == [None, None]
    assert await boxes.of(own, restored.now) is not None  # a person must be able to come in
    assert mails[0].id not in {ring.message_id for ring in await to_ring(restored.now)}
    await Organisation.update({Organisation.restored: False}, force=True)
    assert await boxes.of(mails[1], restored.now) is not None
    monkeypatch.delenv("SMTP_URL")
    reload_settings()


async def test_xero_is_not_asked_for_new_tokens(restored: Story) -> None:
    """The installation that it was copied from would be cut off: Xero's refresh tokens work once."""
    grant = Grant(provider="demo")
    await grant.save()
    await Connection.update({Connection.grant: grant.id}).where(Connection.organisation == restored.firm.id)
    with pytest.raises(RestoredCopy):
        await access_token(grant.id, xero=None, now=lambda: restored.now)  # type: ignore[arg-type]
