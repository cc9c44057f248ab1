"""What happens to the machinery: time passes, workers come and are killed, the broker forgets, the mail server is unwell."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.chasing import actions as chasing
from app.invoices.tables import Invoice
from app.promises import actions as promises
from tests.faults.chasing.machine import Machine

POINTS = ("before_claim", "after_claim", "before_connect", "before_data", "after_data", "before_settle", "after_settle")
PICK = st.integers(0, 11)


class Work(Machine):
    @rule(minutes=st.sampled_from([1, 9, 11, 45, 480]))
    def minutes_pass(self, minutes: int) -> None:
        self.world.rig.clock.forward(minutes=minutes)
        self.await_(self.world.minute())

    @rule(days=st.sampled_from([1, 1, 1, 1, 2, 3, 4, 7, 40]))
    def days_pass(self, days: int) -> None:
        self.await_(self.morning(days))

    @rule(what=st.sampled_from(["sync", "plan", "sweep", "restart", "forget"]))
    def a_part_works_out_of_turn(self, what: str) -> None:
        """To forget is what a broker does that loses everything."""
        self.later()
        if what == "sync":
            self.await_(self.world.rig.sync(self.world.firm.id))
        elif what == "plan":
            self.await_(chasing.plan_organisation(self.world.firm.id, self.world.now))
        elif what == "sweep":
            self.await_(self.world.sweep())
        elif what == "restart":
            self.await_(self.world.restart())
        else:
            self.world.queue.clear()

    @rule(pick=PICK, times=st.integers(1, 3))
    def a_worker_takes_one(self, pick: int, times: int) -> None:
        """As often as a broker may redeliver it."""
        self.await_(self.world.sweep())
        if queue := self.world.queue:
            message_id = queue.pop(pick % len(queue))
            for _ in range(times):
                self.await_(self.world.deliver(message_id))

    @rule(point=st.sampled_from(POINTS))
    def a_worker_is_killed(self, point: str) -> None:
        self.await_(self.until_something_leaves())
        self.world.kill_at = point
        self.await_(self.world.work())
        self.world.kill_at = ""

    @rule(point=st.sampled_from(["before_data", "after_data", "before_settle"]))
    def a_worker_is_killed_around_the_text(self, point: str) -> None:
        """Where nobody can tell afterwards whether it went; twice as often, for most depends on it."""
        self.a_worker_is_killed(point)

    @rule(pick=PICK, what=st.sampled_from(["dispute", "promise", "told", "exclude", "stop", "pay"]))
    def something_happens_between_claim_and_data(self, pick: int, what: str) -> None:
        self.await_(self.until_something_leaves())
        invoice = self.await_(self.world.first_in_the_queue()) or self.one_open(pick)
        if invoice is not None:
            self.world.meanwhile.append(lambda: self._happens(what, invoice))
        self.await_(self.world.work())

    async def _happens(self, what: str, invoice: Invoice) -> None:
        if what == "dispute":
            await self.dispute(invoice, None)
        elif what == "promise":
            await self.promise(invoice, 5)
        elif what == "told":
            await self.tell_paid(invoice)
        elif what == "exclude":
            await promises.set_excluded(invoice, True, by="Anna", now=self.world.now)
            self.truth.excluded.add(invoice.id)
        elif what == "stop":
            await self.world.change_customer(invoice.customer, stop="insolvent")
            self.truth.barred["insolvent"].add(invoice.customer)
        else:
            await self.changed_in_the_ledger(invoice, "/control/payments", invoice=invoice.number, amount="all")
            await self.world.rig.sync(self.world.firm.id)

    @rule(answer=st.sampled_from(["451 4.3.0 later", "550 5.1.1 nobody", "drop"]))
    def the_mail_server_is_unwell(self, answer: str) -> None:
        self.await_(self.until_something_leaves())
        self.server.drop_after_data = answer == "drop"
        self.server.at_rcpt = lambda _: None if answer == "drop" else answer
        self.await_(self.world.minute())
        self.server.drop_after_data, self.server.at_rcpt = False, lambda _: None

    @rule(what=st.sampled_from(["mend", "decide"]))
    def somebody_looks_at_what_failed(self, what: str) -> None:
        self.later()
        self.await_(self.world.mend_addresses() if what == "mend" else self.decide_all())
