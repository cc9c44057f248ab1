"""How often opening the portal starts a sync of the organisation's books."""

from datetime import timedelta

import pytest

from app.portal.actions import may_refresh
from app.xero.tables import CallBudget
from tests import cast
from tests.cast import NOW


async def with_left(borealis: cast.Firm, left: int | None, told_ago: timedelta = timedelta(minutes=1)) -> None:
    await CallBudget(organisation_id=borealis.id, day_remaining=left, told_at=NOW - told_ago).save()


async def started(borealis: cast.Firm, *seconds: int) -> list[bool]:
    return [await may_refresh(borealis.id, NOW + timedelta(seconds=each)) for each in seconds]


async def test_one_serves_all_visitors_of_a_minute(borealis: cast.Firm) -> None:
    assert await started(borealis, 0, 0, 59, 61, 90) == [True, False, False, True, False]


async def test_organisations_do_not_wait_for_each_other(borealis: cast.Firm, meridian: cast.Firm) -> None:
    assert await may_refresh(borealis.id, NOW) and await may_refresh(meridian.id, NOW)


@pytest.mark.parametrize(
    ("left", "starts"),
    [
        (None, [True, True, True]),
        (501, [True, True, True]),
        (500, [True, False, True]),
        (201, [True, False, True]),
        (200, [False, False, False]),
        (0, [False, False, False]),
    ],
)
async def test_it_is_rarer_when_the_days_calls_run_low_and_none_eats_into_the_reserve(
    borealis: cast.Firm, left: int | None, starts: list[bool]
) -> None:
    await with_left(borealis, left)
    assert await started(borealis, 0, 61, 301) == starts


async def test_what_xero_said_an_hour_ago_holds_nobody_back(borealis: cast.Firm) -> None:
    await with_left(borealis, 0, told_ago=timedelta(hours=1))
    assert await started(borealis, 0) == [True]
