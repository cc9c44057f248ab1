"""What the search of invoices finds them by: number, reference, amounts and the customer's name."""

from collections.abc import Sequence
from typing import Any

from app.customers.word_actions import put_words
from app.database import fetch
from app.money import amount
from components.grid.words import line_of_words


async def write_invoice_words(organisation_id: int, customer_ids: Sequence[int]) -> None:
    """Bring the words of these customers' invoices up to what is known of them; joins the open transaction."""
    marks = ", ".join(["{}"] * len(customer_ids))
    rows = await fetch(
        "SELECT i.id, i.number, i.reference, i.total, i.outstanding, c.name, w.words FROM invoice i"  # noqa: S608
        " JOIN customer c ON c.id = i.customer LEFT JOIN invoice_words w ON w.rowid = i.id"
        f" WHERE i.customer IN ({marks})",
        *customer_ids,
    )
    await put_words("invoice_words", rows, {row["id"]: _line(organisation_id, row) for row in rows})


def _line(organisation_id: int, row: dict[str, Any]) -> str:
    total, outstanding = (f"{amount(row[name]):.2f}" for name in ("total", "outstanding"))
    amounts = (total,) if outstanding in (total, "0.00") else (total, outstanding)
    return line_of_words(organisation_id, (row["number"], row["reference"], *amounts, row["name"]))
