"""The same sentence on the timelines of many customers, each about an email of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.activity.tables import Activity


async def tell(
    organisation_id: int,
    rows: Sequence[Mapping[str, Any]],
    sentence: str,
    *,
    by: str,
    now: datetime,
    kind: str = "email_decided",
) -> None:
    """`rows` have a customer, a message and the name of its template, which stands for {template_name} in the sentence."""
    lines = [
        Activity(
            organisation_id=organisation_id, customer_id=row["customer"], message_id=row["message"], kind=kind, by=by,
            sentence=sentence.replace("{template_name}", row["template_name"]), happened_at=now,
        )
        for row in rows
    ]  # fmt: skip
    for start in range(0, len(lines), 500):
        await Activity.insert(*lines[start : start + 500])
