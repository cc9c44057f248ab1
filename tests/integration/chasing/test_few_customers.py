"""A few customers planned anew cost what they cost: nothing of the others is walked through."""

import re
from typing import Any

import pytest
from piccolo.querystring import Unquoted

from app.chasing import actions
from app.database import engine, fetch, is_sqlite
from tests.cast import NOW
from tests.integration.chasing.by_hand import ByHand

OF_THE_WHOLE_ORGANISATION = re.compile(r"^SEARCH (\w+) USING .*\(organisation(?:_id)?=\?\)|^SCAN (?!CONSTANT)(\w+)")
FEW = {"organisation", "sender", "schedule", "s", "schedule_step", "st", "email_template", "t", "v", "run", "xero_connection",
       "statement_settings"}  # fmt: skip
"""Tables of which an organisation has a handful of rows, by name or alias."""


def writes_or_reads(statement: str) -> bool:
    return statement.split(" ", 1)[0] in ("SELECT", "UPDATE", "DELETE")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of the transaction, its values filled in, from the moment that it is our turn."""
    found: list[str] = []
    in_turn = actions.one_at_a_time

    async def traced(organisation_id: int) -> None:
        current: Any = engine().current_transaction.get()
        await current.connection.set_trace_callback(found.append)
        await in_turn(organisation_id)

    monkeypatch.setattr(actions, "one_at_a_time", traced)
    return found


async def test_no_statement_walks_through_what_an_organisation_has_of_others(acme: ByHand, statements: list[str]) -> None:
    """SQLite knows nothing of how much there is: of two indexes that would do it may take the organisation's, and then
    ten customers of twenty thousand take ten times as long as all of them."""
    if not is_sqlite():
        pytest.skip("PostgreSQL counts what there is")
    await actions.plan_customers(acme.firm.id, [acme.customer.id], NOW)
    asked = [each for each in statements if writes_or_reads(each)]
    assert len(asked) > 20
    walks = []
    for statement in asked:
        for step in await fetch("EXPLAIN QUERY PLAN {}", Unquoted(statement)):
            walked = OF_THE_WHOLE_ORGANISATION.match(step["detail"])
            if walked and (walked[1] or walked[2]) not in FEW:
                walks.append((step["detail"], statement[:160]))
    assert walks == []
