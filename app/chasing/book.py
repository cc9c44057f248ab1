"""The book: everything the planner may know, as frozen values.

Ids are ints, amounts Decimals in the invoice's currency, days dates of the organisation's own calendar, instants
datetimes in UTC. Every "until" is the first free day: chasing is held before it and free on it.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from app.chasing.said import Decided, Queried, ToldPaid
from app.schedules.book import BookSchedule, BookStep, RecipientKind, SenderKind

__all__ = [
    "AwaitingApproval",
    "Book",
    "BookCredit",
    "BookCustomer",
    "BookInvoice",
    "BookSchedule",
    "BookStep",
    "ChasingSettings",
    "Decided",
    "ExpectedDate",
    "Mark",
    "PaidInvoice",
    "PutOff",
    "Queried",
    "Recipient",
    "RecipientKind",
    "SenderKind",
    "Sooner",
    "ToldPaid",
]

ExpectedSource = Literal["customer", "controller", "xero"]


class Mark(Struct, frozen=True):
    """The last step done of an invoice. `times` counts how often the last step of the ladder went in a row."""

    offset: int
    went_on: date
    times: int = 1


class ExpectedDate(Struct, frozen=True, kw_only=True):
    """`source` customer means: in the portal, by phone or in a reply; `place` says which, `by` names the member, and
    `said_by` who at the customer said it."""

    on: date
    source: ExpectedSource
    place: str = "portal"
    by: str = ""
    set_on: date | None = None
    said_by: str = ""


class Sooner(Struct, frozen=True):
    """A member asked for the step at that offset to go from that day on, before its time."""

    offset: int
    on: date
    by: str


class BookInvoice(Struct, frozen=True, kw_only=True, gc=False):
    """An open invoice: something is outstanding.

    rate             foreign units per unit of base currency, as Xero gives it: base = amount / rate
    disputed_amount  of the open disputes; None: all that is outstanding
    queried          those disputes in words
    told_paid        what was said on `told_paid_on`
    schedule_id      overrides the customer's schedule
    mark             the last step done at or after the due date
    before_mark      the last step done before the due date
    offsets_gone     the offset of every step that ever went, once for each time it did
    sooner           a step that need not wait for its day
    """

    id: int
    number: str
    currency: str
    total: Decimal
    outstanding: Decimal
    due_on: date | None
    reference: str = ""
    rate: Decimal = Decimal(1)
    issued_on: date | None = None
    disputed_amount: Decimal | None = Decimal(0)
    expected: ExpectedDate | None = None
    chase_despite_expected: bool = False
    told_paid_on: date | None = None
    told_paid: ToldPaid | None = None
    queried: Queried | None = None
    excluded: bool = False
    sent_in_xero: bool = True
    schedule_id: int | None = None
    mark: Mark | None = None
    before_mark: Mark | None = None
    offsets_gone: tuple[int, ...] = ()
    sooner: Sooner | None = None


class BookCredit(Struct, frozen=True):
    """An unallocated credit note, prepayment or overpayment."""

    remaining: Decimal
    currency: str


class PaidInvoice(Struct, frozen=True, kw_only=True):
    """An invoice paid in full and not yet thanked for; absent as soon as its payment disappears from Xero.

    paid_on    the last payment's date in Xero
    reminded   a reminder ever carried it
    in_money   every payment went into a bank account: none is a write-off or a credit note
    """

    id: int
    number: str
    amount: Decimal
    currency: str
    paid_on: date
    reminded: bool = True
    in_money: bool = True


class Recipient(Struct, frozen=True):
    email: str
    kind: RecipientKind = "normal"
    bounced: bool = False


class PutOff(Struct, frozen=True):
    """A member put off what comes from that day on; `until_on` is the first free day."""

    from_on: date
    until_on: date
    by: str


class AwaitingApproval(Struct, frozen=True, kw_only=True):
    """A planned reminder (or thank-you) that needed a person.

    planned_on stays the first day it was proposed, also when it is written anew because its facts changed;
    invoice_ids are the carried ones; fingerprint is that of the version the person saw.
    """

    fingerprint: str
    planned_on: date
    approved: bool = False
    invoice_ids: frozenset[int] = frozenset()


class BookCustomer(Struct, frozen=True, kw_only=True):
    """A customer with its open invoices and what happened to it.

    stop              why it is not chased, a key of `sentences.STOPS`; ends by itself on `stop_until`
    replied_on        the day of a reply that no person has decided on yet
    unknown_send_on   the day of a reminder of which nobody knows whether it left
    last_reminded_on  the last reminder sent, sending or unknown that carried a step at or after a due date
    last_email_on     the last statement, reminder or thank-you of any kind that went
    chased_by_hand_on the day of a chase now that is about to leave, or was written today and waits for approval: it counts
                      as the last reminder already
    statement_on      the day of this customer's statement, today or to come
    failed_templates  templates that could not be written for this customer, with the reason
    """

    id: int
    name: str
    invoices: tuple[BookInvoice, ...] = ()
    credits: tuple[BookCredit, ...] = ()
    paid: tuple[PaidInvoice, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    chasing: bool = True
    is_individual: bool = False
    stop: str | None = None
    stop_until: date | None = None
    stop_decided: Decided = Decided()
    paused_until: date | None = None
    pause_decided: Decided = Decided()
    skipped_until: date | None = None
    put_off: tuple[PutOff, ...] = ()
    schedule_id: int | None = None
    replied_on: date | None = None
    unknown_send_on: date | None = None
    last_reminded_on: date | None = None
    last_email_on: date | None = None
    chased_by_hand_on: date | None = None
    statement_on: date | None = None
    language: str = ""
    failed_templates: Mapping[int, str] = {}
    awaiting: tuple[AwaitingApproval, ...] = ()

    def is_stopped(self, today: date) -> bool:
        return bool(self.stop) and (self.stop_until is None or today < self.stop_until)


class Book(Struct, frozen=True, kw_only=True):
    """One organisation on one day; `paused` without `paused_until` lasts until someone resumes. `paused_why`: the words of
    an admin of the installation; empty where its own managers paused it.

    thank_you_texts   the version of the thank-you in each language; "" is the one that everybody else gets
    """

    base_currency: str
    now: datetime
    last_good_sync_at: datetime | None
    customers: tuple[BookCustomer, ...]
    schedules: Mapping[int, BookSchedule]
    default_schedule_id: int | None
    connected: bool = True
    restored: bool = False
    paused: bool = False
    paused_until: date | None = None
    paused_why: str = ""
    review_mode: bool = False
    senders: frozenset[SenderKind] = frozenset({"normal"})
    thank_you_texts: Mapping[str, int] = {}
    last_receipt_on: date | None = None


class ChasingSettings(Struct, frozen=True, kw_only=True):
    """What the organisation has chosen; None: no such rule.

    approve_above           in base currency: a reminder carrying more needs a person
    receipt_patience_days   working days without a receipt in Xero after which nothing goes
    """

    timezone: str = "Europe/London"
    chase_weekdays: frozenset[int] = frozenset(range(5))
    chase_time: time = time(10)
    until_time: time = time(18)
    minimum_gap_days: int = 4
    respect_expected_dates: bool = True
    wait_for_sent_mark: bool = False
    approve_above: Decimal | None = None
    receipt_patience_days: int | None = None
