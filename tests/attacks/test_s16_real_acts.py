"""S16: privileged acts as people do them, over HTTP and with the real actions behind: each leaves one entry that says who,
when, what and from where, and where something was changed, what it was before and after."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.activity.tables import AuditEntry, AuditValue
from app.identity.tables import User
from app.recorded import RECORDED
from tests import cast
from tests.attacks.crawl.keeper import Keeper, kept
from tests.attacks.crawl.pages import doors
from tests.attacks.rows import Rows
from tests.web.conftest import PASSWORD_HASH, SignIn


@dataclass(frozen=True)
class Deed:
    """`page`: where the form stands, whose fields are sent as they are but for `says`."""

    page: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    changes: str = ""
    """A field of which the trail holds before and after."""


AGAIN = {"current": cast.PASSWORD}
DEEDS = {
    "POST /account/name": Deed(says={"name": "Anna Berg-Lund"}),
    "POST /account/password": Deed(says={**AGAIN, "password": "nine lamps at dawn"}),
    "POST /account/other-sessions/end": Deed(),
    "POST /account/sessions/end": Deed(),
    "POST /account/sessions/{session_id}/end": Deed(),
    "POST /account/second-factor": Deed(says=AGAIN),
    "POST /sign-out": Deed(),
    "POST /organisations/new": Deed(says={"name": "Second Ltd"}),
    "POST /settings/invitations": Deed(says={"email": "new@borealis.example", "role": "viewer"}),
    "POST /settings/invitations/{invitation_id}/removal": Deed(),
    "POST /settings/invitations/{invitation_id}/sending": Deed(),
    "POST /settings/members/{member_id}/role": Deed(says={"role": "controller"}, changes="role"),
    "POST /settings/members/{member_id}/removal": Deed(changes="role"),
    "POST /settings": Deed("/settings", {"phone": "0131 496 0999"}, "phone"),
    "POST /settings/chasing": Deed("/settings/chasing", {"minimum_gap_days": "6"}, "minimum_gap_days"),
    "POST /settings/closed-days": Deed(says={"closed_name": "Works outing", "closed_on": "2026-12-11"}, changes="closed_days"),
    "POST /settings/review-mode": Deed(says={"reviewing": "1"}, changes="review_mode"),
    "POST /settings/portal": Deed("/settings/portal", {"footer": "Thank you."}, "footer"),
    "POST /settings/privacy": Deed("/settings/privacy", {"mail_months": "30"}, "mail_months"),
    "POST /customers/{customer_id}/portal-link": Deed(),
    "POST /customers/{customer_id}/recipients": Deed(
        says={"email": "ap@x.example", "kind": "normal", "name": "Pat"}, changes="email"
    ),
    "POST /customers/{customer_id}/recipients/{recipient_id}": Deed(says={"kind": "escalated"}, changes="kind"),
    "POST /customers/{customer_id}/recipients/{recipient_id}/end": Deed(changes="email"),
    "POST /customers/{customer_id}/export": Deed(),
    "POST /customers.csv": Deed(says={"ids": "1"}),
    "POST /customers.xlsx": Deed(says={"ids": "1"}),
    "POST /invoices.csv": Deed(says={"ids": "1"}),
    "POST /invoices.xlsx": Deed(says={"ids": "1"}),
    "GET /customers.csv": Deed(),
    "GET /customers.xlsx": Deed(),
    "GET /invoices.csv": Deed(),
    "GET /invoices.xlsx": Deed(),
    "GET /settings/audit.csv": Deed(),
    "GET /settings/audit.xlsx": Deed(),
    "POST /senders/{sender_id}": Deed("/senders/{sender_id}", {"phone": "0131 496 0999"}, "phone"),
    "POST /senders/{sender_id}/removal": Deed(changes="address"),
    "POST /senders/unsubscribing": Deed(says={"offers": "1"}, changes="offers_unsubscribe"),
    "POST /senders/digest": Deed(says={"evening_digest": "1", "digest": "1", "wants": "1", "sends": "1"}),
    "POST /templates/{template_id}": Deed(
        "/templates/{template_id}", {"subject": "Overdue", "body": "<p>Please pay.</p>"}, "subject"
    ),
    "POST /templates/{template_id}/archive": Deed(),
    "POST /templates/{template_id}/languages/{language}/removal": Deed(),
    "POST /schedules/{schedule_id}": Deed("/schedules/{schedule_id}", {"name": "Gentle"}, "name"),
    "POST /schedules/{schedule_id}/archive": Deed(),
    "POST /schedules/{schedule_id}/default": Deed(changes="default_schedule_id"),
    "POST /schedules/{schedule_id}/pause": Deed(),
    "POST /statements/settings": Deed("/statements", {"footer": "Thank you."}, "footer"),
}


@pytest.fixture
async def keeper(database: Any, borealis: cast.Firm, tmp_path: Path) -> AsyncIterator[Keeper]:
    await User.update({User.password_hash: PASSWORD_HASH}).where(User.id == borealis.anna.user_id)
    async with kept(tmp_path) as found:
        yield found


async def test_what_people_really_do_leaves_one_entry(
    client: httpx.AsyncClient, sign_in: SignIn, borealis: cast.Firm, keeper: Keeper
) -> None:
    wrong = []
    for key, deed in DEEDS.items():
        anna = await sign_in("owner")
        problem = await _problem_of(client, Rows(borealis), anna.user_id, key, deed)
        if problem:
            wrong.append(f"{key}: {problem}")
        await keeper.put_back()
    assert not wrong, "\n".join(wrong)


async def _problem_of(client: httpx.AsyncClient, rows: Rows, user_id: int, key: str, deed: Deed) -> str:
    """What is wrong with what the deed left behind; nothing where all is well."""
    method, template = key.split(" ")
    path = await rows.fill(template, [part[1:-1] for part in template.split("/") if part.startswith("{")])
    said = await _form(client, deed, path) if deed.page else {}
    before = await AuditEntry.count()
    answer = await client.request(method, path, **({"data": {**said, **deed.says}} if method == "POST" else {}))
    if answer.status_code >= 400:
        return f"answers {answer.status_code}"
    entries = await AuditEntry.objects().order_by(AuditEntry.id)
    if len(entries) != before + 1:
        return f"leaves {[each.act for each in entries[before:]]}"
    entry = entries[-1]
    if entry.act != RECORDED[key].code:
        return f"is called {entry.act!r}"
    if entry.user_id != user_id or entry.address != "127.0.0.1" or not entry.session_id or entry.acted_at is None:
        return f"does not say who and from where: {entry.to_dict()}"
    return await _lack(entry.id, deed.changes)


async def _lack(entry_id: int, changed: str) -> str:
    values = await AuditValue.objects().where(AuditValue.entry_id == entry_id)
    if changed and not any(each.field.endswith(changed) and each.before != each.after for each in values):
        return f"keeps {[(each.field, each.before, each.after) for each in values]}, not {changed}"
    return ""


async def _form(client: httpx.AsyncClient, deed: Deed, path: str) -> dict[str, str]:
    page = path if "{" in deed.page else deed.page
    found = [door for door in doors((await client.get(page)).text, page) if door.method == "POST" and door.path == path]
    return dict(max(found, key=lambda door: len(door.form)).form)
