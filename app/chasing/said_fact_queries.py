"""What customers said, and what members decided about customers: the facts about it that the planner weighs."""

from datetime import date
from decimal import Decimal
from typing import Any

from app.chasing.book import Decided, ExpectedDate, Queried, ToldPaid
from app.chasing.mail_fact_queries import Reader
from app.money import amount
from app.promises.words import say_reason


class SaidFacts(Reader):
    """Each answer is keyed by invoice; what has ended or was taken back is left out."""

    async def expected(self) -> dict[int, ExpectedDate]:
        rows = await self.rows(
            "SELECT e.invoice, e.expected_on, e.source, e.set_by, e.set_at, p.source AS place, p.said_by FROM expected_date e"
            " JOIN invoice i ON i.id = e.invoice LEFT JOIN promise p ON p.invoice = e.invoice AND p.state = 'active'"
            " WHERE e.organisation = {} AND i.is_open = TRUE AND e.expected_on IS NOT NULL",
            "i.customer",
        )
        return {
            row["invoice"]: ExpectedDate(
                on=row["expected_on"],
                source=row["source"],
                place=row["place"] or "portal",
                by=row["set_by"],
                set_on=self.day(row["set_at"]) if row["set_at"] else None,
                said_by=row["said_by"] or "",
            )
            for row in rows
        }

    async def told_paid(self) -> dict[int, ToldPaid]:
        """The last time each was told."""
        rows = await self.rows(
            "SELECT id, invoice, told_on, source, noted_by FROM told_paid WHERE organisation = {} AND withdrawn_at IS NULL",
            "customer",
        )
        return {
            row["invoice"]: ToldPaid(row["told_on"], row["source"], row["noted_by"])
            for row in sorted(rows, key=lambda row: (row["told_on"], row["id"]))
        }

    async def queried(self) -> dict[int, Queried]:
        """The open disputes of each invoice; the oldest is the one that is told."""
        return await self.queried_while("d.resolved_at IS NULL")

    async def queried_while(self, condition: str, *values: object) -> dict[int, Queried]:
        """The disputes `d` of which the condition, our own text, holds."""
        found: dict[int, Queried] = {}
        rows = await self.rows(
            "SELECT d.id, d.invoice, d.amount, d.reason, d.source, d.said_by, d.opened_by, d.opened_at, d.answer_by_on,"  # noqa: S608
            " d.credited_before, u.name AS owner FROM dispute d LEFT JOIN member m ON m.id = d.owner"
            f' LEFT JOIN users u ON u.id = m."user" WHERE d.organisation = {{}} AND {condition}',
            "d.customer",
            *values,
        )
        for row in sorted(rows, key=lambda row: int(row["id"])):
            part = None if row["amount"] is None else amount(row["amount"])
            before = found.get(row["invoice"])
            found[row["invoice"]] = self._first(row, part) if before is None else _another(before, part)
        return found

    def _first(self, row: dict[str, Any], part: Decimal | None) -> Queried:
        return Queried(
            amount=part,
            on=self.day(row["opened_at"]) if row["opened_at"] else None,
            place=row["source"],
            by=row["opened_by"],
            said_by=row["said_by"] or "",
            reason=say_reason(row["reason"]),
            owner=row["owner"] or "",
            answer_by=row["answer_by_on"],
            awaits_credit=row["credited_before"] is not None,
        )

    def stopped(self, row: dict[str, Any]) -> Decided:
        on: date | None = self.day(row["stopped_at"]) if row["stopped_at"] else None
        return Decided(row["stopped_by"], on, row["stop_note"])


def _another(before: Queried, part: Decimal | None) -> Queried:
    whole = None if part is None or before.amount is None else before.amount + part
    return Queried(
        amount=whole, on=before.on, place=before.place, by=before.by, said_by=before.said_by, reason=before.reason,
        owner=before.owner, answer_by=before.answer_by, awaits_credit=before.awaits_credit, more=before.more + 1,
    )  # fmt: skip
