"""A row for each parameter that stands in an address, so that every route can be called with what really exists."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import count
from typing import Any

from app.activity.tables import AuditEntry, Task
from app.chasing.tables import Arrangement, Reminder
from app.customers.tables import BulkChange
from app.email_templates.tables import Template, TemplateVersion
from app.mail.tables import Incoming, Sender
from app.organisations.membership import Role
from app.organisations.tables import Invitation, SavedView
from app.outbox.tables import Message, StoredFile
from app.promises.tables import Dispute, Promise
from app.schedules.tables import Assignment, Schedule, Step
from app.sealing import token_hash
from app.statements.tables import Statement
from app.xero.tables import Authorisation, SyncRun
from tests import cast

_numbers = count(1)
FIXED = {
    "on": "2026-12-04",
    "key": "disconnected",
    "provider": "demo",
    "account": "google",
    "language": "de",
    "number": "1",
    "token": "no-such-token-as-this-one",
    "file": "2026-11.zip",
    "act_id": "1",
    "currency": "GBP",
    "elsewhere": "no/such/page",
    "file_path": "tokens.css",
}


class Rows:
    """Makes them in one organisation; what one address needs belongs together: an invoice is its customer's."""

    def __init__(self, firm: cast.Firm) -> None:
        self.firm = firm
        self.made: dict[str, Any] = {}

    async def fill(self, path: str, names: list[str]) -> str:
        """The address with new rows' numbers in it."""
        self.made = {}
        for name in names:
            path = path.replace(f"{{{name}}}", await self._value(name, path), 1)
        return path

    async def _value(self, name: str, path: str) -> str:
        if name == "name":
            return {"/reports/{name}": "aged", "/messages/{name}": str((await self.message()).id)}.get(path, "x.png")
        if name in FIXED:
            return FIXED[name]
        make: Callable[[], Awaitable[Any]] = getattr(self, name)
        self.made[name] = await make()
        return str(self.made[name] if isinstance(self.made[name], str) else self.made[name].id)

    async def _row(self, table: Any, **facts: Any) -> Any:
        row = table(**facts)
        await row.save()
        return row

    @property
    def _organisation(self) -> int:
        return self.firm.id

    async def customer_id(self) -> Any:
        return await cast.a_customer(self.firm.organisation, f"Customer {next(_numbers)} Ltd")

    async def customer(self) -> Any:
        return self.made.get("customer_id") or await self.customer_id()

    async def invoice(self) -> Any:
        return await cast.an_invoice(await self.customer())

    async def recipient_id(self) -> Any:
        return await cast.a_recipient(await self.customer(), source="here")

    async def message(self) -> Any:
        customer = await self.customer()
        return await self._row(
            Message, organisation_id=self._organisation, customer_id=customer.id, kind="reminder", state="planned",
            subject="Invoice", text="Hello", html="<p>Hello</p>", to_addresses=["ap@harbour.example"],
            created_at=cast.NOW, written_at=cast.NOW,
        )  # fmt: skip

    async def message_id(self) -> Any:
        return await self.message()

    async def digest(self) -> str:
        found = await self._row(
            StoredFile,
            hash=f"{next(_numbers):064}",
            content=b"%PDF-1.4",
            media_type="application/pdf",
            size=8,
            created_at=cast.NOW,
        )
        paper = [{"hash": found.hash, "name": "INV-1.pdf", "media_type": "application/pdf", "size": 8}]
        row = self.made.get("message_id") or self.made["mail_id"]
        await type(row).update({"attachments": paper}).where(type(row).id == row.id)
        return str(found.hash)

    async def reminder_id(self) -> Any:
        message = await self.message()
        return await self._row(
            Reminder, organisation=self._organisation, customer=message.customer_id, message=message.id,
            planned_on=cast.TODAY, needs_approval=True, created_at=cast.NOW,
        )  # fmt: skip

    async def arrangement_id(self) -> Any:
        customer = await self.customer()
        return await self._row(Arrangement, organisation=self._organisation, customer=customer.id)

    async def mail_id(self) -> Any:
        customer = await self.customer()
        return await self._row(
            Incoming, organisation_id=self._organisation, customer_id=customer.id, kind="reply",
            fingerprint=f"{next(_numbers):064}", from_address="ap@harbour.example", subject="Re: Invoice", text="Soon",
            arrived_at=cast.NOW,
        )  # fmt: skip

    async def task_id(self) -> Any:
        return await self._row(Task, organisation_id=self._organisation, sentence="Ring them", created_at=cast.NOW)

    async def change_id(self) -> Any:
        return await self._row(BulkChange, organisation=self._organisation, kind="chasing", value="yes", made_at=cast.NOW)

    async def entry_id(self) -> Any:
        return await self._row(AuditEntry, organisation_id=self._organisation, act="settings", acted_at=cast.NOW)

    async def sender_id(self) -> Any:
        return await self._row(
            Sender, organisation=self._organisation, kind="normal", name="Tom", address="tom@borealis.example", host="127.0.0.1"
        )

    async def schedule_id(self) -> Any:
        row = await self._row(Schedule, organisation=self._organisation, name=f"Schedule {next(_numbers)}", created_at=cast.NOW)
        await self._row(Step, schedule=row.id, offset_days=3, template=(await self.template_id()).id)
        return row

    async def assignment_id(self) -> Any:
        return await self._row(Assignment, organisation=self._organisation, made_at=cast.NOW)

    async def template_id(self) -> Any:
        row = await self._row(Template, organisation=self._organisation, name=f"Text {next(_numbers)}", current_version=1)
        version = {"template": row.id, "number": 1, "subject": "Invoice", "body": "Hello", "made_at": cast.NOW}
        for language in ("", "de"):
            await self._row(TemplateVersion, language=language, **version)
        return row

    async def promise_id(self) -> Any:
        invoice = self.made["invoice"]
        return await self._row(
            Promise, organisation=self._organisation, customer=invoice.customer, invoice=invoice.id, state="active",
            promised_on=date(2026, 12, 4), made_at=cast.NOW,
        )  # fmt: skip

    async def dispute_id(self) -> Any:
        invoice = await self.invoice()
        return await self._row(
            Dispute, organisation=self._organisation, customer=invoice.customer, invoice=invoice.id, opened_at=cast.NOW
        )

    async def authorisation_id(self) -> Any:
        return await self._row(
            Authorisation, organisation_id=self._organisation, state_hash=f"{next(_numbers):064}", created_at=cast.NOW
        )

    async def run_id(self) -> Any:
        return await self._row(SyncRun, organisation=self._organisation, trigger="asked", state="done", started_at=cast.NOW)

    async def statement_id(self) -> Any:
        customer = await self.customer()
        return await self._row(
            Statement,
            organisation=self._organisation,
            customer=customer.id,
            month="2026-11",
            as_of_on=cast.TODAY,
            made_at=cast.NOW,
        )

    async def invitation_id(self) -> Any:
        return await self._row(
            Invitation, organisation=self._organisation, email=f"new{next(_numbers)}@borealis.example", role="viewer",
            token_hash=token_hash(f"t{next(_numbers)}"), sent_at=cast.NOW, expires_at=cast.NOW,
        )  # fmt: skip

    async def member_id(self) -> Any:
        member = await cast.a_member(self.firm.organisation, Role.VIEWER, "Kim Low", f"kim{next(_numbers)}@borealis.example")
        return str(member.member_id)

    async def view_id(self) -> Any:
        return await self._row(
            SavedView,
            organisation=self._organisation,
            list_name="customers",
            name=f"Ours {next(_numbers)}",
            is_shared=True,
            created_at=cast.NOW,
        )

    async def organisation_id(self) -> Any:
        return str(self._organisation)

    async def session_id(self) -> Any:
        return (await cast.a_session(self.firm.anna))[1]
