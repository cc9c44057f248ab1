"""What people do: customers pay and query, bookkeepers edit, controllers approve, skip, pause and decide."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.chasing import actions as chasing
from app.chasing import approval_actions as approvals
from app.chasing.decided_queries import approved_and_waiting
from app.chasing.tables import Reminder
from app.customers import care_actions as care
from app.customers.tables import Customer
from app.database import fetch
from app.money import amount
from app.organisations.tables import Organisation
from app.problems import OutOfDate
from app.promises import actions as promises
from app.promises.tables import Dispute
from app.schedules.tables import Schedule, Step
from app.statements.approval_actions import approve_waiting
from tests.faults.chasing.machine import Machine

PICK = st.integers(0, 11)
RATHER_NOT = st.sampled_from([False, True, False])


class Approvers(Machine):
    @rule(on=RATHER_NOT)
    def review_mode(self, on: bool) -> None:
        self.later()
        self.await_(self.world.change_house(Organisation, Organisation.id == self.world.firm.id, review_mode=on))

    @rule(pick=PICK, everything=st.booleans())
    def approve(self, pick: int, everything: bool) -> None:
        self.later()
        waiting = [row for row in self.await_(self.world.waiting()) if row["needs_approval"]]
        chosen = waiting if everything else waiting[pick : pick + 1]
        for row in chosen:
            self.await_(self.truth.will_be_approved(row["id"]))
        ids = [row["id"] for row in chosen]
        self.await_(chasing.approve(self.world.firm.id, ids, by="Anna", now=self.world.now))

    @rule()
    def approve_the_statements(self) -> None:
        self.later()
        self.await_(self.truth.statements_will_be_approved())
        self.await_(approve_waiting(self.member, 2**31 - 1, self.world.now))

    @rule(pick=PICK)
    def an_approval_is_taken_back(self, pick: int) -> None:
        self.later()
        if batches := self.await_(approved_and_waiting(self.member)):
            at = batches[pick % len(batches)].approved_at
            taken = self.await_(
                fetch("SELECT r.id FROM reminder r JOIN message m ON m.id = r.message WHERE approved_at = {}", at)
            )
            self.await_(approvals.take_back(self.member, at, self.world.now))
            for row in taken:
                self.truth.approved.pop(row["id"], None)

    @rule(pick=PICK)
    def a_skip_is_taken_back(self, pick: int) -> None:
        self.later()
        rows = self.await_(Reminder.objects().where(Reminder.skipped_at.is_not_null()).order_by(Reminder.id))
        if rows:
            row = rows[pick % len(rows)]
            with suppress(OutOfDate):
                self.await_(approvals.take_back_skip(self.member, row, self.world.now))
                self.truth.skipped.pop(row.customer, None)

    @rule(pick=PICK)
    def skip(self, pick: int) -> None:
        self.later()
        if not (waiting := self.await_(self.world.waiting())):
            return
        row = waiting[pick % len(waiting)]
        with suppress(OutOfDate):
            until = self.await_(chasing.skip(self.world.firm.id, row["id"], by="Anna", now=self.world.now))
            if row["kind"] == "reminder":
                self.truth.skipped[row["customer"]] = until


class Bookkeepers(Machine):
    """In Xero, of which we hear at the next sync."""

    @rule(pick=PICK, part=st.sampled_from(["all", "all", "10.00", "0.01"]))
    def pay(self, pick: int, part: str) -> None:
        self.later()
        if invoice := self.one_open(pick):
            self.await_(self.changed_in_the_ledger(invoice, "/control/payments", invoice=invoice.number, amount=part))

    @rule(pick=PICK)
    def take_the_last_payment_off(self, pick: int) -> None:
        self.later()
        payments = [row for row in self.world.rig.books("Payments") if row["Status"] == "AUTHORISED"]
        if payments:
            payment = payments[pick % len(payments)]
            self.await_(self.world.rig.http.delete(f"/control/payments/{payment['PaymentID']}"))
            paid = payment["Invoice"]["InvoiceID"]
            [number] = [row["InvoiceNumber"] for row in self.world.rig.books("Invoices") if row["InvoiceID"] == paid]
            self.truth.xero_changed[number] = self.world.now

    @rule(pick=PICK)
    def void(self, pick: int) -> None:
        self.later()
        if invoice := self.one_open(pick):
            self.await_(self.changed_in_the_ledger(invoice, f"/control/invoices/{invoice.number}/void"))

    @rule(pick=PICK, to=st.sampled_from(["an invoice", "the account"]))
    def credit(self, pick: int, to: str) -> None:
        self.later()
        if invoice := self.one_open(pick):
            [record] = [r for r in self.world.rig.books("Invoices") if r["InvoiceID"] == invoice.xero_id]
            facts = {"contact": record["Contact"]["ContactID"], "amount": "15.00"}
            named = {"invoice": invoice.number} if to == "an invoice" else {}
            self.await_(self.changed_in_the_ledger(invoice, "/control/credits", **facts, **named))

    @rule(pick=PICK, owed=st.sampled_from(["4.00", "80.00", "2400.00"]), late=st.integers(-20, 40))
    def write_an_invoice(self, pick: int, owed: str, late: int) -> None:
        self.later()
        contacts = self.world.rig.books("Contacts")
        due = (self.world.today - timedelta(days=late)).isoformat()
        facts = {"contact": contacts[pick % len(contacts)]["ContactID"], "amount": owed, "date": due, "due": due}
        self.await_(self.in_the_ledger("/control/invoices", **facts))

    @rule(pick=PICK, days=st.integers(-20, 30))
    def move_a_due_date(self, pick: int, days: int) -> None:
        self.later()
        if (invoice := self.one_open(pick)) and invoice.due_on:
            due = (invoice.due_on + timedelta(days=days)).isoformat()
            self.await_(self.changed_in_the_ledger(invoice, f"/control/invoices/{invoice.number}", DueDate=due))

    @rule(
        fault=st.sampled_from(["503", "reset", "revoked", "403", "truncated"]),
        times=st.sampled_from([1, 3, None]),
        days=st.integers(1, 3),
    )
    def xero_is_unwell(self, fault: str, times: int | None, days: int) -> None:
        """A connection that it ended is made again on the day on which it is well."""
        self.later()
        self.await_(self.world.rig.fault(fault, **({} if fault == "revoked" else {"times": times})))
        self.xero_is_ill_for = days


class Customers(Machine):
    """What they say, and what is settled about them."""

    @rule(pick=PICK, days=st.integers(0, 12))
    def a_customer_promises(self, pick: int, days: int) -> None:
        self.later()
        if invoice := self.one_open(pick):
            self.await_(self.promise(invoice, days))

    @rule(pick=PICK, half=st.booleans())
    def a_customer_queries(self, pick: int, half: bool) -> None:
        self.later()
        if invoice := self.one_open(pick):
            part = (amount(invoice.outstanding) / 2).quantize(Decimal("0.01")) if half else None
            if part is None or part > 0:
                self.await_(self.dispute(invoice, part))

    @rule(pick=PICK)
    def a_query_is_resolved(self, pick: int) -> None:
        self.later()
        rows = self.await_(Dispute.objects().where(Dispute.resolved_at.is_null()).order_by(Dispute.id))
        if rows:
            row = rows[pick % len(rows)]
            self.await_(promises.resolve_dispute(row, "Agreed", "Anna", self.world.now))
            del self.truth.disputes[row.invoice][row.id]

    @rule(pick=PICK)
    def a_customer_says_it_is_paid(self, pick: int) -> None:
        self.later()
        if invoice := self.one_open(pick):
            self.await_(self.tell_paid(invoice))

    @rule(pick=PICK)
    def exclude_or_include(self, pick: int) -> None:
        self.later()
        if invoice := self.one_open(pick):
            self.await_(promises.set_excluded(invoice, not invoice.excluded, by="Anna", now=self.world.now))
            self.truth.excluded ^= {invoice.id}

    @rule(pick=PICK, off=RATHER_NOT)
    def chase_or_not(self, pick: int, off: bool) -> None:
        self.later()
        customer = self.one_customer(pick)
        self.await_(care.set_chasing(self.member, [customer], not off, self.world.now))
        self._bar("not chasing", customer, off)

    @rule(pick=PICK, what=st.sampled_from(["stopped", "replied"]), on=RATHER_NOT)
    def stop_or_reply(self, pick: int, what: str, on: bool) -> None:
        self.later()
        customer = self.one_customer(pick)
        facts = {"stopped": {"stop": "solicitor" if on else ""}, "replied": {"replied_at": self.world.now if on else None}}
        self.await_(self.world.change_customer(customer, **facts[what]))
        self._bar(what, customer, on)
        if what == "stopped":
            self._bar("insolvent", customer, False)

    @rule(pick=PICK, days=st.integers(0, 9))
    def pause(self, pick: int, days: int) -> None:
        self.later()
        row = self.await_(Customer.objects().get(Customer.id == self.one_customer(pick)))
        until = self.world.today + timedelta(days=days)
        self.await_(care.pause(self.member, row, until, self.world.today, self.world.now))
        self.truth.paused[row.id] = until

    def _bar(self, why: str, customer: int, on: bool) -> None:
        (self.truth.barred[why].add if on else self.truth.barred[why].discard)(customer)

    @rule(pick=PICK, by=st.sampled_from([-1, 1, 2]))
    def edit_the_schedule(self, pick: int, by: int) -> None:
        """Move a step by a day or two, if no other is there."""
        self.later()
        rows = self.await_(fetch("SELECT id, offset_days FROM schedule_step ORDER BY offset_days"))
        row = rows[pick % len(rows)]
        wanted = row["offset_days"] + by
        if wanted not in [other["offset_days"] for other in rows]:
            self.await_(self.world.change_house(Step, Step.id == row["id"], offset_days=wanted))

    @rule(paused=RATHER_NOT)
    def pause_the_schedule(self, paused: bool) -> None:
        self.later()
        self.await_(self.world.change_house(Schedule, Schedule.id > 0, paused=paused))
