"""What credit controllers do: chase by hand, arrange what is foreseen and take it back, decide about statements."""

import json
from datetime import date, timedelta

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.chasing import arrangement_actions as arranging
from app.chasing.chase_now import Candidate
from app.chasing.chase_now_actions import Chased, LeftOut, chase
from app.chasing.chase_now_page_controllers import Sheet
from app.chasing.reminder import DueReminder
from app.chasing.tables import Arrangement
from app.chasing.upcoming_controllers import prospect_for
from app.chasing.wording import OwnWords
from app.database import fetch
from app.email_templates.filling import fill
from app.statements import month_actions as statements
from tests.faults.chasing.machine import Machine
from tests.faults.chasing.truth import Ordered, PutOff

PICK = st.integers(0, 11)


class Controllers(Machine):
    @rule(pick=PICK, all_of_it=st.booleans(), overrides=st.booleans(), by_tom=st.booleans(), own_words=st.booleans())
    def chase_now(self, pick: int, all_of_it: bool, overrides: bool, by_tom: bool, own_words: bool) -> None:
        """By the template's words or one's own; every other time it counts as the next step."""
        self.later()
        self.await_(self._chase_now(self.one_customer(pick), pick, all_of_it, overrides, by_tom, own_words))
        self.await_(self.world.sweep())

    @rule(pick=PICK, by_tom=st.booleans())
    def chase_now_all_the_same(self, pick: int, by_tom: bool) -> None:
        """Twice as often: whatever stands against it is ticked away."""
        self.later()
        self.await_(self._chase_now(self.one_customer(pick), pick, True, True, by_tom, False))

    async def _chase_now(
        self, customer: int, pick: int, all_of_it: bool, overrides: bool, by_tom: bool, own_words: bool
    ) -> None:
        member = self.world.firm.tom if by_tom else self.world.firm.anna
        sheet = await Sheet.opened(member, customer, self.world.now)
        if (found := sheet.candidate) is None or not found.choices:
            return
        every = [choice.invoice_id for choice in found.choices]
        ticked = frozenset(every if all_of_it else [every[pick % len(every)]])
        despite = self._ticked_away(found) if overrides else frozenset[str]()
        to = tuple(address for address, kind in found.recipients if kind == "to") or ("ap@elsewhere.example",)
        words = OwnWords(subject="", body="", to=to, attaches_invoices=pick % 3 == 0)
        if own_words and (chosen := sheet.chosen({}, ticked)):
            text = fill(sheet.template.subject, sheet.template.body, await sheet.facts(chosen))
            words = OwnWords(subject=text.subject, body=text.body, to=to, attaches_invoices=False)
        asked = {"despite": despite, "counts_as_step": pick % 2 == 0, "opened_at": self.world.now}
        order = msgspec.structs.replace(sheet.order({}, ticked, words), **asked)
        done = await chase(member, order, self.world.now)
        self.happened["left out by hand" if isinstance(done, LeftOut) else "chased by hand"] += 1
        if isinstance(done, Chased):
            self.truth.ordered[done.message_id] = Ordered(despite, self.world.now)
            [row] = await fetch("SELECT r.id, r.needs_approval FROM reminder r WHERE r.message = {}", done.message_id)
            if row["needs_approval"] and not done.waits:
                await self.truth.will_be_approved(row["id"])

    def _ticked_away(self, found: Candidate) -> frozenset[str]:
        codes = frozenset[str]().union(*(choice.codes for choice in found.choices))
        return codes | frozenset(str(reason.hold) for reason in found.against)

    @rule(pick=PICK, days=st.sampled_from([0, 1, 3, 9]))
    def put_off_or_skip(self, pick: int, days: int) -> None:
        """0: skipped, so that the customer is free when the next one is foreseen."""
        self.later()
        self.await_(self._put_off(pick, days))

    async def _put_off(self, pick: int, days: int) -> None:
        if (foreseen := await self._one_foreseen(pick)) is None:
            return
        customer, on = foreseen
        _, _, found = await prospect_for(self.member, customer, on, self.world.now)
        if found is None or found.reminder is None:
            return
        until = on + timedelta(days=days) if days else found.skip_to
        await arranging.put_off(self.member, customer, on, until, "Put off", self.world.now)
        self.happened["put off"] += 1
        self.truth.put_off[await self._last_arranged()] = PutOff(customer, on, until)

    @rule(pick=PICK)
    def send_sooner(self, pick: int) -> None:
        self.later()
        self.await_(self._send_sooner(pick))

    async def _send_sooner(self, pick: int) -> None:
        if (foreseen := await self._one_foreseen(pick)) is None:
            return
        _, _, found = await prospect_for(self.member, *foreseen, self.world.now)
        if found is None or found.reminder is None or found.sooner is None:
            return
        await arranging.send_sooner(self.member, found.reminder, found.sooner, "Sooner", self.world.now)
        self.truth.sooner |= _steps(found.reminder)
        self.happened["sent sooner"] += 1

    @rule(pick=PICK)
    def leave_out(self, pick: int) -> None:
        self.later()
        if (invoice := self.one_open(pick)) and not invoice.excluded:
            self.await_(arranging.leave_out(self.member, invoice, "Left out", self.world.now))
            self.truth.excluded.add(invoice.id)

    @rule(pick=PICK)
    def take_back_an_arrangement(self, pick: int) -> None:
        self.later()
        rows = self.await_(Arrangement.objects().where(Arrangement.ended_at.is_null()).order_by(Arrangement.id))
        if rows:
            self.await_(self._take_back(rows[pick % len(rows)]))

    async def _take_back(self, row: Arrangement) -> None:
        await arranging.take_back(self.member, row, self.world.now)
        self.truth.put_off.pop(row.id, None)
        if row.kind == "left_out":
            self.truth.excluded -= {invoice for invoice, _ in json.loads(row.steps)}
        self.happened[f"taken back: {row.kind}"] += 1

    @rule(in_days=st.integers(0, 2), asked=st.booleans())
    def statements_are_due(self, in_days: int, asked: bool) -> None:
        """On a day of each month to come, or when somebody asks for them now."""
        self.later()
        on = self.world.today + timedelta(days=in_days)
        self.await_(self.world.send_statements_on(min(on.day, 28)))
        if asked:
            self.await_(statements.ask_for(self.world.firm.id, f"{self.world.today:%Y-%m}", self.world.now))
        self.await_(self.world.minute())

    async def _one_foreseen(self, pick: int) -> tuple[int, date] | None:
        """A customer, and a day on which it is foreseen to be reminded."""
        rows = await fetch(
            "SELECT customer_id, goes_on FROM upcoming_email WHERE kind = 'reminder' ORDER BY goes_on, customer_id"
        )
        return (rows[pick % len(rows)]["customer_id"], rows[pick % len(rows)]["goes_on"]) if rows else None

    async def _last_arranged(self) -> int:
        [row] = await fetch("SELECT MAX(id) AS id FROM arrangement")
        return int(row["id"])


def _steps(reminder: DueReminder) -> set[tuple[int, int]]:
    return {(invoice.invoice_id, invoice.step_offset) for invoice in reminder.carried}
