"""/settings/privacy and what a night removes; /settings/restored-copy; what is held about a customer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.activity.tables import AuditEntry, AuditValue, Notice
from app.mail.tables import Incoming
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.file_actions import keep
from app.outbox.messages import Attachment, as_json
from app.outbox.tables import Message, StoredFile
from app.portal.tables import PortalVisit
from app.privacy.retention_actions import keep_settings, remove_old
from app.privacy.tables import PrivacySettings
from app.xero.tables import SyncRun
from tests import cast
from tests.web.conftest import SignIn

OLD, NEW = cast.NOW - timedelta(days=200), cast.NOW - timedelta(days=150)


async def a_mail(firm: cast.Firm, at: Any, state: str = "sent", **facts: Any) -> Message:
    digest = await keep(f"paper of {at}".encode(), "application/pdf", at)
    files = as_json((Attachment(digest, "paper.pdf", "application/pdf", 9),))
    row = Message(organisation_id=firm.id, kind="reminder", state=state, subject="About INV-1",
                  text="Dear Ada", html="<p>Dear Ada",
                  to_addresses='["ap@acme.example"]', attachments=files, created_at=at, **facts)  # fmt: skip
    await row.save()
    return row


async def test_old_mail_loses_its_words_and_papers_and_keeps_that_it_went(borealis: cast.Firm, meridian: cast.Firm) -> None:
    old, new = await a_mail(borealis, OLD), await a_mail(borealis, NEW)
    waits, theirs = await a_mail(borealis, OLD, "unknown"), await a_mail(meridian, OLD)
    await keep_settings(borealis.id, 6, None)
    assert await remove_old(cast.NOW) == 1
    found = {row.id: row for row in await Message.objects()}
    emptied = found[old.id]
    assert (emptied.text, emptied.html, emptied.attachments, emptied.subject) == ("", "", "[]", "About INV-1")
    assert emptied.emptied_at == cast.NOW and "ap@acme.example" in emptied.to_addresses
    assert all(found[each.id].text == "Dear Ada" for each in (new, waits, theirs))
    assert await StoredFile.count() == 2  # the old paper is named by mails that are kept still
    assert await remove_old(cast.NOW) == 0


async def test_a_paper_that_nothing_names_any_more_goes_too(borealis: cast.Firm) -> None:
    await a_mail(borealis, OLD)
    await keep_settings(borealis.id, 6, None)
    await remove_old(cast.NOW)
    assert await StoredFile.count() == 0


async def test_replies_that_wait_for_a_person_are_kept(borealis: cast.Firm) -> None:
    facts: dict[str, Any] = {"organisation_id": borealis.id, "kind": "reply", "text": "We will pay", "arrived_at": OLD}
    waits, decided = Incoming(**facts, fingerprint="1"), Incoming(**facts, fingerprint="2", decided_at=OLD)
    await waits.save()
    await decided.save()
    await keep_settings(borealis.id, 6, None)
    assert await remove_old(cast.NOW) == 1
    assert [row.text for row in await Incoming.objects().order_by(Incoming.id)] == ["We will pay", ""]


async def test_old_lines_go_and_others_stay(borealis: cast.Firm) -> None:
    customer = await cast.a_customer(borealis.organisation)
    for at in (OLD, NEW):
        await PortalVisit(organisation_id=borealis.id, customer=customer.id, act="opened", happened_at=at).save()
        await SyncRun(organisation=borealis.id, state="done", finished_at=at).save()
        await Notice(organisation_id=borealis.id, kind="x", cleared_at=at).save()
    await Notice(organisation_id=borealis.id, kind="stands", raised_at=OLD).save()
    await keep_settings(borealis.id, None, 6)
    assert await remove_old(cast.NOW) == 3
    assert (await PortalVisit.count(), await SyncRun.count(), await Notice.count()) == (1, 1, 2)


async def test_without_a_choice_everything_is_kept(borealis: cast.Firm) -> None:
    await a_mail(borealis, OLD)
    assert await remove_old(cast.NOW + timedelta(days=9999)) == 0


async def test_an_owner_chooses_and_the_trail_tells_it(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    owner = await sign_in(Role.OWNER)
    form = {"mail_months": "24", "log_months": ""}
    assert (await client.post("/settings/privacy", data=form)).status_code == 303
    kept = await PrivacySettings.objects().get(PrivacySettings.organisation == owner.organisation_id)
    assert (kept.mail_months, kept.log_months) == (24, None)
    assert '<option value="24" selected>' in (await client.get("/settings/privacy")).text
    await client.post("/settings/privacy", data={"mail_months": "12", "log_months": "7"})
    entry = await AuditEntry.objects().order_by(AuditEntry.id, ascending=False).first()
    value = await AuditValue.objects().order_by(AuditValue.id, ascending=False).first()
    assert (entry.act, value.field, value.before, value.after) == ("change retention", "mail_months", "24", "12")


@pytest.mark.parametrize("role", ["manager", "controller", "viewer"])
async def test_others_read_it_only(client: httpx.AsyncClient, sign_in: SignIn, role: str) -> None:
    await sign_in(role)
    page = await client.get("/settings/privacy")
    assert page.status_code == 200 and "An owner of the organisation can change this" in page.text
    assert (await client.post("/settings/privacy", data={"mail_months": "6"})).status_code == 403
    assert (await client.get("/settings/restored-copy")).status_code == 403
    assert (await client.post("/settings/restored-copy")).status_code == 403


async def test_a_restored_copy_is_confirmed_on_its_page(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    owner = await sign_in(Role.OWNER)
    assert "This is no restored copy" in (await client.get("/settings/restored-copy")).text
    assert (await client.post("/settings/restored-copy")).status_code == 409
    await Organisation.update({Organisation.restored: True}).where(Organisation.id == owner.organisation_id)
    assert "nothing is sent before an owner has confirmed it" in (await client.get("/settings/privacy")).text
    assert "Confirm, and let reminders go again" in (await client.get("/settings/restored-copy")).text
    assert (await client.post("/settings/restored-copy", data={"waits": "1"})).status_code == 303
    assert not (await Organisation.objects().get(Organisation.id == owner.organisation_id)).restored


async def test_what_is_held_about_a_customer_is_counted(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm
) -> None:
    customer = await cast.a_customer(borealis.organisation)
    await cast.a_recipient(customer)
    await cast.an_invoice(customer)
    await sign_in(Role.MANAGER)
    page = (await client.get(f"/customers/{customer.id}/privacy")).text
    assert "<dt>Recipients</dt><dd>1</dd>" in page and "Download everything" in page
    assert "Erase this customer" not in page  # an owner's
    assert f'href="/customers/{customer.id}/privacy"' in (await client.get(f"/customers/{customer.id}")).text
    await sign_in(Role.OWNER)
    assert "Erase this customer" in (await client.get(f"/customers/{customer.id}/privacy")).text


async def test_an_emptied_email_says_so(client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm) -> None:
    mail = await a_mail(borealis, OLD)
    await keep_settings(borealis.id, 6, None)
    await remove_old(cast.NOW)
    await sign_in()
    assert "Its words and papers are no longer kept" in (await client.get(f"/messages/{mail.id}")).text
