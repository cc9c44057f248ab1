"""The stages of `tactful demo`, each a person's doing in a browser or a mailbox."""

import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx

from app.commands.ground import Ground, StageFailedError
from app.commands.servers import ServerThread, free_port
from app.commands.visitor import Visitor
from app.local_mail.gateway import LocalMail
from app.local_mail.mailbox import Arrived
from app.settings import reload_settings

Counts = dict[str, Any]


class Walk(Ground):
    """Anna signs up, connects, approves; a customer opens the portal; money comes in."""

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack
        self._portal = ""
        self._reminded: Arrived | None = None
        self._invoice = ""
        self._kept_back = ("", "")

    @property
    def stages(self) -> list[tuple[str, Callable[[], Counts]]]:
        return [
            ("start the servers", self.start),
            ("sign up", self.sign_up),
            ("connect over OAuth", self.connect),
            ("choose the organisation", self.choose),
            ("first sync", self.first_sync),
            ("add mailboxes", self.add_mailboxes),
            ("plan", self.plan),
            ("approve", self.approve),
            ("send over SMTP", self.send),
            ("open the portal", self.open_portal),
            ("download a PDF", self.download),
            ("promise a date", self.promise),
            ("pay in the ledger", self.pay),
            ("sync and show it paid", self.show_paid),
            ("cancel what it must", self.cancelled),
            ("thank the payer", self.thank),
            ("make a statement", self.statement),
        ]

    def start(self) -> Counts:
        """At ten past ten on a chase day, whatever day it is here."""
        self.move_clock(self.next_chase_day())
        from app.demo_ledger.serve import LedgerOnAThread, build

        ledger = LedgerOnAThread(build()).start()
        self._stack.callback(ledger.stop)
        self.ledger = ledger.address
        self.mail = LocalMail(free_port(0)).start()
        self._stack.callback(self.mail.stop)
        port = free_port(0)
        os.environ.update(
            DEMO_LEDGER_URL=self.ledger,
            SMTP_URL=f"smtp://localhost:{self.mail.port}?tls=none",
            PORT=str(port),
            BASE_URL=f"http://localhost:{port}",
        )
        reload_settings()
        self._start_product(port)
        self.anna = Visitor(f"http://localhost:{port}")
        self._stack.callback(self.anna.close)
        return {"servers": 3}

    def _start_product(self, port: int) -> None:
        from app.commands.run import start_work

        start_work(self._stack)
        from app.main import create_app

        web = ServerThread(create_app(), port, "web").start()
        self._stack.callback(web.stop)

    def sign_up(self) -> Counts:
        page = self.anna.open("/sign-up")
        facts = {"name": "Anna Berg", "business": "Larkspur", "email": "anna@larkspur.example", "password": "a walk by the sea"}
        self.page = self.anna.submit(page, "/sign-up", facts)
        return {"account": facts["email"]}

    def connect(self) -> Counts:
        consent = self.anna.submit(self.anna.open("/connect"), "/connect/demo")
        self.page = self.anna.submit(consent, "/identity/connect/authorize", {"decision": "allow"})
        return {"allowed": "yes"}

    def choose(self) -> Counts:
        """The consent page names the organisation; where it names several, Tactful asks; then the settings page."""
        page = self.page
        if not page.url.endswith("/set-up"):
            page = self.anna.submit(page, "tenant")
        self.page = self.anna.submit(page, "/set-up", {"starts_with": "all"})
        return {"organisation": self.row("SELECT name FROM organisation")["name"]}

    def first_sync(self) -> Counts:
        run = self.until(lambda: self.one("SELECT * FROM sync_run WHERE state <> 'running' ORDER BY id"), "the first sync")
        if run["state"] != "done":
            raise StageFailedError(run["problem"])
        counts = {name: self.count(name) for name in ("customer", "invoice", "credit")}
        return {**{f"{name}s": number for name, number in counts.items()}, "calls": run["calls"]}

    def add_mailboxes(self) -> Counts:
        for kind, name in (("normal", "Anna Berg"), ("escalated", "Ian Fraser")):
            address = f"{name.split()[0].lower()}@larkspur.example"
            server = {"host": "localhost", "port": str(self.mail.port), "tls": "none", "seconds_between": "0"}
            mailbox = {"kind": kind, "name": name, "address": address, **server}
            self.anna.submit(self.anna.open("/senders/new"), "/senders", mailbox)
        return {"mailboxes": self.count("sender")}

    def plan(self) -> Counts:
        """Whom to remind of what today; in review mode, which a new organisation is in, all of it waits for a person."""
        self.until(lambda: self._planned() > 0, "a plan with reminders")
        self.until(lambda: self.one("SELECT 1 FROM customer WHERE reconsider_at IS NOT NULL") is None, "the plan to settle")
        return {"due": self._planned(), "held": self.number("SELECT COUNT(*) AS n FROM outlook WHERE hold <> ''")}

    def _planned(self) -> int:
        return self.number("SELECT COUNT(*) AS n FROM message WHERE kind = 'reminder' AND state = 'planned'")

    def approve(self) -> Counts:
        """All but one, which is kept back: its invoice will be paid before anybody approves it."""
        row = self.row(
            "SELECT r.id, i.number, r.customer FROM reminder r JOIN message m ON m.id = r.message AND m.state = 'planned'"
            " JOIN reminder_invoice ri ON ri.reminder = r.id JOIN invoice i ON i.id = ri.invoice"
            " GROUP BY r.id HAVING COUNT(*) = 1 ORDER BY r.id DESC"
        )
        self._kept_back = (str(row["id"]), row["number"])
        waiting = "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE m.state = 'planned' ORDER BY r.id"
        for other in self.rows(waiting):
            if other["id"] != row["id"]:
                self.approve_one(other["id"])
        self.approved = self.number("SELECT COUNT(*) AS n FROM message WHERE state IN ('approved', 'sending', 'sent')")
        return {"approved": self.approved, "kept_back": 1}

    def approve_one(self, reminder: int) -> None:
        """As the page shows it large: a person has seen what goes."""
        self.anna.submit(self.anna.open(f"/approvals?at={reminder}"), f"/reminders/{reminder}/approval")

    def send(self) -> Counts:
        ended = "('sent', 'failed', 'unknown', 'cancelled')"
        settled = f"SELECT COUNT(*) AS n FROM message WHERE kind = 'reminder' AND state IN {ended}"  # noqa: S608
        self.until(lambda: self.number(settled) >= self.approved, "the reminders to leave")
        states = {state: self._in_state(state) for state in ("sent", "failed", "unknown")}
        arrived = len(self.mail.mailbox.all())
        if arrived != states["sent"] or not arrived:
            raise StageFailedError(f"{states['sent']} were sent and {arrived} arrived")
        return {"arrived": arrived, **states}

    def _in_state(self, state: str) -> int:
        return self.number(f"SELECT COUNT(*) AS n FROM message WHERE state = '{state}'")  # noqa: S608

    def open_portal(self) -> Counts:
        """From the link in a mail that arrived, of a customer who owes two invoices or more."""
        mail = max(self.mail.mailbox.all(), key=lambda mail: len(set(re.findall(r"INV-\d+", mail.text))))
        found = re.search(r"https?://\S+/p/[\w-]+", mail.text)
        if found is None:
            raise StageFailedError("the mail has no portal link")
        self._portal, self._reminded = found.group(0), mail
        self.customer = Visitor(self._portal)
        self._stack.callback(self.customer.close)
        page = self.customer.open(self._portal)
        return {"bytes": len(page.content), "invoices": len(set(re.findall(r"INV-\d+", page.text)))}

    def download(self) -> Counts:
        numbers = sorted(set(re.findall(r"INV-\d+", self._reminded.text if self._reminded else "")))
        row = self.row(f"SELECT id, number FROM invoice WHERE number = '{numbers[0]}'")  # noqa: S608  matched as INV and digits
        self._invoice = row["number"]
        self._invoice_id = int(row["id"])
        page = self.customer.open(f"{self._portal}/invoices/{self._invoice_id}.pdf")
        if not page.content.startswith(b"%PDF"):
            raise StageFailedError("the portal gave something that is no PDF")
        return {"invoice": self._invoice, "bytes": len(page.content)}

    def promise(self) -> Counts:
        """For another invoice of the same customer, or the only one."""
        owed = self.number(f"SELECT customer AS n FROM invoice WHERE id = {self._invoice_id}")  # noqa: S608
        row = self.row(
            f"SELECT id, number FROM invoice WHERE customer = {owed} AND is_open AND id <> {self._invoice_id} LIMIT 1"  # noqa: S608
        )
        on = self.today + timedelta(days=7)
        page = self.customer.open(self._portal)
        self.customer.submit(page, "/promises", {f"invoice_{row['id']}": "1", "on": on.isoformat()})
        pushed = self.until(
            lambda: self.one(f"SELECT push FROM expected_date WHERE invoice = {row['id']} AND push <> 'pending'"),  # noqa: S608
            "Xero's answer to the date",
        )
        held = self.until(
            lambda: self.one(f"SELECT hold FROM outlook WHERE invoice = {row['id']} AND hold = 'expected_date'"),  # noqa: S608
            "the hold",
        )
        return {"invoice": row["number"], "on": on.isoformat(), "xero": pushed["push"], "hold": held["hold"]}

    def pay(self) -> Counts:
        """One through *Pay now* in the portal, on the ledger's online invoice; the one kept back behind our back."""
        self.customer.submit(self.customer.open(f"{self._portal}/invoices/{self._invoice_id}/pay"), "/online/")
        done = httpx.post(f"{self.ledger}/control/payments", json={"invoice": self._kept_back[1], "amount": "all"}, timeout=30)
        done.raise_for_status()
        return {"invoices": 2, "in_portal": self._invoice, "elsewhere": self._kept_back[1]}

    def show_paid(self) -> Counts:
        page = self.anna.open("/receivables")
        self.anna.submit(page, "/syncs")
        paid = (
            f"SELECT COUNT(*) AS n FROM invoice WHERE status = 'PAID' AND number IN ('{self._invoice}', '{self._kept_back[1]}')"  # noqa: S608
        )
        self.until(lambda: self.number(paid) == 2, "both invoices to be paid here too")
        shown = self.anna.open(f"/invoices/{self._invoice_id}")
        if "aid" not in shown.text:
            raise StageFailedError("the invoice page does not say that it is paid")
        return {"paid": 2}

    def cancelled(self) -> Counts:
        gone = (
            "SELECT m.state, m.state_reason FROM message m JOIN reminder r ON r.message = m.id"  # noqa: S608
            f" WHERE r.id = {int(self._kept_back[0])} AND m.state = 'cancelled'"
        )
        row = self.until(lambda: self.one(gone), "the reminder of the paid invoice to be cancelled")
        return {"cancelled": 1, "because": row["state_reason"]}

    def thank(self) -> Counts:
        """On the next working day; a thank-you needs approval too while everything is reviewed."""
        before = len(self.mail.mailbox.all())
        self.move_clock(self.next_chase_day())
        waiting = (
            "SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE r.kind = 'thank_you' AND m.state = 'planned'"
        )
        self.anna.submit(self.anna.open("/receivables"), "/syncs")
        row = self.until(lambda: self.one(waiting), "a thank-you")
        self.approve_one(row["id"])
        mails = self.until(lambda: self.mail.mailbox.all()[before:], "the thank-you to arrive")
        if not re.search("thank", mails[0].subject, re.IGNORECASE):
            raise StageFailedError(f"“{mails[0].subject}” arrived instead")
        return {"arrived": len(mails), "to": mails[0].recipients[0]}

    def statement(self) -> Counts:
        owed = self.number(f"SELECT customer AS n FROM invoice WHERE id = {self._invoice_id}")  # noqa: S608
        page = self.anna.open(f"/customers/{owed}/statement.pdf")
        if not page.content.startswith(b"%PDF"):
            raise StageFailedError("the statement is no PDF")
        return {"statements": 1, "bytes": len(page.content)}
