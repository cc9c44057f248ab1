"""The user's language in which the planner's tests tell their facts, one fact a line.

schedule   [name:] shipped | step±offset…  [entry +7 | entry off] [minimum 5] [last-minimum 100] [repeat 7 x3] [paused]
           marks behind a step: ! needs approval, ^ escalated sender and recipients, & escalated copied, >50 minimum
customer   Acme  ap@acme.example  [escalated a@b] [copy a@b] [bounced a@b] [bounced-escalated a@b]
               [schedule name] [not-chasing] [stopped why]
           [paused day] [skipped day] [replied day] [unknown day] [reminded day] [emailed day] [statement day]
           [template-failed step]
also       Acme  …         further facts of a customer
invoice    INV-1  Acme  due day | no-due-date  100.00  [EUR at 1.25] [disputed [amount]] [promised day]
           [expected day in-xero | by name] [anyway] [told-paid day] [excluded] [unsent] [schedule name]
           [mark +7 day [x2]] [before -3 day] [total amount]
credit     Acme  50.00  [EUR]
paid       INV-9  Acme  100.00  day  [written-off] [never-reminded]
proposed   Acme  day       the proposal that the facts make was put to a person on that day, and is unapproved
approved   Acme  day       … and is approved
organisation  [review] [disconnected] [restored] [never-synced] [synced instant] [paused [day]] [no-sender] [no-escalated]
               [receipt day]
settings   [gap 4] [ignore-expected] [wait-for-sent] [approve-above 1000] [weekdays 0123] [country DE] [closed day]
           [receipts-within 5]
today      day
"""

import re
from collections import deque
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.chasing.book import (
    BookCredit,
    BookInvoice,
    BookSchedule,
    BookStep,
    ExpectedDate,
    Mark,
    PaidInvoice,
    Recipient,
)
from app.schedules.shipped import BEST_PRACTICE

NO_LIMIT = 1000
STEP = re.compile(r"(?P<name>[a-z]+)(?P<offset>[+-]\d+)(?P<marks>[!^&]*)(?:>(?P<minimum>\d+))?")
AMOUNT = re.compile(r"-?\d+(\.\d+)?")
DAYS_OF_A_CUSTOMER = {
    "paused": "paused_until",
    "skipped": "skipped_until",
    "replied": "replied_on",
    "unknown": "unknown_send_on",
    "reminded": "last_reminded_on",
    "emailed": "last_email_on",
    "statement": "statement_on",
}


class Line(deque[str]):
    """The words of a line, taken from the left."""

    def day(self) -> date:
        return date.fromisoformat(self.popleft())

    def amount(self) -> Decimal:
        return Decimal(self.popleft())

    def next_is(self, pattern: re.Pattern[str]) -> bool:
        return bool(self) and pattern.fullmatch(self[0]) is not None


class Facts:
    """What the lines of a test say."""

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

    def _new_id(self) -> int:
        self._ids += 1
        return self._ids

    def _today(self, words: Line) -> None:
        self.today = words.day()

    def _schedule(self, words: Line) -> None:
        name = words.popleft()[:-1] if words[0].endswith(":") else "standard"
        facts: dict[str, Any] = {"last_minimum": Decimal(0), "entry_offset": NO_LIMIT}
        steps: list[BookStep] = []
        shipped = words[0] == "shipped"
        while words:
            word = words.popleft()
            if word == "minimum":
                facts["minimum"] = words.amount()
            elif word == "last-minimum":
                facts["last_minimum"] = words.amount()
            elif word == "entry":
                limit = words.popleft()
                facts["entry_offset"] = None if limit == "off" else int(limit)
            elif word == "repeat":
                facts["repeat_every_days"] = int(words.popleft())
                facts["repeat_limit"] = int(words.popleft()[1:])
            elif word == "paused":
                facts["paused"] = True
            elif word != "shipped":
                steps.append(self._step(word))
        last_minimum = facts.pop("last_minimum")
        if shipped:
            del facts["entry_offset"]
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
        empty = {"invoices": (), "credits": (), "paid": (), "recipients": ()}
        self.customers[name] = {"id": self._new_id(), "name": name, **empty}
        self._customer_facts(self.customers[name], words)

    def _also(self, words: Line) -> None:
        self._customer_facts(self.customers[words.popleft()], words)

    def _customer_facts(self, facts: dict[str, Any], words: Line) -> None:
        while words:
            word = words.popleft()
            if "@" in word:
                facts["recipients"] += (Recipient(word),)
            elif word in ("escalated", "copy", "statements", "none"):
                facts["recipients"] += (Recipient(words.popleft(), word),)
            elif word == "bounced-escalated":
                facts["recipients"] += (Recipient(words.popleft(), "escalated", bounced=True),)
            elif word == "bounced":
                facts["recipients"] += (Recipient(words.popleft(), bounced=True),)
            elif word in DAYS_OF_A_CUSTOMER:
                facts[DAYS_OF_A_CUSTOMER[word]] = words.day()
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
            if word == "receipt":
                self.organisation["last_receipt_on"] = words.day()
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
            elif word == "receipts-within":
                self.settings["receipt_patience_days"] = int(words.popleft())
            elif word == "weekdays":
                self.calendar_facts["chase_weekdays"] = {int(digit) for digit in words.popleft()}
            elif word == "country":
                self.calendar_facts["country"] = words.popleft()
            elif word == "closed":
                self.calendar_facts.setdefault("closed_days", []).append(words.day())
            else:
                raise AssertionError(f"no setting: {word}")
