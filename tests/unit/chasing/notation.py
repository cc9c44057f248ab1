"""The user's language in which the planner's tests tell their facts, one fact a line.

    schedule   [name:] shipped | step±offset…  [entry +7] [minimum 5] [last-minimum 100] [repeat 7 x3] [paused]
               marks behind a step: ! needs approval, ^ escalated sender and recipients, & escalated copied, >50 minimum
    customer   Acme  ap@acme.example  [escalated a@b] [copy a@b] [bounced a@b] [schedule name] [not-chasing] [stopped why]
               [paused day] [skipped day] [replied day] [unknown day] [reminded day] [emailed day] [statement day]
               [template-failed step]
    invoice    INV-1  Acme  due day | no-due-date  100.00  [EUR at 1.25] [disputed [amount]] [promised day]
               [expected day in-xero | by name] [anyway] [told-paid day] [excluded] [unsent] [schedule name]
               [mark +7 day [x2]] [before -3 day] [total amount]
    credit     Acme  50.00  [EUR]
    paid       INV-9  Acme  100.00  day  [written-off] [never-reminded]
    proposed   Acme  day       the proposal that the facts make was put to a person on that day, and is unapproved
    approved   Acme  day       … and is approved
    organisation  [review] [disconnected] [restored] [never-synced] [synced instant] [paused [day]] [no-sender] [no-escalated]
    settings   [gap 4] [ignore-expected] [wait-for-sent] [approve-above 1000] [weekdays 0123] [country DE] [closed day]
    today      day
"""

import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from app.chasing.book import (
    AwaitingApproval,
    Book,
    BookCredit,
    BookCustomer,
    BookInvoice,
    BookSchedule,
    BookStep,
    ChasingSettings,
    ExpectedDate,
    Mark,
    PaidInvoice,
    Recipient,
)
from app.chasing.planner import Plan, plan, run_day
from app.chasing.upcoming import Coming, carried_out, project
from app.schedules.calendar import ChaseCalendar
from app.schedules.shipped import BEST_PRACTICE

STEP = re.compile(r"(?P<name>[a-z]+)(?P<offset>[+-]\d+)(?P<marks>[!^&]*)(?:>(?P<minimum>\d+))?")
AMOUNT = re.compile(r"-?\d+(\.\d+)?")


class Line(deque[str]):
    """The words of a line, taken from the left."""

    def day(self) -> date:
        return date.fromisoformat(self.popleft())

    def amount(self) -> Decimal:
        return Decimal(self.popleft())

    def next_is(self, pattern: re.Pattern[str]) -> bool:
        return bool(self) and pattern.fullmatch(self[0]) is not None


