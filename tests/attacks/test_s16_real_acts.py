"""S16: privileged acts as people do them, over HTTP and with the real actions behind: each leaves one entry that says who,
when, what and from where, and where something was changed, what it was before and after."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.activity.tables import AuditEntry, AuditValue
from app.clock import now
from app.identity.factor_actions import begin_factor
from app.identity.factor_queries import unconfirmed_secret
from app.identity.tables import User
from app.organisations.membership import Role
from app.organisations.tables import Member
from app.recorded import RECORDED
from tests import cast
from tests.attacks.crawl.keeper import Keeper, kept
from tests.attacks.crawl.pages import doors
from tests.attacks.rows import Rows
from tests.web.conftest import PASSWORD_HASH, SignIn
from tests.web.identity.test_second_factor import a_factor, code_of


@dataclass(frozen=True)
class Deed:
    """`page`: where the form stands, whose fields are sent as they are but for `says`."""

    page: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    changes: str = ""
    """A field of which the trail holds before and after."""
    first: tuple[str, str] | None = None
    """What has to be done before at the same place: how the address ends instead of how it ends, else where."""
    ready: Callable[[cast.Firm], Awaitable[dict[str, Any]]] | None = None
    """Makes it possible, and gives what the form says besides."""
    files: dict[str, Any] | None = None


MAILBOX = {"kind": "normal", "name": "Anna", "address": "a@borealis.example", "host": "smtp.borealis.example", "port": "587",
           "tls": "starttls", "username": "a", "password": "secret", "seconds_between": "4", "daily_cap": "300"}  # fmt: skip


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(drawn, "PNG")
    return drawn.getvalue()


PNG = _picture()


async def with_a_factor(firm: cast.Firm) -> dict[str, Any]:
    secret, _ = await a_factor(firm.anna)
    return {"code": code_of(secret)}


async def with_a_key_shown(firm: cast.Firm) -> dict[str, Any]:
    await begin_factor(firm.anna.user_id, now())
    return {"code": code_of(await unconfirmed_secret(firm.anna.user_id, now()))}


async def with_a_second_owner(firm: cast.Firm) -> dict[str, Any]:
    await Member.update({Member.role: "owner"}).where(Member.id == firm.members[Role.MANAGER].member_id)
    return {}


async def with_an_heir(firm: cast.Firm) -> dict[str, Any]:
    return {"whom": str(firm.members[Role.MANAGER].member_id)}


AGAIN = {"current": cast.PASSWORD}
DEEDS = {
    "POST /account/name": Deed(says={"name": "Anna Berg-Lund"}),
    "POST /account/password": Deed(says={**AGAIN, "password": "nine lamps at dawn"}),
    "POST /account/other-sessions/end": Deed(),
    "POST /account/sessions/end": Deed(),
    "POST /account/sessions/{session_id}/end": Deed(),
    "POST /account/second-factor": Deed(says=AGAIN),
    "POST /account/second-factor/confirmation": Deed(ready=with_a_key_shown),
    "POST /account/second-factor/end": Deed(says={"password_again": cast.PASSWORD}, ready=with_a_factor),
    "POST /account/second-factor/recovery-codes": Deed(says=AGAIN, ready=with_a_factor),
    "POST /account/leaving": Deed(ready=with_a_second_owner, changes="role"),
    "POST /settings/ownership": Deed(says={**AGAIN, "stays": "1"}, ready=with_an_heir, changes="role"),
    "POST /settings/second-factor": Deed(says={"required": "1"}, ready=with_a_factor, changes="requires_second_factor"),
    "POST /settings/logo": Deed(files={"logo": ("logo.png", PNG, "image/png")}, changes="logo"),
    "POST /customers/{customer_id}/portal-link/revocation": Deed(first=("/revocation", "")),
    "POST /customers/{customer_id}/portal-link/rotation": Deed(first=("/rotation", "")),
    "POST /senders": Deed(says=MAILBOX, changes="address"),
    "POST /templates/new": Deed(says={"name": "Ours", "subject": "Overdue", "body": "<p>Please pay.</p>"}, changes="subject"),
    "POST /templates/{template_id}/archive/end": Deed(first=("/end", "")),
    "POST /schedules/{schedule_id}/archive/end": Deed(first=("/end", "")),
    "POST /schedules/{schedule_id}/pause/end": Deed(first=("/end", "")),
    "POST /set-up/customers": Deed(says={"ids": "1"}),
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
    "POST /settings/privacy": Deed("/settings/privacy", {"mail_months": "24"}, "mail_months"),
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
    "POST /senders/{sender_id}/removal": Deed(changes="is_active"),
    "POST /senders/unsubscribing": Deed(says={"offers": "1"}, changes="offers_unsubscribe"),
    "POST /senders/digest": Deed(changes="sends_digest"),
    "POST /templates/{template_id}": Deed(
        "/templates/{template_id}", {"subject": "Overdue", "body": "<p>Please pay.</p>"}, "subject"
    ),
    "POST /templates/{template_id}/archive": Deed(),
    "POST /templates/{template_id}/languages/{language}/removal": Deed(changes="subject"),
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
        given = await deed.ready(borealis) if deed.ready else {}
        problem = await _problem_of(client, Rows(borealis), anna.user_id, key, replace(deed, says={**deed.says, **given}))
        if problem:
            wrong.append(f"{key}: {problem}")
        await keeper.put_back()
    assert not wrong, "\n".join(wrong)


async def _problem_of(client: httpx.AsyncClient, rows: Rows, user_id: int, key: str, deed: Deed) -> str:
    """What is wrong with what the deed left behind; nothing where all is well."""
    method, template = key.split(" ")
    path = await rows.fill(template, [part[1:-1] for part in template.split("/") if part.startswith("{")])
    said = await _form(client, deed, path) if deed.page else {}
    if deed.first:
        await client.post(path.removesuffix(deed.first[0]) + deed.first[1])
    before, began = await AuditEntry.count(), now()
    form = {"data": {**said, **deed.says}, "files": deed.files} if method == "POST" else {}
    answer = await client.request(method, path, **form)
    if answer.status_code >= 400:
        return f"answers {answer.status_code}"
    entries = await AuditEntry.objects().order_by(AuditEntry.id)
    if len(entries) != before + 1:
        return f"leaves {[each.act for each in entries[before:]]}"
    entry = entries[-1]
    if entry.act != RECORDED[key].code:
        return f"is called {entry.act!r}"
    if entry.user_id != user_id or entry.address != "127.0.0.1" or not entry.session_id:
        return f"does not say who and from where: {entry.to_dict()}"
    if not began <= entry.acted_at <= now():
        return f"happened at {entry.acted_at}"
    return await lack(entry.id, deed.changes)


async def lack(entry_id: int, changed: str) -> str:
    values = await AuditValue.objects().where(AuditValue.entry_id == entry_id)
    if changed and not any(each.field.endswith(changed) and each.before != each.after for each in values):
        return f"keeps {[(each.field, each.before, each.after) for each in values]}, not {changed}"
    return ""


async def _form(client: httpx.AsyncClient, deed: Deed, path: str) -> dict[str, str]:
    page = path if "{" in deed.page else deed.page
    found = [door for door in doors((await client.get(page)).text, page) if door.method == "POST" and door.path == path]
    return dict(max(found, key=lambda door: len(door.form)).form)


ELSEWHERE = {
    "POST /sign-up": "tests/web/privacy/test_audit_trail.py",
    "POST /sign-in": "tests/web/privacy/test_audit_trail.py",
    "POST /sign-in/link/{token}": "tests/web/privacy/test_audit_trail.py",
    "POST /sign-in/code": "tests/web/privacy/test_audit_trail.py",
    "POST /new-password/{token}": "tests/web/privacy/test_audit_trail.py",
    "POST /invitations/{token}/account": "tests/web/privacy/test_audit_trail.py",
    "POST /invitations/{token}": "tests/web/organisations/test_invitations.py",
    "POST /account/email": "tests/web/identity/test_account.py",
    "POST /account/email/{token}": "tests/web/identity/test_account.py",
    "POST /settings/bank-details": "tests/web/organisations/test_bank_details.py",
    "POST /settings/bank-details/consent": "tests/web/organisations/test_bank_details.py",
    "POST /settings/closed-days/list": "tests/web/organisations/test_closed_days.py",
    "POST /settings/closed-days/removal": "tests/web/organisations/test_closed_days.py",
    "POST /senders/{sender_id}/pictures": "tests/web/privacy/test_audit_trail.py",
    "POST /senders/{sender_id}/pictures/removal": "tests/web/privacy/test_audit_trail.py",
    "POST /customers/{customer_id}/recipients/{recipient_id}/bounce/end": "tests/web/privacy/test_audit_trail.py",
    "POST /customers/{customer_id}/erasure": "tests/attacks/privacy/test_p2_erasure.py",
    "POST /settings/restored-copy": "tests/faults/backups/test_r14_restored_copies.py",
    "POST /disconnect": "tests/web/xero/test_disconnect.py",
    "POST /approvals/end": "tests/integration/chasing/test_approvals.py",
    "POST /reminders/{reminder_id}/approval": "tests/integration/chasing/test_approvals.py",
    "POST /templates/{template_id}/versions/{number}/restore": "tests/integration/email_templates/test_editing.py",
}
"""Acts that take more than a row and a form: where they are done with all that they need, and their entry is asked for."""


def test_what_is_done_elsewhere_is_asked_for_there() -> None:
    root = Path(__file__).parents[2]
    for key, file in ELSEWHERE.items():
        assert key not in DEEDS
        assert f'"{RECORDED[key].code}"' in (root / file).read_text(), key
