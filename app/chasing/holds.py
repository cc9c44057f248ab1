"""Why an open invoice is not chased today."""

from datetime import date
from enum import StrEnum
from typing import Self

from msgspec import Struct


class Hold(StrEnum):
    """The holds in their order: the first that applies leads. Those from TEMPLATE_FAILED on need a step that is ready."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        hold = str.__new__(cls, code)
        hold._value_ = code
        hold.label = label
        return hold

    RESTORED = "restored", "Restored copy"
    DISCONNECTED = "disconnected", "Xero disconnected"
    STALE = "stale", "No fresh data"
    PAUSED = "paused", "All chasing paused"
    NOT_CHASING = "not_chasing", "Not chasing"
    CUSTOMER_STOPPED = "customer_stopped", "Customer stopped"
    CUSTOMER_PAUSED = "customer_paused", "Customer paused"
    SCHEDULE_PAUSED = "schedule_paused", "Schedule paused"
    EXCLUDED = "excluded", "Excluded"
    REPLIED = "replied", "Replied"
    DISPUTED = "disputed", "Disputed"
    TOLD_PAID = "told_paid", "Told us it is paid"
    EXPECTED_DATE = "expected_date", "Payment expected"
    NOT_SENT = "not_sent", "Not sent in Xero"
    NO_DUE_DATE = "no_due_date", "No due date"
    NO_RECIPIENT = "no_recipient", "No recipient"
    BOUNCED = "bounced", "Address bounced"
    NO_SENDER = "no_sender", "No sender"
    BELOW_MINIMUM = "below_minimum", "Below the minimum"
    CREDIT = "credit", "Covered by credit"
    UNKNOWN_SEND = "unknown_send", "Unknown send"
    SKIPPED = "skipped", "Skipped"
    FINISHED = "finished", "Finished"
    NOT_REACHED = "not_reached", "Next step to come"
    TEMPLATE_FAILED = "template_failed", "Template failed"
    STATEMENT = "statement", "Statement today"
    MINIMUM_GAP = "minimum_gap", "Reminded recently"
    NOT_A_CHASE_DAY = "not_a_chase_day", "No chase day"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    REVIEW = "review", "Review mode"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {hold: rank for rank, hold in enumerate(Hold)}

ORGANISATION_WIDE = frozenset({Hold.RESTORED, Hold.DISCONNECTED, Hold.STALE, Hold.PAUSED, Hold.NO_SENDER})
"""They concern everybody, and say nothing about any reminder: what is planned stays planned, what is approved approved."""
APPROVALS = frozenset({Hold.AWAITING_APPROVAL, Hold.REVIEW})


class Reason(Struct, frozen=True):
    """One hold with its facts; `until` is its first free day, where it has one."""

    hold: Hold
    sentence: str
    until: date | None = None

    @property
    def rank(self) -> int:
        return _RANKS[self.hold]


def in_order(reasons: list[Reason]) -> list[Reason]:
    return sorted(reasons, key=_rank_of) if len(reasons) > 1 else reasons


def _rank_of(reason: Reason) -> int:
    return _RANKS[reason.hold]


class Held(Struct, frozen=True, kw_only=True):
    """An open invoice under its leading hold, with the further ones behind it, in order.

    next_on is the day its next step is expected to go, known when every hold ends by itself or by approval; `next_because`
    completes "step 3 on Tue 1 Dec because …".
    """

    customer_id: int
    customer: str
    invoice_id: int
    number: str
    hold: Hold
    sentence: str
    until: date | None = None
    behind: tuple[Reason, ...] = ()
    next_step: str = ""
    next_step_number: int = 0
    next_on: date | None = None
    next_because: str = ""

    @property
    def invoice(self) -> str:
        return self.number

    @property
    def reason(self) -> Hold:
        return self.hold
