"""What people arranged about coming emails: the facts about it that the planner weighs."""

from collections import defaultdict
from typing import Any

import msgspec

from app.chasing.book import PutOff, Sooner
from app.chasing.mail_fact_queries import LOOKS_BACK, Reader


class ArrangedFacts(Reader):
    """Only what still holds: neither taken back nor past."""

    async def put_off(self) -> dict[int, list[PutOff]]:
        """By customer."""
        found: dict[int, list[PutOff]] = defaultdict(list)
        for row in await self._arranged("put_off", "a.until_on"):
            found[row["customer"]].append(PutOff(row["from_on"], row["until_on"], row["made_by"]))
        return found

    async def sooner(self) -> dict[int, Sooner]:
        """By invoice; what was asked for last holds."""
        return {
            invoice: Sooner(offset, row["from_on"], row["made_by"])
            for row in await self._arranged("sooner", "a.from_on")
            for invoice, offset in msgspec.json.decode(row["steps"])
        }

    async def _arranged(self, kind: str, day: str) -> list[dict[str, Any]]:
        """What was asked to go sooner is forgotten after two months: by then it went, or nobody waits for it."""
        since = self.today if kind == "put_off" else self.today - LOOKS_BACK
        rows = await self.rows(
            "SELECT a.id, a.customer, a.from_on, a.until_on, a.steps, a.made_by FROM arrangement a"  # noqa: S608  both are ours
            f" WHERE a.organisation = {{}} AND a.kind = '{kind}' AND a.ended_at IS NULL AND {day} >= {{}}",
            "a.customer",
            since,
        )
        return sorted(rows, key=lambda row: int(row["id"]))
