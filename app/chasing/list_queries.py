"""What both lists of receivables need to know before they can be read, in one query."""

import json
from typing import Any

from msgspec import Struct

from app.chasing.link_queries import XeroLinks, links_to
from app.database import fetch
from app.organisations.membership import SignedIn

# Of many foreign invoices the currencies alone are read: from each the index leads to the next one.
_FACTS = """
SELECT 'link' AS kind, 0 AS number, provider AS words, short_code AS also FROM xero_connection WHERE organisation = {}
UNION ALL SELECT 'default', default_schedule_id, '', '' FROM organisation WHERE id = {}
UNION ALL SELECT 'schedule', id, name, '' FROM schedule WHERE organisation = {} AND archived_at IS NULL
UNION ALL SELECT 'member', m.id, u.name, '' FROM member m JOIN users u ON u.id = m."user" WHERE m.organisation = {}
UNION ALL SELECT 'currency', 0, currency, '' FROM (WITH RECURSIVE foreign_ones (currency) AS (
    SELECT MIN(currency) FROM invoice WHERE organisation = {} AND rate <> '1'
    UNION ALL SELECT
      (SELECT MIN(i.currency) FROM invoice i WHERE i.organisation = {} AND i.rate <> '1' AND i.currency > f.currency)
      FROM foreign_ones f WHERE f.currency IS NOT NULL
  ) SELECT currency FROM foreign_ones WHERE currency IS NOT NULL) AS each_one
UNION ALL SELECT 'columns', 0, CAST(columns AS TEXT), '' FROM column_choice WHERE member = {} AND list_name = {}
UNION ALL SELECT 'view', v.id, v.query, '' FROM column_choice k JOIN saved_view v ON v.id = k.view_id
  WHERE k.member = {} AND k.list_name = {} AND v.list_name = {} AND v.organisation = {}
    AND (v.member_id = {} OR v.is_shared = TRUE)
"""


Names = tuple[tuple[int, str], ...]


class ListFacts(Struct, frozen=True):
    """`schedules` and `members`: ids and names, in the order of the names. `currencies`: the base currency first.
    `columns`: those the member chose; none: those usually shown. `opens_with`: the query of the view that the list opens
    with; none: with all there is. What is made of the same facts is the same: they are a key to it."""

    links: XeroLinks | None
    schedules: Names
    default_id: int | None
    members: Names
    currencies: tuple[str, ...]
    columns: tuple[str, ...]
    opens_with: str | None


async def list_facts(member: SignedIn, list_name: str) -> ListFacts:
    here = member.organisation_id
    me = member.member_id
    mine = (me, list_name, me, list_name, list_name, here, me)
    rows = await fetch(_FACTS, *[here] * 6, *mine)
    foreign = sorted({row["words"] for row in rows if row["kind"] == "currency"} - {member.currency})
    return ListFacts(
        links=next((links_to(row["words"], row["also"]) for row in rows if row["kind"] == "link" and row["also"]), None),
        schedules=_names(rows, "schedule"),
        default_id=next((row["number"] for row in rows if row["kind"] == "default"), None),
        members=_names(rows, "member"),
        currencies=(member.currency, *foreign),
        columns=tuple(key for row in rows if row["kind"] == "columns" for key in json.loads(row["words"])),
        opens_with=next((row["words"] for row in rows if row["kind"] == "view"), None),
    )


def _names(rows: list[dict[str, Any]], kind: str) -> Names:
    found = [(row["words"], row["number"]) for row in rows if row["kind"] == kind]
    return tuple((number, name) for name, number in sorted(found))
