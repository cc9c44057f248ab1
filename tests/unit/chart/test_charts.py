"""Charts: proportions that hold, whatever the figures."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from components.chart.ageing import GAP, NARROWEST, WIDTH, AgeBand, ageing_bar
from components.chart.columns import HEIGHT, Point, column_chart

AMOUNTS = st.lists(st.decimals(-1000, 1_000_000, places=2), min_size=1, max_size=6)


def bands(amounts: list[Decimal]) -> list[AgeBand]:
    return [AgeBand(str(place), amount, str(amount)) for place, amount in enumerate(amounts)]


@given(AMOUNTS)
def test_the_parts_fill_the_bar_and_do_not_overlap(amounts: list[Decimal]) -> None:
    parts = [part for part in ageing_bar("", bands(amounts)).parts if part.width]
    assert len(parts) == sum(1 for amount in amounts if amount > 0)
    assert all(later.x == earlier.x + earlier.width + GAP for earlier, later in pairwise(parts))
    assert not parts or parts[-1].x + parts[-1].width == WIDTH


def test_parts_stand_in_proportion_and_the_smallest_can_still_be_seen() -> None:
    half, other, small = ageing_bar("", bands([Decimal(5000), Decimal(5000), Decimal(1)])).parts
    assert abs(half.width - other.width) <= NARROWEST
    assert small.width == NARROWEST


def test_every_band_stays_in_the_legend_even_when_nothing_is_owed() -> None:
    bar = ageing_bar("Nothing owed", bands([Decimal(0), Decimal(0)]))
    assert [(part.band.label, part.width) for part in bar.parts] == [("0", 0), ("1", 0)]


def test_the_highest_column_fills_the_height_and_none_goes_below_zero() -> None:
    points = [Point("a", Decimal(10), "10"), Point("b", Decimal(5), "5"), Point("c", Decimal(-3), "−3")]
    assert [column.height for column in column_chart("", points).columns] == [HEIGHT, HEIGHT // 2, 0]


def test_a_chart_of_nothing_is_empty() -> None:
    assert column_chart("", []).columns == ()