class Scenario:
    """The facts of a test, and what the planner makes of them."""

    def __init__(self, text: str) -> None:
        self.today = date(2026, 12, 1)
        self.customers: dict[str, dict[str, Any]] = {}
        self.schedules: dict[str, BookSchedule] = {}
        self.organisation: dict[str, Any] = {"senders": frozenset({"normal", "escalated"})}
        self.settings: dict[str, Any] = {}
        self.calendar_facts: dict[str, Any] = {}
        self.awaiting: list[tuple[str, date, bool]] = []
        self._ids = 0
        for line in filter(None, map(str.strip, text.splitlines())):
            words = Line(line.split())
            getattr(self, f"_{words.popleft()}")(words)

    @property
    def calendar(self) -> ChaseCalendar:
        return ChaseCalendar(**self.calendar_facts)

    @property
    def chasing_settings(self) -> ChasingSettings:
        return ChasingSettings(**self.settings)

    @property
    def book(self) -> Book:
        customers = {name: BookCustomer(**facts) for name, facts in self.customers.items()}
        book = self._book_of(tuple(customers.values()))
        for name, planned_on, approved in self.awaiting:
            customers[name] = self._waiting(book, customers[name], planned_on, approved)
        return self._book_of(tuple(customers.values()))

    def plan(self, on: date | None = None) -> Plan:
        book = self.book
        if on is not None:
            book = msgspec.structs.replace(book, now=noon(on), last_good_sync_at=noon(on))
        return plan(book, today=on or self.today, calendar=self.calendar, settings=self.chasing_settings)

    def coming(self, days: int = 28) -> tuple[Coming, ...]:
        return project(
            self.book, today=self.today, calendar=self.calendar, settings=self.chasing_settings, days=days
        )

    def lived(self, days: int) -> Iterator[Coming]:
        """Every day planned anew, everything proposed approved at once and everything due sent: the slow way."""
        customers = list(self.book.customers)
        for on in (self.today + timedelta(days=n) for n in range(days)):
            book = msgspec.structs.replace(self._book_of(tuple(customers)), now=noon(on), last_good_sync_at=noon(on))
            for i, (customer, outcome) in enumerate(self._outcomes(book, on)):
                if outcome.due or outcome.thank_you:
                    yield Coming(
                        on=on,
                        customer_id=customer.id,
                        customer=customer.name,
                        reminder=outcome.due,
                        thank_you=outcome.thank_you,
                    )
                customers[i] = carried_out(customer, outcome, on)

    def _outcomes(self, book: Book, on: date) -> Iterator[tuple[BookCustomer, Any]]:
        from app.chasing.planner import plan_customer

        day = run_day(
            book, today=on, calendar=self.calendar, settings=self.chasing_settings, assume_approved=True
        )
        for customer in book.customers:
            yield customer, plan_customer(customer, day)

    def _book_of(self, customers: tuple[BookCustomer, ...]) -> Book:
        facts = {"now": noon(self.today), "last_good_sync_at": noon(self.today), **self.organisation}
        schedules = {schedule.id: schedule for schedule in self.schedules.values()} or {1: BEST_PRACTICE}
        return Book(
            base_currency="GBP",
            customers=customers,
            schedules=schedules,
            default_schedule_id=min(schedules),
            **facts,
        )

    def _waiting(self, book: Book, customer: BookCustomer, planned_on: date, approved: bool) -> BookCustomer:
        outcome = plan(book, today=self.today, calendar=self.calendar, settings=self.chasing_settings)
        waiting = tuple(
            AwaitingApproval(
                fingerprint=reminder.fingerprint,
                planned_on=planned_on,
                approved=approved,
                invoice_ids=frozenset(invoice.invoice_id for invoice in reminder.carried),
            )
            for reminder in outcome.proposed
            if reminder.customer_id == customer.id
        )
        thanks = tuple(
            AwaitingApproval(fingerprint=thank_you.fingerprint, planned_on=planned_on, approved=approved)
            for thank_you in outcome.thank_yous
            if thank_you.customer_id == customer.id
        )
        return msgspec.structs.replace(customer, awaiting=waiting + thanks)

    def _new_id(self) -> int:
        self._ids += 1
        return self._ids

    def _today(self, words: Line) -> None:
        self.today = words.day()

    def _schedule(self, words: Line) -> None:
        name = words.popleft()[:-1] if words[0].endswith(":") else "standard"
        facts: dict[str, Any] = {"last_minimum": Decimal(0)}
        steps: list[BookStep] = []
        shipped = words[0] == "shipped"
        while words:
            word = words.popleft()
            if word == "minimum":
                facts["minimum"] = words.amount()
            elif word == "last-minimum":
                facts["last_minimum"] = words.amount()
            elif word == "entry":
                facts["entry_offset"] = int(words.popleft())
            elif word == "repeat":
                facts["repeat_every_days"] = int(words.popleft())
                facts["repeat_limit"] = int(words.popleft()[1:])
            elif word == "paused":
                facts["paused"] = True
            elif word != "shipped":
                steps.append(self._step(word))
        last_minimum = facts.pop("last_minimum")
        if shipped:
            self.schedules[name] = msgspec.structs.replace(BEST_PRACTICE, id=self._new_id(), name=name, **facts)
        else:
            self.schedules[name] = BookSchedule(
                id=self._new_id(), name=name, steps=tuple(steps), last_step_minimum=last_minimum, **facts
            )

    def _step(self, word: str) -> BookStep:
        found = STEP.fullmatch(word)
        assert found, f"no step: {word}"
        marks, number = found["marks"], self._new_id()
        escalated = {"sender": "escalated", "recipient_kinds": ("escalated", "copy")} if "^" in marks else {}
        copied = {"recipient_kinds": ("normal", "escalated", "copy")} if "&" in marks else {}
        return BookStep(
            id=number,
            offset=int(found["offset"]),
            name=found["name"],
            template_id=number,
            needs_approval="!" in marks,
            minimum=Decimal(found["minimum"] or 0),
            **escalated,
            **copied,
        )

    def _customer(self, words: Line) -> None:
        name = words.popleft()
        recipients: list[Recipient] = []
        facts: dict[str, Any] = {"id": self._new_id(), "name": name, "invoices": (), "credits": (), "paid": ()}
        days = {
            "paused": "paused_until",
            "skipped": "skipped_until",
            "replied": "replied_on",
            "unknown": "unknown_send_on",
            "reminded": "last_reminded_on",
            "emailed": "last_email_on",
            "statement": "statement_on",
        }
        while words:
            word = words.popleft()
            if "@" in word:
                recipients.append(Recipient(word))
            elif word in ("escalated", "copy", "statements", "none"):
                recipients.append(Recipient(words.popleft(), word))
            elif word == "bounced":
                recipients.append(Recipient(words.popleft(), bounced=True))
            elif word in days:
                facts[days[word]] = words.day()
            elif word == "schedule":
                facts["schedule_id"] = self.schedules[words.popleft()].id
            elif word == "not-chasing":
                facts["chasing"] = False
            elif word == "stopped":
                facts["stop"] = words.popleft()
            elif word == "template-failed":
                facts["failed_templates"] = {self._template(words.popleft()): "customer_name is blank"}
            else:
                raise AssertionError(f"no fact of a customer: {word}")
        self.customers[name] = {**facts, "recipients": tuple(recipients)}

    def _template(self, step_name: str) -> int:
        return next(s.template_id for sch in self.schedules.values() for s in sch.steps if s.name == step_name)

    def _invoice(self, words: Line) -> None:
        number, customer = words.popleft(), words.popleft()
        facts: dict[str, Any] = {"number": number, "currency": "GBP"}
        facts["due_on"] = words.day() if words.popleft() == "due" else None
        facts["outstanding"] = facts["total"] = words.amount()
        while words:
            self._invoice_fact(words.popleft(), words, facts)
        self.customers[customer]["invoices"] += (BookInvoice(id=self._new_id(), **facts),)

    def _invoice_fact(self, word: str, words: Line, facts: dict[str, Any]) -> None:
        if word in ("excluded", "unsent", "anyway"):
            flag = {"excluded": "excluded", "unsent": "sent_in_xero", "anyway": "chase_despite_expected"}[word]
            facts[flag] = word != "unsent"
        elif word == "disputed":
            facts["disputed_amount"] = words.amount() if words.next_is(AMOUNT) else None
        elif word == "promised":
            facts["expected"] = ExpectedDate(on=words.day(), source="customer")
        elif word == "expected":
            on, how = words.day(), words.popleft()
            by = words.popleft() if how == "by" else ""
            facts["expected"] = ExpectedDate(on=on, source="controller" if by else "xero", by=by)
        elif word == "told-paid":
            facts["told_paid_on"] = words.day()
        elif word == "schedule":
            facts["schedule_id"] = self.schedules[words.popleft()].id
        elif word in ("mark", "before"):
            mark = Mark(int(words.popleft()), words.day())
            if words and re.fullmatch(r"x\d+", words[0]):
                mark = Mark(mark.offset, mark.went_on, int(words.popleft()[1:]))
            facts["mark" if word == "mark" else "before_mark"] = mark
            facts["offsets_gone"] = (*facts.get("offsets_gone", ()), *([mark.offset] * mark.times))
        elif word == "total":
            facts["total"] = words.amount()
        elif words and words[0] == "at":
            words.popleft()
            facts.update(currency=word, rate=words.amount())
        else:
            raise AssertionError(f"no fact of an invoice: {word}")

    def _credit(self, words: Line) -> None:
        customer, amount = words.popleft(), words.amount()
        credit = BookCredit(amount, words.popleft() if words else "GBP")
        self.customers[customer]["credits"] += (credit,)

    def _paid(self, words: Line) -> None:
        number, customer = words.popleft(), words.popleft()
        paid = PaidInvoice(
            id=self._new_id(),
            number=number,
            amount=words.amount(),
            currency="GBP",
            paid_on=words.day(),
            in_money="written-off" not in words,
            reminded="never-reminded" not in words,
        )
        self.customers[customer]["paid"] += (paid,)

    def _proposed(self, words: Line) -> None:
        self.awaiting.append((words.popleft(), words.day(), False))

    def _approved(self, words: Line) -> None:
        self.awaiting.append((words.popleft(), words.day(), True))

    def _organisation(self, words: Line) -> None:
        flags: dict[str, dict[str, Any]] = {
            "review": {"review_mode": True},
            "disconnected": {"connected": False},
            "restored": {"restored": True},
            "never-synced": {"last_good_sync_at": None},
            "no-sender": {"senders": frozenset({"escalated"})},
            "no-escalated": {"senders": frozenset({"normal"})},
            "paused": {"paused": True},
        }
        while words:
            word = words.popleft()
            if word == "synced":
                self.organisation["last_good_sync_at"] = datetime.fromisoformat(words.popleft()).replace(tzinfo=UTC)
                continue
            self.organisation.update(flags[word])
            if word == "paused" and words and words[0][0].isdigit():
                self.organisation["paused_until"] = words.day()

    def _settings(self, words: Line) -> None:
        while words:
            word = words.popleft()
            if word == "gap":
                self.settings["minimum_gap_days"] = int(words.popleft())
            elif word == "ignore-expected":
                self.settings["respect_expected_dates"] = False
            elif word == "wait-for-sent":
                self.settings["wait_for_sent_mark"] = True
            elif word == "approve-above":
                self.settings["approve_above"] = words.amount()
            elif word == "weekdays":
                self.calendar_facts["chase_weekdays"] = {int(digit) for digit in words.popleft()}
            elif word == "country":
                self.calendar_facts["country"] = words.popleft()
            elif word == "closed":
                self.calendar_facts.setdefault("closed_days", []).append(words.day())
            else:
                raise AssertionError(f"no setting: {word}")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
