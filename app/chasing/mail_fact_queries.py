"""What was mailed, is planned or failed to be written: the facts about emails that the planner weighs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.chasing.book import AwaitingApproval
from app.chasing.history import History, StepGone, history_of
from app.database import fetch

Rows = list[dict[str, Any]]

TAKE_THE_DAY = "('reminder', 'thank_you', 'statement', 'chase_now')"
"""Of these a customer gets one a day. Answers to what the customer wrote, and copies of a PDF, are none of them."""
DONE = "('sending', 'sent', 'unknown')"
"""States that count as done: what was sent, may have been, or is being sent."""

LOOKS_BACK = timedelta(days=62)
"""Further back no minimum gap reaches."""


FAILURE_HOLDS = timedelta(hours=6)


class Reader:
    """Reads rows of one organisation, of all its customers or of the named ones."""

    def __init__(
        self,
        organisation_id: int,
        customers: Collection[int] | None,
        now: datetime,
        zone: ZoneInfo,
        ignoring: int = 0,
    ) -> None:
        """`ignoring` is a message that is looked at as if it had not begun to leave."""
        self.organisation_id = organisation_id
        self.ignoring = ignoring
        self.ids = None if customers is None else [int(number) for number in customers]
        self.now = now
        self.zone = zone
        self.today = self.day(now)

    async def rows(self, sql: str, customer: str, *values: Any) -> Rows:
        """Rows of this organisation, of the chosen customers; `customer` names the column that tells whose a row is."""
        if self.ids is None:
            return await fetch(sql, self.organisation_id, *values)
        chosen = ", ".join(map(str, self.ids)) or "0"  # ids are ints, made so above
        # SQLite would take the organisation's index and read all of it; "+ 0" leaves it only the customer's
        by_customer = sql.replace("organisation = {}", "organisation + 0 = {}").replace("_id = {}", "_id + 0 = {}", 1)
        return await fetch(f"{by_customer} AND {customer} IN ({chosen})", self.organisation_id, *values)

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()


class MailFacts(Reader):
    """Each answer is keyed by customer, the history by invoice."""

    async def history(self) -> dict[int, History]:
        gone: dict[int, list[StepGone]] = defaultdict(list)
        for row in await self.rows(
            "SELECT ri.invoice, ri.step_offset, m.claimed_at FROM reminder_invoice ri"  # noqa: S608
            " JOIN reminder r ON r.id = ri.reminder JOIN message m ON m.id = r.message"
            " JOIN invoice i ON i.id = ri.invoice"
            f" WHERE i.organisation = {{}} AND i.is_open = TRUE AND ri.is_carried = TRUE AND m.state IN {DONE}"
            " AND m.id <> {}",
            "i.customer",
            self.ignoring,
        ):
            gone[row["invoice"]].append(StepGone(self.day(row["claimed_at"]), row["step_offset"]))
        return {invoice: history_of(steps) for invoice, steps in gone.items()}

    async def emails(self) -> dict[int, dict[str, date]]:
        """What went to each customer lately, by the planner's names for it."""
        found: dict[int, dict[str, date]] = defaultdict(dict)
        for row in await self.rows(
            "SELECT m.customer_id, m.kind, m.state, m.claimed_at, r.step_offset FROM message m"  # noqa: S608
            " LEFT JOIN reminder r ON r.message = m.id WHERE m.organisation_id = {} AND m.customer_id IS NOT NULL"
            f" AND m.kind IN {TAKE_THE_DAY} AND m.state IN {DONE} AND (m.claimed_at > {{}} OR m.state = 'unknown')"
            " AND m.id <> {}",
            "m.customer_id",
            self.now - LOOKS_BACK,
            self.ignoring,
        ):
            facts, went_on = found[row["customer_id"]], self.day(row["claimed_at"])
            _latest(facts, "last_email_on", went_on)
            if row["kind"] in ("reminder", "chase_now") and (row["step_offset"] or 0) >= 0:
                _latest(facts, "last_reminded_on", went_on)
            if row["state"] == "unknown" and row["kind"] in ("reminder", "chase_now"):
                _latest(facts, "unknown_send_on", went_on)
        for row in await self._chased_by_hand():
            for name in ("chased_by_hand_on", "last_reminded_on", "last_email_on"):
                _latest(found[row["customer_id"]], name, self.today)
        return found

    async def _chased_by_hand(self) -> Rows:
        """Customers to whom a chase now is about to leave; one that waits for approval takes no more than its own day."""
        return await self.rows(
            "SELECT m.customer_id FROM message m WHERE m.organisation_id = {} AND m.kind = 'chase_now'"
            " AND m.id <> {} AND m.not_after_at >= {} AND (m.state = 'approved'"
            " OR (m.state = 'planned' AND (m.needs_approval = FALSE OR m.planned_on = {})))",
            "m.customer_id",
            self.ignoring,
            self.now,
            self.today,
        )

    async def awaiting(self) -> dict[int, list[AwaitingApproval]]:
        carried: dict[int, set[int]] = defaultdict(set)
        rows = await self.rows(
            "SELECT r.id, r.customer, r.fingerprint, r.planned_on, m.approved_at, ri.invoice FROM reminder r"
            " JOIN message m ON m.id = r.message LEFT JOIN reminder_invoice ri ON ri.reminder = r.id"
            " AND ri.is_carried = TRUE WHERE r.organisation = {} AND r.needs_approval = TRUE AND r.kind <> 'chase_now'"
            " AND (m.state IN ('planned', 'approved') OR m.id = {})",
            "r.customer",
            self.ignoring,
        )
        for row in rows:
            carried[row["id"]].add(row["invoice"])
        found: dict[int, list[AwaitingApproval]] = defaultdict(list)
        for row in {row["id"]: row for row in rows}.values():
            found[row["customer"]].append(
                AwaitingApproval(
                    fingerprint=row["fingerprint"],
                    planned_on=row["planned_on"],
                    approved=row["approved_at"] is not None,
                    invoice_ids=frozenset(carried[row["id"]] - {None}),
                )
            )
        return found

    async def template_failures(self) -> dict[int, dict[int, str]]:
        """By customer and template. What was lacking may have been put right where we don't look: after a while, and
        whenever Xero tells of the contact, the letter is tried again."""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        for row in await self._failures("reminder"):
            found[row["customer"]][row["template_id"]] = row["reason"]
        return found

    async def unthankable(self) -> frozenset[int]:
        """Customers to whom the thank-you could not be written."""
        return frozenset(row["customer"] for row in await self._failures("thank_you"))

    async def _failures(self, purpose: str) -> Rows:
        return await self.rows(
            "SELECT f.customer, f.template_id, f.reason FROM template_failure f JOIN customer c ON c.id = f.customer"
            " JOIN email_template t ON t.id = f.template_id"
            " WHERE t.organisation = {} AND t.purpose = {} AND f.failed_at > {} AND NOT EXISTS (SELECT 1 FROM"
            " email_template_version v WHERE v.template = t.id AND v.made_at > f.failed_at)"
            " AND (c.xero_updated_at IS NULL OR c.xero_updated_at <= f.failed_at)",
            "f.customer",
            purpose,
            self.now - FAILURE_HOLDS,
        )


def _latest(facts: dict[str, date], name: str, day: date) -> None:
    facts[name] = max(day, facts.get(name, day))
